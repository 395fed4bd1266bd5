"""The rules of access: how long the glass stays broken, who may review it, and the problems that break the rules."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.kernel.problems import Conflict, Forbidden, IllegalState

OVERRIDE_LASTS = timedelta(minutes=60)
Verdict = Literal["justified", "unjustified"]


class StaffOnly(Forbidden):
    slug = "staff-only"
    title = "This needs the token of a member of staff"


class OverrideNotNeeded(Conflict):
    slug = "override-not-needed"
    title = "You may see this participant without an override"


class OwnOverride(Forbidden):
    slug = "own-override"
    title = "Nobody reviews their own override"


class AlreadyReviewed(IllegalState):
    slug = "already-reviewed"
    title = "This override was reviewed before"


class AlreadyEnded(IllegalState):
    slug = "already-ended"
    title = "This assignment ended before"


class NotDisclosed(Forbidden):
    slug = "do-not-disclose"
    title = "This contact is never disclosed, and no override opens it"


def runs(starts_at: datetime, ends_at: datetime | None, ended_at: datetime | None, *, now: datetime) -> bool:
    """Say whether an assignment holds at `now`: begun, not over, not ended."""
    return starts_at <= now and ended_at is None and (ends_at is None or now < ends_at)


def check_review(*, opened_by: UUID, reviewed_at: datetime | None, reviewer: UUID) -> None:
    """Raise AlreadyReviewed, or OwnOverride: a second person looks at it, never the one who opened it."""
    if opened_by == reviewer:
        raise OwnOverride
    if reviewed_at is not None:
        raise AlreadyReviewed
