"""What can be done about feeds: keep where they are and how often they are read, and read one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.imports import domain, repository
from services.directory.imports import operations as imports
from services.directory.models import Feed, Import
from services.kernel.context import Kernel
from services.kernel.outbound import Outbound, OutboundRefused
from services.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from services.kernel.upkeep import tenants
from services.kernel.versions import check_version
from services.kernel.work import Work, as_service

HOURLY = "start_due_feeds"


class FeedExists(Conflict):
    slug = "feed-exists"
    title = "There is a feed of this source already"


async def add(work: Work, *, source: str, url: str, every_hours: int | None, **facts: Any) -> Feed:
    """Add a feed; one that is read by itself is read for the first time within the hour. Raises FeedExists, Invalid."""
    _check(work, url)
    if await repository.feed_of(work, source) is not None:
        raise FeedExists
    made = Feed(
        id=work.new_id(), created_at=work.now, updated_at=work.now, held_by=work.organisation, source=source,
        url=url, every_hours=every_hours, next_run_at=work.now if every_hours else None, **facts,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await work.record(events.feed("created"), made.id)
    return made


def _check(work: Work, url: str) -> None:
    try:
        Outbound(allow=work.kernel.settings.outbound_allow).judge(url)
    except OutboundRefused as refused:
        raise Invalid.field("/url", str(refused)) from None


async def find(work: Work, feed_id: UUID, *, lock: bool = False) -> Feed:
    """Return a feed. Raises NotFound."""
    found = await repository.feed(work, feed_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def _mine(work: Work, feed_id: UUID, if_match: str | None) -> Feed:
    feed = await find(work, feed_id, lock=True)
    if feed.held_by != work.organisation:
        raise Forbidden("Another organisation reads this feed.")
    check_version(if_match, feed.version)
    return feed


async def change(work: Work, feed_id: UUID, *, if_match: str | None, **facts: Any) -> Feed:
    """Change a feed; from another address everything is read anew."""
    feed = await _mine(work, feed_id, if_match)
    if "url" in facts and facts["url"] != feed.url:
        _check(work, facts["url"])
        facts["changed_since"] = None
    if "every_hours" in facts:
        facts["next_run_at"] = _next(work, feed, facts["every_hours"])
    if feed.change(work.now, **facts):
        await work.record(events.feed("changed"), feed.id)
    return feed


def _next(work: Work, feed: Feed, every_hours: int | None) -> Any:
    if every_hours is None:
        return None
    return feed.last_run_at + timedelta(hours=every_hours) if feed.last_run_at else work.now


async def remove(work: Work, feed_id: UUID, *, if_match: str | None) -> None:
    """Read a feed no more. What came from it stays."""
    feed = await _mine(work, feed_id, if_match)
    for job in await repository.live(work, feed.id):
        await imports.stop(work, job)
    feed.change(work.now, deleted_at=work.now, next_run_at=None)
    await work.record(events.feed("deleted"), feed.id)


async def run(work: Work, feed_id: UUID) -> Import:
    """Read a feed now. Raises ImportUnderWay while it is being read; an import that waits to be looked at gives way."""
    return await _start(work, await _mine(work, feed_id, None))


async def _start(work: Work, feed: Feed) -> Import:
    for job in await repository.live(work, feed.id):
        if job.state != "suspect":
            raise domain.ImportUnderWay
        await imports.stop(work, job)
    made = await imports.queue_from_feed(
        work, feed_id=feed.id, source=feed.source, mode=feed.mode, held_by=feed.held_by
    )  # fmt: skip
    after = work.now + timedelta(hours=feed.every_hours) if feed.every_hours else None
    feed.change(work.now, state="running", last_import_id=made.id, last_run_at=work.now, next_run_at=after)
    return made


async def start_due(kernel: Kernel) -> None:
    """Read the feeds whose time has come; one that is still being read is left to it."""
    async for tenant in tenants(kernel):
        async with as_service(kernel, tenant) as work:
            due = await repository.due_feeds(work)
        for feed_id in due:
            await _start_due(kernel, tenant, feed_id)


async def _start_due(kernel: Kernel, tenant: UUID, feed_id: UUID) -> None:
    async with as_service(kernel, tenant) as work:
        feed = await repository.feed(work, feed_id, lock=True)
        if feed is None or feed.next_run_at is None or feed.next_run_at > work.now:
            return
        try:
            await _start(work, feed)
        except domain.ImportUnderWay:
            feed.change(work.now, next_run_at=work.now + timedelta(hours=feed.every_hours or 1))
