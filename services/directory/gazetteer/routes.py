"""HTTP for areas and postcodes."""

import codecs
import io
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.directory.gazetteer import operations, repository
from services.directory.gazetteer.domain import BadLine
from services.directory.gazetteer.schemas import (
    AreaCreate,
    AreaPatch,
    AreaPublic,
    LineRefused,
    PostcodePlace,
    PostcodePublic,
    PostcodesLoaded,
)
from services.directory.models import Area
from services.kernel.fields import Line
from services.kernel.pages import after, page
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.problems import Malformed, UnsupportedMedia
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

areas = APIRouter(prefix="/v1/areas", route_class=WorkRoute, tags=["areas"])
postcodes = APIRouter(prefix="/v1", route_class=WorkRoute, tags=["areas"])
Read = Annotated[Work, within("directory:read")]
Manage = Annotated[Work, within("directory:manage")]
Written = Annotated[Line, Path(max_length=20)]
LOAD = "/postcodes:load"
_SHEET: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}, "example": "postcode,latitude,longitude,area\n"}},
    }
}


def _shown(area: Area) -> AreaPublic:
    return AreaPublic.model_validate(area.model_dump())


@areas.post("", operation_id="add_area", summary="Add a named part of the neighbourhood", status_code=201)
async def add(body: AreaCreate, work: Manage, response: Response) -> AreaPublic:
    area = await operations.add(work, **body.model_dump())
    tag(response, area.version, f"/v1/areas/{area.id}")
    return _shown(area)


@areas.get("", operation_id="list_areas", summary="List the named parts of the neighbourhood")
async def list_areas(
    request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[AreaPublic]:
    rows = await repository.page(work, after=after(cursor), limit=limit)
    return page(request, response, rows, limit, _shown)


@areas.get("/{area_id}", operation_id="read_area", summary="Read a part of the neighbourhood")
async def read(area_id: UUID, work: Read, response: Response) -> AreaPublic:
    area = await operations.find(work, area_id)
    tag(response, area.version)
    return _shown(area)


@areas.patch("/{area_id}", operation_id="change_area", summary="Change a part of the neighbourhood")
async def change(
    area_id: UUID, body: AreaPatch, work: Manage, response: Response, if_match: IfMatch = None
) -> AreaPublic:
    area = await operations.change(work, area_id, if_match=if_match, **body.model_dump(exclude_unset=True))
    tag(response, area.version)
    return _shown(area)


@areas.delete("/{area_id}", operation_id="delete_area", summary="Delete a part of the neighbourhood", status_code=204)
async def remove(area_id: UUID, work: Manage, if_match: IfMatch = None) -> None:
    await operations.remove(work, area_id, if_match=if_match)


@postcodes.get("/postcodes", operation_id="list_postcodes", summary="List the postcodes that are loaded")
async def list_postcodes(
    request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[PostcodePublic]:
    rows = await repository.postcode_page(work, after=_code(cursor), limit=limit + 1)
    shown, following = cut(rows, limit, lambda row: encode(row.code))
    link_next(request, response, following)
    return Page(items=[PostcodePublic.model_validate(row.model_dump()) for row in shown], next=following)


def _code(cursor: str | None) -> str | None:
    def plain_code(part: object) -> str:
        if not isinstance(part, str) or not part.isprintable():
            raise ValueError("not a postcode")
        return part

    return decode(cursor, plain_code)[0] if cursor else None


@postcodes.get("/postcodes/{postcode}", operation_id="read_postcode", summary="Ask where a postcode is")
async def read_postcode(postcode: Written, work: Read) -> PostcodePlace:
    (latitude, longitude), known_by = await operations.where_is(work, postcode)
    return PostcodePlace(latitude=latitude, longitude=longitude, known_by=known_by)


@postcodes.post(
    LOAD, operation_id="load_postcodes", summary="Load a list of postcodes (CSV)", openapi_extra=_SHEET,
    responses={200: {"headers": {"Content-Location": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def load(
    request: Request,
    response: Response,
    work: Manage,
    mode: Annotated[Literal["add", "replace"], Query(description="Keep what was loaded before, or not.")] = "add",
) -> PostcodesLoaded:
    """The first line names the columns: postcode, latitude, longitude and, if you like, area. A bad line is reported.

    Cando brings no postcodes of its own: use the list that your country's post or statistics office publishes.
    """
    media = request.headers.get("content-type", "text/csv").partition(";")[0].strip()
    if media not in ("text/csv", "text/plain", "application/octet-stream"):
        raise UnsupportedMedia("Send text/csv.")
    done = await operations.load(work, _lines(await request.body()), replace=mode == "replace")
    response.headers["content-location"] = "/v1/postcodes"
    return PostcodesLoaded(
        kept=done.kept, removed=done.removed, refused=done.refused,
        lines=[_refused(one) for one in done.lines],
    )  # fmt: skip


def _refused(line: BadLine) -> LineRefused:
    return LineRefused(line=line.line, reason=line.reason)


def _lines(content: bytes) -> Iterator[str]:
    """Return the lines of a body, read one by one. Raises Malformed for one that is not UTF-8."""
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        raise Malformed("The list must be UTF-8.") from None
    if "\x00" in text:
        raise Malformed("The list must not contain NUL.")
    return io.StringIO(text, newline="")
