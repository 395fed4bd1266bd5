"""HTTP for candidates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.kernel.fields import Language, preferred
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
from services.matching.engine.messages import CATALOGUE

router = APIRouter(prefix="/v1", route_class=WorkRoute, tags=["candidates"])
Read = Annotated[Work, within("matching:read")]
Most = Annotated[int, Query(ge=1, le=100, description="How many at the most.")]
Asked = Annotated[
    Language | None, Query(description="The language of the reasons, English or German; else Accept-Language.")
]


def _reader(request: Request, language: Asked = None) -> str:
    """Return the language the reader asks for, in the address or by `Accept-Language`; else English."""
    return language or preferred(request.headers.get("accept-language", ""), tuple(CATALOGUE))


Reader = Annotated[str, Depends(_reader)]


def _index(request: Request) -> Index:
    index: Index = request.app.state.index
    return index


Known = Annotated[Index, Depends(_index)]


@router.get(
    "/needs/{need_id}/candidates", operation_id="list_need_candidates", summary="See which offers fit a need, and why"
)
async def for_need(need_id: UUID, work: Read, index: Known, language: Reader, limit: Most = 10) -> OfferCandidates:
    """The best come first, each with its score, the factors that add up to it and the reasons for it.

    Names, texts and addresses are not in it: you see the category, and what was released for this. `held_back` says
    how many others each rule kept out (fewer than five are "a few"). Whoever has not consented to `matching` towards
    your organisation, is kept apart from this person or does not want to be asked appears nowhere, counts included.
    """
    answer = await operations.candidates(work, "need", need_id, index=index, limit=limit)
    items = [OfferCandidate.model_validate({**shown(one, language), "offer_id": one.row.id}) for one in answer.found]
    return OfferCandidates(items=items, held_back=dict(answer.held_back), note=note_on(answer, language))


@router.get(
    "/offers/{offer_id}/candidates", operation_id="list_offer_candidates", summary="See whom an offer fits, and why"
)
async def for_offer(offer_id: UUID, work: Read, index: Known, language: Reader, limit: Most = 10) -> NeedCandidates:
    """The same as for a need, seen from the other side: whom could this serve, how well, and why."""
    answer = await operations.candidates(work, "offer", offer_id, index=index, limit=limit)
    items = [NeedCandidate.model_validate({**shown(one, language), "need_id": one.row.id}) for one in answer.found]
    return NeedCandidates(items=items, held_back=dict(answer.held_back), note=note_on(answer, language))
