"""A need as a ServiceRequest, and what became of it as its Task. Who the other side is stands in neither.

need                   ServiceRequest   Task
stated                 active           requested
recognised, open       active           accepted
a match was accepted   active           in-progress     (on-hold while it is suspended)
met                    completed        completed
withdrawn              revoked          cancelled
"""

from collections.abc import Iterable, Sequence
from typing import Any

from services.connect.fhir.shapes.parts import (
    CATEGORY,
    CONCEPT,
    Row,
    coded,
    filled,
    identifiers,
    instant,
    plain,
    reference,
    resource,
)
from services.vocabulary import CATEGORIES, label

_STATUS = {"met": "completed", "withdrawn": "revoked"}
_UNDER_WAY = ("accepted", "introduced", "active", "completed")
_WORDS = {
    "stated": "Stated; it is to be talked over with the person",
    "recognised": "Recognised by the person and a caseworker",
    "open": "Somebody who fits is being looked for",
    "proposed": "Somebody was found and both sides are being asked",
    "accepted": "Both sides have accepted",
    "introduced": "The two have been introduced",
    "active": "Under way",
    "completed": "Done with one; open for more",
    "suspended": "Halted for the time being",
    "met": "Met",
    "withdrawn": "Withdrawn",
}
_FURTHEST = ("suspended", "active", "introduced", "accepted", "completed", "proposed")


def service_request(row: Row) -> dict[str, Any]:
    """Return a participant's need. What is withheld for want of consent has no words, only its state."""
    made = resource("ServiceRequest", row["id"], version=row["version"], updated=row["updated_at"])
    return made | filled(
        {
            "identifier": identifiers(row["external_ids"]),
            "status": _STATUS.get(row["state"], "active"),
            "intent": "order",
            "category": _category(row),
            "code": _code(row),
            "subject": reference("Patient", row["participant_id"]),
            "occurrencePeriod": _until(row),
            "authoredOn": instant(row["created_at"]),
            "requester": reference("Organization", row["held_by"]),
            "note": [{"text": row["text"]}] if row["text"] and plain(row["text"]) else None,
        }
    )


def _category(row: Row) -> list[dict[str, Any]] | None:
    key = row["category"]
    return [coded(CATEGORY, key, label(key) if key in CATEGORIES else None)] if key else None


def _code(row: Row) -> dict[str, Any]:
    codes = [{"system": CONCEPT, "code": key} for key in row["concepts"]]
    return filled({"coding": codes, "text": plain(row["title"])})


def _until(row: Row) -> dict[str, Any] | None:
    end = row["expires_at"]
    return filled({"start": instant(row["created_at"]), "end": instant(end)}) if end else None


def task(row: Row, matches: Sequence[Row]) -> dict[str, Any]:
    """Return what became of a need; `matches` are those of it that the caller may see."""
    updated = max((one["updated_at"] for one in (row, *matches)), key=instant)
    version = sum(one["version"] for one in (row, *matches))
    told = _told(row, matches)
    made = resource("Task", row["id"], version=version, updated=updated)
    return made | filled(
        {
            "identifier": identifiers(row["external_ids"]),
            "basedOn": [reference("ServiceRequest", row["id"])],
            "status": _task_status(told),
            "statusReason": _reason(row),
            "businessStatus": {"text": _WORDS.get(told, told)},
            "intent": "order",
            "code": coded("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", "Fulfill the focal request"),
            "focus": reference("ServiceRequest", row["id"]),
            "for": reference("Patient", row["participant_id"]),
            "executionPeriod": _execution(row, matches),
            "authoredOn": instant(row["created_at"]),
            "lastModified": instant(updated),
            "owner": reference("Organization", row["held_by"]),
        }
    )


def _told(row: Row, matches: Iterable[Row]) -> str:
    """Return the state that says most: of the need, or of the match of an open one that has come furthest."""
    if row["state"] != "open":
        return str(row["state"])
    states = {one["state"] for one in matches}
    return next((state for state in _FURTHEST if state in states), "open")


def _task_status(told: str) -> str:
    if told in _UNDER_WAY:
        return "in-progress"
    steps = {"stated": "requested", "met": "completed", "withdrawn": "cancelled", "suspended": "on-hold"}
    return steps.get(told, "accepted")


def _reason(row: Row) -> dict[str, Any] | None:
    if row["withheld"]:
        return {"text": "The person no longer lets the organisation match her."}
    return {"text": "The need was withdrawn."} if row["state"] == "withdrawn" else None


def _execution(row: Row, matches: Iterable[Row]) -> dict[str, Any] | None:
    begun = [
        max(instant(one[side]["accepted_at"]) for side in ("need", "offer"))
        for one in matches
        if one["need"]["accepted_at"] and one["offer"]["accepted_at"]
    ]
    if not begun:
        return None
    end = instant(row["updated_at"]) if row["state"] in ("met", "withdrawn") else None
    start = min(begun)
    return filled({"start": start, "end": end if end and end >= start else None})
