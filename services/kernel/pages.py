"""The order in which a collection is paged that has no other: by when a row was made, then by its id."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import Select, tuple_
from sqlmodel import col

from services.kernel.paging import Page, cut, decode, encode, link_next, when

After = tuple[datetime, UUID] | None


class Paged(Protocol):
    """A row that stands in a collection."""

    id: UUID
    created_at: datetime


Row = TypeVar("Row", bound=Paged)


def after(cursor: str | None) -> After:
    """Return the position behind a cursor. Raises Invalid for a text that is none."""
    if cursor is None:
        return None
    made, row_id = decode(cursor, when, UUID)
    return made, row_id


def after_cursor(wanted: Select[Row], table: type[Row], position: After, limit: int) -> Select[Row]:
    """Return `wanted` in its order, after `position`, with one row more than the page has."""
    made, row_id = col(table.created_at), col(table.id)
    if position is not None:
        wanted = wanted.where(tuple_(made, row_id) > tuple_(*position))
    return wanted.order_by(made, row_id).limit(limit + 1)


def page(request: Request, response: Response, rows: Sequence[Row], limit: int, shape: Any) -> Page[Any]:
    """Cut `rows` to a page of what `shape` makes of each, with the address of the next page."""
    kept, following = cut(rows, limit, lambda row: encode(row.created_at.isoformat(), row.id))
    link_next(request, response, following)
    return Page(items=[shape(row) for row in kept], next=following)
