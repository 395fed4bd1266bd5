"""Every query on messages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.kernel.work import Work
from services.matching.models import Message


async def page(work: Work, match_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Message]:
    """Return up to `limit` messages of a match, the oldest first."""
    statement = select(Message).where(col(Message.match_id) == match_id)
    if after is not None:
        statement = statement.where(col(Message.id) > after)
    return (await work.session.scalars(statement.order_by(col(Message.id)).limit(limit))).all()


async def get(work: Work, match_id: UUID, message_id: UUID) -> Message | None:
    """Return one message of a match."""
    found: Message | None = await work.session.scalar(
        select(Message).where(col(Message.match_id) == match_id, col(Message.id) == message_id)
    )
    return found


async def written_since(work: Work, match_id: UUID, *, side: str, since: datetime) -> int:
    """Return how many messages a side has written since a moment."""
    statement = select(func.count()).where(
        col(Message.match_id) == match_id, col(Message.side) == side, col(Message.created_at) > since
    )
    return await work.session.scalar(statement) or 0
