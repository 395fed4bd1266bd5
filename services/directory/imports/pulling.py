"""Reading another directory's feed: page by page, each asked for again when it fails, and how far it can be trusted.

A feed may break off, or change while it is read. What was read is used; but only a feed that was read to its end
without either is taken for the whole of its source.
"""

import asyncio
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import ijson
import structlog
from yarl import URL

from services.directory.imports import open_referral
from services.directory.imports.domain import Flaw, Item
from services.kernel.outbound import Fetched, Outbound, OutboundFailed, OutboundRefused

PER_PAGE = 100
MOST_PAGES = 100_000
TRIES = 4
REST = 1.0
"""Seconds before the second try; twice as many before each one after."""
_AT_ONCE = 4
_DETAILS = {
    "service_at_locations", "schedules", "cost_options", "attributes", "languages", "service_areas", "funding",
    "contacts", "phones", "required_documents", "accessibility",
}  # fmt: skip
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_HEADERS = {"accept": "application/json"}
log = structlog.get_logger()


@dataclass(slots=True)
class Place:
    """How far a feed has been read. Kept between pages."""

    page: int = 1
    total: int | None = None
    listed: int = 0
    pages: int | None = None
    since: str | None = None
    minimal: bool | None = None
    whole: bool = True
    ended: bool = False


@dataclass(slots=True)
class PageRead:
    """What one page gave: its items, and the place after it."""

    items: list[Item]
    after: Place
    ids: list[str] = field(default_factory=list)


class Broken(Exception):
    """A page could not be read, however often it was asked for; `salvage` is what came of it."""

    def __init__(self, reason: str, salvage: Sequence[Any] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.salvage = salvage


async def begin(outbound: Outbound, url: str, *, since: datetime | None) -> tuple[Place, list[Flaw]]:
    """Return where reading begins: only at what has changed, if that is wanted and the feed can tell."""
    if since is None:
        return Place(), []
    if await _tells_changes(outbound, url):
        return Place(since=since.isoformat().replace("+00:00", "Z")), []
    reason = "does not say that it knows modified_after; all of it is read"
    return Place(), [Flaw("/", 0, "left_out", reason)]


async def _tells_changes(outbound: Outbound, url: str) -> bool:
    """Say whether the feed's own description names `modified_after` among what can be asked."""
    try:
        root = await _json(outbound, url.rstrip("/") + "/")
        if "modified_after" in json.dumps(root):
            return True
        described = root.get("openapi_url") if isinstance(root, dict) else None
        if not isinstance(described, str):
            return False
        answer = await outbound.get(str(URL(url).join(URL(described))), headers=_HEADERS, largest=8_000_000)
        return answer.status == 200 and b'"modified_after"' in answer.body
    except (Broken, OutboundFailed, ValueError):
        return False


async def page(outbound: Outbound, url: str, place: Place) -> PageRead:
    """Read the page at `place`; a page that stays broken gives what can be made out of it, and ends the reading."""
    here = f"page {place.page}"
    query: dict[str, str] = {"page": str(place.page), "per_page": str(PER_PAGE)}
    if place.since:
        query["modified_after"] = place.since
    try:
        content = await _json(outbound, str(URL(url.rstrip("/") + "/services").update_query(query)))
        found = list(open_referral.objects(content))
        if isinstance(content, dict) and "contents" not in content:
            raise Broken("is no page of services")
    except Broken as broken:
        read = _made(here, broken.salvage, place)
        read.items.append(Flaw(here, len(broken.salvage) + 1, "refused", broken.reason))
        read.after.whole, read.after.ended = False, True
        return read
    place = _noted_minimal(place, found)
    flaws: list[Flaw] = []
    if place.minimal:
        found, flaws = await _details(outbound, url, here, found)
    read = _made(here, found, place)
    read.items += flaws
    read.after.whole = read.after.whole and not any(flaw.outcome == "refused" for flaw in flaws)
    read.items += _go_on(here, content, len(found), read.after)
    return read


def _noted_minimal(place: Place, found: Sequence[Any]) -> Place:
    if place.minimal is None and found:
        place.minimal = not any(isinstance(one, dict) and _DETAILS & one.keys() for one in found)
    return place


def _made(here: str, found: Sequence[Any], place: Place) -> PageRead:
    items: list[Item] = []
    for line, one in enumerate(found, start=1):
        items += open_referral.record(one, here, line)
    after = Place(place.page + 1, place.total, place.listed + len(found), place.pages, place.since, place.minimal,
                  place.whole, place.ended)  # fmt: skip
    return PageRead(items, after)


def _go_on(here: str, content: Any, count: int, after: Place) -> list[Flaw]:
    """Note in `after` what the page says of the whole, and whether there is another; return what does not fit."""
    told = content if isinstance(content, dict) else {}
    flaws = []
    total, pages = _count(told.get("total_items")), _count(told.get("total_pages"))
    if after.total is not None and total is not None and total != after.total:
        flaws.append(Flaw(here, 0, "left_out", "is of a feed that changed while it was read: its total moved"))
        after.whole = False
    after.total, after.pages = total if total is not None else after.total, pages or after.pages
    last = told.get("last_page") is True or not isinstance(content, dict)
    if after.pages is not None:
        last = last or after.page > after.pages
    after.ended = last or not count or after.page > MOST_PAGES
    if after.ended and after.total is not None and after.listed != after.total:
        flaws.append(Flaw(here, 0, "left_out", f"is the last of {after.total} services, of which {after.listed} came"))
        after.whole = False
    return flaws


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


async def _details(
    outbound: Outbound, url: str, here: str, found: Sequence[Any]
) -> tuple[list[Any], list[Flaw]]:  # fmt: skip
    """Return the whole of each service that a list shows in short; in short those that cannot be read by their id."""
    gate = asyncio.Semaphore(_AT_ONCE)
    flaws: list[Flaw] = []

    async def whole(line: int, one: Any) -> Any:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            return one
        async with gate:
            try:
                content = await _json(outbound, f"{url.rstrip('/')}/services/{quote(one['id'], safe='')}")
            except Broken as broken:
                missing = broken.reason == _MISSING
                reason = "is in the list, but cannot be read by its id; what the list says is used"
                flaws.append(Flaw(here, line, "left_out" if missing else "refused", reason, "id"))
                return one
        return content if isinstance(content, dict) and content.get("id") == one["id"] else one

    return list(await asyncio.gather(*(whole(n, one) for n, one in enumerate(found, start=1)))), flaws


_MISSING = "is not there"


async def _json(outbound: Outbound, url: str) -> Any:
    """Read JSON, trying again with longer and longer rests. Raises Broken."""
    broken = Broken("does not answer")
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(REST * 2 ** (attempt - 1))
        try:
            answer = await outbound.get(url, headers=_HEADERS)
        except OutboundRefused as error:
            raise Broken(str(error)) from None
        except OutboundFailed as error:
            broken = Broken(str(error))
            continue
        if answer.status == 404:
            raise Broken(_MISSING)
        if answer.status != 200:
            broken = Broken(f"answers with the status {answer.status}")
            if answer.status not in _PASSING:
                raise broken
            continue
        try:
            return _parsed(answer)
        except ValueError:
            broken = Broken("breaks off or is not readable JSON", _salvaged(answer.body))
    raise broken


def _parsed(answer: Fetched) -> Any:
    if not answer.whole:
        raise ValueError("broken off")
    try:
        return json.loads(answer.body.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("too deep") from None


def _salvaged(body: bytes) -> list[Any]:
    """Return the objects that stand whole in a page that broke off."""
    found: list[Any] = []
    try:
        for one in ijson.items(io.BytesIO(body), "contents.item", use_float=True):
            found.append(one)
    except (ijson.JSONError, ValueError, RecursionError):
        pass
    return found
