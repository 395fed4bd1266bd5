"""Every query about safeguards and checks."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.directory.models import Check, Participant, Safeguards
from services.directory.people.repository import visible_to
from services.kernel.work import Work

_AT_ONCE = 500


async def safeguards(work: Work, participant_id: UUID) -> Safeguards | None:
    """Return what safety gates may know of a participant, if she has said anything."""
    return (await safeguards_of(work, [participant_id])).get(participant_id)


async def safeguards_of(work: Work, ids: Collection[UUID]) -> dict[UUID, Safeguards]:
    """Return what safety gates may know of those of `ids` who have said anything."""
    found = await work.session.scalars(select(Safeguards).where(col(Safeguards.id).in_(ids)))
    return {one.id: one for one in found}


async def checks(work: Work, participant_id: UUID, *, retracted: bool = False) -> Sequence[Check]:
    """Return the checks of a participant, the oldest first; `retracted` adds those that were taken back."""
    query = select(Check).where(col(Check.participant_id) == participant_id)
    if not retracted:
        query = query.where(col(Check.retracted_at).is_(None))
    return (await work.session.scalars(query.order_by(col(Check.checked_on), col(Check.id)))).all()


async def check(work: Work, participant_id: UUID, check_id: UUID) -> Check | None:
    """Return one check of a participant, retracted or not."""
    found: Check | None = await work.session.scalar(
        select(Check).where(col(Check.participant_id) == participant_id, col(Check.id) == check_id)
    )
    return found


async def valid_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[Check]]:
    """Return the checks that hold today, of those of `ids` who have any: `domain.holds`, for the database."""
    query = select(Check).where(
        col(Check.participant_id).in_(ids), col(Check.retracted_at).is_(None), col(Check.valid_until) >= _today(work)
    )
    return _by_participant(await work.session.scalars(query.order_by(col(Check.valid_until), col(Check.id))))


def _by_participant(found: Iterable[Check]) -> dict[UUID, list[Check]]:
    held: dict[UUID, list[Check]] = {}
    for one in found:
        held.setdefault(one.participant_id, []).append(one)
    return held


async def due(
    work: Work, *, until: date, after: tuple[date, UUID] | None, limit: int
) -> Sequence[tuple[Check, Participant]]:
    """Return the checks that end by `until`, the first to end first, of people whom the caller is, or registered.

    A member of staff sees only those of the people whom she is assigned to.
    """
    whose = visible_to(work.caller, work.now)
    if work.caller.person is None:
        whose = and_(whose, col(Participant.registered_by) == work.organisation)
    query = _ending(until).where(whose).order_by(col(Check.valid_until), col(Check.id)).limit(limit)
    if after is not None:
        query = query.where(tuple_(col(Check.valid_until), col(Check.id)) > tuple_(*after))
    return [(row[0], row[1]) for row in await work.session.execute(query)]


async def untold(work: Work, *, until: date, expired: bool) -> Sequence[tuple[Check, Participant]]:
    """Return some checks that end by `until` and of which that has not been told; `expired` for those that are over."""
    told = Check.expired_at if expired else Check.warned_at
    query = _ending(until).where(col(told).is_(None)).order_by(col(Check.participant_id), col(Check.id)).limit(_AT_ONCE)
    if not expired:
        query = query.where(col(Check.valid_until) >= _today(work))
    return [(row[0], row[1]) for row in await work.session.execute(query.with_for_update(skip_locked=True))]


def _ending(until: date) -> Select[Check, Participant]:
    """Return the query for checks that end by a day and have no successor, with those who hold them."""
    held = and_(col(Participant.id) == col(Check.participant_id), col(Participant.deleted_at).is_(None))
    ending = and_(col(Check.retracted_at).is_(None), col(Check.valid_until) <= until)
    return select(Check, Participant).join(Participant, held).where(ending, ~_renewed())


def _renewed() -> ColumnElement[bool]:
    later = aliased(Check)
    return exists().where(
        col(later.participant_id) == col(Check.participant_id),
        col(later.kind) == col(Check.kind),
        col(later.retracted_at).is_(None),
        col(later.valid_until) > col(Check.valid_until),
    )


def _today(work: Work) -> date:
    return work.now.date()
