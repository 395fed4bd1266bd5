"""Every query on projects and what they spent."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.community.access import held_by
from services.community.models import Council, Member, Project, Spending
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

Row = TypeVar("Row", Project, Spending)


async def add(work: Work, row: Row) -> Row:
    """Store a new row and return it."""
    work.session.add(row)
    await work.session.flush()
    return row


async def spending(work: Work, project_id: UUID, spending_id: UUID) -> Spending | None:
    """Return one sum that a project spent."""
    found: Spending | None = await work.session.scalar(
        select(Spending).where(col(Spending.id) == spending_id, col(Spending.project_id) == project_id)
    )
    return found


async def has_spending(work: Work, project_id: UUID) -> bool:
    """Say whether a project spent anything, also if all of it came back."""
    wanted = select(col(Spending.id)).where(col(Spending.project_id) == project_id).limit(1)
    return await work.session.scalar(wanted) is not None


async def spending_page(work: Work, project_id: UUID, *, after: After, limit: int) -> Sequence[Spending]:
    """Return up to `limit` + 1 of the sums that a project spent."""
    wanted = select(Spending).where(col(Spending.project_id) == project_id)
    return (await work.session.scalars(after_cursor(wanted, Spending, after, limit))).all()


async def council(work: Work, council_id: UUID, *, deleted_too: bool = False) -> Council | None:
    """Return a council of the caller's organisation, held as it is until the transaction ends."""
    wanted = select(Council).where(col(Council.id) == council_id, held_by(work, Council))
    if not deleted_too:
        wanted = wanted.where(col(Council.deleted_at).is_(None))
    found: Council | None = await work.session.scalar(wanted.with_for_update(read=True))
    return found


async def members(work: Work, council_id: UUID) -> int:
    """Return how many members of a council serve."""
    wanted = select(func.count()).where(col(Member.council_id) == council_id, col(Member.state) == "serving")
    return await work.session.scalar(wanted) or 0
