"""This room's narrow view of the directory: has this person consented to anything here towards this organisation."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Literal, cast
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.community.settings import Settings
from services.kernel.problems import Unavailable
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work

Purpose = Literal["assessment", "matching", "acting"]
PURPOSES: tuple[Purpose, ...] = ("assessment", "matching", "acting")
"""A consent for any of these shows that the person works with the organisation."""
_AT_ONCE = 200


class ConsentUnknown(Unavailable):
    slug = "consent-unknown"
    title = "Whether consent is there cannot be asked at the moment"


class _Verdict(BaseModel):
    allowed: bool = False


class _Verdicts(BaseModel):
    people: dict[UUID, _Verdict]


async def known(work: Work, people: Collection[UUID], *, organisation: UUID) -> set[UUID]:
    """Return those of `people` with some live consent towards `organisation`. Raises ConsentUnknown.

    Somebody unknown, of another tenant or without consent is simply not among them.
    """
    found: set[UUID] = set()
    for purpose in PURPOSES:
        for some in _batches(set(people) - found):
            found |= await _ask(work, some, organisation=organisation, purpose=purpose)
    return found


async def _ask(work: Work, people: list[UUID], *, organisation: UUID, purpose: Purpose) -> set[UUID]:
    limit = cast(Settings, work.kernel.settings).authority_timeout
    body = {"people": [str(person) for person in people], "organisation": str(organisation), "purpose": purpose}
    try:
        await work.peers.tokens.within(work.tenant)  # fetched before the clock starts: it is not the authority's time
        answer = await work.peers.ask(
            "directory", "POST", "/internal/authority", tenant=work.tenant, body=body, timeout=limit
        )
        if answer.status != 200:
            raise ConsentUnknown
        verdicts = _Verdicts.model_validate_json(answer.body).people
    except (UpstreamUnavailable, ValidationError):
        raise ConsentUnknown from None
    return {person for person in people if person in verdicts and verdicts[person].allowed}


def _batches(people: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(sorted(set(people)))
    while some := list(islice(rest, _AT_ONCE)):
        yield some
