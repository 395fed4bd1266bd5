"""HTTP for sheets of image cards."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.assessments.round_tables.sheets import operations, printed
from services.assessments.round_tables.sheets.domain import Sheet, check_page
from services.kernel.fields import Language, Line
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Format = Annotated[Literal["pdf", "png", "html"], Query(description="`png` is one page of it.")]
PerPage = Annotated[Literal["6", "8"], Query(description="Cards on a page.")]
PageNumber = Annotated[int, Query(ge=1, le=200, description="Which page, for `png`.")]
InLanguage = Annotated[Language, Query(description="The language of the labels.")]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/pdf": {}, "image/png": {}, "text/html": {}},
        "description": "The sheet.",
    }
}


async def _answer(work: Work, sheet: Sheet, kind: str, page: int) -> Response:
    if kind == "html":
        return Response(printed.html(sheet), media_type="text/html")
    if kind == "png":
        check_page(sheet, page)
        return Response(await printed.picture(sheet, page, at=work.now), media_type="image/png")
    named = {"content-disposition": f'inline; filename="image-cards-{sheet.language}.pdf"'}
    return Response(await printed.pdf(sheet, at=work.now), media_type="application/pdf", headers=named)


@router.get(
    "/v1/round-tables/image-cards/sheet",
    operation_id="print_image_cards",
    summary="Print any image cards",
    response_class=Response,
    responses=_ANSWERS,
)
async def any_images(
    work: Reads,
    images: Annotated[str, Query(min_length=1, max_length=4000, examples=["food,sport"])],
    language: InLanguage = "en",
    host_language: Annotated[Language, Query(description="The language beneath, smaller.")] = "en",
    title: Annotated[Line, Query()] = "Image cards",
    format: Format = "pdf",
    per_page: PerPage = "6",
    page: PageNumber = 1,
) -> Response:
    """Return a sheet of the images that are named, separated by commas: categories or concepts of the vocabulary."""
    keys = operations.checked_images(images.split(","))
    sheet = operations.sheet(keys, title=title, language=language, host_language=host_language, per_page=int(per_page))
    return await _answer(work, sheet, format, page)


@router.get(
    "/v1/round-tables/{round_table_id}/card-sheet",
    operation_id="print_card_sheet",
    summary="Print an evening's image cards",
    response_class=Response,
    responses=_ANSWERS,
)
async def of_evening(
    round_table_id: UUID,
    work: Reads,
    language: InLanguage = "en",
    format: Format = "pdf",
    per_page: PerPage = "6",
    page: PageNumber = 1,
) -> Response:
    """Return the images that lie on the tables, with their names in a table's language and in the evening's."""
    sheet = await operations.of_evening(work, round_table_id, language=language, per_page=int(per_page))
    return await _answer(work, sheet, format, page)
