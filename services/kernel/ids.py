"""Identifiers: UUIDv7 (RFC 9562), so that ids sort by the time they were made.

The moment comes in as an argument, which is why this is not a library's: those ask the machine's clock themselves.
"""

import secrets
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.kernel.problems import Invalid

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
MOST_IDS = 200
TheseIds = Annotated[
    str | None, Query(max_length=8_000, description=f"Only these, with commas between: {MOST_IDS} at most.")
]
"""The query parameter `ids` of a collection: those of them are shown that the caller may see."""


def new_id(at: datetime) -> UUID:
    """Return a new UUIDv7 stamped with the millisecond of `at`; the other 74 bits are random."""
    milliseconds = int(at.timestamp() * 1000)
    noise_a, noise_b = secrets.randbits(12), secrets.randbits(62)
    return UUID(int=milliseconds << 80 | _VERSION | noise_a << 64 | _VARIANT | noise_b)


def ids_in(text: str) -> list[UUID]:
    """Return the ids that the query parameter `ids` names, with commas between. Raises Invalid for any other text."""
    try:
        return [UUID(one) for one in text.split(",") if one]
    except ValueError:
        raise Invalid.field("/ids", "must be ids with commas between", source="query") from None


def these(text: str | None) -> set[UUID] | None:
    """Return the ids that a collection is narrowed to, or None for all of it. Raises Invalid."""
    if text is None:
        return None
    found = set(ids_in(text))
    if len(found) > MOST_IDS:
        raise Invalid.field("/ids", f"must be {MOST_IDS} ids at most", source="query")
    return found
