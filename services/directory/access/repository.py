"""Every query about assignments and overrides, and the conditions that let staff see a participant."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlmodel import col

from services.directory.duplicates.aliases import absorbed_by_her, lives_as
from services.directory.models import Assignment, Override, Participant
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work


def running(now: datetime) -> ColumnElement[bool]:
    """Return the condition that an assignment holds at `now`: the same rule as `domain.runs`, for the database."""
    unfinished = or_(col(Assignment.ends_at).is_(None), col(Assignment.ends_at) > now)
    return and_(col(Assignment.starts_at) <= now, col(Assignment.ended_at).is_(None), unfinished)


def assigned(staff: UUID, organisation: UUID, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a participant, or a record merged into hers, is in the care of a member of staff."""
    theirs = and_(col(Assignment.staff_id) == staff, col(Assignment.organisation_id) == organisation, running(now))
    own = exists().where(col(Assignment.participant_id) == col(Participant.id), theirs)
    return or_(own, exists().where(col(Assignment.participant_id).in_(absorbed_by_her()), theirs))


async def assigned_among(work: Work, ids: Collection[UUID], *, staff: UUID, organisation: UUID) -> set[UUID]:
    """Return those of `ids` whom a member of an organisation's staff is assigned to now."""
    query = select(col(Assignment.participant_id)).where(
        col(Assignment.participant_id).in_(ids),
        col(Assignment.staff_id) == staff,
        col(Assignment.organisation_id) == organisation,
        running(work.now),
    )
    return set(await work.session.scalars(query))


async def assigned_to(work: Work, *, staff: UUID, organisation: UUID) -> set[UUID]:
    """Return whom a member of an organisation's staff is assigned to now."""
    query = select(col(Assignment.participant_id)).where(
        col(Assignment.staff_id) == staff, col(Assignment.organisation_id) == organisation, running(work.now)
    )
    return set(await work.session.scalars(query))


async def assignment(work: Work, assignment_id: UUID) -> Assignment | None:
    """Return an assignment of the caller's organisation, locked."""
    mine = and_(col(Assignment.id) == assignment_id, col(Assignment.organisation_id) == work.organisation)
    found: Assignment | None = await work.session.scalar(select(Assignment).where(mine).with_for_update())
    return found


async def running_assignment(work: Work, *, participant_id: UUID, staff_id: UUID) -> Assignment | None:
    """Return what assigns this member of the caller's organisation to this participant now or later, if anything."""
    mine = and_(col(Assignment.staff_id) == staff_id, col(Assignment.organisation_id) == work.organisation)
    unfinished = or_(col(Assignment.ends_at).is_(None), col(Assignment.ends_at) > work.now)
    query = select(Assignment).where(
        mine, col(Assignment.participant_id) == participant_id, col(Assignment.ended_at).is_(None), unfinished
    )
    return (await work.session.scalars(query.limit(1))).first()


async def assignments(
    work: Work, *, participant_id: UUID | None, staff_id: UUID | None, live: bool | None, after: After, limit: int
) -> Sequence[Assignment]:
    """Return up to `limit` + 1 assignments of the caller's organisation, oldest first."""
    query = select(Assignment).where(col(Assignment.organisation_id) == work.organisation)
    if participant_id is not None:
        query = query.where(col(Assignment.participant_id) == participant_id)
    if staff_id is not None:
        query = query.where(col(Assignment.staff_id) == staff_id)
    if live is not None:
        query = query.where(running(work.now) if live else ~running(work.now))
    return (await work.session.scalars(after_cursor(query, Assignment, after, limit))).all()


async def open_override(work: Work, participant_id: UUID) -> Override | None:
    """Return the override by which the caller, a member of staff, may read of a participant now."""
    if work.caller.staff is None:
        return None
    query = select(Override).where(
        col(Override.participant_id).in_((participant_id, lives_as(participant_id))),
        col(Override.staff_id) == work.caller.staff,
        col(Override.organisation_id) == work.organisation,
        col(Override.ends_at) > work.now,
    )
    return (await work.session.scalars(query.limit(1))).first()


async def override(work: Work, override_id: UUID, *, lock: bool = False) -> Override | None:
    """Return an override by staff of the caller's organisation."""
    mine = and_(col(Override.id) == override_id, col(Override.organisation_id) == work.organisation)
    query = select(Override).where(mine)
    found: Override | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def overrides(
    work: Work, *, participant_id: UUID | None, reviewed: bool | None, after: After, limit: int
) -> Sequence[Override]:
    """Return up to `limit` + 1 overrides by staff of the caller's organisation, oldest first."""
    query = select(Override).where(col(Override.organisation_id) == work.organisation)
    if participant_id is not None:
        query = query.where(col(Override.participant_id) == participant_id)
    if reviewed is not None:
        query = query.where(col(Override.reviewed_at).is_not(None) == reviewed)
    return (await work.session.scalars(after_cursor(query, Override, after, limit))).all()
