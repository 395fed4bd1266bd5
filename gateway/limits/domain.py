"""The rules: a minute's worth at once and then as much each minute, taken from the common store in small shares.

The common store is a bucket for each client, tenant and address. A process takes a share of it and spends that by
itself; what it took is gone from the bucket at once, so all processes together never let through more than is in it.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from services.kernel.problems import Problem

WINDOW = 60.0
SHARES = 20
"""The largest share is a twentieth of a minute's worth."""
_FIRST = 100
"""The first share is a hundredth, and each that is used up doubles the next: a quiet client wastes little of its own
where many gateways each hold a share for it."""
_KEPT = 30.0
_SHORTEST = 0.25


class TooManyRequests(Problem):
    """429. `policy` is whose limit it was, `seconds` when to come back."""

    status = 429
    slug = "too-many-requests"
    title = "More requests than are allowed here"
    seconds: int
    limits: ClassVar[tuple[tuple[bytes, bytes], ...]] = ()

    def __init__(self, detail: str, *, seconds: float = 1.0, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        super().__init__(detail)
        self.seconds = max(1, math.ceil(seconds))
        self._told = headers

    def response(self) -> Response:
        """Return the answer, which says when to come back."""
        answer = super().response()
        answer.headers["retry-after"] = str(self.seconds)
        answer.raw_headers.extend(self._told)
        return answer


@dataclass(frozen=True, slots=True)
class Policy:
    """One kind of limit, and how the answer's headers speak of it (draft-ietf-httpapi-ratelimit-headers-10)."""

    name: str
    per_minute: int
    says: str

    @property
    def header(self) -> tuple[bytes, bytes]:
        """Return the header that states the limit."""
        return b"ratelimit-policy", f'"{self.name}";q={self.per_minute};w={WINDOW:.0f}'.encode()

    @property
    def share(self) -> int:
        """Return the most that a process takes at once."""
        return max(1, self.per_minute // SHARES)


@dataclass(frozen=True, slots=True)
class Lease:
    """What the common store gave: how many, and how many seconds ahead of its time the bucket is after it."""

    granted: int
    ahead: float


class Share:
    """What one process holds of one bucket. Times are seconds of the process's own steady clock."""

    __slots__ = ("_alone_until", "_ends", "_full_at", "_left", "_size", "key", "policy", "shut_until")

    def __init__(self, key: str, policy: Policy) -> None:
        self.key = key
        self.policy = policy
        self.shut_until = 0.0
        self._left = 0
        self._ends = 0.0
        self._size = max(1, policy.per_minute // _FIRST)
        self._alone_until = 0.0
        self._full_at = 0.0

    def take(self, now: float) -> bool:
        """Spend one of what is held; say whether there was one."""
        if self._left < 1 or now >= self._ends:
            return False
        self._left -= 1
        return True

    def give_back(self) -> None:
        """Undo `take`: what was asked turned out not to count."""
        self._left += 1

    def wanted(self, now: float) -> int:
        """Return how much to ask the common store for: more each time, if the last was used up in its time."""
        used_up = self._left < 1 and now < self._ends
        size = min(self._size * 2, self.policy.share) if used_up else max(1, self.policy.per_minute // _FIRST)
        self._size = min(size, self.policy.share)
        return self._size

    def receive(self, lease: Lease, now: float) -> None:
        """Hold what the common store gave. If that is nothing, it need not be asked again for a while."""
        self._full_at = now + lease.ahead
        self._left = lease.granted if now >= self._ends else self._left + lease.granted
        self._ends = now + _KEPT
        if not lease.granted:
            self.shut_until = now + max(_SHORTEST, lease.ahead + WINDOW / self.policy.per_minute - WINDOW)

    def go_on_alone(self, now: float) -> None:
        """Take a share without the common store, which does not answer: at most a minute's worth a minute here."""
        if now < self._alone_until:
            self.shut_until = self._alone_until
            return
        self._left, self._ends = self.policy.share, now + _KEPT
        self._alone_until = now + WINDOW * self.policy.share / self.policy.per_minute

    def is_idle(self, now: float) -> bool:
        """Say whether nothing is lost by forgetting this share."""
        return now >= self._ends and now >= self.shut_until and now >= self._alone_until

    def headers(self, now: float) -> tuple[tuple[bytes, bytes], ...]:
        """Return what an answer says: the policy, about how many are left, and in how many seconds all will be."""
        ahead = max(0.0, self._full_at - now)
        left = self._left + int(self.policy.per_minute * max(0.0, 1.0 - ahead / WINDOW))
        left = min(max(left, 0), self.policy.per_minute)
        return (
            self.policy.header,
            (b"ratelimit", f'"{self.policy.name}";r={left};t={math.ceil(ahead)}'.encode()),
        )

    def refusal(self, now: float) -> TooManyRequests:
        """Return the problem of one request too many."""
        wait = max(self.shut_until - now, 0.0)
        detail = f"{self.policy.says} may ask {self.policy.per_minute} times a minute. Come back a little later."
        told = (self.policy.header, (b"ratelimit", f'"{self.policy.name}";r=0;t={max(1, math.ceil(wait))}'.encode()))
        return TooManyRequests(detail, seconds=wait, headers=told)
