"""HTTP for exports. The same filters as a search; people are in none of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from services.directory.exports import operations
from services.directory.search import operations as search
from services.directory.search.operations import Prepared
from services.directory.search.schemas import AssetFilters
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1", route_class=WorkRoute, tags=["assets"])
Read = Annotated[Work, within("directory:read")]
Filters = Annotated[AssetFilters, Query()]
_GEO, _LINES, _TABLE, _ZIP = "application/geo+json", "application/x-ndjson", "text/csv", "application/zip"
_SHAPES: dict[str, dict[str, Any]] = {_GEO: {"type": "object"}, _ZIP: {"type": "string", "format": "binary"}}


def _of(media: str) -> dict[int | str, dict[str, Any]]:
    kind = _SHAPES.get(media, {"type": "string"})
    return {200: {"description": "The export", "content": {media: {"schema": kind}}}}


def _sent(parts: Any, media: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    kind = f"{media}; charset=utf-8" if media == _TABLE else media
    return StreamingResponse(parts, media_type=kind, headers=headers)


async def _prepared(request: Request, work: Work, wanted: AssetFilters) -> Prepared:
    return await search.prepare(work, wanted.asked(), linkers=request.app.state.linkers, with_people=False)


@router.get("/assets.geojson", operation_id="export_assets_as_geojson", summary="Export what has a place, for a map",
            response_class=StreamingResponse, responses=_of(_GEO))  # fmt: skip
async def geojson(request: Request, work: Read, wanted: Filters) -> Response:
    """A FeatureCollection (RFC 7946): positions are [longitude, latitude]. What has no place is left out."""
    return _sent(operations.features(work, await _prepared(request, work, wanted)), _GEO, "assets.geojson")


@router.get("/assets.csv", operation_id="export_assets_as_csv", summary="Export what was found, for a spreadsheet",
            response_class=StreamingResponse, responses=_of(_TABLE))  # fmt: skip
async def table(request: Request, work: Read, wanted: Filters) -> Response:
    """A text that a spreadsheet would take for a formula has an apostrophe before it."""
    return _sent(operations.table(work, await _prepared(request, work, wanted)), _TABLE, "assets.csv")


@router.get("/assets.ndjson", operation_id="export_assets_as_ndjson", summary="Export what was found, line by line",
            response_class=StreamingResponse, responses=_of(_LINES))  # fmt: skip
async def lines(request: Request, work: Read, wanted: Filters) -> Response:
    """One JSON object a line, with everything that is kept of the asset."""
    return _sent(operations.lines(work, await _prepared(request, work, wanted)), _LINES, "assets.ndjson")


@router.get("/assets/hsds.zip", operation_id="export_directory_as_hsds",
            summary="Export organisations, places and services as an HSDS 3 data package",
            response_class=StreamingResponse, responses=_of(_ZIP))  # fmt: skip
async def package(work: Read) -> Response:
    """CSV tables with a datapackage.json, as `POST /v1/imports` takes them in. Texts are as they were written."""
    return _sent(operations.package(work), _ZIP, "hsds.zip")
