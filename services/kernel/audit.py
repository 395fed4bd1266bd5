"""The audit's chain: who looked at what, in rows of which none can be changed, taken out or put between unnoticed.

A row is written in the transaction of what it tells of, and chained afterwards, in batches, by a job of every minute:
its number is the next one of its tenant, its chain the hash over the chain of the number before and the row itself.
So rows that commit late, with an earlier time, are simply chained later. The runtime role can chain a row once.
Rows since the last batch are not chained yet, and a proof says how many. Who takes rows off the end, or writes the
whole chain anew, is found by a head that was kept elsewhere: `python -m deploy.audit` prints it.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kernel import tables
from services.kernel.upkeep import tenants

if TYPE_CHECKING:
    from services.kernel.context import Kernel

t = tables.audit
BATCH = 500
HASHED = (
    "tenant_id", "id", "at", "actor_kind", "actor", "organisation_id", "on_behalf_of", "action", "subject", "person",
    "purpose",
)  # fmt: skip
"""The columns of a row that its chain is made over, in this order for ever."""
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext(current_schema() || '.audit'), hashtext(:tenant))")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many rows it has, and the hash over all of them."""

    number: int
    chain: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What looking through a chain showed: its head, the first number that does not fit, what is not chained yet."""

    head: Head
    broken: int | None
    unchained: int


def seed(service: str, tenant: UUID) -> Head:
    """Return what the first row of a tenant is chained to."""
    return Head(0, hashlib.sha256(f"cando-audit/1/{service}/{tenant}".encode()).hexdigest())


def chained(before: str, number: int, row: RowMapping) -> str:
    """Return the chain of a row: over its number, every column of it, and the chain before."""
    told = [number, *(_plain(row[name]) for name in HASHED)]
    canonical = json.dumps(told, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}|{canonical}".encode()).hexdigest()


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


async def chain_all(kernel: "Kernel") -> int:
    """Chain what is new, tenant by tenant; return how many rows that were."""
    count = 0
    async for tenant in tenants(kernel):
        while (new := await chain_tenant(kernel, tenant)) > 0:
            count += new
    return count


async def chain_tenant(kernel: "Kernel", tenant: UUID) -> int:
    """Chain one batch of a tenant's rows; return how many there were."""
    async with kernel.database.transaction(tenant) as session:
        query = select(t).where(t.c.number.is_(None)).order_by(t.c.at, t.c.id).limit(BATCH)
        if await session.scalar(query.with_only_columns(t.c.id).limit(1)) is None:
            return 0
        await session.execute(_ONE_AT_A_TIME, {"tenant": str(tenant)})
        head = await _head(session) or seed(kernel.name, tenant)
        places = []
        for row in (await session.execute(query)).mappings():
            head = Head(head.number + 1, chained(head.chain, head.number + 1, row))
            places.append({"which": row["id"], "number": head.number, "chain": head.chain})
        if places:
            await session.execute(update(t).where(t.c.id == bindparam("which")), places)
    return len(places)


async def _head(session: AsyncSession) -> Head | None:
    query = select(t.c.number, t.c.chain).where(t.c.number.is_not(None)).order_by(t.c.number.desc()).limit(1)
    row = (await session.execute(query)).first()
    return None if row is None else Head(row.number, row.chain or "")


async def prove(session: AsyncSession, service: str, tenant: UUID, *, anchor: Head | None = None) -> Proof:
    """Look through the whole chain of `session`'s tenant. `anchor` is a head kept from before, which must still fit.

    Everything up to `broken` minus one is as it was written; from there on nothing is certain.
    """
    head = seed(service, tenant)
    anchored = anchor is None
    async for row in _rows(session):
        number = head.number + 1
        if row.number != number or row.chain != chained(head.chain, number, row._mapping):
            return await _proof(session, head, broken=number)
        head = Head(number, row.chain)
        if anchor is not None and number == anchor.number:
            if row.chain != anchor.chain:
                return await _proof(session, head, broken=number)
            anchored = True
    return await _proof(session, head, broken=None if anchored else head.number + 1)


async def _rows(session: AsyncSession) -> AsyncIterator[Row[Any]]:
    """Yield the chained rows in order, a batch at a time."""
    after = -(2**62)
    while True:
        query = select(t).where(t.c.number > after).order_by(t.c.number).limit(BATCH * 4)
        rows = (await session.execute(query)).all()
        for row in rows:
            yield row
        if not rows:
            return
        after = rows[-1].number


async def _proof(session: AsyncSession, head: Head, *, broken: int | None) -> Proof:
    unchained = await session.scalar(select(func.count()).select_from(t).where(t.c.number.is_(None)))
    return Proof(head, broken, int(unchained or 0))
