"""HTTP for hours."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within
from services.matching.hours import operations
from services.matching.hours.schemas import HoursCreate, HoursPublic
from services.matching.matches import operations as matches
from services.matching.matches.schemas import ForSide
from services.matching.models import Hours, Match

router = APIRouter(prefix="/v1/matches/{match_id}/hours", route_class=WorkRoute, tags=["hours"])
Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]


def _shown(row: Hours, match: Match) -> HoursPublic:
    side = "offer" if row.payee == match.offer_owner else "need"
    return HoursPublic.model_validate({**row.model_dump(), "given_by": side})


async def _answer(work: Work, response: Response, row: Hours, *, new: bool = False) -> HoursPublic:
    address = f"/v1/matches/{row.match_id}/hours/{row.id}"
    tag(response, row.version, address if new else None)
    response.headers["content-location"] = address
    return _shown(row, await matches.get(work, row.match_id))


@router.post("", operation_id="state_hours", summary="State hours that were given", status_code=201)
async def state(match_id: UUID, body: HoursCreate, work: Write, response: Response) -> HoursPublic:
    row = await operations.state(work, match_id, seconds=body.seconds, day=body.day, given_by=body.given_by)
    return await _answer(work, response, row, new=True)


@router.get("", operation_id="list_hours", summary="List the hours of a match")
async def list_all(
    match_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[HoursPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.page(work, match_id, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    match = await matches.get(work, match_id)
    return Page(items=[_shown(row, match) for row in kept], next=following)


@router.get("/{hours_id}", operation_id="read_hours", summary="Read hours")
async def get(match_id: UUID, hours_id: UUID, work: Read, response: Response) -> HoursPublic:
    return await _answer(work, response, await operations.get(work, match_id, hours_id))


@router.post("/{hours_id}:confirm", operation_id="confirm_hours", summary="Confirm hours for one side")
async def confirm(match_id: UUID, hours_id: UUID, body: ForSide, work: Write, response: Response) -> HoursPublic:
    return await _answer(work, response, await operations.confirm(work, match_id, hours_id, side=body.side))
