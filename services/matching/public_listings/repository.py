"""Every query about what everybody may read, before anybody is asked whether they still want it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, or_, select, text, union_all
from sqlmodel import col

from services.kernel.work import Work
from services.matching.listings.repository import TABLES
from services.matching.models import FOR_ALL
from services.matching.public_listings.domain import Listed

_TOLD = (
    "id", "updated_at", "participant_id", "held_by", "title", "released_text", "language", "category", "concepts",
    "latitude", "longitude", "cost", "exchange", "expires_at",
)  # fmt: skip


async def after(work: Work, position: UUID | None, *, limit: int) -> list[Listed]:
    """Return up to `limit` open needs and offers that are to be public, in the order of their ids."""
    chosen = [
        _public(work, kind, position).order_by(col(table.id)).limit(limit).subquery() for kind, table in TABLES.items()
    ]
    rows = await work.session.execute(union_all(*(select(one) for one in chosen)).order_by("id").limit(limit))
    return [Listed(**row) for row in rows.mappings()]


async def one(work: Work, listing_id: UUID) -> Listed | None:
    """Return one such need or offer."""
    for kind, table in TABLES.items():
        found = (await work.session.execute(_public(work, kind, None).where(col(table.id) == listing_id))).mappings()
        if row := found.first():
            return Listed(**row)
    return None


def _public(work: Work, kind: Any, position: UUID | None) -> Select[Any]:
    table = TABLES[kind]
    wanted = select(literal(kind).label("kind"), *(getattr(table, name) for name in _TOLD)).where(
        text(FOR_ALL), or_(col(table.expires_at).is_(None), col(table.expires_at) > work.now)
    )
    return wanted if position is None else wanted.where(col(table.id) > position)
