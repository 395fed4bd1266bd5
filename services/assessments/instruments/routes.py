"""HTTP for instruments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.instruments import operations
from services.assessments.instruments.domain import FALLBACK
from services.assessments.instruments.schemas import InstrumentPublic, InstrumentSummary, summary, whole
from services.kernel.fields import Language
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["instruments"])
Reads = Annotated[Work, within("assessments:read")]
InLanguage = Annotated[Language, Query(description="The language that you would like the texts in.")]


@router.get("/v1/instruments", operation_id="list_instruments", summary="List the instruments there are")
async def list_instruments(
    request: Request,
    response: Response,
    work: Reads,  # noqa: ARG001
    language: InLanguage = FALLBACK,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[InstrumentSummary]:
    """Return names, versions and languages; read one for its questions."""
    start = (str(decode(cursor, str)[0]) if cursor else "",)
    found = [one for one in operations.all_of_them() if (f"{one.name}/{one.version:06}",) > start]
    kept, following = cut(found, limit, lambda one: encode(f"{one.name}/{one.version:06}"))
    link_next(request, response, following)
    return Page(items=[summary(one, language=language) for one in kept], next=following)


@router.get("/v1/instruments/{instrument_id}", operation_id="read_instrument", summary="Read an instrument")
async def get_instrument(
    instrument_id: UUID,
    work: Reads,  # noqa: ARG001
    language: InLanguage = FALLBACK,
) -> InstrumentPublic:
    """Return its questions in the asked language, or in the one that `shown` names when it has none such."""
    return whole(operations.get(instrument_id), language=language)
