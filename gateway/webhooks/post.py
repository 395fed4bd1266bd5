"""The post: everything about webhooks that runs by itself, in each gateway process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.webhooks import repository
from gateway.webhooks.delivery import Sender
from gateway.webhooks.domain import KEPT
from gateway.webhooks.spreading import Spreader
from services.kernel.app import NAMES
from services.kernel.context import Kernel
from services.kernel.secrets import Box
from services.kernel.upkeep import tenants

_CONNECTIONS = 3
_LONGEST_FAREWELL = 5.0
_ROWS = 5000


class Post:
    """Spreads the facts of all services and sends what is due, with few of the database's connections at a time."""

    def __init__(self, kernel: Kernel, box: Box) -> None:
        places = asyncio.Semaphore(_CONNECTIONS)
        self.spreaders = [Spreader(source, kernel, places) for source in ("gateway", *NAMES)]
        self.sender = Sender(kernel, box, places)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work in the background while the context is open."""
        spreading = [asyncio.create_task(one.spread_on()) for one in self.spreaders]
        sending = asyncio.create_task(self.sender.send_on())
        try:
            yield
        finally:
            self.sender.stop()
            for task in spreading:
                task.cancel()
            await asyncio.wait({sending}, timeout=_LONGEST_FAREWELL)
            sending.cancel()
            await asyncio.gather(sending, *spreading, return_exceptions=True)


async def forget_old_deliveries(kernel: Kernel) -> None:
    """Delete what was put on thirty days ago, delivered or not, and secrets that have ended."""
    async for tenant in tenants(kernel):
        gone = _ROWS
        while gone == _ROWS:
            now = kernel.clock()
            async with kernel.database.transaction(tenant) as session:
                gone = await repository.drop_old(session, before=now - KEPT, now=now, most=_ROWS)
