"""Listings of the fictional neighbourhood, short to write in a test."""

from datetime import UTC, datetime
from typing import Any

from services.matching.engine import Listing, Window

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday
SATURDAYS = Window(datetime(2026, 11, 28, 10), 120, "Europe/London", "FREQ=WEEKLY;BYDAY=SA")  # noqa: DTZ001
SUNDAYS = Window(datetime(2026, 11, 29, 10), 120, "Europe/London", "FREQ=WEEKLY;BYDAY=SU")  # noqa: DTZ001
HAZELBROOK = (52.585, -1.982)
KM_NORTH = 1 / 111.195


def north(km: float) -> tuple[float, float]:
    """A place so many kilometres north of Hazelbrook."""
    return HAZELBROOK[0] + km * KM_NORTH, HAZELBROOK[1]


def need(name: str = "n1", **facts: Any) -> Listing:
    """A need for company, unless told otherwise."""
    return Listing(**{"id": name, "kind": "need", "owner": f"owner-{name}", "category": "company", **facts})


def offer(name: str = "o1", **facts: Any) -> Listing:
    """An offer of company, unless told otherwise."""
    return Listing(**{"id": name, "kind": "offer", "owner": f"owner-{name}", "category": "company", **facts})
