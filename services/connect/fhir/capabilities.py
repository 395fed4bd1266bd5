"""What the facade can do, as it says itself at `/fhir/metadata`: for everybody, without a token."""

from collections.abc import Mapping
from typing import Any

from services.connect.fhir.kinds import KINDS

VERSION = "4.0.1"
_TYPES = {"reference": "reference", "code": "token", "text": "string", "uri": "uri"}
_COMMON = (("_id", "token"), ("identifier", "token"), ("_lastUpdated", "date"))
_PUBLISHED = "2026-11-23"


def statement(base: str) -> dict[str, Any]:
    """Return the CapabilityStatement."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _PUBLISHED,
        "kind": "instance",
        "software": {"name": "Cando"},
        "implementation": {"description": "What people can do and need, for care systems", "url": base},
        "fhirVersion": VERSION,
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "service": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                                             "code": "OAuth"}]}],
                    "description": "OAuth 2 client credentials at /oauth/token; a bearer token for all but this page.",
                },
                "resource": [_resource(name, kind.params) for name, kind in KINDS.items()],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }  # fmt: skip


def _resource(name: str, params: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": name, "versioning": "versioned"}
    done = ["read", "search-type"]
    if name == "ServiceRequest":
        done += ["create", "update"]
        made |= {"conditionalCreate": True, "conditionalUpdate": True, "updateCreate": False}
    every = [*_COMMON, *((param, _TYPES[kind]) for param, kind in params.items())]
    return made | {
        "interaction": [{"code": one} for one in done],
        "conditionalRead": "not-match",
        "searchParam": [{"name": param, "type": kind} for param, kind in every],
    }
