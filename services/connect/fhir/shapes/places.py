"""The community's assets: services as HealthcareServices, with the Organizations and Locations they point to."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.connect.fhir.shapes.parts import (
    CATEGORY,
    CONCEPT,
    Row,
    coded,
    filled,
    identifiers,
    plain,
    reference,
    resource,
)
from services.vocabulary import CATEGORIES, label

_DAYS = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
_WEEKLY = re.compile(
    r"(RRULE:)?FREQ=WEEKLY(;INTERVAL=1)?(;WKST=..)?(;BYDAY=(?P<days>[A-Z]{2}(,[A-Z]{2})*))?(;WKST=..)?"
)
_ORDER = list(_DAYS.values())


def healthcare_service(row: Row) -> dict[str, Any]:
    """Return a service. Its telecom is its website alone: people's numbers are never in here."""
    made = resource("HealthcareService", row["id"], version=row["version"], updated=row["updated_at"])
    return made | filled(
        {
            "identifier": identifiers(row["external_ids"]),
            "active": row["status"] == "active",
            "providedBy": reference("Organization", row["organisation_id"]),
            "category": _category(row),
            "type": [coded(CONCEPT, key) for key in row["concepts"]],
            "location": [reference("Location", place) for place in row["place_ids"]],
            "name": row["name"],
            "comment": plain(row["description"] or ""),
            "extraDetails": plain(row["alert"] or ""),
            "telecom": _website(row),
            "coverageArea": [{"display": area} for area in row["areas"]],
            "eligibility": _ages(row),
            "characteristic": [{"text": one.replace("-", " ")} for one in row["access"]],
            "communication": [coded("urn:ietf:bcp:47", tag) for tag in row["languages"]],
            "availableTime": [time for window in row["opening"] if (time := available(window))],
            "availabilityExceptions": _otherwise(row["opening"]),
        }
    )


def organization(row: Row) -> dict[str, Any]:
    """Return an organisation."""
    made = resource("Organization", row["id"], version=row["version"], updated=row["updated_at"])
    registered = [{"system": f"http://org-id.guide/list/{'-'.join(one['scheme'].split())}", "value": one["value"]}
                  for one in row["identifiers"]]  # fmt: skip
    return made | filled(
        {
            "identifier": [*identifiers(row["external_ids"]), *registered],
            "active": True,
            "type": [{"text": row["kind"].replace("_", " ")}],
            "name": row["name"],
            "telecom": _website(row),
            "partOf": reference("Organization", row["parent_id"]) if row["parent_id"] else None,
        }
    )


def location(row: Row) -> dict[str, Any]:
    """Return a public place."""
    made = resource("Location", row["id"], version=row["version"], updated=row["updated_at"])
    known = row["latitude"] is not None
    owner = row["organisation_id"]
    return made | filled(
        {
            "identifier": identifiers(row["external_ids"]),
            "status": "active",
            "name": row["name"],
            "description": plain(row["description"] or ""),
            "telecom": _website(row),
            "address": _address(row["address"]),
            "position": {"longitude": row["longitude"], "latitude": row["latitude"]} if known else None,
            "managingOrganization": reference("Organization", owner) if owner else None,
        }
    )


def _category(row: Row) -> list[dict[str, Any]]:
    key = row["category"]
    return [coded(CATEGORY, key, label(key) if key in CATEGORIES else None)] if key else []


def _website(row: Row) -> list[dict[str, Any]]:
    return [{"system": "url", "value": row["website"]}] if row["website"] else []


def _address(address: Row) -> dict[str, Any]:
    return filled(
        {
            "line": [address["lines"]] if address.get("lines") else None,
            "city": address.get("city"),
            "state": address.get("region"),
            "postalCode": address.get("postal_code"),
            "country": address.get("country"),
        }
    )


def _ages(row: Row) -> list[dict[str, Any]]:
    least, most = row["minimum_age"], row["maximum_age"]
    if least is None and most is None:
        return []
    words = [f"from {least}" if least is not None else "", f"to {most}" if most is not None else ""]
    return [{"code": {"text": "Age"}, "comment": " ".join(word for word in words if word) + " years"}]


def available(window: Row) -> dict[str, Any] | None:
    """Return the hours of a window that repeats each week, or None: for others FHIR has no shape."""
    found = _WEEKLY.fullmatch(window["rule"] or "")
    starts = datetime.fromisoformat(window["starts"])
    ends = starts + timedelta(minutes=window["minutes"])
    if found is None or ends.date() != starts.date():
        return None
    named = [_DAYS[day] for day in (found["days"] or "").split(",") if day in _DAYS]
    days = sorted(named or [_ORDER[starts.weekday()]], key=_ORDER.index)
    return {
        "daysOfWeek": days,
        "availableStartTime": starts.time().isoformat("seconds"),
        "availableEndTime": ends.time().isoformat("seconds"),
    }


def _otherwise(opening: Sequence[Row]) -> str | None:
    others = [
        f"{window['starts']}, {window['minutes']} minutes" + (f", {window['rule']}" if window["rule"] else "")
        for window in opening
        if available(window) is None
    ]
    return "Also: " + "; ".join(others) if others else None
