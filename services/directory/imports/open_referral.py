"""Reads Open Referral JSON (HSDS 3, UK profile): whole services, organisations, places, or pages of them.

People stay out: contacts, e-mail addresses and telephone numbers of a feed are left where they are, and said to be.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from services.directory.imports.domain import Entry, File, Flaw, Kind, Reading

_TIME_ZONE = "Europe/London"
_PERSONAL = ("contacts", "phones", "email", "assurer_email")
_STATUS = {
    "active": "active",
    "inactive": "inactive",
    "defunct": "inactive",
    "temporarily closed": "temporarily_closed",
}
Json = dict[str, Any]


def read(files: Sequence[File]) -> Reading:
    """Turn the files into entries and flaws; `line` counts the objects of a page from 1."""
    reading = Reading()
    for file in files:
        try:
            content = json.loads(file.content.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            reading.flaws.append(Flaw(file.name, 0, "refused", "is not readable JSON"))
            continue
        for line, found in enumerate(_objects(content), start=1):
            _read_object(found, file.name, line, reading)
    return reading


def _objects(content: Any) -> Iterator[Any]:
    if isinstance(content, dict) and isinstance(content.get("contents"), list):
        yield from content["contents"]
    elif isinstance(content, list):
        yield from content
    else:
        yield content


def _read_object(found: Any, file: str, line: int, reading: Reading) -> None:
    if not isinstance(found, dict) or not found.get("id"):
        reading.flaws.append(Flaw(file, line, "refused", "is not an object with an id", "id"))
    elif "taxonomy" in found or "taxonomy_terms" in found or "version" in found or "term_uri" in found:
        reading.flaws.append(
            Flaw(file, line, "left_out", "is a taxonomy or a term, which the directory does not keep yet")
        )
    elif "location" in found or "service" in found:
        _read_at_location(found, file, line, reading)
    elif "organization" in found or "service_at_locations" in found or "status" in found:
        _service(found, file, line, reading)
    elif "location_type" in found:
        _place(found, None, file, line, reading)
    else:
        _organisation(found, file, line, reading)


def _read_at_location(found: Json, file: str, line: int, reading: Reading) -> None:
    if isinstance(found.get("service"), dict):
        service = dict(found["service"])
        service["service_at_locations"] = [{"id": found["id"], "location": found.get("location")}]
        _service(service, file, line, reading)
    elif isinstance(found.get("location"), dict):
        _place(found["location"], None, file, line, reading)


def _note_people(found: Json, file: str, line: int, reading: Reading) -> None:
    for name in _PERSONAL:
        if found.get(name):
            reading.flaws.append(Flaw(file, line, "left_out", "may be about a person and stays out", name))


def _add(
    reading: Reading,
    kind: Kind,
    found: Json,
    file: str,
    line: int,
    facts: Json,
    organisation: str | None = None,
    places: Sequence[str] = (),
) -> None:
    filled = {name: value for name, value in facts.items() if value not in (None, "", [], {})}
    reading.entries.append(Entry(kind, str(found["id"]), file, line, filled, organisation, places))


def _organisation(found: Json, file: str, line: int, reading: Reading) -> None:
    _note_people(found, file, line, reading)
    facts = {
        "name": found.get("name"),
        "description": found.get("description"),
        "website": found.get("website") or found.get("url"),
    }
    _add(reading, "organisation", found, file, line, facts)
    for service in _each(found, "services"):
        if service.get("id"):
            _service({**service, "organization": {"id": found["id"], "name": found.get("name")}}, file, line, reading)


def _each(found: Json, name: str) -> list[Json]:
    value = found.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _place(found: Json, organisation: str | None, file: str, line: int, reading: Reading) -> None:
    address = next(iter(_each(found, "addresses")), {})
    facts = {
        "name": found.get("name") or address.get("address_1"),
        "description": found.get("description"),
        "latitude": found.get("latitude"),
        "longitude": found.get("longitude"),
        "accessibility": "; ".join(
            one["description"] for one in _each(found, "accessibility") if one.get("description")
        ),
        "address": _address(address),
    }
    _add(reading, "place", found, file, line, facts, organisation)


def _address(found: Json) -> Json:
    parts = {
        "lines": ", ".join(str(found[name]) for name in ("address_1", "address_2") if found.get(name)),
        "city": found.get("city"),
        "region": found.get("state_province"),
        "postal_code": found.get("postal_code"),
        "country": found.get("country"),
    }
    return {name: value for name, value in parts.items() if value}


def _service(found: Json, file: str, line: int, reading: Reading) -> None:
    _note_people(found, file, line, reading)
    owner = found.get("organization")
    if isinstance(owner, dict) and owner.get("id") and owner.get("name"):
        _organisation({**owner, "services": None}, file, line, reading)
    organisation = str(owner["id"]) if isinstance(owner, dict) and owner.get("id") else found.get("organization_id")
    places = []
    for at in _each(found, "service_at_locations"):
        location = at.get("location")
        if isinstance(location, dict) and location.get("id"):
            places.append(str(location["id"]))
            _place(location, organisation, file, line, reading)
    facts = {
        "name": found.get("name"),
        "description": found.get("description"),
        "website": found.get("url"),
        "status": _STATUS.get(str(found.get("status")), found.get("status")),
        "cost": found.get("fees") or _costs(found),
        "languages": [one["code"] for one in _each(found, "languages") if one.get("code")],
        "opening": _opening(found, file, line, reading),
    }
    _add(reading, "service", found, file, line, facts, organisation, places)


def _costs(found: Json) -> str:
    return "; ".join(
        " ".join(str(cost[name]) for name in ("option", "amount", "amount_description") if cost.get(name) is not None)
        for cost in _each(found, "cost_options")
    )


def _opening(found: Json, file: str, line: int, reading: Reading) -> list[Json]:
    windows = []
    for schedule in _each(found, "schedules"):
        try:
            windows.append(_window(schedule))
        except (KeyError, ValueError, TypeError):
            reading.flaws.append(Flaw(file, line, "field_dropped", "has a schedule that cannot be used", "schedules"))
    return windows


def _window(schedule: Json) -> Json:
    day = schedule.get("dtstart") or schedule["valid_from"]
    opens = datetime.fromisoformat(f"{day}T{schedule['opens_at']}").replace(tzinfo=None)
    closes = datetime.fromisoformat(f"{day}T{schedule['closes_at']}").replace(tzinfo=None)
    rule = {"FREQ": schedule.get("freq"), "INTERVAL": schedule.get("interval"), "BYDAY": schedule.get("byday")}
    if schedule.get("freq") == "MONTHLY":
        rule["BYMONTHDAY"] = schedule.get("bymonthday")
    return {
        "starts": opens.isoformat(),
        "minutes": int((closes - opens).total_seconds() // 60),
        "time_zone": _TIME_ZONE,
        "rule": ";".join(f"{name}={value}" for name, value in rule.items() if value) or None,
    }
