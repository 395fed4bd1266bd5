"""HTTP for one-to-one assessments and their answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.assessments import paging
from services.assessments.models import Assessment
from services.assessments.one_to_one import operations
from services.assessments.one_to_one.schemas import (
    AnswerPublic,
    AssessmentPublic,
    AssessmentState,
    ChangeAssessment,
    PutAnswer,
    StartAssessment,
    shown,
    values_of,
)
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["assessments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
QuestionKey = Annotated[str, Path(max_length=100, description="The question's `id` in the instrument.")]
_HOME = "/v1/assessments"


def _shown(assessment: Assessment, response: Response, *, made: bool = False) -> AssessmentPublic:
    tag(response, assessment.version, f"{_HOME}/{assessment.id}" if made else None)
    body: AssessmentPublic = shown(AssessmentPublic, assessment)
    return body


@router.post(_HOME, status_code=201, operation_id="start_assessment", summary="Start an assessment")
async def start(body: StartAssessment, response: Response, work: Writes) -> AssessmentPublic:
    """Start a draft for a participant who consents that your organisation assesses with her."""
    made = await operations.start(work, externals=body.external_ids, **body.model_dump(exclude={"external_ids"}))
    return _shown(made, response, made=True)


@router.get(_HOME, operation_id="list_assessments", summary="List assessments")
async def list_assessments(
    request: Request,
    response: Response,
    work: Reads,
    participant_id: UUID | None = None,
    state: AssessmentState | None = None,
    updated_after: Moment | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AssessmentPublic]:
    """Return the assessments that your organisation has started, or a person's own."""
    found = await operations.page(
        work,
        participant_id=participant_id,
        state=state,
        updated_after=updated_after,
        after=paging.after(cursor),
        limit=limit,
    )
    return paging.page(request, response, found, limit, lambda row: shown(AssessmentPublic, row))


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
        **body.model_dump(exclude={"external_ids"}),
    )
    response.status_code = 201 if made else 200
    return _shown(found, response, made=made)


@router.get(f"{_HOME}/{{assessment_id}}", operation_id="read_assessment", summary="Read an assessment")
async def get_assessment(assessment_id: UUID, response: Response, work: Reads) -> AssessmentPublic:
    """Return one assessment without its answers."""
    found = await operations.read(work, assessment_id)
    answer = _shown(found, response)
    return answer.model_copy(update={"strength_prompts": list(await operations.prompts(work, found))})


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
    """Close the answers and draw capabilities and needs from them; prompts come back when no strength was named."""
    done = await operations.complete(work, assessment_id)
    response.headers["content-location"] = f"{_HOME}/{assessment_id}"
    answer = _shown(done, response)
    return answer.model_copy(update={"strength_prompts": list(await operations.prompts(work, done))})


@router.post(f"{_HOME}/{{assessment_id}}:review", operation_id="review_assessment", summary="Mark it as reviewed")
async def review(assessment_id: UUID, response: Response, work: Writes) -> AssessmentPublic:
    """Note that the person and her caseworker went through it again."""
    done = await operations.review(work, assessment_id)
    response.headers["content-location"] = f"{_HOME}/{assessment_id}"
    return _shown(done, response)


@router.get(f"{_HOME}/{{assessment_id}}/answers", operation_id="list_answers", summary="Read the answers")
async def list_answers(
    assessment_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[AnswerPublic]:
    """Return the present answers in the order they were first given."""
    found = await operations.answers(work, assessment_id, after=paging.after(cursor), limit=limit)
    return paging.page(request, response, found, limit, lambda row: shown(AnswerPublic, row))


@router.get(f"{_HOME}/{{assessment_id}}/answers/{{question_id}}", operation_id="read_answer", summary="Read an answer")
async def get_answer(assessment_id: UUID, question_id: QuestionKey, response: Response, work: Reads) -> AnswerPublic:
    """Return the present answer to one question."""
    found = await operations.read_answer(work, assessment_id, question_id)
    tag(response, found.version)
    body: AnswerPublic = shown(AnswerPublic, found)
    return body


@router.put(
    f"{_HOME}/{{assessment_id}}/answers/{{question_id}}",
    operation_id="put_answer",
    summary="Answer a question",
    responses={201: {"model": AnswerPublic}},
)
async def put_answer(
    assessment_id: UUID,
    question_id: QuestionKey,
    body: PutAnswer,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> AnswerPublic:
    """Keep an answer that fits the question, in place of an earlier one."""
    kept, first = await operations.answer(
        work,
        assessment_id,
        question_id=question_id,
        value=body.value,
        language=body.language,
        answered_at=body.answered_at,
        if_match=if_match,
    )
    response.status_code = 201 if first else 200
    tag(response, kept.version, f"{_HOME}/{assessment_id}/answers/{question_id}" if first else None)
    answer: AnswerPublic = shown(AnswerPublic, kept)
    return answer
