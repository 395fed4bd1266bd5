"""Reads Open Referral JSON (HSDS 3, UK profile): services, organisations, places, and what stands inside them.

People stay out: contacts, e-mail addresses and telephone numbers of a feed are left where they are, and said to be.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from services.directory.imports import terms
from services.directory.imports.cleaning import name_of, whole
from services.directory.imports.domain import File, Flaw, Item, Reading
from services.directory.imports.record import Record, filled

_TIME_ZONE, _COUNTRY, _CURRENCY = "Europe/London", "GB", "GBP"
"""What the UK profile means where it says nothing."""
_PERSONAL = ("contacts", "phones", "email", "assurer_email")
_TERMS = ("taxonomy", "taxonomy_id", "term_uri", "term")
_OF_SERVICES = ("organization", "organization_id", "service_at_locations", "status")
Json = dict[str, Any]


def read(files: Sequence[File]) -> Reading:
    """Turn whole files into entries and flaws; `line` counts the objects of a page from 1."""
    return Reading.of(item for file in files for item in _file(file))


def _file(file: File) -> Iterator[Item]:
    try:
        content = json.loads(file.content.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        yield Flaw(file.name, 0, "refused", "is not readable JSON")
        return
    for line, found in enumerate(objects(content), start=1):
        yield from record(found, file.name, line)


def objects(content: Any) -> Iterator[Any]:
    """Yield the objects of a page, of a list, or the one object that it is."""
    if isinstance(content, dict) and isinstance(content.get("contents"), list):
        yield from content["contents"]
    elif isinstance(content, list):
        yield from content
    else:
        yield content


def record(found: Any, file: str, line: int) -> list[Item]:
    """Return what one object says."""
    one = Record(file, line)
    if not isinstance(found, dict) or not found.get("id"):
        one.flaw("refused", "is not an object with an id", "id")
    elif isinstance(found.get("service"), dict):
        at = {"id": found["id"], "location": found.get("location")}
        _service(one, {**found["service"], "service_at_locations": [at]})
    elif isinstance(found.get("location"), dict):
        _place(one, found["location"], None, embedded=False)
    elif any(name in found for name in _OF_SERVICES):
        _service(one, found)
    elif "taxonomy_terms" in found or "version" in found:
        terms.taxonomy(one, found)
    elif any(name in found for name in _TERMS):
        terms.term(one, found)
    elif "location_type" in found:
        _place(one, found, None, embedded=False)
    else:
        _organisation(one, found, embedded=False)
    return one.items


def _note_people(one: Record, found: Json) -> None:
    for name in _PERSONAL:
        if found.get(name):
            one.flaw("left_out", "may be about a person and stays out", name)


def _each(found: Json, name: str) -> list[Json]:
    value = found.get(name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _organisation(one: Record, found: Json, *, embedded: bool) -> None:
    _note_people(one, found)
    facts = {
        "name": one.text(found.get("name"), "name"),
        "description": one.text(found.get("description"), "description"),
        "website": found.get("website") or found.get("url"),
        "identifiers": [
            {"scheme": each.get("identifier_scheme") or each.get("identifier_type"), "value": str(each["identifier"])}
            for each in _each(found, "organization_identifiers")
            if each.get("identifier")
        ],
    }
    one.entry("organisation", found.get("id"), facts, parent=found.get("parent_organization_id"), embedded=embedded)
    for service in _each(found, "services"):
        _service(one, {**service, "organization": None, "organization_id": found.get("id")})
    for location in _each(found, "locations"):
        _place(one, location, name_of(found.get("id")), embedded=True)


def _place(one: Record, found: Json, organisation: str | None, *, embedded: bool) -> None:
    address = next(iter(_each(found, "addresses")), {})
    facts = {
        "name": one.text(found.get("name") or address.get("address_1") or found.get("alternate_name"), "name"),
        "description": one.text(found.get("description"), "description"),
        "accessibility": one.text(_accessibility(found), "accessibility"),
        "address": _address(one, address),
        "opening": [each for part in _each(found, "schedules") for each in one.window(part, _TIME_ZONE)],
        **one.point(found, str(address.get("country") or _COUNTRY)),
    }
    one.entry("place", found.get("id"), facts, organisation=organisation, embedded=embedded)


def _accessibility(found: Json) -> str:
    said = (part.get("description") or part.get("details") for part in _each(found, "accessibility"))
    return "; ".join(str(part) for part in said if part)


def _address(one: Record, found: Json) -> Json:
    lines = [found.get(name) for name in ("address_1", "address_2")]
    parts = {
        "lines": ", ".join(str(line).strip() for line in lines if line),
        "city": found.get("city"),
        "region": found.get("region") or found.get("state_province"),
        "postal_code": found.get("postal_code"),
        "country": str(found.get("country") or "").upper(),
    }
    return filled({name: one.text(value, "address") for name, value in parts.items()})


def _service(one: Record, found: Json) -> None:
    _note_people(one, found)
    owner = found.get("organization")
    if isinstance(owner, dict) and owner.get("id") and owner.get("name"):
        _organisation(one, {**owner, "services": None}, embedded=True)
    organisation = owner.get("id") if isinstance(owner, dict) else found.get("organization_id")
    places = _places(one, found)
    one.entry("service", found.get("id"), _facts(one, found), organisation=organisation, places=places)


def _places(one: Record, found: Json) -> list[str]:
    places = []
    for at in _each(found, "service_at_locations"):
        location = at.get("location")
        if isinstance(location, dict) and name_of(location.get("id")):
            places.append(str(name_of(location["id"])))
            _place(one, location, None, embedded=True)
        elif name_of(at.get("location_id")):
            places.append(str(name_of(at["location_id"])))
    return list(dict.fromkeys(places))


def _facts(one: Record, found: Json) -> Json:
    schedules = [*_each(found, "schedules"), *(
        each for at in _each(found, "service_at_locations") for each in _each(at, "schedules"))]  # fmt: skip
    return {
        "name": one.text(found.get("name"), "name"),
        "description": one.text(found.get("description"), "description"),
        "website": found.get("url"),
        "status": one.status(found.get("status")),
        "cost": one.text(found.get("fees_description") or found.get("fees"), "fees"),
        "costs": [each for part in _each(found, "cost_options") for each in one.cost(part, _CURRENCY)],
        "languages": [part["code"] for part in _each(found, "languages") if part.get("code")],
        "opening": [each for part in schedules for each in one.window(part, _TIME_ZONE)],
        "areas": _areas(one, found),
        "codes": _codes(one, found),
        "minimum_age": whole(found.get("minimum_age")),
        "maximum_age": whole(found.get("maximum_age")),
        "alert": one.text(found.get("alert"), "alert"),
        "assured_on": found.get("assured_date"),
    }


def _areas(one: Record, found: Json) -> list[str]:
    named = (one.text(part.get("name") or part.get("service_area"), "areas") for part in _each(found, "service_areas"))
    return list(dict.fromkeys(name for name in named if name))


def _codes(one: Record, found: Json) -> list[str]:
    carried = [part.get("taxonomy_term") for part in _each(found, "attributes")]
    named = [each for each in carried if isinstance(each, dict) and name_of(each.get("id"))]
    for each in named:
        terms.term(one, each, embedded=True)
    return list(dict.fromkeys(str(name_of(each["id"])) for each in named))
