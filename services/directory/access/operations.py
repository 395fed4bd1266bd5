"""What can be done about access: one function per use case, in one transaction, which the route commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.directory import events
from services.directory.access import assigning, domain, repository
from services.directory.models import Assignment, Override
from services.directory.people import repository as participants
from services.directory.people.domain import OrganisationsOnly
from services.kernel.pages import After
from services.kernel.problems import Invalid, NotFound
from services.kernel.work import Work


async def assign(
    work: Work, *, participant_id: UUID, staff_id: UUID, starts_at: datetime | None, ends_at: datetime | None
) -> Assignment:
    """Assign a member of the caller's organisation to a participant whom the organisation may see. Raises Invalid.

    Who is assigned already stays so: the assignment that runs is returned.
    """
    _check_officer(work)
    if ends_at is not None and ends_at <= (starts_at or work.now):
        raise Invalid.field("/ends_at", "must lie after its beginning")
    found = await participants.visible_participant(
        work, participant_id, organisation=work.organisation, acting=False, staff=None
    )
    if found is None:
        raise Invalid.field("/participant_id", "is unknown here, or neither registered by you nor consents towards you")
    await work.session.refresh(found, with_for_update=True)  # two who assign her at once must not make two of it
    known = await repository.running_assignment(work, participant_id=found.id, staff_id=staff_id)
    if known is not None:
        return known
    return await assigning.assign(
        work, participant_id=found.id, staff_id=staff_id, starts_at=starts_at, ends_at=ends_at
    )


def _check_officer(work: Work) -> None:
    if work.caller.person is not None:
        raise OrganisationsOnly


async def assignments(
    work: Work, *, participant_id: UUID | None, staff_id: UUID | None, live: bool | None, after: After, limit: int
) -> Sequence[Assignment]:
    """Return a page of the organisation's assignments."""
    _check_officer(work)
    return await repository.assignments(
        work, participant_id=participant_id, staff_id=staff_id, live=live, after=after, limit=limit
    )


async def assignment(work: Work, assignment_id: UUID) -> Assignment:
    """Return an assignment of the caller's organisation. Raises NotFound."""
    _check_officer(work)
    found = await repository.assignment(work, assignment_id)
    if found is None:
        raise NotFound
    return found


async def end(work: Work, assignment_id: UUID) -> Assignment:
    """End an assignment. It holds from the next request on. Raises AlreadyEnded."""
    found = await assignment(work, assignment_id)
    if found.ended_at is not None:
        raise domain.AlreadyEnded
    found.change(work.now, ended_at=work.now)
    await assigning.record(work, events.ASSIGNMENT_ENDED, found)
    return found


def _staff(work: Work) -> UUID:
    if work.caller.staff is None:
        raise domain.StaffOnly
    return work.caller.staff


async def break_glass(work: Work, *, participant_id: UUID, category: str, reason: str) -> Override:
    """Open an hour of reading for a member of staff, which somebody else must review.

    Raises StaffOnly, NotFound, OverrideNotNeeded.
    """
    staff = _staff(work)
    found = await participants.anybody(work, participant_id)
    if found is None:
        raise NotFound
    if await participants.participant(work, participant_id) is not None:
        raise domain.OverrideNotNeeded
    made = Override(
        id=work.new_id(), created_at=work.now, updated_at=work.now, participant_id=found.id, staff_id=staff,
        organisation_id=work.organisation, category=category, reason=reason, ends_at=work.now + domain.OVERRIDE_LASTS,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await work.audit("override.opened", found.id, purpose=category)
    await work.record(
        events.OVERRIDE_OPENED, made.id, participant=found.id, registered_by=found.registered_by, staff=staff
    )
    return made


async def override(work: Work, override_id: UUID) -> Override:
    """Return an override to who opened it, and to the organisation's officers. Raises NotFound."""
    found = await repository.override(work, override_id)
    if found is None or not (work.caller.may("rights:manage") or work.caller.subject == str(found.staff_id)):
        raise NotFound
    return found


async def overrides(
    work: Work, *, participant_id: UUID | None, reviewed: bool | None, after: After, limit: int
) -> Sequence[Override]:
    """Return a page of the overrides by the organisation's staff."""
    _check_officer(work)
    return await repository.overrides(work, participant_id=participant_id, reviewed=reviewed, after=after, limit=limit)


async def review(work: Work, override_id: UUID, *, verdict: domain.Verdict, note: str | None) -> Override:
    """Judge an override as a second member of staff. Raises NotFound, OwnOverride, AlreadyReviewed."""
    reviewer = _staff(work)
    found = await repository.override(work, override_id, lock=True)
    if found is None:
        raise NotFound
    domain.check_review(opened_by=found.staff_id, reviewed_at=found.reviewed_at, reviewer=reviewer)
    found.change(work.now, verdict=verdict, note=note, reviewed_at=work.now, reviewed_by=reviewer)
    await work.audit("override.reviewed", found.id, person=found.participant_id)
    await work.record(events.OVERRIDE_REVIEWED, found.id, participant=found.participant_id, state=verdict)
    return found
