"""Every hour: tell of the grants that have ended by themselves, as of those that are taken back.

Whoever keeps a copy learns in this way what it may not keep any longer. That they have ended holds from the moment
itself: nobody who asks waits for this.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.directory import events
from services.directory.consents import granting, repository
from services.kernel import tables
from services.kernel.context import Kernel
from services.kernel.upkeep import tenants
from services.kernel.work import as_service

TASK = "tell_of_grants_that_have_ended"
_SOURCE = "grants-that-have-ended"
_FIRST = timedelta(days=1)


async def tell(kernel: Kernel) -> None:
    """Tell of the grants of every community that have ended since this was last done; rather twice than never."""
    now = kernel.clock()
    since = await _told_until(kernel) or now - _FIRST
    async for tenant in tenants(kernel):
        async with as_service(kernel, tenant) as work:
            for grant in await repository.ended_between(work, since, now):
                await granting.record(work, events.CONSENT_EXPIRED, grant)
    await _note(kernel, now)


async def _told_until(kernel: Kernel) -> datetime | None:
    async with kernel.database.transaction(None) as session:
        t = tables.cursors
        position = await session.scalar(select(t.c.position).where(t.c.source == _SOURCE))
        return None if position is None else datetime.fromisoformat(position)


async def _note(kernel: Kernel, now: datetime) -> None:
    values = {"position": now.isoformat(), "at": now}
    statement = upsert(tables.cursors).values(source=_SOURCE, **values)
    async with kernel.database.transaction(None) as session:
        await session.execute(statement.on_conflict_do_update(index_elements=["source"], set_=values))
