"""The rules of webhooks: which facts one wants, when to try again, whose turn it is. Pure: no database, no clock.

Problem
└── Conflict
    ├── TooManyWebhooks    409  the organisation has as many as one may have
    ├── TwoSecretsLive     409  a second secret lives already; the old one must end first
    ├── NoOldSecret        409  there is no old secret that could be ended
    └── IllegalState       409  what is not enabled is not tested; a test is under way; what waits is not replayed
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID

from services.kernel.problems import Conflict

MOST_PER_ORGANISATION = 20
MOST_TYPES = 50
EVERYTHING = "*"
TEST = "webhook.test"
KEPT = timedelta(days=30)
"""How long a delivery is kept, delivered or not."""
SCHEDULE = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""How long to wait after the first failure, the second and so on: ten attempts over 75.6 hours."""
JITTER = 0.1
LONGEST_RETRY_AFTER = timedelta(days=1)
UNREACHED = timedelta(days=5)
"""After how long without any success a delivery that fails for good disables its webhook."""
OLD_SECRET_LIVES = 86_400
MOST_SENDING = 48
"""How many messages one gateway process has on their way at a time."""
PER_TENANT = 16
PER_WEBHOOK = 8
MOST_FAILING = 24
SURELY_FAILING = timedelta(minutes=1)
"""After how long without any success a webhook has to make do with one place."""
_TYPE = re.compile(r"\*|[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*(\.\*)?")
GONE = 410
_MAY_NAME_A_TIME = (429, 503)


class TooManyWebhooks(Conflict):
    slug = "too-many-webhooks"
    title = "This organisation has as many webhooks as one may have; delete one first"


class TwoSecretsLive(Conflict):
    slug = "two-secrets-live"
    title = "This webhook has two live secrets already; end the old one first"


class NoOldSecret(Conflict):
    slug = "no-old-secret"
    title = "This webhook has no old secret that could be ended"


def is_pattern(text: str) -> bool:
    """Say whether `text` is a fact's type (`offer.created`), the beginning of some (`offer.*`), or `*`."""
    return len(text) <= 100 and _TYPE.fullmatch(text) is not None


def wants(patterns: Iterable[str], fact: str) -> bool:
    """Say whether one of `patterns` stands for the type `fact`."""
    return any(
        one in (EVERYTHING, fact) or (one.endswith(".*") and fact.startswith(one.removesuffix("*"))) for one in patterns
    )


def next_attempt(failures: int, *, now: datetime, chance: float, told: timedelta | None = None) -> datetime | None:
    """Return when to try again after so many failures, or None after the last one.

    `chance`, between 0 and 1, spreads those that failed together; `told` is what the receiver asked to wait.
    """
    if failures > len(SCHEDULE):
        return None
    wait = SCHEDULE[failures - 1] * (1 - JITTER + 2 * JITTER * chance)
    return now + max(wait, min(told or timedelta(), LONGEST_RETRY_AFTER))


def asked_to_wait(status: int, headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return how long the `Retry-After` of an answer says to wait, if it is one that may say so."""
    text = headers.get("retry-after", "").strip()
    if status not in _MAY_NAME_A_TIME or not text:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text):
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC) - now
    except (ValueError, OverflowError, TypeError):  # it is theirs, and may be anything
        return None


@dataclass(frozen=True, slots=True)
class Due:
    """A webhook with something to send from `at` on."""

    tenant: UUID
    webhook: UUID
    at: datetime
    failing: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """How many deliveries of a webhook may be sent now."""

    due: Due
    most: int


def turns(due: Sequence[Due], *, busy: Collection[Due]) -> list[Turn]:
    """Return whose turn it is, given for which webhooks something is being sent, one entry for each delivery.

    One place after the other goes to the tenant that has the fewest, so nobody waits for somebody else's many. What
    fails, and may hang, gets one place for each webhook and half of all places together: the other half stays free.
    """
    of_tenant = Counter(one.tenant for one in busy)
    of_webhook = Counter(one.webhook for one in busy)
    failing = sum(one.failing for one in busy)
    given: Counter[UUID] = Counter()
    waiting = list(due)
    for _ in range(MOST_SENDING - len(busy)):
        waiting = [
            one for one in waiting
            if of_tenant[one.tenant] < PER_TENANT
            and of_webhook[one.webhook] < (1 if one.failing else PER_WEBHOOK)
            and (not one.failing or failing < MOST_FAILING)
        ]  # fmt: skip
        if not waiting:
            break
        chosen = min(waiting, key=lambda one: (of_tenant[one.tenant], of_webhook[one.webhook], one.at))
        of_tenant[chosen.tenant] += 1
        of_webhook[chosen.webhook] += 1
        given[chosen.webhook] += 1
        failing += chosen.failing
    return [Turn(one, given[one.webhook]) for one in due if given[one.webhook]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: the answer's status, or why there is none; how long it took."""

    at: datetime
    milliseconds: int
    status: int | None = None
    reason: str = ""
    told: timedelta | None = None

    @property
    def arrived(self) -> bool:
        """Say whether the receiver has taken it: only 2xx says so, a redirect does not."""
        return self.status is not None and 200 <= self.status < 300

    def shown(self) -> dict[str, object]:
        """Return the attempt as it is kept and shown: no address, and nothing of what was answered."""
        said: dict[str, object] = {"at": self.at.isoformat(), "milliseconds": self.milliseconds, "status": self.status}
        return said | ({} if self.arrived else {"reason": self.reason or f"answered {self.status}"})


def body_of(*, type: str, at: datetime, message: UUID, subject: UUID, ids: Mapping[str, object]) -> bytes:
    """Return the message: the same bytes at each attempt. Ids alone: the receiver fetches what it may see."""
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    data = {"id": str(message), "subject": str(subject), "ids": dict(sorted(ids.items()))}
    return json.dumps({"type": type, "timestamp": moment, "data": data}, separators=(",", ":")).encode()
