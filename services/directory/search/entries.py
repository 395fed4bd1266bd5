"""What a search reads of one asset: its words, what filters ask for, where it is. Pure; nothing here asks a database.

A name's words weigh more than a description's. Hours are the minutes of a local week in which the asset can be open:
exactly so where every window is a plain weekly one, else more than the truth, to be looked at again day by day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.directory.assets.money import amounts, is_free
from services.directory.assets.repository import NAMES
from services.directory.gazetteer.domain import Position
from services.directory.models import Asset
from services.vocabulary import main_language
from services.vocabulary.normal import plain, words

NAME, DESCRIPTION, STATED, LINKED, AT = 2, 1, 2, 1, 0
"""Weights of postings: a word in the name or in the description, a concept said or read from the text, a place."""
DAY, WEEK = 24 * 60, 7 * 24 * 60
LONGEST_LINKED = 200
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PLAIN_PARTS = {"FREQ", "BYDAY", "WKST", "INTERVAL"}
_MOST_POINTS = 100

Minutes = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hours:
    """When an asset can be open: minutes of a local week, in which time zone, and from when on that is exact."""

    minutes: tuple[Minutes, ...]
    zone: str | None
    plain_from: datetime | None


@dataclass(slots=True)
class Entry:
    """Everything that a search reads of one asset."""

    id: UUID
    row: dict[str, Any]
    terms: dict[str, int]
    points: list[Position] = field(default_factory=list)


def entry_of(asset: Asset, points: Sequence[Position], areas: Iterable[str]) -> Entry:
    """Return what a search reads of an asset that lies at `points`, and so in `areas` beside those it names."""
    hours = hours_of(asset.opening)
    row = {
        "kind": NAMES[type(asset)],
        "name": plain(asset.name),
        "category": asset.category,
        "tongues": sorted({main_language(tag) for tag in asset.languages}),
        "access": sorted(set(asset.access)),
        "areas": sorted({plain(one) for one in asset.areas} | set(areas)),
        "free": is_free(asset.costs),
        "lowest_cost": min(amounts(asset.costs), default=None),
        "minimum_age": getattr(asset, "minimum_age", None),
        "maximum_age": getattr(asset, "maximum_age", None),
        "hours": written(hours.minutes) if hours else None,
        "zone": hours.zone if hours else None,
        "plain_from": hours.plain_from if hours else None,
        "updated_at": asset.updated_at,
    }
    return Entry(asset.id, row, _terms(asset), list(points)[:_MOST_POINTS])


def _terms(asset: Asset) -> dict[str, int]:
    terms = dict.fromkeys(words(asset.description or ""), DESCRIPTION)
    terms |= dict.fromkeys(words(asset.name), NAME)
    terms |= {f"#{key}": STATED for key in asset.concepts}
    return terms | {f"@{place}": AT for place in getattr(asset, "place_ids", None) or ()}


def text_to_link(asset: Asset) -> str:
    """Return the part of an asset's texts that says what it is about."""
    return f"{asset.name}. {asset.description or ''}"[: len(asset.name) + LONGEST_LINKED]


def written(minutes: Iterable[Minutes]) -> str:
    """Return minutes of a week as the database writes a multirange."""
    return "{" + ",".join(f"[{begin},{end})" for begin, end in minutes) + "}"


def hours_of(opening: Sequence[Mapping[str, Any]]) -> Hours | None:
    """Return when something with these windows can be open, or None when it does not say."""
    if not opening:
        return None
    zones = {str(window["time_zone"]) for window in opening}
    if len(zones) > 1:
        return Hours(((0, WEEK),), next(iter(sorted(zones))), None)
    found = [_of_window(window) for window in opening]
    begins = [window_from for _, window_from in found]
    exact = None if None in begins else max(one for one in begins if one is not None)
    return Hours(tuple(sorted({part for parts, _ in found for part in parts})), zones.pop(), exact)


def _of_window(window: Mapping[str, Any]) -> tuple[list[Minutes], datetime | None]:
    starts, length = datetime.fromisoformat(window["starts"]), int(window["minutes"])
    rule = dict(part.partition("=")[::2] for part in (window.get("rule") or "").split(";") if part)
    days = _weekdays(rule, starts)
    first = starts.hour * 60 + starts.minute
    minutes = [part for day in days for part in week_parts(day * DAY + first, length)]
    is_plain = rule.get("FREQ") == "WEEKLY" and not rule.keys() - _PLAIN_PARTS and rule.get("INTERVAL", "1") == "1"
    begin = starts.replace(tzinfo=ZoneInfo(window["time_zone"])).astimezone(UTC) + timedelta(days=8)
    return minutes, begin if is_plain else None


def _weekdays(rule: Mapping[str, str], starts: datetime) -> set[int]:
    named = {_WEEKDAYS.index(day[-2:]) for day in rule.get("BYDAY", "").split(",") if day[-2:] in _WEEKDAYS}
    if named:
        return named
    return {starts.weekday()} if rule.get("FREQ", "WEEKLY") == "WEEKLY" else set(range(7))


def week_parts(begin: int, length: int) -> list[Minutes]:
    """Return `length` minutes from `begin` on as parts of one week; what goes past its end begins it again."""
    if length >= WEEK:
        return [(0, WEEK)]
    begin %= WEEK
    end = begin + length
    return [(begin, end)] if end <= WEEK else [(begin, WEEK), (0, end - WEEK)]
