"""Counting many evenings together: the organisation's own, by time and part of town."""

from datetime import datetime

from services.assessments.round_tables.report import repository
from services.assessments.round_tables.report.domain import Report, report
from services.kernel.problems import Invalid
from services.kernel.work import Work


async def evenings(work: Work, *, since: datetime | None, until: datetime | None, area: str | None) -> Report:
    """Return people, languages and cards of the evenings that began from `since` and before `until`."""
    if since is not None and until is not None and since >= until:
        raise Invalid.field("/to", "must lie after from", source="query")
    chosen = repository.Chosen(since, until, area)
    return report(
        evenings=await repository.count(work, chosen),
        lines=await repository.attendance(work, chosen),
        cards=await repository.cards(work, chosen),
        tables=await repository.tables(work, chosen),
    )
