"""Making texts, numbers and points of foreign data usable, or finding out why they are not."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

LONGEST_TEXT = 10_000
_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}
_SILENT = {"script", "style", "head", "title"}
_HTML = re.compile(r"<[a-zA-Z!/?]|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,31});")
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BOXES: Mapping[str, tuple[float, float, float, float]] = {
    "GB": (49.0, -9.5, 61.5, 2.5), "IE": (51.0, -11.0, 55.8, -5.0), "DE": (47.0, 5.5, 55.5, 15.5),
    "FR": (41.0, -5.5, 51.5, 10.0), "NL": (50.5, 3.0, 54.0, 7.5), "BE": (49.3, 2.3, 51.8, 6.6),
    "AT": (46.2, 9.3, 49.2, 17.3), "CH": (45.6, 5.7, 48.0, 10.7), "US": (18.0, -180.0, 72.0, -65.0),
}  # fmt: skip
"""South, west, north and east of countries, roughly: enough to see when a point has its numbers swapped."""


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain(text: str) -> tuple[str, str | None]:
    """Return a text as plain text, and what had to be done to it, if anything."""
    done = None
    if _HTML.search(text):
        text, done = _without_html(text), "had HTML in it and is kept as plain text"
    if _UNKEPT.search(text):
        text, done = _UNKEPT.sub("\ufffd", text), done or "had characters that are none; they are marked"
    return text.strip(), done


def _without_html(text: str) -> str:
    parser = _Plain()
    parser.feed(text)
    parser.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(parser.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def name_of(value: Any) -> str | None:
    """Return an id as the source wrote it, if it can be kept: one to 200 printable characters."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= 200 and text.isprintable() else None


def number(value: Any) -> Any:
    """Return a number where it is one, however it was written; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def whole(value: Any) -> Any:
    """Return a whole number where it is one, however it was written; anything else as it is."""
    found = number(value)
    return int(found) if isinstance(found, float) and found.is_integer() else found


def wrong_point(latitude: Any, longitude: Any, country: str | None) -> str | None:
    """Say what is wrong with a point, or nothing."""
    points = [one for one in (latitude, longitude) if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(points) < 2:
        return "is no pair of numbers"
    south, east = points
    if south == 0 and east == 0:
        return "is zero, which is in the sea"
    if not -90 <= south <= 90 or not -180 <= east <= 180:
        swapped = -90 <= east <= 90 and -180 <= south <= 180
        return "is out of range; latitude and longitude look swapped" if swapped else "is out of range"
    box = _BOXES.get((country or "").upper())
    if box and not _within(box, south, east) and _within(box, east, south):
        return "is far off the country of its address; latitude and longitude look swapped"
    return None


def _within(box: tuple[float, float, float, float], latitude: float, longitude: float) -> bool:
    return box[0] <= latitude <= box[2] and box[1] <= longitude <= box[3]


def smallest_units(amount: Any, digits: int) -> int | None:
    """Return an amount in the currency's smallest unit, or None for what is no amount."""
    try:
        found = Decimal(str(amount)).scaleb(digits)
        return int(found.to_integral_value()) if found.is_finite() and abs(found) < 10**12 else None
    except (InvalidOperation, ValueError):
        return None


def window(schedule: Mapping[str, Any], time_zone: str) -> dict[str, Any]:
    """Return a schedule of HSDS as a window that repeats. Raises ValueError, KeyError or TypeError if it is none."""
    day = date.fromisoformat(str(schedule.get("dtstart") or schedule.get("valid_from") or "2024-01-01")[:10])
    opens, closes = _clock(schedule["opens_at"]), _clock(schedule["closes_at"])
    begins, ends = datetime.combine(day, opens), datetime.combine(day, closes)
    ends += timedelta(days=1) if ends < begins else timedelta()
    return {
        "starts": begins.isoformat(),
        "minutes": int((ends - begins).total_seconds() // 60),
        "time_zone": time_zone,
        "rule": _rule(schedule),
    }


def _clock(text: Any) -> time:
    found = re.match(r"(\d{1,2}):(\d{2})", str(text).strip())
    if found is None:
        raise ValueError("not a time of day")
    return time(int(found[1]), int(found[2]))


def _rule(schedule: Mapping[str, Any]) -> str | None:
    often = str(schedule.get("freq") or "").upper()
    if not often:
        if schedule.get("byday"):
            often = "WEEKLY"
        else:
            return None
    rule = {"FREQ": often, "INTERVAL": whole(schedule.get("interval")), "BYDAY": schedule.get("byday")}
    if often == "MONTHLY":
        rule["BYMONTHDAY"] = schedule.get("bymonthday")
    if schedule.get("valid_to"):
        rule["UNTIL"] = f"{date.fromisoformat(str(schedule['valid_to'])[:10]):%Y%m%d}T235959"
    return ";".join(f"{name}={str(value).replace(' ', '')}" for name, value in rule.items() if value)
