"""Erasing people of whom nothing has been heard for a long time, after every service has been asked whether it has."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.directory.rights import clients, domain, repository
from services.directory.rights.erasing import begin
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work

MOST_AT_ONCE = 20
_SAYS_WHEN = ("_at", "_on")


async def erase_idle(work: Work, people: Sequence[UUID], *, before: datetime) -> int:
    """Begin to erase those of `people` of whom no service knows anything younger than `before`; return how many.

    A service that does not answer may know something: nobody is erased without it.
    """
    begun = 0
    for person in people:
        if begun == MOST_AT_ONCE:
            break
        participant = await repository.participant(work, person, lock=True)
        if participant is None or participant.erased_at is not None or await _heard_of(work, person, before):
            continue
        await begin(work, participant, reason="no_longer_needed", requested_by="organisation")
        begun += 1
    return begun


async def _heard_of(work: Work, person: UUID, before: datetime) -> bool:
    try:
        for name in domain.SERVICES:
            if name != "directory":
                tables = await clients.held(work.peers, name, person, tenant=work.tenant)
                if any(moment >= before for moment in _moments(tables)):
                    return True
    except UpstreamUnavailable:
        return True
    return False


def _moments(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[datetime]:
    """Yield every moment that the rows name; the future ones too: what is agreed for later is not idle."""
    for rows in tables.values():
        for row in rows:
            for name, value in row.items():
                if name.endswith(_SAYS_WHEN) and isinstance(value, str) and "T" in value:
                    yield datetime.fromisoformat(value)
