"""The common store in PostgreSQL: one row for each bucket, and one statement that takes from many of them at once.

A row says until when what was taken reaches (the bucket is full when that lies in the past, and empty a window ahead).
It has a connection of its own, so that a pool that is exhausted cannot hold up the limits that protect it, and the
statement is its own transaction: a row is locked for a fraction of a millisecond. The table is unlogged: after a crash
of the database everybody starts with a full bucket.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import psycopg
import structlog

from gateway.limits.domain import Lease
from services.kernel.context import Kernel

ANSWERS_WITHIN = 0.5
_REST = 1.0
_OPTIONS = "-c statement_timeout=2000 -c synchronous_commit=off"
_TAKE = """
insert into rate_buckets as held (key, until, per_minute, granted)
select key, statement_timestamp() + make_interval(secs => 60.0 * wanted / per_minute), per_minute, wanted
from unnest(%(keys)s::text[], %(limits)s::int[], %(wanted)s::int[]) as asked (key, per_minute, wanted) order by key
on conflict (key) do update set
    per_minute = excluded.per_minute,
    granted = greatest(0, least(excluded.granted, floor(excluded.per_minute * (1 - extract(epoch from
        greatest(held.until, statement_timestamp()) - statement_timestamp()) / 60.0)))),
    until = greatest(held.until, statement_timestamp()) + make_interval(secs => 60.0 / excluded.per_minute *
        greatest(0, least(excluded.granted, floor(excluded.per_minute * (1 - extract(epoch from
        greatest(held.until, statement_timestamp()) - statement_timestamp()) / 60.0)))))
returning key, granted, extract(epoch from until - statement_timestamp())::float8
"""
_FORGET = "delete from rate_buckets where until < statement_timestamp()"
log = structlog.get_logger()


@dataclass
class _Asked:
    per_minute: int
    wanted: int
    lease: "asyncio.Future[Lease | None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Store:
    """Takes from the common store; whatever is asked while a statement is under way goes together in the next."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection | None = None
        self._asked: dict[str, _Asked] = {}
        self._working: asyncio.Task[None] | None = None
        self._away_until = 0.0
        self._away = False
        self.statements = 0

    async def take(self, key: str, *, per_minute: int, wanted: int) -> Lease | None:
        """Return what the store gives of one bucket; None if it does not answer."""
        if time.monotonic() < self._away_until:
            return None
        asked = self._asked.setdefault(key, _Asked(per_minute, wanted))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await asyncio.shield(asked.lease)

    async def aclose(self) -> None:
        """Let go of the connection."""
        if self._working is not None:
            self._working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._working
        await self._hang_up()

    async def _work(self) -> None:
        while self._asked:
            batch, self._asked = self._asked, {}
            leases: dict[str, Lease] = {}
            try:
                async with asyncio.timeout(ANSWERS_WITHIN):
                    leases = await self._taken(batch)
                self._is_back()
            except (psycopg.Error, OSError, TimeoutError) as error:
                await self._gone(error)
            finally:
                for key, asked in batch.items():
                    if not asked.lease.done():
                        asked.lease.set_result(leases.get(key))

    async def _taken(self, batch: dict[str, _Asked]) -> dict[str, Lease]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, options=_OPTIONS, connect_timeout=2
            )
        self.statements += 1
        told = {
            "keys": list(batch), "limits": [one.per_minute for one in batch.values()],
            "wanted": [one.wanted for one in batch.values()],
        }  # fmt: skip
        rows = await (await self._connection.execute(_TAKE, told, prepare=True)).fetchall()
        return {key: Lease(granted, ahead) for key, granted, ahead in rows}

    async def _gone(self, error: BaseException) -> None:
        if not self._away:
            log.warning("limits-alone", error=type(error).__name__)
        self._away, self._away_until = True, time.monotonic() + _REST
        await self._hang_up()

    def _is_back(self) -> None:
        if self._away:
            log.warning("limits-together-again")
        self._away = False

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()


async def forget_full_buckets(kernel: Kernel) -> None:
    """Delete the rows of those who have not asked for a minute: a bucket without a row is full."""
    async with await psycopg.AsyncConnection.connect(kernel.database.conninfo, autocommit=True) as connection:
        await connection.execute(_FORGET)
