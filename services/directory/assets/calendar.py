"""When something takes place: windows and their rules, looked at day by day within bounds.

A library that looks for the next day of a rule which never comes true (the 30th of February) looks until the year
9999. So it is the other way round here: each day that was asked for is held against the rule. A rule that counts its
occurrences is counted once from its beginning, but no more than `_LONGEST_COUNT` days, and its end is remembered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.tz import resolve_imaginary

_DAY = timedelta(days=1)
_LONGEST_COUNT = 20 * 366
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Rule:
    """An RFC 5545 rule in the parts that `services.kernel.fields.Window` lets through."""

    frequency: str
    interval: int
    count: int | None
    until: datetime | None
    weekdays: tuple[tuple[int, int], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    positions: tuple[int, ...]
    week_start: int


def occurrences(windows: Iterable[Mapping[str, Any]], *, since: datetime, until: datetime) -> list[Span]:
    """Return when the windows, as they are kept, touch the time between, in UTC: earliest first, each once."""
    return sorted({span for window in windows for span in _spans(window, since, until)})


def _spans(window: Mapping[str, Any], since: datetime, until: datetime) -> Iterator[Span]:
    starts, zone = datetime.fromisoformat(window["starts"]), ZoneInfo(window["time_zone"])
    length = timedelta(minutes=window["minutes"])
    first = (since - length).astimezone(zone).date() - _DAY
    last = until.astimezone(zone).date() + _DAY
    for day in _days(window.get("rule"), starts, str(window["time_zone"]), first, last):
        local = datetime.combine(day, starts.time(), zone)
        begins = resolve_imaginary(local).astimezone(UTC)
        if begins < until and begins + length > since:
            yield begins, begins + length


def _days(text: str | None, starts: datetime, zone: str, first: date, last: date) -> Iterator[date]:
    begins = starts.date()
    if text is None:
        yield from (day for day in (begins,) if first <= day <= last)
        return
    rule, day = parsed(text, zone), max(begins, first)
    if rule.count is not None:
        last = min(last, _last_counted(rule, begins))
    while day <= last:
        if rule.until is not None and datetime.combine(day, starts.time()) > rule.until:
            return
        if happens(rule, day, begins):
            yield day
        day += _DAY


@lru_cache(maxsize=20_000)
def _last_counted(rule: Rule, begins: date) -> date:
    """Return the day on which a rule that counts comes to its end, or beyond which nobody counts."""
    day, last, left = begins, begins + _LONGEST_COUNT * _DAY, rule.count or 0
    while day < last:
        left -= happens(rule, day, begins)
        if left <= 0:
            return day
        day += _DAY
    return last


def happens(rule: Rule, day: date, begins: date) -> bool:
    """Say whether the rule, which begins on `begins`, names `day`; its count and end are not looked at."""
    if not _in_step(rule, day, begins) or not _fits(rule, day, begins):
        return False
    return not rule.positions or day in _picked(rule, _period_begins(rule, day), begins)


@lru_cache(maxsize=300)
def _picked(rule: Rule, first: date, begins: date) -> frozenset[date]:
    """Return the days that a rule picks by their positions in the period that begins on `first`."""
    among = [day for day in _period(rule, first) if _fits(rule, day, begins)]
    return frozenset(
        day for n, day in enumerate(among) if n + 1 in rule.positions or n - len(among) in rule.positions
    )  # fmt: skip


def _in_step(rule: Rule, day: date, begins: date) -> bool:
    """Say whether the rule's interval lets it happen in the period that `day` lies in."""
    if rule.frequency == "DAILY":
        apart = (day - begins).days
    elif rule.frequency == "WEEKLY":
        apart = (_week(rule, day) - _week(rule, begins)).days // 7
    elif rule.frequency == "MONTHLY":
        apart = (day.year - begins.year) * 12 + day.month - begins.month
    else:
        apart = day.year - begins.year
    return apart % rule.interval == 0


def _week(rule: Rule, day: date) -> date:
    return day - (day.weekday() - rule.week_start) % 7 * _DAY


def _period_begins(rule: Rule, day: date) -> date:
    if rule.frequency == "DAILY":
        return day
    if rule.frequency == "WEEKLY":
        return _week(rule, day)
    return day.replace(day=1) if rule.frequency == "MONTHLY" else day.replace(month=1, day=1)


def _period(rule: Rule, first: date) -> Sequence[date]:
    """Return all days of the period that begins on `first`."""
    length = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": _month_length(first)}.get(rule.frequency, _year_length(first))
    return [first + n * _DAY for n in range(length)]


def _month_length(day: date) -> int:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1).toordinal() - day.replace(day=1).toordinal()


def _year_length(day: date) -> int:
    return day.replace(month=12, day=31).timetuple().tm_yday


def _fits(rule: Rule, day: date, begins: date) -> bool:
    months, month_days, weekdays = _implied(rule, begins)
    if months and day.month not in months:
        return False
    if month_days and day.day not in month_days and day.day - _month_length(day) - 1 not in month_days:
        return False
    return not weekdays or any(_is_weekday(rule, day, *one) for one in weekdays)


def _implied(rule: Rule, begins: date) -> tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Return months, days of the month and weekdays, with what the beginning implies where the rule is silent."""
    if rule.weekdays or rule.month_days or rule.frequency == "DAILY":
        return rule.months, rule.month_days, rule.weekdays
    if rule.frequency == "WEEKLY":
        return rule.months, (), ((0, begins.weekday()),)
    if rule.frequency == "MONTHLY" or rule.months:
        return rule.months, (begins.day,), ()
    return (begins.month,), (begins.day,), ()


def _is_weekday(rule: Rule, day: date, ordinal: int, weekday: int) -> bool:
    if day.weekday() != weekday or ordinal == 0 or rule.frequency in {"DAILY", "WEEKLY"}:
        return day.weekday() == weekday
    place, whole = day.day, _month_length(day)
    if rule.frequency == "YEARLY" and not rule.months:
        place, whole = day.timetuple().tm_yday, _year_length(day)
    return ordinal == ((place - 1) // 7 + 1 if ordinal > 0 else -((whole - place) // 7 + 1))


@lru_cache(maxsize=2_000)
def parsed(text: str, zone: str) -> Rule:
    """Return the rule behind a text that was checked when it was entered."""
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    days = [one for one in parts.get("BYDAY", "").split(",") if one]
    return Rule(
        frequency=parts["FREQ"],
        interval=int(parts.get("INTERVAL", "1")),
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        weekdays=tuple((int(one[:-2] or 0), _WEEKDAYS.index(one[-2:])) for one in days),
        month_days=_numbers(parts, "BYMONTHDAY"),
        months=_numbers(parts, "BYMONTH"),
        positions=_numbers(parts, "BYSETPOS"),
        week_start=_WEEKDAYS.index(parts.get("WKST", "MO")),
    )


def _numbers(parts: Mapping[str, str], name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in parts.get(name, "").split(",") if number)


def _until(text: str, zone: str) -> datetime:
    """Return the last moment in local time; a bare date means until its end. At the edges of time zones are nothing."""
    if "T" not in text:
        return datetime.strptime(text + "T235959", "%Y%m%dT%H%M%S")  # noqa: DTZ007  local on purpose
    until = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    if not text.endswith("Z"):
        return until
    try:
        return until.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except OverflowError:
        return until
