"""Every query on needs and offers that another system pushes: read in batches, and written in batches."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from services.kernel.work import Work
from services.matching.listings.domain import Kind
from services.matching.listings.repository import TABLES
from services.matching.models import Need, Offer


async def locked(work: Work, kind: Kind, ids: Collection[UUID]) -> dict[UUID, Need | Offer]:
    """Return these listings as far as they are not deleted, and keep them from others, in one order."""
    table = TABLES[kind]
    query = select(table).where(col(table.id).in_(ids), col(table.deleted_at).is_(None)).order_by(col(table.id))
    rows = await work.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {row.id: cast(Need | Offer, row) for row in rows}


async def add(work: Work, kind: Kind, made: Sequence[Need | Offer]) -> None:
    """Add listings with as few statements as it takes."""
    if made:
        rows = [one.model_dump(exclude={"tenant_id", "changed_xid"}) for one in made]
        await work.session.execute(insert(cast(Any, TABLES[kind]).__table__), rows)
