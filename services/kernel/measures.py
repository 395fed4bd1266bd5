"""What is measured in the background, while somebody wants the figures: no scrape asks the database.

Every fifteen seconds what costs a query or two; once a minute what must be asked tenant by tenant, because a service
sees one tenant at a time. With many tenants the minutes grow: all of this may take a twentieth of the time.
Each process measures for itself, so of a figure that all processes of a service show, one is to be read.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import structlog
from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kernel.logs import trail
from services.kernel.upkeep import tenants

if TYPE_CHECKING:
    from services.kernel.context import Kernel
    from services.kernel.follow import Follower

log = structlog.get_logger()
OFTEN, SELDOM = 15.0, 60.0
_SHARE = 20.0
_LAG_STEP, _LAG_KEPT = 0.5, 30
_JOBS = text("select status::text as state, count(*) as number from procrastinate_jobs group by status")
_OLDEST_JOB = text(
    "select coalesce(extract(epoch from now() - min(e.at)), 0) from procrastinate_jobs j"
    " join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'"
    " where j.status = 'todo' and (j.scheduled_at is null or j.scheduled_at <= now())"
)
_HORIZON = text(
    "select pg_snapshot_xmin(s)::text::bigint as oldest, pg_snapshot_xmax(s)::text::bigint as next"
    " from pg_current_snapshot() s"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of each tenant, asked by SQL that may name `:now`; shown is their sum, or the largest."""

    name: str
    says: str
    query: str
    over: Literal["sum", "largest"] = "sum"

    def of(self, numbers: Sequence[float]) -> float:
        """Return what is shown for all tenants together."""
        return sum(numbers) if self.over == "sum" else max(numbers, default=0.0)


def age(column: str) -> str:
    """Return the SQL for how many seconds ago the earliest `column` lies."""
    return f"coalesce(extract(epoch from cast(:now as timestamptz) - min({column})), 0)"


OF_ALL = (
    Measure("cando_audit_unchained_rows", "Rows of the audit that are not chained yet",
            "select count(*) from audit where number is null"),
    Measure("cando_audit_unchained_seconds", "How old the oldest of them is",
            f"select {age('at')} from audit where number is null", "largest"),  # noqa: S608 - our own words
)  # fmt: skip
"""What is measured in every service."""


@contextlib.asynccontextmanager
async def measuring(kernel: "Kernel", followers: Sequence["Follower"], own: Sequence[Measure]) -> AsyncIterator[None]:
    """Measure in the background while the context is open, if anybody can see it."""
    if not kernel.panel.wanted:
        yield
        return
    for follower in followers:
        kernel.metrics.feed_lag.labels(follower.source).set_function(partial(getattr, follower, "behind"))
    looks = _Looks(kernel, followers, (*OF_ALL, *own))
    tasks = [asyncio.create_task(one) for one in (looks.often(), looks.seldom(), _listen_to_the_loop(kernel))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Looks:
    def __init__(self, kernel: "Kernel", followers: Sequence["Follower"], measures: Sequence[Measure]) -> None:
        self._kernel = kernel
        self._followers = followers
        figures = kernel.metrics
        self._jobs = figures.gauge("cando_jobs_kept", "Jobs of the queue by state", "state")
        self._oldest_job = figures.gauge("cando_job_waiting_seconds", "How long the job has waited that waits longest")
        self._horizon = figures.gauge(
            "cando_feed_horizon_seconds", "For how long at least a transaction has held facts back from every reader"
        )
        self._measured = figures.gauge("cando_measured_seconds", "When this was last measured", "what")
        self._measures: list[tuple[Measure, Gauge]] = [(one, figures.gauge(one.name, one.says)) for one in measures]
        self._seen: deque[tuple[float, int]] = deque(maxlen=20_000)

    async def often(self) -> None:
        """Look every quarter of a minute, for ever."""
        await self._for_ever("often", OFTEN, self._look)

    async def seldom(self) -> None:
        """Walk through the tenants every minute, for ever."""
        await self._for_ever("seldom", SELDOM, self._walk)

    async def _for_ever(self, what: str, rest: float, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            began = time.monotonic()
            try:
                await look()
                self._measured.labels(what).set(time.time())
            except Exception as error:
                log.warning("not-measured", **trail(error))
            await asyncio.sleep(max(rest, _SHARE * (time.monotonic() - began)))

    async def _look(self) -> None:
        async with self._kernel.database.transaction(None) as session:
            await self._count_jobs(session)
            seen = (await session.execute(_HORIZON)).one()
        self._horizon.set(self._age_of(seen.oldest, seen.next))
        for follower in self._followers:
            late = follower.behind > 2 * OFTEN
            self._kernel.metrics.feed_waiting.labels(follower.source).set(await follower.waiting() if late else 0)

    async def _count_jobs(self, session: AsyncSession) -> None:
        found = {row.state: row.number for row in await session.execute(_JOBS)}
        for state in ("todo", "doing", "failed"):
            self._jobs.labels(state).set(found.get(state, 0))
        self._oldest_job.set(float(await session.scalar(_OLDEST_JOB) or 0))

    def _age_of(self, oldest: int, next_one: int) -> float:
        """Return for how long a transaction has at least been open: a role cannot see when those of others began.

        It was open already at each earlier look that had seen a later number given out.
        """
        now = time.monotonic()
        while self._seen and self._seen[0][1] <= oldest:
            self._seen.popleft()
        self._seen.append((now, next_one))
        return now - self._seen[0][0]

    async def _walk(self) -> None:
        numbers: list[list[float]] = [[] for _ in self._measures]
        async for tenant in tenants(self._kernel):
            async with self._kernel.database.transaction(tenant) as session:
                for found, (measure, _) in zip(numbers, self._measures, strict=True):
                    asked = text(measure.query)
                    names = {"now": self._kernel.clock()} if ":now" in measure.query else {}
                    found.append(float(await session.scalar(asked, names) or 0))
        for found, (measure, gauge) in zip(numbers, self._measures, strict=True):
            gauge.set(measure.of(found))


async def _listen_to_the_loop(kernel: "Kernel") -> None:
    """Notice how late the loop wakes whoever sleeps: by as much every request waits."""
    lags: deque[float] = deque(maxlen=_LAG_KEPT)
    gauge = kernel.metrics.gauge(
        "cando_loop_lag_seconds", "The longest that the loop has kept somebody waiting of late"
    )
    while True:
        due = time.monotonic() + _LAG_STEP
        await asyncio.sleep(_LAG_STEP)
        lags.append(max(0.0, time.monotonic() - due))
        gauge.set(max(lags))
