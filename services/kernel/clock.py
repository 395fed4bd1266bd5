"""Time comes in as an argument; this is the one place that asks the machine for it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment, in UTC with its zone."""
    return datetime.now(UTC)
