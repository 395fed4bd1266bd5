"""HTTP for candidates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.kernel.fields import Language
from services.kernel.work import Work, WorkRoute, within
from services.matching.candidates import operations
from services.matching.candidates.index import Index
from services.matching.candidates.schemas import (
    NeedCandidate,
    NeedCandidates,
    OfferCandidate,
    OfferCandidates,
    note_on,
    shown,
)

router = APIRouter(prefix="/v1", route_class=WorkRoute, tags=["candidates"])
Read = Annotated[Work, within("matching:read")]
Most = Annotated[int, Query(ge=1, le=100, description="How many at the most.")]
Reader = Annotated[Language, Query(description="The language of the reasons: English or German.")]


def _index(request: Request) -> Index:
    index: Index = request.app.state.index
    return index


Known = Annotated[Index, Depends(_index)]


@router.get(
    "/needs/{need_id}/candidates", operation_id="list_need_candidates", summary="See which offers fit a need, and why"
)
async def for_need(
    need_id: UUID, work: Read, index: Known, limit: Most = 10, language: Reader = "en"
) -> OfferCandidates:
    answer = await operations.candidates(work, "need", need_id, index=index, limit=limit)
    items = [OfferCandidate.model_validate({**shown(one, language), "offer_id": one.row.id}) for one in answer.found]
    return OfferCandidates(items=items, held_back=dict(answer.held_back), note=note_on(answer, language))


@router.get(
    "/offers/{offer_id}/candidates", operation_id="list_offer_candidates", summary="See whom an offer fits, and why"
)
async def for_offer(
    offer_id: UUID, work: Read, index: Known, limit: Most = 10, language: Reader = "en"
) -> NeedCandidates:
    answer = await operations.candidates(work, "offer", offer_id, index=index, limit=limit)
    items = [NeedCandidate.model_validate({**shown(one, language), "need_id": one.row.id}) for one in answer.found]
    return NeedCandidates(items=items, held_back=dict(answer.held_back), note=note_on(answer, language))
