"""HTTP for reports."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter

from services.assessments.one_to_one.schemas import CategoryKey
from services.assessments.reports import operations
from services.assessments.reports.schemas import GapPublic, GapReport
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["reports"])


@router.get("/v1/reports/gaps", operation_id="report_gaps", summary="Which needs no capability meets yet")
async def report_gaps(work: Annotated[Work, within("reports:read")], category: CategoryKey | None = None) -> GapReport:
    """Return needs, capabilities, published, met and unmet per category of the whole neighbourhood."""
    found = await operations.gaps(work, category=category)
    return GapReport(items=[GapPublic.model_validate(asdict(gap)) for gap in found])
