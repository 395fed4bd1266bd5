"""How reports are asked for and shown."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, cast

from fastapi import Query
from pydantic import BaseModel, Field

from services.assessments.models import ReportPolicy
from services.assessments.one_to_one.schemas import CategoryKey
from services.assessments.reports.disclosure import Keeps
from services.assessments.reports.domain import COUNTED_ELSEWHERE, Asked, Dimension, Gap, Period, grouping
from services.kernel.fields import Body, Language, Line
from services.vocabulary import main_language

Month = Annotated[str, Query(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", examples=["2026-11"])]
PeriodName = Annotated[str, Query(pattern=r"^(19|20|21)\d\d-(Q[1-4]|0[1-9]|1[0-2])$", examples=["2026-Q4"])]
Grouping = Annotated[
    str, Query(max_length=100, description="Up to three of category, concept, area, language, period.")
]


def asked_for(
    category: CategoryKey | None = None,
    concept: Annotated[Line | None, Query()] = None,
    area: Annotated[Line | None, Query()] = None,
    language: Annotated[Language | None, Query()] = None,
    period: PeriodName | None = None,
    group_by: Grouping = "category",
    periods: Annotated[Period, Query(description="How long a period is when you group by it.")] = "quarter",
    since: Annotated[Month | None, Query(alias="from")] = None,
    until: Annotated[Month | None, Query(alias="to")] = None,
) -> Asked:
    """Return the question that the query of a request asks. Raises WrongGrouping."""
    tongue = main_language(language) if language else None
    named: dict[Dimension, str | None] = {
        "category": category, "concept": concept, "area": area, "language": tongue, "period": period,
    }  # fmt: skip
    long: Period = periods if period is None else "quarter" if "Q" in period else "month"
    equal = {dimension: value for dimension, value in named.items() if value is not None}
    return Asked(group_by=grouping(group_by), period=long, equal=equal, since=since, until=until)


class CountPublic(BaseModel):
    """A number and how to say it; no number when somebody could be recognised by it.

    "fewer than 5" means that fewer than five people stand behind it; "at least" that some more may not be told.
    """

    count: int | None
    shown: str


class GapPublic(BaseModel):
    """One row. What the report is not grouped by is null, and so is what is not known.

    Unmet are the needs that are not met; unasked is what people would gladly do and nobody has asked them for.
    """

    category: str | None = None
    concept: str | None = None
    area: str | None = None
    language: str | None = None
    period: str | None = None
    needs: CountPublic
    capabilities: CountPublic
    published: CountPublic
    met: CountPublic
    unmet: CountPublic
    unasked: CountPublic
    people: str = Field(examples=["at least 5"])
    withheld: bool


class GapReport(BaseModel):
    """`withheld` rows lack something that would tell on somebody; `counted_elsewhere` says what became of it."""

    items: list[GapPublic]
    group_by: list[Dimension]
    threshold: int
    counted_elsewhere: str | None


def report_shown(gaps: Sequence[Gap], asked: Asked, *, threshold: int) -> GapReport:
    """Return the report as it is shown."""
    rows = [{**gap.key, **{name: value for name, value in asdict(gap).items() if name != "key"}} for gap in gaps]
    return GapReport(
        items=[GapPublic.model_validate(row) for row in rows],
        group_by=list(asked.group_by),
        threshold=threshold,
        counted_elsewhere=COUNTED_ELSEWHERE if any(gap.withheld for gap in gaps) else None,
    )


class DecideReportPolicy(Body):
    """From how many people on something is counted, and which dimension is kept for longest when too few are joined.

    In a small town a report by language shows next to nothing unless languages are kept; categories are the usual.
    It is one choice for all reports. Without `keeps` it stays as it is.
    """

    threshold: Annotated[int, Field(ge=3, le=50, strict=True, examples=[5])]
    keeps: Keeps | None = Field(default=None, examples=["language"])


class ReportPolicyPublic(BaseModel):
    """`decided` says whether the tenant has decided it, or it is the usual."""

    threshold: int
    keeps: Keeps
    decided: bool
    updated_at: datetime | None
    version: int


def policy_shown(row: ReportPolicy) -> ReportPolicyPublic:
    """Return what is decided, as it is shown."""
    decided = row.version > 0
    return ReportPolicyPublic(
        threshold=row.threshold,
        keeps=cast(Keeps, row.keeps),
        decided=decided,
        updated_at=row.updated_at if decided else None,
        version=row.version,
    )
