"""Who looked: what every service's audit says, together; and whether the audits are what was written."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.directory.assets.repository import names_of_organisations
from services.directory.duplicates.aliases import all_names
from services.directory.people import operations as people
from services.directory.people.domain import NotYours, OrganisationsOnly
from services.kernel import looks
from services.kernel.app import NAMES
from services.kernel.looks import Chain, Look, Looks
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work

Position = tuple[datetime, UUID] | None
Found = tuple[list[Look], list[str]]
_PATIENCE = 3.0
_MOST_NAMES = 100
"""Nobody has been registered more often than this; what is asked of the others must stay of a size."""
_OTHERS = tuple(name for name in NAMES if name != "directory")


async def at_person(work: Work, participant_id: UUID, *, after: Position, limit: int) -> Found:
    """Return up to `limit` + 1 looks at a participant's data, and which services do not answer.

    For herself and who registered her. Raises NotFound, NotYours.
    """
    participant = await people.find(work, participant_id)
    if not people.is_own(work, participant):
        raise NotYours
    hers = sorted(await all_names(work, [participant.id]))[:_MOST_NAMES]
    return await _gathered(work, {"people": hers}, after=after, limit=limit)


async def by_organisation(work: Work, *, subject: UUID | None, actor: str | None, after: Position, limit: int) -> Found:
    """Return up to `limit` + 1 rows of what the caller's organisation did, and which services do not answer."""
    if work.caller.person is not None:
        raise OrganisationsOnly
    wanted = {"people": None if subject is None else [subject], "organisation": work.organisation, "actor": actor}
    return await _gathered(work, wanted, after=after, limit=limit)


async def _gathered(work: Work, wanted: Mapping[str, Any], *, after: Position, limit: int) -> Found:
    query = {name: _plain(value) for name, value in wanted.items() if value is not None}
    if after is not None:
        query |= {"since": after[0].isoformat(), "after_id": str(after[1])}
    answers = await _all(work, "/internal/audit/rows", {**query, "limit": str(limit + 1)})
    conditions = looks.conditions(**{"people": None, "organisation": None, "actor": None, **wanted})
    found = list(await looks.rows(work, *conditions, after=after, limit=limit + 1))
    missing = []
    for service, body in answers.items():
        try:
            found += Looks.model_validate_json(body or b"").items
        except ValidationError:
            missing.append(service)
    return sorted(found, key=lambda one: (one.at, one.id))[: limit + 1], missing


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


async def chains(work: Work) -> tuple[list[Chain], list[str]]:
    """Look through the chain of every service; return what that showed, and which do not answer."""
    answers = await _all(work, "/internal/audit/proof", {})
    found, missing = [await looks.proof(work)], []
    for service, body in answers.items():
        try:
            found.append(Chain.model_validate_json(body or b""))
        except ValidationError:
            missing.append(service)
    return found, missing


async def _all(work: Work, path: str, query: Mapping[str, str]) -> dict[str, bytes | None]:
    """Ask every other service the same thing at once; return each one's answer, None of one that gives none."""
    answers = await asyncio.gather(*(_one(work, service, path, query) for service in _OTHERS))
    return dict(zip(_OTHERS, answers, strict=True))


async def _one(work: Work, service: str, path: str, query: Mapping[str, str]) -> bytes | None:
    try:
        answer = await work.peers.ask(service, "GET", path, tenant=work.tenant, query=query, timeout=_PATIENCE)
    except (UpstreamUnavailable, TimeoutError):
        return None
    return answer.body if answer.status == 200 else None


async def names(work: Work, found: Sequence[Look]) -> dict[UUID, str]:
    """Return what the organisations that looked are called."""
    wanted = {one.organisation_id for one in found if one.organisation_id is not None}
    return await names_of_organisations(work, wanted)
