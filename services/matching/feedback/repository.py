"""Every query on feedback and risks."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.kernel.work import Work
from services.matching.models import Feedback, Risk


async def of_side(work: Work, match_id: UUID, side: str) -> Feedback | None:
    """Return what a side has said, if it has."""
    statement = select(Feedback).where(col(Feedback.match_id) == match_id, col(Feedback.side) == side)
    found: Feedback | None = await work.session.scalar(statement)
    return found


async def feedback(
    work: Work, match_id: UUID, *, sides: Collection[str], after: UUID | None, limit: int
) -> Sequence[Feedback]:
    """Return what these sides have said."""
    statement = select(Feedback).where(col(Feedback.match_id) == match_id, col(Feedback.side).in_(sides))
    if after is not None:
        statement = statement.where(col(Feedback.id) > after)
    return (await work.session.scalars(statement.order_by(col(Feedback.id)).limit(limit))).all()


async def risk(work: Work, match_id: UUID, risk_id: UUID) -> Risk | None:
    """Return one risk of a match."""
    found: Risk | None = await work.session.scalar(
        select(Risk).where(col(Risk.match_id) == match_id, col(Risk.id) == risk_id)
    )
    return found


async def risks(work: Work, match_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Risk]:
    """Return up to `limit` risks of a match, after an id."""
    statement = select(Risk).where(col(Risk.match_id) == match_id)
    if after is not None:
        statement = statement.where(col(Risk.id) > after)
    return (await work.session.scalars(statement.order_by(col(Risk.id)).limit(limit))).all()
