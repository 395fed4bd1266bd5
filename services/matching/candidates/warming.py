"""Warming: what the first answer of a fresh process would wait for is done before it says that it is ready.

The inner loops are compiled (seconds, where no earlier process has left them in a cache), and the listings of the
communities are read. Both are bounded in time: after `warm_seconds` the process is ready as it is, and what is still
cold is warmed by whoever asks first. With 0 nothing is warmed.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog

from services.kernel.background import going_on
from services.kernel.context import Kernel
from services.kernel.logs import trail
from services.kernel.upkeep import tenants
from services.kernel.work import as_service
from services.matching.candidates.index import Index
from services.matching.engine import Listing, Matcher
from services.matching.listings.domain import Kind

log = structlog.get_logger()
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@contextlib.asynccontextmanager
async def warming(index: Index, kernel: Kernel, *, within: float, most: int) -> AsyncIterator[None]:
    """Warm `index` in the background while the context is open, for up to `within` seconds and `most` communities."""
    index.warming = within > 0
    async with going_on(_warm(index, kernel, within, most)):
        yield


async def _warm(index: Index, kernel: Kernel, within: float, most: int) -> None:
    if not index.warming:
        return
    try:
        async with asyncio.timeout(within):
            await asyncio.to_thread(compile_loops)
            await _read_listings(index, kernel, most)
        log.info("index-warm", communities=len(index))
    except Exception as error:
        log.warning("index-not-warm", communities=len(index), **trail(error))
    finally:
        index.warming = False


def compile_loops() -> None:
    """Have every inner loop compiled, or fetched from the cache, by asking a small matcher both ways.

    One listing of a kind and several are compiled apart: their columns lie otherwise in memory.
    """
    for many in (1, 3):
        needs = [_listing("need", number, "Help with shopping") for number in range(many)]
        offers = [_listing("offer", number, "I go shopping for you") for number in range(many)]
        matcher = Matcher().fit([*needs, *offers])
        for query in (needs[0], offers[0]):
            matcher.candidates(query, now=_NOON)


def _listing(kind: Kind, number: int, title: str) -> Listing:
    name, here = f"{kind}-{number}", (52.5, -1.9)
    return Listing(id=name, kind=kind, owner=f"owner-of-{name}", title=title, language="en", place=here, reach_km=5.0)


async def _read_listings(index: Index, kernel: Kernel, most: int) -> None:
    read = 0
    async for tenant in tenants(kernel):
        if read >= most:
            return
        async with as_service(kernel, tenant) as work:
            await index.of(tenant).catch_up(work)
        read += 1
