"""The parts that every resource is made of: meta, references, identifiers, codes, times."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from services.connect.fhir.asked import system_of

CATEGORY = "urn:cando:category"
CONCEPT = "urn:cando:concept"
PURPOSE = "urn:cando:purpose"
NOTICE = "urn:cando:notice"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
Row = Mapping[str, Any]


def instant(text: str) -> str:
    """Return a time of `/v1` as a FHIR instant in UTC, to the microsecond: what is read can be asked after."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def resource(kind: str, identity: str, *, version: object = None, updated: str | None = None) -> dict[str, Any]:
    """Return the beginning of a resource."""
    meta = filled({"versionId": None if version is None else str(version), "lastUpdated": updated and instant(updated)})
    return filled({"resourceType": kind, "id": identity, "meta": meta})


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` without what is empty: FHIR knows no null, no empty text and no empty list."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def reference(kind: str, identity: object) -> dict[str, Any]:
    """Return a reference within the facade."""
    return {"reference": f"{kind}/{identity}"}


def identifiers(externals: Iterable[Row]) -> list[dict[str, Any]]:
    """Return external ids as identifiers."""
    return [{"system": system_of(one["system"]), "value": one["value"]} for one in externals]


def uuid_identifier(identity: str) -> dict[str, Any]:
    """Return the identifier of what other systems have no name for."""
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{identity}"}


def coded(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    """Return a CodeableConcept of one code."""
    return {"coding": [filled({"system": system, "code": code, "display": display})]}


def plain(text: str, longest: int = 1_000_000) -> str | None:
    """Return a text as FHIR bears it: not blank, no control characters."""
    return text.strip()[:longest] or None
