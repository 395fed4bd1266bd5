"""Every query about a community's periods and the reports of what they would end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.directory.models import RetentionReport, RetentionRule
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work


async def hold(work: Work) -> None:
    """Let one run, or one change of the periods, happen at a time in a tenant."""
    await work.hold("retention")


async def rules(work: Work) -> dict[str, RetentionRule]:
    """Return a community's own periods, by kind."""
    return {one.kind: one for one in await work.session.scalars(select(RetentionRule))}


async def last_report(work: Work, kind: str) -> RetentionReport | None:
    """Return the latest report that counted a kind."""
    query = select(RetentionReport).where(col(RetentionReport.kinds).has_key(kind))  # type: ignore[attr-defined]
    found: RetentionReport | None = await work.session.scalar(
        query.order_by(col(RetentionReport.created_at).desc()).limit(1)
    )
    return found


async def last_run(work: Work) -> datetime | None:
    """Return when the latest report was made."""
    return await work.session.scalar(select(func.max(col(RetentionReport.created_at))))


async def reports(work: Work, *, after: After, limit: int) -> Sequence[RetentionReport]:
    """Return reports, the oldest first, one more than `limit`."""
    return (await work.session.scalars(after_cursor(select(RetentionReport), RetentionReport, after, limit))).all()


async def report(work: Work, report_id: UUID) -> RetentionReport | None:
    """Return one report."""
    return await work.session.scalar(select(RetentionReport).where(col(RetentionReport.id) == report_id))
