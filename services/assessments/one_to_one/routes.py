"""HTTP for one-to-one assessments and their sittings."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.models import Assessment
from services.assessments.one_to_one import operations, strengths
from services.assessments.one_to_one.schemas import (
    AddSitting,
    AssessmentPublic,
    AssessmentState,
    ChangeAssessment,
    DoNotAskAgain,
    Reassess,
    SittingPublic,
    Sittings,
    StartAssessment,
    shown,
    values_of,
)
from services.kernel import pages
from services.kernel.external_ids import AskedSystem, AskedValue, asked
from services.kernel.fields import Day, ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["assessments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_HOME = "/v1/assessments"


def _shown(assessment: Assessment, response: Response, *, made: bool = False) -> AssessmentPublic:
    tag(response, assessment.version, f"{_HOME}/{assessment.id}" if made else None)
    body: AssessmentPublic = shown(AssessmentPublic, assessment)
    return body


def _talk(body: StartAssessment) -> dict[str, Any]:
    """Return everything that a new assessment is told but its names; as the table keeps it."""
    every = body.model_dump(exclude={"external_ids", "representative"})
    kept = None if body.representative is None else body.representative.model_dump(mode="json")
    return {**every, "representative": kept}


@router.post(_HOME, status_code=201, operation_id="start_assessment", summary="Start an assessment")
async def start(body: StartAssessment, response: Response, work: Writes) -> AssessmentPublic:
    """Start a draft for a participant who consents that your organisation assesses with her."""
    made = await operations.start(work, externals=body.external_ids, **_talk(body))
    return _shown(made, response, made=True)


@router.get(_HOME, operation_id="list_assessments", summary="List assessments")
async def list_assessments(
    request: Request,
    response: Response,
    work: Reads,
    participant_id: UUID | None = None,
    state: AssessmentState | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    review_before: Annotated[Day | None, Query(description="Only those to be reviewed before this day.")] = None,
    system: AskedSystem = None,
    value: AskedValue = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AssessmentPublic]:
    """Return the assessments that your organisation has started, or a person's own."""
    found = await operations.page(
        work,
        participant_id=participant_id,
        state=state,
        updated_after=updated_after,
        ids=these(ids),
        review_before=review_before,
        name=asked(system, value),
        after=pages.after(cursor),
        limit=limit,
    )
    return pages.page(request, response, found, limit, lambda row: shown(AssessmentPublic, row))


@router.put(
    f"{_HOME}/by-external-id",
    operation_id="upsert_assessment",
    summary="Start or update an assessment by your own id",
    responses={201: {"model": AssessmentPublic}},
)
async def upsert(
    body: StartAssessment,
    response: Response,
    work: Writes,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
    if_match: IfMatch = None,
) -> AssessmentPublic:
    """Put an assessment under what your system calls it; the same put again changes nothing."""
    found, made = await operations.upsert(
        work,
        external=ExternalId(system=system, value=value),
        if_match=if_match,
        externals=body.external_ids,
        **_talk(body),
    )
    response.status_code = 201 if made else 200
    return _shown(found, response, made=made)


@router.get(f"{_HOME}/{{assessment_id}}", operation_id="read_assessment", summary="Read an assessment")
async def get_assessment(assessment_id: UUID, response: Response, work: Reads) -> AssessmentPublic:
    """Return one assessment without its answers."""
    found = await operations.read(work, assessment_id)
    answer = _shown(found, response)
    return answer.model_copy(update={"strength_prompts": await strengths.lines(work, found)})


@router.patch(f"{_HOME}/{{assessment_id}}", operation_id="change_assessment", summary="Change an assessment")
async def change(
    assessment_id: UUID, body: ChangeAssessment, response: Response, work: Writes, if_match: IfMatch = None
) -> AssessmentPublic:
    """Change the language, who helped, or what other systems call it."""
    changed = await operations.change(work, assessment_id, if_match=if_match, changes=values_of(body))
    return _shown(changed, response)


@router.delete(
    f"{_HOME}/{{assessment_id}}", status_code=204, operation_id="delete_assessment", summary="Delete an assessment"
)
async def delete(assessment_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete it; everything that was published of it is withdrawn."""
    await operations.delete(work, assessment_id, if_match=if_match)


@router.post(
    f"{_HOME}/{{assessment_id}}:complete", operation_id="complete_assessment", summary="Complete an assessment"
)
async def complete(assessment_id: UUID, response: Response, work: Writes) -> AssessmentPublic:
    """Close the answers and draw capabilities and needs from them; prompts come back when few strengths were named."""
    done = await operations.complete(work, assessment_id)
    response.headers["content-location"] = f"{_HOME}/{assessment_id}"
    answer = _shown(done, response)
    return answer.model_copy(update={"strength_prompts": await strengths.lines(work, done)})


@router.post(f"{_HOME}/{{assessment_id}}:review", operation_id="review_assessment", summary="Mark it as reviewed")
async def review(assessment_id: UUID, response: Response, work: Writes) -> AssessmentPublic:
    """Note that the person and her caseworker went through it again."""
    done = await operations.review(work, assessment_id)
    response.headers["content-location"] = f"{_HOME}/{assessment_id}"
    return _shown(done, response)


@router.post(
    f"{_HOME}/{{assessment_id}}:do-not-ask", operation_id="do_not_ask_again", summary="Do not ask the person again"
)
async def do_not_ask(assessment_id: UUID, body: DoNotAskAgain, response: Response, work: Writes) -> AssessmentPublic:
    """Note with the directory that she is not to be asked again; an assessment under way ends as declined."""
    done = await operations.do_not_ask(work, assessment_id, until=body.until)
    response.headers["content-location"] = f"{_HOME}/{assessment_id}"
    return _shown(done, response)


@router.post(
    f"{_HOME}/{{assessment_id}}:reassess", status_code=201, operation_id="reassess", summary="Start the next one"
)
async def reassess(assessment_id: UUID, body: Reassess, response: Response, work: Writes) -> AssessmentPublic:
    """Start an assessment of the same person that follows this one; nothing she said is copied."""
    made = await operations.reassess(work, assessment_id, **body.model_dump())
    return _shown(made, response, made=True)


@router.post(
    f"{_HOME}/{{assessment_id}}/sittings", status_code=201, operation_id="add_sitting", summary="Record a sitting"
)
async def add_sitting(assessment_id: UUID, body: AddSitting, response: Response, work: Writes) -> SittingPublic:
    """Note when people sat together over it, who interpreted, and which roles were present."""
    made = await operations.add_sitting(work, assessment_id, **body.model_dump())
    tag(response, made.version, f"{_HOME}/{assessment_id}/sittings/{made.id}")
    shown_now: SittingPublic = shown(SittingPublic, made)
    return shown_now


@router.get(f"{_HOME}/{{assessment_id}}/sittings", operation_id="list_sittings", summary="List the sittings")
async def list_sittings(assessment_id: UUID, work: Reads) -> Sittings:
    """Return the sittings, oldest first."""
    return Sittings(items=[shown(SittingPublic, one) for one in await operations.sittings(work, assessment_id)])


@router.get(f"{_HOME}/{{assessment_id}}/sittings/{{sitting_id}}", operation_id="read_sitting", summary="Read a sitting")
async def get_sitting(assessment_id: UUID, sitting_id: UUID, response: Response, work: Reads) -> SittingPublic:
    """Return one sitting."""
    found = await operations.sitting(work, assessment_id, sitting_id)
    tag(response, found.version)
    body: SittingPublic = shown(SittingPublic, found)
    return body
