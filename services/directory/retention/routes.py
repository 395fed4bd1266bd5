"""HTTP for how long things are kept: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.directory.models import RetentionReport
from services.directory.retention import operations, repository
from services.directory.retention.operations import Kept
from services.directory.retention.schemas import (
    RetentionKindPublic,
    RetentionPublic,
    RetentionPut,
    RetentionReportPublic,
)
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.problems import NotFound
from services.kernel.work import Work, WorkRoute, within

Manage = Annotated[Work, within("rights:manage")]
router = APIRouter(prefix="/v1/retention", route_class=WorkRoute, tags=["rights"])


def _shown(one: Kept) -> RetentionKindPublic:
    return RetentionKindPublic.model_validate({
        "kind": one.kind.name, "service": one.service, "table": one.kind.table, "why": one.kind.why,
        "ends": one.kind.ends, "default_months": one.kind.months, "months": one.period.months,
        "enforce": one.period.enforce, "counted_at": one.counted_at, "counts": one.counts,
    })  # fmt: skip


def _shown_report(one: RetentionReport) -> RetentionReportPublic:
    return RetentionReportPublic.model_validate(one.model_dump())


@router.get("", operation_id="read_retention", summary="Read how long things are kept")
async def read(work: Manage) -> RetentionPublic:
    kept, missing = await operations.policy(work)
    return RetentionPublic(kinds=[_shown(one) for one in kept], missing=missing)


@router.put("", operation_id="set_retention", summary="Set how long things are kept")
async def write(body: RetentionPut, work: Manage) -> RetentionPublic:
    """What is older ends by itself only with `enforce`, and only after a report since then has counted it."""
    await operations.set_periods(work, {kind: (rule.months, rule.enforce) for kind, rule in body.rules.items()})
    return await read(work)


@router.post(":run", operation_id="run_retention", summary="Count what is old now; end what may end")
async def run(work: Manage, response: Response) -> RetentionReportPublic:
    """It also happens by itself once a day. The first run after a period was set only counts."""
    made = await operations.run(work)
    response.headers["content-location"] = f"/v1/retention/reports/{made.id}"
    return _shown_report(made)


@router.get("/reports", operation_id="list_retention_reports", summary="List reports, the oldest first")
async def list_reports(
    request: Request, response: Response, work: Manage, limit: Limit = 50, cursor: Cursor = None
) -> Page[RetentionReportPublic]:
    rows = await repository.reports(work, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, rows, limit, _shown_report)


@router.get("/reports/{report_id}", operation_id="read_retention_report", summary="Read one report")
async def read_report(report_id: UUID, work: Manage) -> RetentionReportPublic:
    found = await repository.report(work, report_id)
    if found is None:
        raise NotFound
    return _shown_report(found)
