"""What the directory's entries are in the terms of Open Referral UK: ids, schedules, addresses, pages, plain text.

Nothing here knows a person. Free texts are an organisation's own publication: they are shown as they were written,
without HTML; a telephone number that somebody put into a description stays, because the organisation put it there.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.directory.assets.calendar import occurrences
from services.directory.assets.money import digits

PROFILE = "HSDS-UK-3.0"
PROFILE_ADDRESS = "https://docs.openreferraluk.org/en/latest/"
DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
        "SU": "Sunday"}  # fmt: skip
STATUS = {"active": "active", "temporarily_closed": "temporarily closed"}
"""The states in which a service is shown, as the feed calls them; what is inactive is left out."""
_OURS = UUID("6e1f7ef0-2f2f-5d0c-9c1a-0c1d8c2f5b51")
_OTHER_SELF = 0x5EED_0FA0_5E1F
_UK_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)
_LONGEST = timedelta(days=20 * 366)
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--)>", re.DOTALL)
_BLOCK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
Json = dict[str, Any]


def part_id(*names: object) -> str:
    """Return the id of something that has none of its own: the same for the same names, for ever."""
    return str(uuid5(_OURS, "/".join(str(name) for name in names)))


def other_self(provider: UUID) -> UUID:
    """Return a micro-provider's id as an organisation from its id as a service, or the other way round."""
    return UUID(int=provider.int ^ _OTHER_SELF)


def said(facts: Mapping[str, Any]) -> Json:
    """Return the facts that say something: the format knows neither nulls nor empty texts and lists."""
    return {name: value for name, value in facts.items() if value is not None and value not in ("", [], {})}


def plain(text: str | None) -> str | None:
    """Return a text without HTML, or None when nothing is left."""
    if text is None or not ("<" in text or "&" in text):
        return text
    return html.unescape(_TAG.sub("", _BLOCK.sub("\n", text))).strip() or None


def stamp(moment: datetime) -> str:
    """Return a moment in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def latest(moments: Iterable[datetime | None]) -> datetime:
    """Return when something, or anything that is shown with it, last changed."""
    return max(moment for moment in moments if moment is not None)


def page_of(contents: Sequence[Any], *, total: int, number: int, per_page: int) -> Json:
    """Return a page with its figures; one beyond the end is empty."""
    pages = ceil(total / per_page)
    return {
        "total_items": total, "total_pages": pages, "page_number": number, "size": len(contents),
        "first_page": number == 1, "last_page": number >= pages, "empty": not contents, "contents": list(contents),
    }  # fmt: skip


def weekday(name: str) -> str | None:
    """Return the two letters of a weekday given by them, by its name or the beginning of it; None if it is none."""
    wanted = name.strip().lower()
    for letters, day in DAYS.items():
        if wanted == letters.lower() or (len(wanted) >= 3 and day.lower().startswith(wanted)):
            return letters
    return None


def in_whole_units(amount: int, currency: str) -> float:
    """Return an amount, kept in a currency's smallest unit, as people say it: 350 pence are 3.5 pounds."""
    places = digits(currency)
    return amount if places == 0 else round(amount / 10**places, places)


# --- when ----------------------------------------------------------------------------------------------------------


def schedule(owner: UUID, window: Mapping[str, Any]) -> Json:
    """Return the schedule of a window.

    The format repeats by week and by month alone. Every day is every week on all its days; what comes once has a
    date and no frequency; what repeats in another way is told in words, and has the day of its beginning.
    """
    starts = datetime.fromisoformat(window["starts"])
    ends = starts + timedelta(minutes=window["minutes"])
    rule = _parts(window.get("rule"))
    repeats = _repeats(rule, starts)
    last = _last_day(rule, window, starts)
    identity = part_id(owner, "schedule", *(window.get(name) for name in ("starts", "minutes", "time_zone", "rule")))
    return said({
        "id": identity, "service_id": str(owner), "valid_from": starts.date().isoformat(),
        "valid_to": last.isoformat() if last else None, "dtstart": starts.date().isoformat(), **repeats,
        "description": _in_words(rule, repeats, starts, ends, str(window.get("time_zone") or "")),
        "opens_at": f"{starts:%H:%M:%S}", "closes_at": f"{ends:%H:%M:%S}",
    })  # fmt: skip


def _parts(rule: str | None) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in (rule or "").split(";") if part)


def _repeats(rule: Mapping[str, str], starts: datetime) -> Json:
    every, days, positions = int(rule.get("INTERVAL", 1)), rule.get("BYDAY", ""), rule.get("BYSETPOS", "")
    frequency = rule.get("FREQ")
    own_day = list(DAYS)[starts.weekday()]
    if "BYMONTH" in rule or (frequency == "DAILY" and every > 1):
        return {}
    if frequency in ("DAILY", "WEEKLY") and not positions and "BYMONTHDAY" not in rule:
        return {
            "freq": "WEEKLY",
            "interval": every,
            "byday": days or (",".join(DAYS) if frequency == "DAILY" else own_day),
        }
    if frequency != "MONTHLY" or (positions and not _is_one_day(days, positions)):
        return {}
    by_date = rule.get("BYMONTHDAY", "" if days else str(starts.day))
    return said({"freq": "MONTHLY", "interval": every, "byday": positions + days, "bymonthday": by_date})


def _is_one_day(days: str, positions: str) -> bool:
    return days in DAYS and "," not in positions


def _last_day(rule: Mapping[str, str], window: Mapping[str, Any], starts: datetime) -> date | None:
    if not rule:
        return starts.date()
    if "UNTIL" in rule:
        return _day_until(rule["UNTIL"], str(window.get("time_zone") or "UTC"))
    return _day_of_the_last(str(window["rule"]), starts) if "COUNT" in rule else None


def _day_until(until: str, zone: str) -> date | None:
    """Return the day on which a rule ends where it happens; None of what was kept before it was checked so closely."""
    try:
        if until.endswith("Z"):
            moment = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return moment.astimezone(ZoneInfo(zone)).date()
        return date.fromisoformat(until[:8])
    except ValueError:
        return None


@lru_cache(maxsize=2048)
def _day_of_the_last(rule: str, starts: datetime) -> date:
    """Return the last of the days that a rule with a count names, as far as anybody plans."""
    window = {"starts": starts.isoformat(), "minutes": 5, "time_zone": "UTC", "rule": rule}
    begins = starts.replace(tzinfo=UTC)
    spans = occurrences([window], since=begins, until=begins + _LONGEST)
    return max((start.date() for start, _ in spans), default=starts.date())


def _in_words(rule: Mapping[str, str], repeats: Mapping[str, Any], starts: datetime, ends: datetime, zone: str) -> str:
    hours = f"{starts:%H:%M} to {ends:%H:%M}" + (f" ({zone})" if zone else "")
    if not rule:
        return f"{starts:%A} {starts.day} {starts:%B %Y}, {hours}"
    if not repeats:
        return f"From {starts.day} {starts:%B %Y}, {hours}, repeating {rule['FREQ'].lower()} by the rule {_shown(rule)}"
    unit = "week" if repeats["freq"] == "WEEKLY" else "month"
    often = f"Every {unit}" if repeats["interval"] == 1 else f"Every {repeats['interval']} {unit}s"
    days = ", ".join(_day_in_words(day) for day in repeats.get("byday", "").split(",") if day)
    dates = repeats.get("bymonthday", "").replace(",", ", ")
    return " ".join([often, *([f"on {days}"] if days else []), *([f"on day {dates}"] if dates else [])]) + f", {hours}"


def _shown(rule: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in rule.items())


def _day_in_words(day: str) -> str:
    number, letters = day[:-2], day[-2:]
    named = DAYS[letters]
    if not number:
        return named
    return f"the last {named}" if number == "-1" else f"{named} number {number.removeprefix('+')}"


# --- where ---------------------------------------------------------------------------------------------------------


def address(place: UUID, known: Mapping[str, str], time_zone: str | None) -> Json | None:
    """Return a place's address, or None when a part is missing that the format asks for.

    A region that nobody named is the town; a country that nobody named shows in the postcode or the time zone.
    """
    lines, city, code = known.get("lines"), known.get("city"), known.get("postal_code")
    british = bool(code and _UK_POSTCODE.fullmatch(code.strip())) or time_zone == "Europe/London"
    country = known.get("country") or ("GB" if british else "DE" if time_zone == "Europe/Berlin" else None)
    if not (lines and city and code and country):
        return None
    return said({
        "id": part_id(place, "address"), "location_id": str(place), "address_1": lines, "city": city,
        "region": known.get("region"), "state_province": known.get("region") or city, "postal_code": code,
        "country": country, "address_type": "physical",
    })  # fmt: skip


def address_in_words(known: Mapping[str, str]) -> str:
    """Return what is known of an address, in one line."""
    return ", ".join(known[name] for name in ("lines", "city", "region", "postal_code", "country") if known.get(name))
