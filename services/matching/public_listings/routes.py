"""HTTP for everybody, as the gateway passes it on: the index of a neighbourhood's profiles, and each profile.

Caches ask again each time, so that what somebody takes back is gone on the next request.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kernel.paging import Cursor, decode, encode
from services.kernel.problems import NotFound
from services.kernel.public_feed import Reader, answer
from services.matching.public_listings import operations
from services.matching.public_listings.domain import SCHEMA, entry

router = APIRouter(prefix="/public/murmurations", include_in_schema=False)
_READ = ["GET", "HEAD"]
_ASK_AGAIN = "public, no-cache"
PageSize = Annotated[int, Query(ge=1, le=200)]


@router.api_route("", methods=_READ)
async def index(request: Request, feed: Reader, page_size: PageSize = 100, cursor: Cursor = None) -> Response:
    after: UUID | None = decode(cursor, UUID)[0] if cursor else None
    async with feed.read() as work:
        listed, following = await operations.page(work, after, limit=page_size)
    further = None if following is None else f"{feed.base}?page_size={page_size}&cursor={encode(following)}"
    body = {
        "linked_schemas": [SCHEMA],
        "data": [entry(one, f"{feed.base}/{one.id}") for one in listed],
        "links": {"next": further},
        "meta": {"page_size": page_size},
    }
    shown = answer(request, body, kept=_ASK_AGAIN)
    if further is not None:
        shown.headers["link"] = f'<{further}>; rel="next"'
    return shown


@router.api_route("/{listing_id}", methods=_READ)
async def profile(request: Request, feed: Reader, listing_id: str) -> Response:
    try:
        known = UUID(listing_id)
    except ValueError:
        raise NotFound from None
    async with feed.read() as work:
        body = await operations.profile(work, known, base=feed.base)
    return answer(request, body, kept=_ASK_AGAIN)
