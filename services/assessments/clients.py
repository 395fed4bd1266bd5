"""This room's narrow view of its neighbours: may this organisation use what this person has told, may it ask her."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Literal, cast
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.assessments.settings import Settings
from services.kernel.problems import NotFound, Unavailable
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work

Purpose = Literal["assessment", "matching"]
_AT_ONCE = 200


class ConsentUnknown(Unavailable):
    slug = "consent-unknown"
    title = "Whether consent is there cannot be asked at the moment"


class _Verdict(BaseModel):
    allowed: bool = False
    ask: bool = True


class _Verdicts(BaseModel):
    people: dict[UUID, _Verdict]


async def allowed(
    work: Work, people: Collection[UUID], *, organisation: UUID, purpose: Purpose, staff: UUID | None = None
) -> set[UUID]:
    """Return those of `people` with a live consent towards `organisation`. Raises ConsentUnknown.

    Somebody unknown, of another tenant or without consent is simply not among them; nor, with `staff`, is somebody to
    whom that member of the organisation's staff is not assigned.
    """
    found: set[UUID] = set()
    for some in _batches(people):
        said = await _ask(work, some, organisation=organisation, purpose=purpose, staff=staff)
        found |= {person for person in some if person in said and said[person].allowed}
    return found


async def may_be_asked(work: Work, person: UUID, *, organisation: UUID) -> bool:
    """Return whether a person who is known here lets herself be asked. Raises ConsentUnknown."""
    said = await _ask(work, [person], organisation=organisation, purpose="assessment")
    return person in said and said[person].ask


async def do_not_ask(work: Work, person: UUID, *, until: datetime | None) -> None:
    """Have the directory note that the person is not to be asked again, for good or `until`. Raises ConsentUnknown."""
    path = f"/internal/participants/{person}/do-not-ask"
    body = {"until": None if until is None else until.isoformat()}
    answer = await work.peers.ask("directory", "PUT", path, tenant=work.tenant, body=body)
    if answer.status == 404:
        raise NotFound
    if answer.status != 204:
        raise ConsentUnknown("The directory has not noted it.")


async def _ask(
    work: Work, people: list[UUID], *, organisation: UUID, purpose: Purpose, staff: UUID | None = None
) -> dict[UUID, _Verdict]:
    limit = cast(Settings, work.kernel.settings).authority_timeout
    body = {"people": [str(person) for person in people], "organisation": str(organisation), "purpose": purpose}
    body |= {} if staff is None else {"staff": str(staff)}
    try:
        await work.peers.tokens.within(work.tenant)  # fetched before the clock starts: it is not the authority's time
        answer = await work.peers.ask(
            "directory", "POST", "/internal/authority", tenant=work.tenant, body=body, timeout=limit
        )
        if answer.status != 200:
            raise ConsentUnknown
        return _Verdicts.model_validate_json(answer.body).people
    except (UpstreamUnavailable, ValidationError):
        raise ConsentUnknown from None


def _batches(people: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(sorted(set(people)))
    while some := list(islice(rest, _AT_ONCE)):
        yield some
