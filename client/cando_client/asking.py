"""What the two clients do alike: how a question is written, when it is asked again, and how an answer is read."""

import json
import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from time import time
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx

from cando_client.problems import Problem

IfMatch = int | str | None
"""The version that was read, as a number or as the ETag itself; None to change whatever is there."""
Ids = Collection[str] | Collection[UUID] | None
Key = str | None
"""An `Idempotency-Key`; without one, each call has a fresh one of its own."""
Value = str | int | float | bool | None
"""What httpx takes as the value of a query; ours are texts already."""
_JSON = "application/json"
_LATER = {429, 503}
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: `body` is sent as JSON unless `media` says what its bytes are. `safe` to ask twice."""

    method: str
    path: str
    query: list[tuple[str, Value]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    safe: bool = False


def ask(
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, Any] | None = None,
    body: Any = None,
    media: str = _JSON,
    key: Key = None,
    keyed: bool = False,
) -> Ask:
    """Return the question as it is sent. `keyed`: a POST that may carry a key, and so may be repeated."""
    sent = {name.lower(): str(value) for name, value in (headers or {}).items() if value is not None}
    if keyed:
        sent["idempotency-key"] = key or str(uuid4())
    content = None if body is None else _content(body, media)
    if content is not None:
        sent["content-type"] = media
    safe = keyed or method == "GET" or (method == "PUT" and "if-match" not in sent)
    return Ask(method, path, _pairs(query or {}), sent, content, safe)


def part(value: object) -> str:
    """Return a value as one segment of a path."""
    return quote(_text(value), safe="")


def tag(if_match: IfMatch) -> str | None:
    """Return the ETag of a version."""
    return f'"{if_match}"' if isinstance(if_match, int) else if_match


def commas(ids: Ids) -> str | None:
    """Return ids with commas between."""
    return ids if ids is None or isinstance(ids, str) else ",".join(map(str, ids))


def _content(body: Any, media: str) -> bytes:
    if isinstance(body, bytes):
        return body
    if media == "application/x-www-form-urlencoded":
        return str(httpx.QueryParams(body)).encode()
    if isinstance(body, str) and media != _JSON:
        return body.encode()
    return json.dumps(body, default=_text, ensure_ascii=False).encode()


def _pairs(query: Mapping[str, Any]) -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = []
    for name, value in query.items():
        several: Iterable[Any] = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        found += [(name, _text(one)) for one in several if one is not None]
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def pause(question: Ask, answer: httpx.Response | None, *, tried: int, tries: int) -> float | None:
    """Return how many seconds to wait before asking again, or None where the answer (or its want) stands.

    429 means that nothing was done, so anything may be repeated; after 503 or silence only what is safe.
    """
    if tried >= tries or (answer is not None and answer.status_code not in _LATER):
        return None
    if not (question.safe or (answer is not None and answer.status_code == httpx.codes.TOO_MANY_REQUESTS)):
        return None
    told = _told(answer) if answer is not None else None
    if told is not None:
        return told if told <= _LONGEST_PAUSE else None
    longest: float = min(0.25 * 2 ** (tried - 1), 8)
    return random.uniform(0.5, 1) * longest  # noqa: S311  it only spreads the load


def _told(answer: httpx.Response) -> float | None:
    """Return the seconds that `Retry-After` names, as a number or as a date."""
    value = answer.headers.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, TypeError):
        return None


def read(answer: httpx.Response) -> Any:
    """Return what an answer holds: JSON as it is, nothing as None, anything else as bytes. Raises Problem."""
    if not answer.is_success:
        raise Problem.of(answer)
    if not answer.content:
        return None
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    return answer.json() if kind == _JSON or kind.endswith("+json") else answer.content
