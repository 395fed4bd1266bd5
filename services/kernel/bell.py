"""A bell that rings in every process when the database is told something: LISTEN/NOTIFY behind one small class."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import psycopg
import structlog
from psycopg import sql

from services.kernel.background import going_on

_REST = 1.0
log = structlog.get_logger()


class Bell:
    """Listens on one channel with a connection of its own; wakes whoever waits, calls `on_ring` with the payload.

    While the connection is away nothing rings, so whoever waits also looks again after a while.
    """

    def __init__(self, conninfo: str, channel: str, on_ring: Callable[[str], None] | None = None) -> None:
        self._conninfo = conninfo
        self._channel = channel
        self._on_ring = on_ring
        self._rung = asyncio.Event()
        self.connected = False

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Bell"]:
        """Listen while the context is open."""
        async with going_on(self._listen()):
            yield self

    async def wait(self, seconds: float) -> None:
        """Return when the bell rings, or after `seconds`."""
        rung = self._rung
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await rung.wait()

    async def _listen(self) -> None:
        while True:
            try:
                await self._attend()
            except (psycopg.Error, OSError) as error:
                log.warning("bell-lost", channel=self._channel, error=type(error).__name__)
                await asyncio.sleep(_REST)

    async def _attend(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            await connection.execute(sql.SQL("listen {}").format(sql.Identifier(self._channel)))
            self.connected = True
            try:
                self._ring("")
                async for notice in connection.notifies():
                    self._ring(notice.payload)
            finally:
                self.connected = False

    def _ring(self, payload: str) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()
        if self._on_ring:
            self._on_ring(payload)
