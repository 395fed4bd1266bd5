"""Pages of a collection, and going through all of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Generic, NotRequired, TypedDict, TypeVar

Item = TypeVar("Item")


class Page(TypedDict, Generic[Item]):
    """Some items of a collection, and the cursor of those after them."""

    items: list[Item]
    next: NotRequired[str | None]


def each(ask: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """Yield every item of a collection whose page behind a cursor `ask` returns.

    Raises RuntimeError where a page leads back to itself.
    """
    cursor: str | None = None
    while True:
        page = ask(cursor)
        yield from page["items"]
        following = page.get("next")
        if following is None:
            return
        _onwards(cursor, following)
        cursor = following


async def each_async(ask: Callable[[str | None], Awaitable[Page[Item]]]) -> AsyncIterator[Item]:
    """Do as `each`, where asking has to be awaited."""
    cursor: str | None = None
    while True:
        page = await ask(cursor)
        for item in page["items"]:
            yield item
        following = page.get("next")
        if following is None:
            return
        _onwards(cursor, following)
        cursor = following


def _onwards(cursor: str | None, following: str) -> None:
    if following == cursor:
        raise RuntimeError("A page of this collection leads back to itself.")
