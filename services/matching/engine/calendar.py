"""Recurring windows against recurring windows: when two sides both have time over the coming weeks.

Rules are RFC 5545 in the part that `services.kernel.fields.Window` lets through. They are expanded here period by
period and never beyond the horizon: dateutil, handed a rule that never comes true (the 30th of February), looks for
it until the year 9999. Windows are local time in their own zone; what is compared is UTC.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from dateutil.tz import gettz, resolve_imaginary

HORIZON = timedelta(weeks=8)
_MOST_PERIODS = 20_000
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)
ALL_HOURS = 2**168 - 1
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: when it first begins (local, without a zone), how long it is, and what repeats it."""

    starts: datetime
    minutes: int
    zone: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    frequency: str
    interval: int
    count: int | None
    until: datetime | None
    weekdays: tuple[tuple[int, int], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    positions: tuple[int, ...]
    week_start: int


@dataclass(frozen=True, slots=True)
class Times:
    """When somebody has time: the windows, less those in which they cannot after all."""

    windows: tuple[Window, ...]
    busy: tuple[Window, ...] = ()


def check_window(window: Window) -> None:
    """Raise ValueError when the window's rule or zone cannot be read."""
    if gettz(window.zone) is None:
        raise ValueError("unknown time zone")
    if window.rule is not None:
        _parse(window.rule, window.zone)


def common_minutes(ours: Times, theirs: Times, *, now: datetime, at_least: int) -> int:
    """Return the minutes of the common stretches, from `now` to the horizon, that last `at_least` minutes each."""
    shortest = timedelta(minutes=at_least)
    pairs = overlaps(free(ours, now=now), free(theirs, now=now))
    return sum(int((end - start).total_seconds() // 60) for start, end in pairs if end - start >= shortest)


@lru_cache(maxsize=2_000)
def free(times: Times, *, now: datetime) -> Sequence[Span]:
    """Return the stretches in UTC, from `now` to the horizon, in which somebody has time: sorted and disjoint."""
    open_, taken = spans(times.windows, now=now), spans(times.busy, now=now)
    return list(_without(open_, taken)) if taken else open_


def _without(open_: Iterable[Span], taken: Sequence[Span]) -> Iterator[Span]:
    for start, end in open_:
        for begins, ends in taken:
            if ends <= start or begins >= end:
                continue
            if begins > start:
                yield start, begins
            start = min(ends, end)
        if start < end:
            yield start, end


def hours_of_week(windows: tuple[Window, ...]) -> int:
    """Return the hours of a week in UTC that the windows may touch, as 168 bits; bit 0 is Monday's first hour.

    It is never too few, at no time of the year: two sides without a common hour cannot meet. So it may be too many.
    """
    bits = 0
    for window in windows:
        bits |= _hours_touched(window)
        if bits == ALL_HOURS:
            break
    return bits


@lru_cache(maxsize=20_000)
def _hours_touched(window: Window) -> int:
    days = _days_of_week(window)
    zone = gettz(window.zone)
    if days is None or zone is None or window.minutes >= 7 * 24 * 60:
        return ALL_HOURS
    begins = window.starts.hour * 60 + window.starts.minute
    bits = 0
    for ahead in _minutes_ahead(zone, window.starts.year):
        for day in days:
            first = (day * 24 * 60 + begins - ahead) // 60
            last = -(-(day * 24 * 60 + begins + window.minutes - ahead) // 60)
            for hour in range(first, last):
                bits |= 1 << hour % 168
    return bits


def _minutes_ahead(zone: tzinfo, year: int) -> set[int]:
    """Return how far the zone is ahead of UTC in any month, and an hour about it for clocks that jump within one."""
    months = (datetime(year, month, 15, 12, tzinfo=zone).utcoffset() or timedelta(0) for month in range(1, 13))
    stated = {int(ahead.total_seconds() // 60) for ahead in months}
    return {one + more for one in stated for more in (-60, 0, 60)}


def _days_of_week(window: Window) -> set[int] | None:
    """Return on which days of the week it can begin; None where that is not plain to see."""
    if window.rule is None:
        return {window.starts.weekday()}
    try:
        rule = _parse(window.rule, window.zone)
    except ValueError:
        return set()
    if rule.weekdays:
        return {weekday for _, weekday in rule.weekdays}
    return {window.starts.weekday()} if rule.frequency == "WEEKLY" else None


def overlaps(ours: Sequence[Span], theirs: Sequence[Span]) -> Iterator[Span]:
    """Yield where two sorted lists of disjoint spans overlap."""
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start, end = max(ours[i][0], theirs[j][0]), min(ours[i][1], theirs[j][1])
        if start < end:
            yield start, end
        if ours[i][1] <= theirs[j][1]:
            i += 1
        else:
            j += 1


def spans(windows: tuple[Window, ...], *, now: datetime) -> list[Span]:
    """Return the windows' stretches in UTC from `now` to the horizon: sorted, disjoint, clipped."""
    end = now + HORIZON
    found = _spans_from(windows, now.astimezone(UTC).date())
    return [(max(a, now), min(b, end)) for a, b in found if b > now and a < end]


def _spans_from(windows: tuple[Window, ...], day: date) -> tuple[Span, ...]:
    if len(windows) == 1:
        return _expanded(windows[0], day)
    return tuple(_merged(sorted(span for window in windows for span in _expanded(window, day))))


@lru_cache(maxsize=50_000)
def _expanded(window: Window, day: date) -> tuple[Span, ...]:
    return tuple(_merged(sorted(_expand(window, day))))


def _merged(ordered: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in ordered:
        if current is None or start > current[1]:
            if current is not None:
                yield current
            current = (start, end)
        else:
            current = (current[0], max(current[1], end))
    if current is not None:
        yield current


def _expand(window: Window, day: date) -> Iterator[Span]:
    zone, length = gettz(window.zone), timedelta(minutes=window.minutes)
    try:
        first, last = day - length - _DAY, day + HORIZON + 2 * _DAY
        beginnings = list(_days(window, first, last))
    except ValueError:
        return  # an unreadable rule opens no window; where rules are entered, check_window refuses it
    for one in beginnings:
        local = datetime.combine(one, window.starts.time(), zone)
        start = resolve_imaginary(local).astimezone(UTC)
        yield start, start + length


def _days(window: Window, first: date, last: date) -> Iterator[date]:
    begins = window.starts.date()
    if window.rule is None:
        if first <= begins <= last:
            yield begins
        return
    rule = _parse(window.rule, window.zone)
    for found, day in enumerate(_occurrences(rule, begins, first, last)):
        late = rule.until is not None and datetime.combine(day, window.starts.time()) > rule.until
        if late or (rule.count is not None and found >= rule.count):
            return
        if day >= first:
            yield day


def _occurrences(rule: _Rule, begins: date, first: date, last: date) -> Iterator[date]:
    """Yield the rule's days from `begins` to `last`; those before `first` only where they count."""
    skipped = 0 if rule.count is not None or first <= begins else _periods_between(rule, begins, first)
    for number in range(skipped, skipped + _MOST_PERIODS):
        try:
            start, days = _period(rule, begins, number)
        except (ValueError, OverflowError):
            return
        if start > last:
            return
        chosen = [day for day in days if _fits(rule, day, begins)]
        for day in _at_positions(rule, chosen):
            if begins <= day <= last:
                yield day


def _periods_between(rule: _Rule, begins: date, first: date) -> int:
    days = (first - begins).days
    length = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[rule.frequency]
    return max(0, days // (length * rule.interval) - 1)


def _period(rule: _Rule, begins: date, number: int) -> tuple[date, list[date]]:
    """Return the beginning and all days of the rule's period `number`, counted from the one `begins` lies in."""
    step = number * rule.interval
    if rule.frequency == "DAILY":
        start, length = begins + step * _DAY, 1
    elif rule.frequency == "WEEKLY":
        start, length = begins + (7 * step - (begins.weekday() - rule.week_start) % 7) * _DAY, 7
    elif rule.frequency == "MONTHLY":
        year, month = divmod(begins.year * 12 + begins.month - 1 + step, 12)
        start, length = date(year, month + 1, 1), monthrange(year, month + 1)[1]
    else:
        start = date(begins.year + step, 1, 1)
        length = (date(begins.year + step, 12, 31) - start).days + 1
    return start, [start + n * _DAY for n in range(length)]


def _fits(rule: _Rule, day: date, begins: date) -> bool:
    months, month_days, weekdays = _defaults(rule, begins)
    if months and day.month not in months:
        return False
    length = monthrange(day.year, day.month)[1]
    if month_days and day.day not in month_days and day.day - length - 1 not in month_days:
        return False
    return not weekdays or any(_is_weekday(rule, day, length, *weekday) for weekday in weekdays)


def _defaults(rule: _Rule, begins: date) -> tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Return months, days of the month and weekdays, with what the first beginning implies where the rule is silent."""
    if rule.weekdays or rule.month_days or rule.frequency == "DAILY":
        return rule.months, rule.month_days, rule.weekdays
    if rule.frequency == "WEEKLY":
        return rule.months, (), ((0, begins.weekday()),)
    if rule.frequency == "MONTHLY" or rule.months:
        return rule.months, (begins.day,), ()
    return (begins.month,), (begins.day,), ()


def _is_weekday(rule: _Rule, day: date, length: int, ordinal: int, weekday: int) -> bool:
    if day.weekday() != weekday:
        return False
    if ordinal == 0 or rule.frequency in {"DAILY", "WEEKLY"}:
        return True
    position, whole = day.day, length
    if rule.frequency == "YEARLY" and not rule.months:
        position, whole = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
    return ordinal == ((position - 1) // 7 + 1 if ordinal > 0 else -((whole - position) // 7 + 1))


def _at_positions(rule: _Rule, days: list[date]) -> list[date]:
    if not rule.positions:
        return days
    return [day for n, day in enumerate(days) if n + 1 in rule.positions or n - len(days) in rule.positions]


@lru_cache(maxsize=2_000)
def _parse(text: str, zone: str) -> _Rule:
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    frequency = parts.get("FREQ", "")
    if frequency not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise ValueError("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY")
    interval, count = int(parts.get("INTERVAL", "1")), int(parts.get("COUNT", "0"))
    if not 1 <= interval <= 1_000 or count < 0:
        raise ValueError("INTERVAL or COUNT is out of range")
    return _Rule(
        frequency, interval, count or None, _until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        tuple(map(_weekday, filter(None, parts.get("BYDAY", "").split(",")))),
        _numbers(parts, "BYMONTHDAY", 31), _numbers(parts, "BYMONTH", 12), _numbers(parts, "BYSETPOS", 366),
        _WEEKDAYS.index(parts.get("WKST", "MO")),
    )  # fmt: skip


def _numbers(parts: dict[str, str], name: str, most: int) -> tuple[int, ...]:
    numbers = tuple(int(number) for number in parts.get(name, "").split(",") if number)
    if any(not 1 <= abs(number) <= most for number in numbers):
        raise ValueError(f"{name} is out of range")
    return numbers


def _weekday(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text)
    if not found:
        raise ValueError("BYDAY names weekdays as MO, TU, WE, TH, FR, SA, SU")
    return int(found[1] or 0), _WEEKDAYS.index(found[2])


def _until(text: str, zone: str) -> datetime:
    """Return the last moment in local time; a bare date means until its end."""
    if re.fullmatch(r"\d{8}", text):
        return datetime.strptime(text + "235959", "%Y%m%d%H%M%S")  # noqa: DTZ007 - local on purpose
    until = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    if text.endswith("Z"):
        return until.replace(tzinfo=UTC).astimezone(gettz(zone)).replace(tzinfo=None)
    return until
