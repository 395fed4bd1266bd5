"""What a service throws away by itself: keys of requests that nobody repeats any more, and old notes of facts handled.

Work over all tenants goes one tenant's transaction at a time.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, text

from services.kernel import tables

if TYPE_CHECKING:
    from services.kernel.context import Kernel

KEYS_LIVE = timedelta(days=2)
NOTES_LIVE = timedelta(days=90)
_TENANTS = text(
    "with recursive found (id) as ("
    " (select tenant_id from events order by tenant_id limit 1) union all"
    " select (select tenant_id from events where tenant_id > found.id order by tenant_id limit 1) from found"
    " where found.id is not null"
    ") select id from found where id is not null"
)
"""From one tenant to the next by the index: as fast with a million facts as with ten."""


async def tenants(kernel: "Kernel") -> AsyncIterator[UUID]:
    """Yield every tenant that something ever happened in, as the feed knows them."""
    async with kernel.database.all_tenants_feed() as feed:
        known = (await feed.scalars(_TENANTS)).all()
    for tenant in known:
        yield tenant


async def forget_what_is_old(kernel: "Kernel") -> int:
    """Delete idempotency keys after two days and inbox notes after ninety; return how many rows went."""
    gone = 0
    now = kernel.clock()
    async for tenant in tenants(kernel):
        async with kernel.database.transaction(tenant) as session:
            for table, lives in ((tables.idempotency, KEYS_LIVE), (tables.inbox, NOTES_LIVE)):
                rows = await session.execute(delete(table).where(table.c.at < now - lives).returning(table.c.tenant_id))
                gone += len(rows.all())
    return gone
