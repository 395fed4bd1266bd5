"""Every query about households."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.directory.models import Household, HouseholdMember, Participant
from services.directory.people.repository import visible_to
from services.kernel.work import Work


async def of(work: Work, participant_id: UUID) -> Household | None:
    """Return the household that a participant lives in, locked, if it is known."""
    lives = col(HouseholdMember.household_id) == col(Household.id)
    query = select(Household).join(HouseholdMember, lives).where(col(HouseholdMember.id) == participant_id)
    found: Household | None = await work.session.scalar(query.with_for_update(of=Household))
    return found


async def known_to(work: Work, household_id: UUID) -> Household | None:
    """Return a household, locked, if somebody lives in it whom the caller registered."""
    registered = exists().where(
        col(HouseholdMember.household_id) == col(Household.id),
        col(HouseholdMember.id) == col(Participant.id),
        col(Participant.registered_by) == work.organisation,
        col(Participant.deleted_at).is_(None),
    )
    query = select(Household).where(col(Household.id) == household_id, registered)
    found: Household | None = await work.session.scalar(query.with_for_update())
    return found


async def members(work: Work, household_id: UUID) -> Sequence[UUID]:
    """Return those members of a household whom the caller may see."""
    query = (
        select(col(Participant.id))
        .join(HouseholdMember, col(HouseholdMember.id) == col(Participant.id))
        .where(
            col(HouseholdMember.household_id) == household_id,
            col(Participant.deleted_at).is_(None),
            visible_to(work.caller, work.now),
        )
    )
    return (await work.session.scalars(query.order_by(col(Participant.id)))).all()


async def houses_of(work: Work, people: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the household of each of `people` who has one: for our own services."""
    rows = await work.session.scalars(select(HouseholdMember).where(col(HouseholdMember.id).in_(people)))
    return {row.id: row.household_id for row in rows}


async def move_in(work: Work, participant_id: UUID, household_id: UUID) -> None:
    """Let a participant live in a household, and in no other."""
    values = {"household_id": household_id, "created_at": work.now}
    statement = upsert(HouseholdMember).values(id=participant_id, **values)
    await work.session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=values))


async def move_out(work: Work, participant_id: UUID) -> None:
    """Let a participant live in no household."""
    await work.session.execute(delete(HouseholdMember).where(col(HouseholdMember.id) == participant_id))


async def drop_empty(work: Work, household_id: UUID) -> None:
    """Delete a household in which nobody lives any more."""
    lives = exists().where(col(HouseholdMember.household_id) == col(Household.id))
    await work.session.execute(delete(Household).where(col(Household.id) == household_id, ~lives))
