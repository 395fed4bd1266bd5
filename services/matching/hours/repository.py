"""Every query on hours."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.kernel.work import Work
from services.matching.models import Hours


async def of_match(work: Work, match_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Hours]:
    """Return up to `limit` hours of a match, after an id."""
    statement = select(Hours).where(col(Hours.match_id) == match_id)
    if after is not None:
        statement = statement.where(col(Hours.id) > after)
    return (await work.session.scalars(statement.order_by(col(Hours.id)).limit(limit))).all()


async def get(work: Work, hours_id: UUID) -> Hours | None:
    """Return hours by their id."""
    found: Hours | None = await work.session.scalar(select(Hours).where(col(Hours.id) == hours_id))
    return found


async def lock(work: Work, match_id: UUID, hours_id: UUID) -> Hours | None:
    """Return hours of a match, and keep them."""
    statement = select(Hours).where(col(Hours.id) == hours_id, col(Hours.match_id) == match_id).with_for_update()
    found: Hours | None = await work.session.scalar(statement)
    return found
