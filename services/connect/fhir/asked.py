"""One request to the facade, read: what it asks for, and the parts that FHIR clients write in their own ways."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from services.connect.fhir.outcomes import Wrong
from services.connect.public import Public

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)(T(?P<time>\d\d:\d\d(:\d\d(\.\d{1,9})?)?)(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_OPERATORS = ("eq", "gt", "ge", "lt", "le", "sa", "eb")
_TICK = timedelta(microseconds=1)
_NAMED = "urn:cando:system:"
_COMMA, _BAR = re.compile(r"(?<!\\),"), re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([\\|,$])")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: whom to ask with whose token, what addresses start with, and what it says.

    `base` is `https://…/fhir`; `languages` the Accept-Language header; `strict` refuses unknown search parameters.
    """

    public: Public
    base: str
    languages: str
    strict: bool
    now: datetime
    headers: Mapping[str, str]
    kept: dict[tuple[str, str], Any] = field(default_factory=dict)

    async def once(self, path: str, *, language: str) -> Any:
        """Return what stands at `path`, asked for only once in this request: a page of answers has few forms."""
        if (path, language) not in self.kept:
            self.kept[path, language] = await self.public.read(path, language=language)
        return self.kept[path, language]

    def url(self, *parts: str) -> str:
        """Return the absolute address of something in the facade."""
        return "/".join((self.base, *parts))


@dataclass(frozen=True, slots=True)
class Token:
    """`system|value`: `system` None means any, empty means none."""

    system: str | None
    value: str | None

    def fits(self, identifier: Mapping[str, Any]) -> bool:
        """Say whether an identifier is meant."""
        same = self.system is None or identifier.get("system", "") == self.system
        return same and (self.value is None or identifier.get("value") == self.value)


@dataclass(frozen=True, slots=True)
class Span:
    """A search for times: from `least` on, before `most`; None is open."""

    least: datetime | None = None
    most: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment lies in it."""
        return (self.least is None or moment >= self.least) and (self.most is None or moment < self.most)


def id_of(text: str) -> UUID | None:
    """Return an id of ours, or None for a text that is none."""
    return UUID(text) if _ID.fullmatch(text) else None


def reference_id(text: str, kind: str, base: str) -> str | None:
    """Return the id in `Kind/id`, `base/Kind/id` or a bare id; None for anything else."""
    rest = text.removeprefix(base + "/").removeprefix(f"{kind}/")
    rest = rest.split("/_history/")[0]
    return rest if re.fullmatch(r"[A-Za-z0-9.-]{1,64}", rest) else None


def either(text: str) -> list[str]:
    """Return the parts of a parameter that commas part; a comma that is meant is written `\\,`."""
    return [part for part in _COMMA.split(text) if part]


def token(text: str) -> Token:
    """Read `value`, `system|value`, `|value` or `system|`; a bar, comma or dollar that is meant follows a backslash."""
    system, *rest = _BAR.split(text, maxsplit=1)
    if not rest:
        return Token(None, unescaped(system))
    return Token(unescaped(system), unescaped(rest[0]) or None)


def unescaped(text: str) -> str:
    """Return a part of a parameter as it is meant."""
    return _ESCAPED.sub(r"\1", text)


def external_of(system: str) -> str:
    """Return what `/v1` calls an identifier's system: ours without what made it a URI."""
    return unquote(system.removeprefix(_NAMED)) if system.startswith(_NAMED) else system


def system_of(external: str) -> str:
    """Return an external id's system as a URI."""
    return external if _URI.fullmatch(external) else _NAMED + quote(external, safe="")


def span(text: str, name: str) -> Span:
    """Read a date with its prefix, of any precision. Raises Wrong.

    A year, month, day, minute, second or fraction of one is the whole of it; only after a time of day (`gt`) is after
    its beginning, so that whoever asks for what changed after the last time seen misses nothing of the same second.
    """
    operator, rest = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    if operator not in _OPERATORS:
        raise Wrong(400, f"{name} understands the prefixes {', '.join(_OPERATORS)}.", code="not-supported")
    first, beyond = _range(rest.replace(" ", "+"), name)
    if operator == "gt" and "T" in rest:
        return Span(least=first + _TICK)
    if operator in ("gt", "sa"):
        return Span(least=beyond)
    if operator in ("lt", "eb"):
        return Span(most=first)
    if operator == "ge":
        return Span(least=first)
    return Span(most=beyond) if operator == "le" else Span(first, beyond)


def _range(text: str, name: str) -> tuple[datetime, datetime]:
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        if found["time"]:
            moment = moment_of(text)
            return moment, moment + _precision(found["time"])
        year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
        first = date(year, month, day)
        beyond = first + timedelta(days=1) if found["day"] else _next(year, month if found["month"] else 12)
        return _midnight(first), _midnight(beyond)
    except (ValueError, OverflowError):
        raise Wrong(400, f"{name} is no date or time.", code="value") from None


def _precision(time: str) -> timedelta:
    """Return how long the minute, second or fraction of one lasts that a time of day names."""
    if len(time) == len("00:00"):
        return timedelta(minutes=1)
    digits = len(time.partition(".")[2])
    return timedelta(microseconds=10 ** max(0, 6 - digits))


def _next(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment_of(text: str) -> datetime:
    """Return the moment that a FHIR time names, in UTC. Raises ValueError."""
    whole = re.sub(r"(\.\d{6})\d+", r"\1", text)
    moment = datetime.fromisoformat(whole)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
