"""HTTP for offers: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kernel.fields import ExternalId
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.matching.listings import operations
from services.matching.listings.domain import OfferState
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
from services.matching.listings.schemas import ListingPatch, OfferCreate, OfferPublic
from services.matching.models import Need, Offer

router = APIRouter(prefix="/v1/offers", route_class=WorkRoute, tags=["offers"])
Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]


def _answer(work: Work, response: Response, row: Need | Offer, *, new: bool = False) -> OfferPublic:
    address = f"/v1/offers/{row.id}"
    tag(response, row.version, address if new else None)
    response.headers["content-location"] = address
    return OfferPublic.model_validate(shown(work, row))


@router.post("", operation_id="create_offer", summary="State an offer", status_code=201)
async def create(body: OfferCreate, work: Write, response: Response) -> OfferPublic:
    values, names = values_of(body)
    return _answer(work, response, await operations.create(work, "offer", values=values, names=names), new=True)


@router.get("", operation_id="list_offers", summary="List the offers you may see")
async def list_all(
    request: Request,
    response: Response,
    work: Read,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[OfferState | None, Query()] = None,
    category: InCategory = None,
    participant_id: OfParticipant = None,
    updated_after: UpdatedAfter = None,
    ids: TheseIds = None,
) -> Page[OfferPublic]:
    wanted = Wanted(
        state=state, category=category, participant_id=participant_id, updated_after=updated_after, ids=ids_of(ids)
    )
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.page(work, "offer", wanted, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[OfferPublic.model_validate(shown(work, row)) for row in kept], next=following)


@router.put(
    "/by-external-id",
    operation_id="upsert_offer",
    summary="Make an offer as another system has it",
    responses={201: {"model": OfferPublic, "description": "It was new"}},
)
async def put(body: OfferCreate, work: Write, response: Response, system: System, value: Value) -> OfferPublic:
    values, names = values_of(body)
    name = ExternalId(system=system, value=value)
    row, new = await operations.put_by_external_id(work, "offer", name, values=values, names=names)
    response.status_code = 201 if new else 200
    return _answer(work, response, row, new=new)


@router.get("/{offer_id}", operation_id="read_offer", summary="Read an offer")
async def get(offer_id: UUID, work: Read, response: Response) -> OfferPublic:
    return _answer(work, response, await operations.get(work, "offer", offer_id))


@router.patch("/{offer_id}", operation_id="change_offer", summary="Change an offer")
async def change(
    offer_id: UUID, body: ListingPatch, work: Write, response: Response, if_match: IfMatch = None
) -> OfferPublic:
    row = await operations.change(work, "offer", offer_id, values=changes_of(body), if_match=if_match)
    return _answer(work, response, row)


@router.delete("/{offer_id}", operation_id="delete_offer", summary="Take an offer away", status_code=204)
async def delete(offer_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    await operations.delete(work, "offer", offer_id, if_match=if_match)


@router.post("/{offer_id}:pause", operation_id="pause_offer", summary="Let an offer rest")
async def pause(offer_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> OfferPublic:
    row = await operations.move(work, "offer", offer_id, action="pause", if_match=if_match)
    return _answer(work, response, row)


@router.post("/{offer_id}:resume", operation_id="resume_offer", summary="Take an offer up again")
async def resume(offer_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> OfferPublic:
    row = await operations.move(work, "offer", offer_id, action="resume", if_match=if_match)
    return _answer(work, response, row)


@router.post("/{offer_id}:withdraw", operation_id="withdraw_offer", summary="Withdraw an offer")
async def withdraw(offer_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> OfferPublic:
    row = await operations.move(work, "offer", offer_id, action="withdraw", if_match=if_match)
    return _answer(work, response, row)
