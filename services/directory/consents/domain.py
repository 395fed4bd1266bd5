"""The rules about consent: when a grant is live, what it covers, and the problems that break them.

A grant that names categories covers these and nothing else; one that names none covers all that its purpose needs.
Whoever asks the authority for a purpose alone is told whether there is any live grant for it; whoever names categories
is told whether each of them is covered.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol

from services.kernel.problems import IllegalState


class AlreadyRevoked(IllegalState):
    slug = "already-revoked"
    title = "This consent was revoked before"


class Grant(Protocol):
    """What the rule below reads of a consent."""

    given_at: datetime
    expires_at: datetime | None


def is_live(grant: Grant, *, revoked: bool, now: datetime) -> bool:
    """Say whether a grant holds at `now`: given, not expired, not revoked."""
    return not revoked and grant.given_at <= now and (grant.expires_at is None or now < grant.expires_at)


def covers(grants: Iterable[Collection[str]], categories: Collection[str]) -> bool:
    """Say whether grants, each with the categories that it names, cover every one of `categories` together."""
    given = list(grants)
    if not given:
        return False
    return any(not named for named in given) or set(categories) <= {one for named in given for one in named}
