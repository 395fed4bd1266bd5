"""The feeds of all services as one: what happened anywhere, behind one opaque cursor.

Each service's facts keep that service's order; between services the earlier (`at`, `id`) goes first. The cursor
holds a position per service. A service that does not answer stops the feed (503): nothing is ever skipped.
"""

import asyncio
import base64
import binascii
import contextlib
import heapq
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.kernel import events
from services.kernel.context import Kernel
from services.kernel.events import Event, Feed
from services.kernel.problems import Gone, Invalid
from services.kernel.upstream import UpstreamUnavailable, call

Source = Callable[[str, float, int], Awaitable[Feed]]
"""Called with position, seconds to wait and the most wanted."""
Position = dict[str, str]
_SPARE = 10.0
_PAUSE = 0.5


def neighbour(kernel: Kernel, name: str, *, token: Callable[[], Awaitable[str]]) -> Source:
    """Return the feed of a service, read with a token of the caller."""

    async def look(after: str, wait: float, limit: int) -> Feed:
        query = {"after": after, "wait": str(wait), "limit": str(limit)}
        headers = {"authorization": f"Bearer {await token()}"}
        app = kernel.peers.apps[name]
        answer = await call(app, "GET", "/v1/events", query=query, headers=headers, timeout=wait + _SPARE)
        if answer.status == Gone.status:
            raise Gone
        if answer.status != 200:
            raise UpstreamUnavailable(f"The feed of {name} does not answer.")
        return Feed.model_validate_json(answer.body)

    return look


def own(kernel: Kernel, *, tenant: UUID, organisation: UUID | None) -> Source:
    """Return the desk's own feed."""

    async def look(after: str, wait: float, limit: int) -> Feed:
        waited = 0.0
        while True:
            async with kernel.database.transaction(tenant) as session:
                feed = events.as_seen(await events.read(session, after=after, limit=limit), organisation)
            if feed.items or waited >= wait or after == events.NOW:
                return feed
            pause = min(_PAUSE, wait - waited)
            await kernel.bell.wait(pause)
            waited += pause

    return look


async def follow(sources: Mapping[str, Source], *, after: str, wait: float, limit: int) -> Feed:
    """Return up to `limit` facts of all sources after the cursor `after`, waiting for some if told to."""
    position = decode(after, known=sources)
    pages = await _look(sources, position, limit)
    if wait and after != events.NOW and not any(page.items for page in pages.values()):
        await _first_news(sources, position, wait)
        pages = await _look(sources, position, limit)
    items = _merged(pages, limit)
    return Feed(items=items, next=encode(await _onwards(sources, position, pages, items)))


async def _look(sources: Mapping[str, Source], position: Position, limit: int) -> dict[str, Feed]:
    found = await asyncio.gather(*(look(position[name], 0, limit) for name, look in sources.items()))
    return dict(zip(sources, found, strict=True))


async def _first_news(sources: Mapping[str, Source], position: Position, wait: float) -> None:
    """Return as soon as one source has news, or none has any in time. Raises when one breaks."""
    waiting = {asyncio.ensure_future(look(position[name], wait, 1)) for name, look in sources.items()}
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if any(task.result().items for task in done):
                return
    finally:
        for task in waiting:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


def _merged(pages: Mapping[str, Feed], limit: int) -> list[Event]:
    def when(event: Event) -> tuple[datetime, UUID]:
        return event.at, event.id

    return list(heapq.merge(*(page.items for page in pages.values()), key=when))[:limit]


async def _onwards(
    sources: Mapping[str, Source], position: Position, pages: Mapping[str, Feed], items: Iterable[Event]
) -> Position:
    """Return the position after `items`; a source of which only a part was taken is asked where that part ends."""
    taken = {event.id for event in items}
    counts = Counter({name: sum(event.id in taken for event in page.items) for name, page in pages.items()})
    onwards = dict(position)
    for name, page in pages.items():
        if counts[name] == len(page.items):
            onwards[name] = page.next
        elif counts[name]:
            onwards[name] = (await sources[name](position[name], 0, counts[name])).next
    return onwards


def encode(position: Position) -> str:
    """Return the opaque cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *, known: Iterable[str]) -> Position:
    """Return the position behind a cursor; a service it does not name is read from its beginning.

    Raises Invalid for what is no cursor, Gone for one of services that are no longer there.
    """
    start = dict.fromkeys(known, events.START)
    if not cursor:
        return start
    if cursor == events.NOW:
        return dict.fromkeys(known, events.NOW)
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(found, dict) or not all(isinstance(part, str) for part in found.values()):
            raise ValueError
    except (ValueError, binascii.Error, RecursionError):
        raise Invalid.field("/after", "is not a cursor of this feed", source="query") from None
    for part in found.values():
        events.parse(part)
    if not found.keys() <= start.keys():
        raise Gone
    return start | found
