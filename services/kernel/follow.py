"""Following a neighbour's feed: each fact handled once, in order, catching up after either side was down.

A follower reads `/internal/events` of its source from its stored position. The facts of one tenant are handled in
one transaction of that tenant, which also notes them in the inbox; the position moves on afterwards. So a fact that
is read twice has its effect once. A fact that cannot be handled stops the follower, which tries again and says so
in `lag`: nothing is skipped.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from itertools import groupby
from uuid import UUID

import structlog
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.kernel import tables, tracing
from services.kernel.background import going_on
from services.kernel.context import Kernel
from services.kernel.events import START, Event, Feed
from services.kernel.logs import trail
from services.kernel.metrics import here
from services.kernel.problems import Unavailable
from services.kernel.upstream import call
from services.kernel.work import Work, as_service

log = structlog.get_logger()
Handler = Callable[[Work, Sequence[Event]], Awaitable[None]]
_LONGEST_REST = 5.0
_PAGE = 500
_SIGN_OF_LIFE = timedelta(seconds=10)
"""How old the shared note may be, that somebody has read to the end of a feed, before it is written anew."""


class Follower:
    """Applies the facts of `source` to this service through `handle`."""

    def __init__(self, source: str, handle: Handler, kernel: Kernel) -> None:
        self.source = source
        self._handle = handle
        self._kernel = kernel
        self.healthy = True
        self._reached = time.monotonic()

    @property
    def behind(self) -> float:
        """Return for how many seconds this process has not got through to the end of what the feed had to show."""
        return time.monotonic() - self._reached

    async def behind_everywhere(self) -> float:
        """Return for how many seconds no process of this service has."""
        async with self._kernel.database.transaction(None) as session:
            t = tables.cursors
            at = await session.scalar(select(t.c.at).where(t.c.source == self.source))
        return float("inf") if at is None else (self._kernel.clock() - at).total_seconds()

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Follow in the background while the context is open."""
        async with going_on(self._follow()):
            yield

    async def _follow(self) -> None:
        rest = 0.1
        while True:
            try:
                await self.step(wait=20)
                self.healthy, rest = True, 0.1
            except Exception as error:
                if self.healthy or not isinstance(error, Unavailable):
                    log.warning("feed-behind", source=self.source, **trail(error))
                self.healthy = False
                await asyncio.sleep(rest)
                rest = min(rest * 2, _LONGEST_REST)

    async def step(self, *, wait: float = 0) -> int:
        """Read and apply one page of facts; return how many there were."""
        position = await self._position()
        feed = await self._read(position, wait=wait)
        with tracing.span(f"follow {self.source}", kind="consumer") if feed.items else nullcontext():
            for tenant, events in groupby(feed.items, key=lambda event: event.tenant):
                await self._apply(tenant, list(events))
            await self._move(feed.next, since=position)
        self._reached = time.monotonic()
        here().facts.labels(self.source).inc(len(feed.items))
        return len(feed.items)

    async def _read(self, position: str, *, wait: float, most: int = _PAGE) -> Feed:
        peers = self._kernel.peers
        headers = {"authorization": f"Bearer {await peers.tokens.feed()}"}
        query = {"after": position, "wait": str(wait), "limit": str(most)}
        answer = await call(
            peers.apps[self.source], "GET", "/internal/events", query=query, headers=headers, timeout=wait + 10
        )
        if answer.status == 401:
            peers.tokens.forget()
        if answer.status != 200:
            raise Unavailable(f"The feed of {self.source} answered {answer.status}.")
        return Feed.model_validate_json(answer.body)

    async def waiting(self) -> int:
        """Return how many facts the feed holds that have not been applied; a thousand stand for any more."""
        feed = await self._read(await self._position(), wait=0, most=1000)
        return len(feed.items)

    async def _apply(self, tenant: UUID, events: Sequence[Event]) -> None:
        async with as_service(self._kernel, tenant) as work:
            rows = [{"source": self.source, "event_id": event.id, "at": work.now} for event in events]
            t = tables.inbox
            fresh = await work.session.scalars(upsert(t).values(rows).on_conflict_do_nothing().returning(t.c.event_id))
            new = set(fresh)
            if new:
                await self._handle(work, [event for event in events if event.id in new])

    async def _position(self) -> str:
        async with self._kernel.database.transaction(None) as session:
            t = tables.cursors
            position = await session.scalar(select(t.c.position).where(t.c.source == self.source))
            return position or START

    async def _move(self, position: str, *, since: str) -> None:
        """Go on from `since`, unless somebody else has gone on meanwhile; note now and then that somebody follows."""
        now, t = self._kernel.clock(), tables.cursors
        news = or_(t.c.position != position, t.c.at < now - _SIGN_OF_LIFE)
        async with self._kernel.database.transaction(None) as session:
            await session.execute(
                upsert(t)
                .values(source=self.source, position=position, at=now)
                .on_conflict_do_update(
                    index_elements=["source"],
                    set_={"position": position, "at": now},
                    where=(t.c.position == since) & news,
                )
            )
