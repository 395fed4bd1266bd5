"""Another system that pushes its records: lines of NDJSON, sent as a partner app sends them, and their answers."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

NDJSON = {"content-type": "application/x-ndjson"}
START = datetime.now(UTC) - timedelta(days=30)


def at(hours: float) -> str:
    """Return a time, so many hours after the other system's beginning a month ago."""
    return (START + timedelta(hours=hours)).isoformat()


def line(name: str, hours: float, **data: Any) -> dict[str, Any]:
    """Return what is said of one record as it was after so many hours."""
    return {"id": name, "updated_at": at(hours), "data": data}


def gone(name: str, hours: float) -> dict[str, Any]:
    """Return that a record was deleted after so many hours."""
    return {"id": name, "updated_at": at(hours), "deleted": True}


def moved(name: str, hours: float, to: str) -> dict[str, Any]:
    """Return that a record has another id since so many hours."""
    return {"id": name, "updated_at": at(hours), "renamed_to": to}


def body_of(lines: Iterable[Any]) -> bytes:
    """Return lines as they are sent."""
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)


def push(
    api: httpx.Client, collection: str, lines: Iterable[Any], *, how: str = "import", **query: Any
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Push lines; return what became of each by the number of its line, and the sum."""
    asked = {"system": "time-bank", **query}
    answer = api.post(f"/v1/{collection}:{how}", params=asked, content=body_of(lines), headers=NDJSON)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    *said, last = [json.loads(one) for one in answer.text.splitlines()]
    assert "summary" in last, last
    return sorted(said, key=lambda one: one["line"] or 10**9), last["summary"]


def outcomes(said: Sequence[dict[str, Any]]) -> list[str]:
    """Return what became of each line: its outcome, or why it was refused."""
    return [one["problem"]["slug"] if one["outcome"] == "refused" else one["outcome"] for one in said]
