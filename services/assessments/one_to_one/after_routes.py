"""HTTP for what comes after the answers: strengths, outcomes, what has changed, and the person's own copy."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from services.assessments.models import Outcome
from services.assessments.one_to_one import changes, outcomes, strengths, summary
from services.assessments.one_to_one.after_schemas import (
    AddOutcome,
    ChangeOutcome,
    ChangesPublic,
    OutcomePublic,
    Outcomes,
    Rate,
    StrengthsPublic,
    TieMatches,
    changes_shown,
    outcome_shown,
    strengths_shown,
)
from services.assessments.one_to_one.schemas import values_of
from services.kernel.fields import Language
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["assessments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
Format = Literal["json", "html", "pdf"]
_HOME = "/v1/assessments/{assessment_id}"
_BY_MEDIA: tuple[tuple[str, Format], ...] = (("text/html", "html"), ("application/pdf", "pdf"))


async def _shown(work: Work, outcome: Outcome, response: Response) -> OutcomePublic:
    tag(response, outcome.version)
    return outcome_shown(outcome, (await outcomes.ratings_of(work, [outcome]))[outcome.id])


@router.get(f"{_HOME}/strengths", operation_id="read_strengths", summary="See whether strengths were named")
async def get_strengths(assessment_id: UUID, work: Reads) -> StrengthsPublic:
    """Say how the capability side stands against the needs, with prompts in her language when it is thin."""
    return strengths_shown(await strengths.read(work, assessment_id))


@router.get(f"{_HOME}/changes", operation_id="read_changes", summary="See what has changed")
async def get_changes(assessment_id: UUID, work: Reads) -> ChangesPublic:
    """Return what is different from the assessment that this one follows, question by question and item by item."""
    return changes_shown(await changes.read(work, assessment_id))


@router.get(f"{_HOME}/outcomes", operation_id="list_outcomes", summary="List what she wants to change")
async def list_outcomes(assessment_id: UUID, work: Reads) -> Outcomes:
    """Return the outcomes that she chose, with every rating and the matches that they came of."""
    found, rated = await outcomes.listed(work, assessment_id)
    return Outcomes(items=[outcome_shown(one, rated[one.id]) for one in found])


@router.post(f"{_HOME}/outcomes", status_code=201, operation_id="add_outcome", summary="Add an outcome")
async def add_outcome(assessment_id: UUID, body: AddOutcome, response: Response, work: Writes) -> OutcomePublic:
    """Add something that she wants to change."""
    made = await outcomes.add(work, assessment_id, values=values_of(body))
    response.headers["location"] = f"/v1/assessments/{assessment_id}/outcomes/{made.id}"
    return await _shown(work, made, response)


@router.get(f"{_HOME}/outcomes/{{outcome_id}}", operation_id="read_outcome", summary="Read an outcome")
async def get_outcome(assessment_id: UUID, outcome_id: UUID, response: Response, work: Reads) -> OutcomePublic:
    """Return one."""
    return await _shown(work, await outcomes.read(work, assessment_id, outcome_id), response)


@router.patch(f"{_HOME}/outcomes/{{outcome_id}}", operation_id="change_outcome", summary="Change an outcome")
async def change_outcome(
    assessment_id: UUID,
    outcome_id: UUID,
    body: ChangeOutcome,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> OutcomePublic:
    """Put one right."""
    changed = await outcomes.change(work, assessment_id, outcome_id, if_match=if_match, changes=values_of(body))
    return await _shown(work, changed, response)


@router.post(
    f"{_HOME}/outcomes/{{outcome_id}}/ratings",
    status_code=201,
    operation_id="rate_outcome",
    summary="Rate where she stands with it",
)
async def rate(assessment_id: UUID, outcome_id: UUID, body: Rate, response: Response, work: Writes) -> OutcomePublic:
    """Add a rating; earlier ones stay."""
    rated = await outcomes.rate(
        work,
        assessment_id,
        outcome_id,
        value=body.value,
        at=body.at,
        rated_in=body.assessment_id,
        author=body.author,
    )
    response.headers["location"] = f"/v1/assessments/{assessment_id}/outcomes/{outcome_id}"
    return await _shown(work, rated, response)


@router.put(f"{_HOME}/outcomes/{{outcome_id}}/matches", operation_id="tie_outcome", summary="Say what it came of")
async def tie(
    assessment_id: UUID,
    outcome_id: UUID,
    body: TieMatches,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> OutcomePublic:
    """Tie it to matches of what this assessment has made known; the list takes the place of an earlier one."""
    tied = await outcomes.tie(work, assessment_id, outcome_id, matches=body.matches, if_match=if_match)
    return await _shown(work, tied, response)


@router.get(
    f"{_HOME}/summary",
    operation_id="read_summary",
    summary="The person's own copy",
    response_model=summary.Summary,
    responses={200: {"content": {"text/html": {}, "application/pdf": {}}}},
)
async def get_summary(
    assessment_id: UUID,
    response: Response,
    work: Reads,
    language: Annotated[Language | None, Query(description="Left out: the assessment's.")] = None,
    format_: Annotated[Format | None, Query(alias="format", description="Left out: as `Accept` says.")] = None,
    accept: Annotated[str, Header(max_length=1000)] = "",
) -> summary.Summary | Response:
    """Return what she can do and wants, in her language: as data, as a page (HTML), or to print (PDF)."""
    found = await summary.read(work, assessment_id, language=language)
    headers = {"vary": "accept", "content-language": found.language}
    match format_ or next((kind for media, kind in _BY_MEDIA if media in accept), "json"):
        case "html":
            return Response(summary.page(found), media_type="text/html; charset=utf-8", headers=headers)
        case "pdf":
            named = {"content-disposition": 'attachment; filename="summary.pdf"'}
            return Response(await summary.printed(found, work), media_type="application/pdf", headers=headers | named)
    response.headers.update(headers)
    return found
