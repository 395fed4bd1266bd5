"""A copy of collections, kept in step with the feed of events.

1. Take the feed's present end (`after=now`) *before* anything else.
2. Read each collection whole, page by page; keep what is there, drop what is not.
3. Follow the feed from that end. A fact says which collection its subject stands in; fetch exactly these again with
   `ids`. Keep what is in the answer; drop what is not: deleted, withdrawn from you, or never yours to see.
4. Only when that is kept, keep the cursor. Whatever breaks before is done again, and does no harm.
5. A cursor that is no longer good (410) is answered by beginning at 1.

Some things end by time alone, and tell nobody: do 1 and 2 once a day as well (`Copy.begin`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, Protocol, cast

from cando_client import pages
from cando_client.client import Client
from cando_client.facts import FACTS
from cando_client.problems import Problem

AT_ONCE = 100
"""Ids asked for in one request."""
_PAGE = 200
_GONE = 410
Item = Mapping[str, Any]


class Shelf(Protocol):
    """Where a copy is kept: your database. `keep` is one transaction, or loses nothing when it breaks off."""

    def cursor(self) -> str | None:
        """Return the cursor that was kept last, or None before the first time."""
        ...

    def ids(self, collection: str) -> Iterable[str]:
        """Return the ids of everything kept of a collection."""
        ...

    def keep(self, items: Mapping[str, list[Item]], gone: Mapping[str, set[str]], cursor: str | None) -> None:
        """Keep items and drop ids, by collection; then keep the cursor, where there is one."""
        ...


@dataclass
class Memory:
    """A shelf for tests and for small things that may be read anew after a restart."""

    items: dict[str, dict[str, Item]] = field(default_factory=lambda: defaultdict(dict))
    position: str | None = None

    def cursor(self) -> str | None:
        """Return the cursor that was kept last."""
        return self.position

    def ids(self, collection: str) -> Iterable[str]:
        """Return the ids of everything kept of a collection."""
        return self.items[collection].keys()

    def keep(self, items: Mapping[str, list[Item]], gone: Mapping[str, set[str]], cursor: str | None) -> None:
        """Keep items and drop ids; then keep the cursor."""
        for collection, several in items.items():
            self.items[collection].update((one["id"], one) for one in several)
        for collection, ids in gone.items():
            for one in ids:
                self.items[collection].pop(one, None)
        if cursor is not None:
            self.position = cursor


class Copy:
    """Keeps `collections` (such as `needs`) as `client` may see them on a shelf."""

    def __init__(self, client: Client, collections: Iterable[str], shelf: Shelf) -> None:
        self._client = client
        self._collections = list(collections)
        self._shelf = shelf
        self._list: dict[str, Callable[..., Any]] = {one: _listing(client, one) for one in self._collections}

    def begin(self) -> None:
        """Read everything, keep it, and drop what is no longer there. Also what to do once a day."""
        end = self._client.follow_events(after="now")["next"]
        for collection in self._collections:
            before, seen = set(self._shelf.ids(collection)), set()
            for page in self._pages(collection):
                seen |= {one["id"] for one in page}
                self._shelf.keep({collection: page}, {}, None)
            self._shelf.keep({}, {collection: before - seen}, None)
        self._shelf.keep({}, {}, end)

    def step(self, *, wait: float = 0, limit: int = 500) -> int:
        """Do what one page of facts asks for; return how many there were. Begins the copy if need be."""
        cursor = self._shelf.cursor()
        if cursor is None:
            self.begin()
            return 0
        try:
            feed = self._client.follow_events(after=cursor, wait=wait, limit=limit)
        except Problem as problem:
            if problem.status != _GONE:
                raise
            self.begin()
            return 0
        wanted = touched(cast(list[Item], feed["items"]))
        items, gone = {}, {}
        for collection in self._collections:
            ids = wanted.get(collection, set())
            items[collection] = [one for some in _some(sorted(ids)) for one in self._fetched(collection, some)]
            gone[collection] = ids - {one["id"] for one in items[collection]}
        self._shelf.keep(items, gone, feed["next"])
        return len(feed["items"])

    def catch_up(self) -> int:
        """Step until there is nothing new; return how many facts there were."""
        told = 0
        while more := self.step():
            told += more
        return told

    def _pages(self, collection: str) -> Iterator[list[Item]]:
        cursor: str | None = None
        while True:
            page = self._list[collection](cursor=cursor, limit=_PAGE)
            yield page["items"]
            following = page.get("next")
            if following is None:
                return
            if following == cursor:
                raise RuntimeError(f"A page of {collection} leads back to itself.")
            cursor = following

    def _fetched(self, collection: str, ids: list[str]) -> Iterator[Item]:
        def ask(cursor: str | None) -> Any:
            return self._list[collection](ids=ids, cursor=cursor, limit=_PAGE)

        return pages.each(ask)


def touched(facts: Iterable[Item]) -> dict[str, set[str]]:
    """Return which ids facts ask to fetch again, by collection. A type that is not known asks for nothing."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        collection, also = FACTS.get(fact["type"].partition(".")[0], (None, []))
        if collection is not None:
            wanted[collection].add(fact["subject"])
        for member, where in also:
            if member in fact["ids"]:
                wanted[where].add(fact["ids"][member])
    return wanted


def _some(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


_NAMES = {"groups": "community_groups"}


def _listing(client: Client, collection: str) -> Callable[..., Any]:
    """Return the method that lists a collection. Raises ValueError for one that cannot be fetched by ids."""
    name = _NAMES.get(collection, collection.replace("-", "_"))
    method: Callable[..., Any] | None = getattr(client, f"list_{name}", None)
    if method is None or "ids" not in signature(method).parameters:
        raise ValueError(f"{collection} cannot be kept in step by the feed: it is not to be had by ids.")
    return method
