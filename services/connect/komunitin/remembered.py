"""What a token has read of `/v1` a moment ago, so that a crawl does not read thousands of things for each page.

Only the order of things is trusted to it. Who lets herself be shown is asked anew for a first page, and for each page
after it about exactly the people on it; and no offer or need goes out that `/v1` did not show for this very page. It
is kept in the process alone, by a hash of the token: two minutes after the last request, a quarter of an hour in all.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

FIRST, FURTHER, IDLE = 120.0, 900.0, 120.0
"""For how many seconds what was read whole is brought up to date by what changed since; gone on in by pages; kept
after the last request."""
_MOST = 16


@dataclass(slots=True)
class Rows:
    """A collection by id: when it was read whole, and the moment up to which its changes are in it."""

    read: float
    upto: datetime
    by_id: dict[UUID, Any]

    def take(self, rows: list[Any], *, upto: datetime) -> None:
        """Add rows that are new or have changed."""
        self.by_id.update((row.id, row) for row in rows)
        self.upto = upto


@dataclass(slots=True)
class Remembered:
    """What one token has read; `members` and `accounts` are those that were to be seen."""

    touched: float
    clock: Callable[[], float]
    rows: dict[str, Rows] = field(default_factory=dict)
    members: dict[UUID, Any] = field(default_factory=dict)
    accounts: dict[UUID, Any] = field(default_factory=dict)
    members_read: float | None = None

    def kept(self, path: str, *, further: bool) -> Rows | None:
        """Return a collection that is young enough, or None."""
        found = self.rows.get(path)
        limit = FURTHER if further else FIRST
        return found if found is not None and self.clock() - found.read <= limit else None

    def has_members(self) -> bool:
        """Say whether the members are known well enough to go on from page to page."""
        return self.members_read is not None and self.clock() - self.members_read <= FURTHER

    def learn_members(self, members: dict[UUID, Any], accounts: dict[UUID, Any]) -> None:
        """Keep who was to be seen just now."""
        self.members, self.accounts, self.members_read = members, accounts, self.clock()

    def learn(self, path: str, rows: list[Any], *, upto: datetime) -> Rows:
        """Keep a collection that was read whole."""
        self.rows[path] = Rows(self.clock(), upto, {row.id: row for row in rows})
        return self.rows[path]


class Memory:
    """What the last few tokens have read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[bytes, Remembered] = OrderedDict()

    def of(self, token: str) -> Remembered:
        """Return what a token has read; what nobody has asked after for a while is forgotten."""
        now, key = self._clock(), sha256(token.encode()).digest()
        for old in [one for one, known in self._known.items() if now - known.touched > IDLE]:
            del self._known[old]
        found = self._known.pop(key, None) or Remembered(now, self._clock)
        found.touched = now
        self._known[key] = found
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return found
