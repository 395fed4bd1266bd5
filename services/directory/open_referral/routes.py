"""HTTP for the public feed, as the gateway passes it on: nobody needs a token of their own, and nobody can write."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from services.directory.gazetteer.domain import UnknownPostcode
from services.directory.gazetteer.operations import where_is
from services.directory.open_referral import contract, operations
from services.directory.open_referral.domain import PROFILE, PROFILE_ADDRESS, Json
from services.directory.open_referral.operations import Shown
from services.directory.open_referral.reading import NDJSON, answer
from services.directory.open_referral.repository import Near, Wanted
from services.directory.open_referral.schemas import Asked, AskedPlaces, AskedTerms, Paged, Searched, identity
from services.kernel.problems import Invalid, NotFound
from services.kernel.public_feed import Feed, Reader, line
from services.kernel.work import Work

router = APIRouter(prefix="/public/open-referral-uk", include_in_schema=False)
_READ = ["GET", "HEAD"]
_START = UUID(int=0)
_CHUNK, _CHUNK_FULL = 1000, 200
Next = Callable[[Work, UUID], Awaitable[tuple[list[Json], UUID | None]]]


@router.api_route("", methods=_READ)
async def about(request: Request, feed: Reader) -> Response:
    body = {"version": PROFILE, "profile": PROFILE_ADDRESS, "openapi_url": f"{feed.base}/openapi.json"}
    return answer(request, Shown(body))


@router.api_route("/openapi.json", methods=_READ)
async def document(request: Request, feed: Reader) -> Response:
    return answer(request, Shown(contract.document(feed.base)))


# --- services ------------------------------------------------------------------------------------------------------


@router.api_route("/services", methods=_READ)
async def services(request: Request, feed: Reader, asked: Annotated[Asked, Query()]) -> Response:
    wanted, detail = asked.wanted(), asked.detail
    if asked.format == "ndjson":

        async def following(work: Work, after: UUID) -> tuple[list[Json], UUID | None]:
            rows = await operations.services_after(work, wanted, after, limit=_chunk(asked), detail=detail)
            return rows, UUID(rows[-1]["id"]) if rows else None

        return _stream(feed, following)
    async with feed.read() as work:
        shown = await operations.services(work, wanted, asked.cut())
    return answer(request, shown)


@router.api_route("/services/{id}", methods=_READ)
async def service(request: Request, feed: Reader, id: str) -> Response:
    return await _one(request, feed, id, operations.service)


# --- services at places --------------------------------------------------------------------------------------------


@router.api_route("/service_at_locations", methods=_READ)
async def at_locations(request: Request, feed: Reader, asked: Annotated[AskedPlaces, Query()]) -> Response:
    detail = asked.detail
    async with feed.read() as work:
        wanted, near = await _near(work, asked)
        if asked.format == "json":
            return answer(request, await operations.at_places(work, wanted, near, asked.cut()))

    async def following(work: Work, after: UUID) -> tuple[list[Json], UUID | None]:
        rows = await operations.at_places_after(work, wanted, near, after, limit=_chunk(asked), detail=detail)
        return rows, UUID(rows[-1]["id"]) if rows else None

    return _stream(feed, following)


async def _near(work: Work, asked: AskedPlaces) -> tuple[Wanted, Near | None]:
    """Return what is wanted, and the point that distances are counted from. Raises Invalid for half a point.

    Nothing is near a postcode that nobody knows, nor within a distance that cannot be read or is counted from nowhere.
    """
    wanted = asked.wanted()
    if (asked.latitude is None) != (asked.longitude is None):
        raise Invalid.field("/latitude", "goes with longitude", source="query")
    try:
        metres = asked.metres()
        if asked.latitude is not None and asked.longitude is not None:
            return wanted, Near(asked.latitude, asked.longitude, metres)
        if asked.postcode:
            (latitude, longitude), _ = await where_is(work, asked.postcode)
            return wanted, Near(latitude, longitude, metres)
    except (ValueError, Invalid, UnknownPostcode):
        return replace(wanted, nowhere=True), None
    return (wanted if metres is None else replace(wanted, nowhere=True)), None


@router.api_route("/service_at_locations/{id}", methods=_READ)
async def at_location(request: Request, feed: Reader, id: str) -> Response:
    return await _one(request, feed, id, operations.at_place)


# --- organisations -------------------------------------------------------------------------------------------------


@router.api_route("/organizations", methods=_READ)
async def organizations(request: Request, feed: Reader, asked: Annotated[Searched, Query()]) -> Response:
    if asked.format == "ndjson":

        async def following(work: Work, after: UUID) -> tuple[list[Json], UUID | None]:
            limit, detail = _chunk(asked), asked.detail
            return await operations.organizations_after(work, asked.words(), after, limit=limit, detail=detail)

        return _stream(feed, following)
    async with feed.read() as work:
        shown = await operations.organizations(work, asked.words(), asked.cut())
    return answer(request, shown)


@router.api_route("/organizations/{id}", methods=_READ)
async def organization(request: Request, feed: Reader, id: str) -> Response:
    return await _one(request, feed, id, operations.organization)


# --- taxonomies ----------------------------------------------------------------------------------------------------


@router.api_route("/taxonomies", methods=_READ)
async def taxonomies(request: Request, feed: Reader, asked: Annotated[Paged, Query()]) -> Response:
    async with feed.read() as work:
        shown = await operations.all_taxonomies(work, asked.cut())
    return answer(request, shown)


@router.api_route("/taxonomies/{id}", methods=_READ)
async def taxonomy(request: Request, feed: Reader, id: str) -> Response:
    return await _one(request, feed, id, operations.taxonomy)


@router.api_route("/taxonomy_terms", methods=_READ)
async def taxonomy_terms(request: Request, feed: Reader, asked: Annotated[AskedTerms, Query()]) -> Response:
    within = (identity(asked.taxonomy_id) or _START) if asked.taxonomy_id else None
    async with feed.read() as work:
        shown = await operations.terms(work, asked.words(), within, asked.cut())
    return answer(request, shown)


@router.api_route("/taxonomy_terms/{id}", methods=_READ)
async def taxonomy_term(request: Request, feed: Reader, id: str) -> Response:
    return await _one(request, feed, id, operations.term)


# --- both ----------------------------------------------------------------------------------------------------------


async def _one(request: Request, feed: Feed, id: str, find: Callable[[Work, UUID], Awaitable[Shown]]) -> Response:
    known = identity(id)
    if known is None:
        raise NotFound
    async with feed.read() as work:
        shown = await find(work, known)
    return answer(request, shown)


def _chunk(asked: Paged) -> int:
    return _CHUNK_FULL if asked.detail == "full" else _CHUNK


def _stream(feed: Feed, following: Next) -> Response:
    """Answer with all rows, one on each line; no transaction lasts longer than it takes to read some of them."""

    async def lines() -> AsyncIterator[bytes]:
        after: UUID | None = _START
        while after is not None:
            async with feed.read() as work:
                rows, after = await following(work, after)
            yield b"".join(line(row) + b"\n" for row in rows)

    return StreamingResponse(lines(), media_type=NDJSON)
