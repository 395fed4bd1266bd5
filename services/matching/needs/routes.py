"""HTTP for needs: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kernel.fields import ExternalId
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.matching.listings import operations
from services.matching.listings.domain import NeedState
from services.matching.listings.repository import Wanted
from services.matching.listings.requests import (
    InCategory,
    OfParticipant,
    System,
    TheseIds,
    UpdatedAfter,
    Value,
    changes_of,
    ids_of,
    shown,
    values_of,
)
from services.matching.listings.schemas import ListingPatch, NeedCreate, NeedPublic
from services.matching.models import Need, Offer

router = APIRouter(prefix="/v1/needs", route_class=WorkRoute, tags=["needs"])
Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]


def _answer(work: Work, response: Response, row: Need | Offer, *, new: bool = False) -> NeedPublic:
    address = f"/v1/needs/{row.id}"
    tag(response, row.version, address if new else None)
    response.headers["content-location"] = address
    return NeedPublic.model_validate(shown(work, row))


@router.post("", operation_id="create_need", summary="State a need", status_code=201)
async def create(body: NeedCreate, work: Write, response: Response) -> NeedPublic:
    values, names = values_of(body)
    return _answer(work, response, await operations.create(work, "need", values=values, names=names), new=True)


@router.get("", operation_id="list_needs", summary="List the needs you may see")
async def list_all(
    request: Request,
    response: Response,
    work: Read,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[NeedState | None, Query()] = None,
    category: InCategory = None,
    participant_id: OfParticipant = None,
    updated_after: UpdatedAfter = None,
    ids: TheseIds = None,
) -> Page[NeedPublic]:
    wanted = Wanted(
        state=state, category=category, participant_id=participant_id, updated_after=updated_after, ids=ids_of(ids)
    )
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.page(work, "need", wanted, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[NeedPublic.model_validate(shown(work, row)) for row in kept], next=following)


@router.put(
    "/by-external-id",
    operation_id="upsert_need",
    summary="Make a need as another system has it",
    responses={201: {"model": NeedPublic, "description": "It was new"}},
)
async def put(body: NeedCreate, work: Write, response: Response, system: System, value: Value) -> NeedPublic:
    values, names = values_of(body)
    name = ExternalId(system=system, value=value)
    row, new = await operations.put_by_external_id(work, "need", name, values=values, names=names)
    response.status_code = 201 if new else 200
    return _answer(work, response, row, new=new)


@router.get("/{need_id}", operation_id="read_need", summary="Read a need")
async def get(need_id: UUID, work: Read, response: Response) -> NeedPublic:
    return _answer(work, response, await operations.get(work, "need", need_id))


@router.patch("/{need_id}", operation_id="change_need", summary="Change a need")
async def change(
    need_id: UUID, body: ListingPatch, work: Write, response: Response, if_match: IfMatch = None
) -> NeedPublic:
    row = await operations.change(work, "need", need_id, values=changes_of(body), if_match=if_match)
    return _answer(work, response, row)


@router.delete("/{need_id}", operation_id="delete_need", summary="Take a need away", status_code=204)
async def delete(need_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    await operations.delete(work, "need", need_id, if_match=if_match)


@router.post(
    "/{need_id}:recognise",
    operation_id="recognise_need",
    summary="Recognise a stated need, after it has been talked over",
)
async def recognise(need_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> NeedPublic:
    row = await operations.move(work, "need", need_id, action="recognise", if_match=if_match)
    return _answer(work, response, row)


@router.post("/{need_id}:open", operation_id="open_need", summary="Open a recognised need for matching")
async def open_(need_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> NeedPublic:
    row = await operations.move(work, "need", need_id, action="open", if_match=if_match)
    return _answer(work, response, row)


@router.post("/{need_id}:withdraw", operation_id="withdraw_need", summary="Withdraw a need")
async def withdraw(need_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> NeedPublic:
    row = await operations.move(work, "need", need_id, action="withdraw", if_match=if_match)
    return _answer(work, response, row)
