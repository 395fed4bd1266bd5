"""Putting an assignment on record: by an officer, and for the member of staff who registers somebody."""

from datetime import datetime
from uuid import UUID

from services.directory import events
from services.directory.models import Assignment
from services.kernel.work import Work


async def assign(
    work: Work,
    *,
    participant_id: UUID,
    staff_id: UUID,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Assignment:
    """Record that a member of the caller's organisation looks after a participant."""
    made = Assignment(
        id=work.new_id(), created_at=work.now, updated_at=work.now, participant_id=participant_id,
        organisation_id=work.organisation, staff_id=staff_id, starts_at=starts_at or work.now, ends_at=ends_at,
        assigned_by=work.caller.named,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await record(work, events.ASSIGNMENT_CREATED, made)
    return made


async def take_on(work: Work, participant_id: UUID) -> None:
    """Assign the member of staff who registers a participant to her: who fills in the form sees what it says."""
    if work.caller.staff is not None:
        await assign(work, participant_id=participant_id, staff_id=work.caller.staff)


async def record(work: Work, fact: str, assignment: Assignment) -> None:
    """Record a fact about an assignment."""
    await work.record(fact, assignment.id, participant=assignment.participant_id, staff=assignment.staff_id)
