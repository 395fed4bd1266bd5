"""HTTP for feedback and risks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.work import Work, WorkRoute, within
from services.matching.feedback import operations
from services.matching.feedback.schemas import FeedbackCreate, FeedbackPublic, RiskCreate, RiskPublic
from services.matching.matches.domain import Side

router = APIRouter(prefix="/v1/matches/{match_id}", route_class=WorkRoute)
Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]


@router.post(
    "/feedback", operation_id="give_feedback", summary="Say for one side how it was", status_code=201, tags=["feedback"]
)
async def give(match_id: UUID, body: FeedbackCreate, work: Write, response: Response) -> FeedbackPublic:
    row = await operations.give(work, match_id, **body.model_dump())
    response.headers["location"] = f"/v1/matches/{match_id}/feedback/{row.side}"
    return FeedbackPublic.model_validate(row.model_dump())


@router.get("/feedback", operation_id="list_feedback", summary="Read your own side's feedback", tags=["feedback"])
async def feedback(
    match_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[FeedbackPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.feedback(work, match_id, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[FeedbackPublic.model_validate(row.model_dump()) for row in kept], next=following)


@router.get("/feedback/{side}", operation_id="read_feedback", summary="Read what a side said", tags=["feedback"])
async def of_side(match_id: UUID, side: Side, work: Read) -> FeedbackPublic:
    return FeedbackPublic.model_validate((await operations.of_side(work, match_id, side)).model_dump())


@router.post("/risks", operation_id="weigh_risk", summary="Record a weighed risk", status_code=201, tags=["risks"])
async def weigh(match_id: UUID, body: RiskCreate, work: Write, response: Response) -> RiskPublic:
    row = await operations.weigh(work, match_id, **body.model_dump())
    response.headers["location"] = f"/v1/matches/{match_id}/risks/{row.id}"
    return RiskPublic.model_validate(row.model_dump())


@router.get("/risks/{risk_id}", operation_id="read_risk", summary="Read a weighed risk", tags=["risks"])
async def risk(match_id: UUID, risk_id: UUID, work: Read) -> RiskPublic:
    return RiskPublic.model_validate((await operations.risk(work, match_id, risk_id)).model_dump())


@router.get("/risks", operation_id="list_risks", summary="Read the risks of a match", tags=["risks"])
async def risks(
    match_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[RiskPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.risks(work, match_id, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[RiskPublic.model_validate(row.model_dump()) for row in kept], next=following)
