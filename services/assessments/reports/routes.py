"""HTTP for reports."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from services.assessments.models import ReportPolicy
from services.assessments.reports import chart, operations, sheet
from services.assessments.reports.domain import Asked
from services.assessments.reports.schemas import (
    DecideReportPolicy,
    GapReport,
    ReportPolicyPublic,
    asked_for,
    policy_shown,
    report_shown,
)
from services.kernel.fields import Language
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["reports"])
Reads = Annotated[Work, within("reports:read")]
Manages = Annotated[Work, within("assessments:manage")]
Question = Annotated[Asked, Depends(asked_for)]
Format = Literal["json", "csv", "svg"]
Labels = Annotated[Language, Query(description="The language of the words in a picture.")]
_MEDIA: dict[Format, str] = {"json": "application/json", "csv": "text/csv", "svg": "image/svg+xml"}
_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}, "image/svg+xml": {}}}}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {}}}}


def _wanted(request: Request, wanted: Format | None) -> Format:
    """Return the form that is asked for by name, or else the first one that `Accept` names."""
    if wanted is not None:
        return wanted
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    known: dict[str, Format] = {media: name for name, media in _MEDIA.items()}
    return next((known[media] for media in accepted if media in known), "json")


def _file(content: str, form: Format) -> Response:
    name = {"Content-Disposition": f'attachment; filename="gaps.{form}"'} if form == "csv" else {}
    return Response(content, media_type=_MEDIA[form], headers={**name, "Vary": "Accept"})


@router.get(
    "/v1/reports/gaps",
    operation_id="report_gaps",
    summary="Which needs no capability meets yet",
    response_model=GapReport,
    responses=_FILES,
)
async def report_gaps(
    request: Request,
    work: Reads,
    asked: Question,
    form: Annotated[Format | None, Query(alias="format")] = None,
    labels: Labels = "en",
) -> Any:
    """Return needs, capabilities, published, met, unmet and unasked: per category, or grouped as you like."""
    gaps, threshold = await operations.report(work, asked=asked)
    match _wanted(request, form):
        case "csv":
            return _file(sheet.gap_sheet(gaps, asked.group_by), "csv")
        case "svg":
            return _file(chart.drawn(gaps, language=labels), "svg")
    return report_shown(gaps, asked, threshold=threshold)


@router.get(
    "/v1/reports/gaps.svg",
    operation_id="draw_gaps",
    summary="The gap report as a picture",
    response_class=Response,
    responses=_PICTURE,
)
async def draw_gaps(work: Reads, asked: Question, labels: Labels = "en") -> Response:
    """Return needs against capabilities as an SVG picture that is read without colour."""
    gaps, _ = await operations.report(work, asked=asked)
    return _file(chart.drawn(gaps, language=labels), "svg")


def _policy(row: ReportPolicy, response: Response) -> ReportPolicyPublic:
    tag(response, row.version)
    return policy_shown(row)


@router.get("/v1/reports/policy", operation_id="read_report_policy", summary="What reports count and keep apart")
async def get_policy(response: Response, work: Reads) -> ReportPolicyPublic:
    """Return from how many people on your reports count something, and which dimension they keep for longest."""
    return _policy(await operations.policy(work), response)


@router.put(
    "/v1/reports/policy", operation_id="decide_report_policy", summary="Decide what reports count and keep apart"
)
async def decide_policy(
    body: DecideReportPolicy, response: Response, work: Manages, if_match: IfMatch = None
) -> ReportPolicyPublic:
    """Decide it for the whole neighbourhood; the next report obeys it."""
    decided = await operations.decide(work, threshold=body.threshold, keeps=body.keeps, if_match=if_match)
    return _policy(decided, response)
