"""Cursor paging: an opaque cursor that says after which row to go on, in the body and as a `Link` header."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.kernel.problems import Invalid

Item = TypeVar("Item")
Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200, description="How many at the most.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")]


class Page(BaseModel, Generic[Item]):
    """One page of a collection; `next` is the cursor of the next page, or absent on the last."""

    items: list[Item]
    next: str | None = None


def encode(*position: Any) -> str:
    """Return an opaque cursor for a position in an order."""
    return base64.urlsafe_b64encode(json.dumps(position, default=str).encode()).decode().rstrip("=")


def when(part: Any) -> datetime:
    """Return the moment in a cursor, with its zone. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(part)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment.astimezone(UTC)


def decode(cursor: str, *kinds: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return the position behind a cursor, each part made by its kind. Raises Invalid for any other text."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list):
            raise ValueError
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Invalid.field("/cursor", "is not a cursor of this collection", source="query") from None


def cut(rows: Sequence[Row], limit: int, position: Callable[[Row], str]) -> tuple[Sequence[Row], str | None]:
    """Cut `rows` (asked for with limit + 1) to a page; return it with the cursor of the next one, if any."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], position(rows[limit - 1])


def link_next(request: Request, response: Response, following: str | None) -> None:
    """Put the next page's address in a `Link` header (RFC 8288), relative to the server."""
    if following is not None:
        query = urlencode(
            [*((k, v) for k, v in request.query_params.multi_items() if k != "cursor"), ("cursor", following)]
        )
        response.headers["link"] = f'<{request.url.path}?{query}>; rel="next"'
