"""Who sees what in this room: the organisation that holds a thing, and nobody else. Persons have no way in."""

from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from services.community import clients
from services.kernel.problems import Forbidden, Invalid
from services.kernel.work import Work


class OrganisationsOnly(Forbidden):
    slug = "organisations-only"
    title = "A person's own token cannot do this"


class _Held(Protocol):
    held_by: UUID


def holder(work: Work) -> UUID:
    """Return the caller's organisation. Raises OrganisationsOnly for a person's own token."""
    if work.caller.person is not None:
        raise OrganisationsOnly
    return work.organisation


def held_by(work: Work, table: type[_Held]) -> ColumnElement[bool]:
    """Return the condition for rows that the caller's organisation holds. Raises OrganisationsOnly."""
    return col(table.held_by) == holder(work)


class _Naming(Protocol):
    participant_id: UUID | None


async def read_of(work: Work, action: str, rows: Iterable[_Naming]) -> None:
    """Put on record that the caller has read what is kept of the people whom these rows name."""
    for person in sorted({row.participant_id for row in rows if row.participant_id is not None}):
        await work.audit(action, person)


async def check_people(work: Work, people: Collection[UUID], *, path: str = "/participant_id") -> None:
    """Refuse people who are unknown or have no consent towards the caller's organisation: the answer is the same."""
    wanted = set(people)
    if wanted and await clients.known(work, wanted, organisation=holder(work)) != wanted:
        raise Invalid.field(path, "is unknown here, or has given no consent towards your organisation")
