"""HTTP for the answers of an assessment: one by one, merged from devices, their history and their conflicts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.assessments.one_to_one import answers
from services.assessments.one_to_one.answer_schemas import (
    AnswerPublic,
    Conflicts,
    History,
    MergeAnswers,
    Merged,
    PutAnswer,
    Resolve,
    conflicts_shown,
    entry_shown,
    line_shown,
)
from services.assessments.one_to_one.schemas import shown
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["assessments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
QuestionKey = Annotated[str, Path(max_length=100, description="The question's `id` in the instrument.")]
_HOME = "/v1/assessments/{assessment_id}"


@router.get(f"{_HOME}/answers", operation_id="list_answers", summary="Read the answers")
async def list_answers(
    assessment_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[AnswerPublic]:
    """Return the present answers in the order they were first given."""
    found = await answers.page(work, assessment_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, found, limit, lambda row: shown(AnswerPublic, row))


@router.post(f"{_HOME}/answers:merge", operation_id="merge_answers", summary="Merge answers that devices gathered")
async def merge(assessment_id: UUID, body: MergeAnswers, response: Response, work: Writes) -> Merged:
    """Keep up to 500 answers, each once by its `client_id`; where two authors differ, both are kept and shown."""
    done = await answers.merge(work, assessment_id, lines=[one.line(work) for one in body.answers])
    response.headers["content-location"] = f"/v1/assessments/{assessment_id}/conflicts"
    left = conflicts_shown(dict(await answers.open_conflicts(work, assessment_id)))
    return Merged(items=[line_shown(one) for one in done], conflicts=left)


@router.get(f"{_HOME}/conflicts", operation_id="list_answer_conflicts", summary="List answers in conflict")
async def list_conflicts(assessment_id: UUID, work: Reads) -> Conflicts:
    """Return every question to which people who had not seen each other's answer said different things."""
    return Conflicts(items=conflicts_shown(dict(await answers.open_conflicts(work, assessment_id))))


@router.post(
    f"{_HOME}/conflicts/{{question_id}}:resolve", operation_id="resolve_answer_conflict", summary="Decide a conflict"
)
async def resolve(
    assessment_id: UUID, question_id: QuestionKey, body: Resolve, response: Response, work: Writes
) -> AnswerPublic:
    """Let one of the answers count; the others stay in the history."""
    kept = await answers.resolve(
        work, assessment_id, question_id, entry_id=body.entry_id, author=body.authored(work)
    )  # fmt: skip
    tag(response, kept.version)
    response.headers["content-location"] = f"/v1/assessments/{assessment_id}/answers/{question_id}"
    answer: AnswerPublic = shown(AnswerPublic, kept)
    return answer


@router.get(f"{_HOME}/answers/{{question_id}}", operation_id="read_answer", summary="Read an answer")
async def get_answer(assessment_id: UUID, question_id: QuestionKey, response: Response, work: Reads) -> AnswerPublic:
    """Return the present answer to one question."""
    found = await answers.read(work, assessment_id, question_id)
    tag(response, found.version)
    body: AnswerPublic = shown(AnswerPublic, found)
    return body


@router.get(f"{_HOME}/answers/{{question_id}}/history", operation_id="read_answer_history", summary="Read its history")
async def get_history(assessment_id: UUID, question_id: QuestionKey, work: Reads) -> History:
    """Return every answer that was ever given to one question, oldest first."""
    found = await answers.history(work, assessment_id, question_id)
    return History(items=[entry_shown(entry) for entry in found])


@router.put(
    f"{_HOME}/answers/{{question_id}}",
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
    """Keep an answer that fits the question, in place of the present one; that one stays in the history."""
    kept, first = await answers.put(
        work,
        assessment_id,
        question_id=question_id,
        value=body.value,
        language=body.language,
        answered_at=body.answered_at,
        author=body.authored(work),
        resolves=body.resolves,
        if_match=if_match,
    )
    response.status_code = 201 if first else 200
    location = f"/v1/assessments/{assessment_id}/answers/{question_id}"
    tag(response, kept.version, location if first else None)
    answer: AnswerPublic = shown(AnswerPublic, kept)
    return answer
