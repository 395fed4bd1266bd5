"""HTTP for feeds: which other directories are read, how often, and to read one now."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.directory.feeds import operations
from services.directory.feeds.schemas import FeedCreate, FeedPatch, FeedPublic
from services.directory.imports import repository
from services.directory.imports.routes import shown as shown_import
from services.directory.imports.schemas import ImportPublic
from services.directory.models import Feed
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/feeds", route_class=WorkRoute, tags=["feeds"])
Manage = Annotated[Work, within("directory:manage")]


def _shown(feed: Feed, response: Response, location: str | None = None) -> FeedPublic:
    tag(response, feed.version, location)
    return FeedPublic.model_validate(feed.model_dump())


@router.post("", operation_id="add_feed", summary="Follow another directory's feed", status_code=201)
async def add(body: FeedCreate, work: Manage, response: Response) -> FeedPublic:
    feed = await operations.add(work, **body.model_dump())
    return _shown(feed, response, f"/v1/feeds/{feed.id}")


@router.get("", operation_id="list_feeds", summary="List the feeds that are followed")
async def list_feeds(
    request: Request, response: Response, work: Manage, limit: Limit = 50, cursor: Cursor = None
) -> Page[FeedPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows, following = cut(await repository.feeds(work, after=after, limit=limit + 1), limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[FeedPublic.model_validate(row.model_dump()) for row in rows], next=following)


@router.get("/{feed_id}", operation_id="read_feed", summary="Read one, with how its last import ended")
async def read(feed_id: UUID, work: Manage, response: Response) -> FeedPublic:
    return _shown(await operations.find(work, feed_id), response)


@router.patch("/{feed_id}", operation_id="change_feed", summary="Change where, how and how often it is read")
async def change(
    feed_id: UUID, body: FeedPatch, work: Manage, response: Response, if_match: IfMatch = None
) -> FeedPublic:
    facts = body.model_dump(exclude_unset=True)
    return _shown(await operations.change(work, feed_id, if_match=if_match, **facts), response)


@router.delete(
    "/{feed_id}", operation_id="delete_feed", summary="Follow it no more; what came from it stays", status_code=204
)
async def remove(feed_id: UUID, work: Manage, if_match: IfMatch = None) -> None:
    await operations.remove(work, feed_id, if_match=if_match)


@router.post("/{feed_id}:run", operation_id="run_feed", summary="Read it now", status_code=201)
async def run(feed_id: UUID, work: Manage, response: Response) -> ImportPublic:
    job = await operations.run(work, feed_id)
    tag(response, job.version, f"/v1/imports/{job.id}")
    return shown_import(job, work)
