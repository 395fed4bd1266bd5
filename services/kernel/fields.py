"""The kinds of field that requests are made of, each refusing what the database or a reader could not bear.

Bodies refuse unknown fields. Texts refuse NUL and other control characters and half surrogates. Numbers are
finite and fit their column. Times carry a zone.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

import langcodes
from dateutil.rrule import rrulestr
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_ALLOWED_CONTROLS = {"\n", "\r", "\t", "\u200c", "\u200d", "\u200e", "\u200f", "\u00ad"}
_KEPT_RULE_PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "COUNT", "UNTIL", "WKST"}
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def _readable(text: str) -> str:
    for character in text:
        if character not in _ALLOWED_CONTROLS and unicodedata.category(character) in {"Cc", "Cs"}:
            raise ValueError("must not contain control characters")
        if character in "\ufffe\uffff":  # XML and SVG cannot bear them
            raise ValueError("must not contain characters that are none")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text.strip()


def _known_language(tag: str) -> str:
    try:
        if not langcodes.tag_is_valid(tag):
            raise ValueError("unknown language tag")
        standard = langcodes.standardize_tag(tag)
    except langcodes.tag_parser.LanguageTagError:
        raise ValueError("not a BCP 47 language tag") from None
    return "prs" if standard == "fa-AF" else standard


def preferred(accept_language: str, known: Sequence[str]) -> str:
    """Return the language of `known` that an `Accept-Language` header likes best, or the first one."""
    liked = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        primary = tag.strip().partition("-")[0].lower()
        if primary in known:
            liked.append((-float(quality) if re.fullmatch(r"[01](\.\d{1,3})?", quality) else -1.0, place, primary))
    return min(liked)[2] if liked else known[0]


def _plausible(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("must lie between the years 1900 and 2200")
    return moment.astimezone(UTC)


def _plausible_day(day: date) -> date:
    if not _EARLIEST.date() <= day <= _LATEST.date():
        raise ValueError("must lie between the years 1900 and 2200")
    return day


def _not_a_bool(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("must be a number")
    return value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError("unknown time zone") from None
    return name


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_readable), AfterValidator(_not_blank)]
"""A name or a title: one to 200 characters."""
Text = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_readable), AfterValidator(_not_blank)]
"""What somebody wrote: one to 10,000 characters."""
Language = Annotated[str, Field(min_length=2, max_length=35, examples=["en"]), AfterValidator(_known_language)]
"""A BCP 47 tag, standardised; Dari is `prs`."""
Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
"""A time with its zone, kept in UTC."""
Day = Annotated[date, AfterValidator(_plausible_day)]
Whole = Annotated[int, BeforeValidator(_not_a_bool)]
"""A whole number; whoever uses it says how large."""
Count = Annotated[Whole, Field(ge=0, le=1_000_000)]
Seconds = Annotated[Whole, Field(ge=1, le=100_000_000)]
"""Hours are kept as whole seconds; at most about three years."""
Number = Annotated[float, BeforeValidator(_not_a_bool), Field(allow_inf_nan=False)]
Latitude = Annotated[Number, Field(ge=-90, le=90)]
Longitude = Annotated[Number, Field(ge=-180, le=180)]
TimeZone = Annotated[
    str, Field(max_length=64, examples=["Europe/London"]), AfterValidator(_readable), AfterValidator(_known_zone)
]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,62}$", examples=["hazelbrook"])]
Switch = Annotated[bool, Field(strict=True)]


class Body(BaseModel):
    """A request body: unknown fields are refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")


class Patch(Body):
    """A change: what is left out stays; what must be there may not be set to null."""

    _required: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _nothing_required_is_null(self) -> Self:
        for name in self._required & self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} may be left out, but not be null")
        return self


class ExternalId(Body):
    """What another system calls this: unique per tenant, collection and system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: Line = Field(examples=["civicrm"])
    value: Line = Field(examples=["4711"])


def _each_system_once(ids: list[ExternalId]) -> list[ExternalId]:
    if len({one.system for one in ids}) != len(ids):
        raise ValueError("names one system twice")
    return ids


ExternalIds = Annotated[list[ExternalId], Field(max_length=20), AfterValidator(_each_system_once)]


class Point(Body):
    """A place on the map, WGS 84."""

    latitude: Annotated[Latitude, Field(examples=[52.585])]
    longitude: Annotated[Longitude, Field(examples=[-1.982])]


class Window(Body):
    """When somebody has time: a first beginning (local), how long, and an RFC 5545 rule that repeats it."""

    starts: datetime = Field(examples=["2026-11-28T10:00:00"], description="Local time, without a zone.")
    minutes: Annotated[Whole, Field(ge=5, le=7 * 24 * 60, examples=[120])]
    time_zone: TimeZone
    rule: Annotated[str, Field(max_length=300, examples=["FREQ=WEEKLY;BYDAY=SA"])] | None = None

    @model_validator(mode="after")
    def _sound(self) -> "Window":
        if self.starts.tzinfo is not None:
            raise ValueError("starts is local time, without a zone")
        _plausible_day(self.starts.date())
        if self.rule is not None:
            _check_rule(self.rule, self.starts)
        return self


def _check_rule(rule: str, starts: datetime) -> None:
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if not re.fullmatch(r"[A-Z0-9=;,+\-]+", rule) or set(parts) - _KEPT_RULE_PARTS:
        raise ValueError(f"rule may use {', '.join(sorted(_KEPT_RULE_PARTS))} only")
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise ValueError("rule needs FREQ: DAILY, WEEKLY, MONTHLY or YEARLY")
    # An interval of nothing never moves on, and whoever looks for its next day looks for ever.
    if any(not re.fullmatch(r"[1-9][0-9]{0,3}", parts.get(name, "1")) for name in ("INTERVAL", "COUNT")):
        raise ValueError("INTERVAL and COUNT must be between 1 and 9999")
    if "UNTIL" in parts and not _is_moment(parts["UNTIL"]):
        raise ValueError("UNTIL must be a date or a UTC time, such as 20261231 or 20261231T120000Z")
    try:
        rrulestr(";".join(part for part in rule.split(";") if not part.startswith("UNTIL=")), dtstart=starts)
    except (ValueError, TypeError, KeyError, IndexError):
        raise ValueError("not a recurrence rule (RFC 5545)") from None


def _is_moment(text: str) -> bool:
    # Years 1 and 9999 have moments that other time zones have no name for.
    if not re.fullmatch(r"[0-9]{8}(T[0-9]{6}Z?)?", text) or (text.endswith("Z") and text[:4] in {"0001", "9999"}):
        return False
    for form in ("%Y%m%d", "%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S"):
        try:
            datetime.strptime(text, form)  # noqa: DTZ007  only its form matters here
        except ValueError:
            continue
        return True
    return False


Windows = Annotated[list[Window], Field(max_length=50)]
Means = Literal["in_person", "phone", "online"]
Travel = Literal["foot", "wheelchair", "bicycle", "bus", "car"]
Ids = Annotated[list[UUID], Field(max_length=500)]
