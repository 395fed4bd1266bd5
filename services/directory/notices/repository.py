"""Every query about notices."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.directory.models import Notice
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work


async def of_purpose(work: Work, purpose: str) -> Sequence[Notice]:
    """Return every notice for a purpose."""
    return (await work.session.scalars(select(Notice).where(col(Notice.purpose) == purpose))).all()


async def notice(work: Work, notice_id: UUID) -> Notice | None:
    """Return a notice."""
    found: Notice | None = await work.session.scalar(select(Notice).where(col(Notice.id) == notice_id))
    return found


async def page(work: Work, *, purpose: str | None, after: After, limit: int) -> Sequence[Notice]:
    """Return up to `limit` + 1 notices, oldest first."""
    query = select(Notice) if purpose is None else select(Notice).where(col(Notice.purpose) == purpose)
    return (await work.session.scalars(after_cursor(query, Notice, after, limit))).all()
