"""The rules about checks: until when one holds, and when its end is near."""

from datetime import date, datetime, timedelta

from services.kernel.problems import IllegalState

WARNED_BEFORE = timedelta(days=60)
"""How long before its last day the end of a check is told."""


class AlreadyRetracted(IllegalState):
    slug = "already-retracted"
    title = "This check was retracted before"


def holds(valid_until: date, *, retracted_at: datetime | None, on: date) -> bool:
    """Say whether a check holds on a day: it was not retracted, and its last day is not over."""
    return retracted_at is None and on <= valid_until
