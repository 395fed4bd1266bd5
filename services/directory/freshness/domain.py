"""The rules of freshness: when an entry is asked for, and when the public feed no longer shows it."""

from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta

from services.kernel.problems import Invalid


@dataclass(frozen=True, slots=True)
class Policy:
    """After how many months without confirmation somebody is asked, and the entry is hidden from the public feed."""

    ask_after_months: int = 6
    hide_after_months: int = 12

    def asked_before(self, now: datetime) -> datetime:
        """Return the moment: what was confirmed before it is asked for now."""
        return months_before(now, self.ask_after_months)

    def hidden_before(self, now: datetime) -> datetime:
        """Return the moment: what was confirmed before it is hidden now."""
        return months_before(now, self.hide_after_months)


def months_before(now: datetime, months: int) -> datetime:
    """Return the moment so many months ago; from the 31st, where that month is shorter, its last day."""
    return now - relativedelta(months=months)


def hidden_from_feed(confirmed_at: datetime, *, now: datetime, policy: Policy) -> bool:
    """Say whether the public feed hides what was last confirmed then. `repository.fresh` is the same for queries."""
    return confirmed_at < policy.hidden_before(now)


def check_order(policy: Policy) -> None:
    """Raise Invalid when entries would be hidden before anybody was asked."""
    if policy.hide_after_months < policy.ask_after_months:
        raise Invalid.field("/hide_after_months", "is less than ask_after_months: ask before you hide")
