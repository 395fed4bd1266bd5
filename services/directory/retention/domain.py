"""The rules of keeping: what a period means at a moment, and when it may be enforced.

Problem
└── Invalid
    └── (a kind that no service knows is refused by name)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

EVERY = timedelta(hours=23)
"""Between two runs in one community: a day, and the clock of the hourly task may be early."""


@dataclass(frozen=True, slots=True)
class Period:
    """For how many months a kind is kept (None: for ever), and whether what is older ends by itself."""

    months: int | None
    enforce: bool = False
    since: datetime | None = None

    def begins(self, now: datetime) -> datetime | None:
        """Return the moment before which a row is old."""
        return None if self.months is None else now - relativedelta(months=self.months)


def moments(periods: Mapping[str, Period], now: datetime) -> dict[str, datetime]:
    """Return for each kind that is not kept for ever the moment before which its rows are old."""
    found = {kind: period.begins(now) for kind, period in periods.items()}
    return {kind: moment for kind, moment in found.items() if moment is not None}


def may_end(period: Period, *, reported_at: datetime | None) -> bool:
    """Say whether rows of a kind may end: switched on, and what it would end was reported since it was set so."""
    if not period.enforce or period.since is None or reported_at is None:
        return False
    return reported_at >= period.since
