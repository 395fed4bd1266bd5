"""Transactions: a Patient, a Consent and a ServiceRequest, read as one referral and answered entry by entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from services.connect.fhir.outcomes import Wrong
from services.connect.fhir.referrals.elements import Element, wrong
from services.connect.fhir.referrals.received import Outcome
from services.connect.fhir.shapes.parts import Row, instant
from services.connect.fhir.shapes.people import consent_id

_KINDS = ("Patient", "Consent", "ServiceRequest")
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")


@dataclass(frozen=True, slots=True)
class Parts:
    """A transaction: the request with the others contained, how it is to be written, and the kinds in their order."""

    request: Mapping[str, Any]
    method: str
    query: Sequence[tuple[str, str]]
    if_match: str | None
    if_none_exist: str | None
    order: Sequence[str]


def read(body: Mapping[str, Any]) -> Parts:
    """Take a transaction apart. Raises Wrong for what is none, or holds anything else."""
    if body["resourceType"] != "Bundle":
        raise wrong("Bundle", "a Bundle is expected here", "structure", status=400)
    bundle = Element(body, "Bundle")
    if bundle.word("type") != "transaction":
        raise wrong("Bundle.type", "only a transaction is taken", "not-supported")
    entries = bundle.each("entry", needed=True)
    found: dict[str, tuple[Element, Element]] = {}
    for entry in entries:
        resource, request = entry.one("resource"), entry.one("request")
        if resource is None or request is None:
            raise wrong(entry.at, "needs resource and request", "required")
        kind = resource.needed("resourceType")
        if kind not in _KINDS or kind in found:
            raise wrong(f"{entry.at}.resource", "may be one Patient, one Consent, one ServiceRequest", "not-supported")
        _check_written(request, kind)
        found[kind] = (entry, request)
    if "ServiceRequest" not in found:
        raise wrong("Bundle.entry", "has no ServiceRequest", "required")
    return _parts(found)


def _check_written(request: Element, kind: str) -> None:
    method = request.code("method", _METHODS)
    url = request.needed("url")
    if method not in ("POST", "PUT") or url.partition("?")[0].rstrip("/") != kind or (method == "PUT") != ("?" in url):
        raise wrong(request.at, "may be POST of a type, or PUT of a type with ?identifier=", "not-supported")


def _parts(found: Mapping[str, tuple[Element, Element]]) -> Parts:
    names: dict[str, str] = {}
    for kind, (entry, _) in found.items():
        identity = (entry.one("resource") or entry).word("id")
        for name in (entry.word("fullUrl"), identity and f"{kind}/{identity}"):
            if name:
                names[name] = f"#{kind}"
    contained = [
        {**_linked((entry.one("resource") or entry).value, names), "id": kind}
        for kind, (entry, _) in found.items()
        if kind != "ServiceRequest"
    ]
    entry, request = found["ServiceRequest"]
    own = dict(_linked((entry.one("resource") or entry).value, names))
    own.pop("id", None)
    if "contained" in own and contained:
        raise wrong("ServiceRequest.contained", "in a transaction the others are entries", "structure")
    query = request.needed("url").partition("?")[2]
    return Parts(
        request={**own, **({"contained": contained} if contained else {})},
        method=request.needed("method"),
        query=parse_qsl(query, keep_blank_values=True),
        if_match=request.word("ifMatch"),
        if_none_exist=request.word("ifNoneExist"),
        order=list(found),
    )


def _linked(value: Any, names: Mapping[str, str]) -> Any:
    """Return `value` with its references to other entries turned into references to what is contained."""
    if isinstance(value, list):
        return [_linked(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: names.get(inner, inner) if name == "reference" and isinstance(inner, str) else _linked(inner, names)
        for name, inner in value.items()
    }


def answer(parts: Parts, outcome: Outcome, patient: Row, grants: Sequence[Row]) -> dict[str, Any]:
    """Return what became of each entry, in their order."""
    version = patient["version"]
    made = {
        "Patient": _entry(f"Patient/{patient['id']}/_history/{version}", _status(outcome.registered), version,
                          instant(patient["updated_at"])),
        "ServiceRequest": _entry(
            f"ServiceRequest/{outcome.resource['id']}/_history/{outcome.resource['meta']['versionId']}",
            _status(outcome.created), outcome.resource["meta"]["versionId"], outcome.resource["meta"]["lastUpdated"],
        ),
    }  # fmt: skip
    if "Consent" in parts.order:
        made["Consent"] = _granted(grants, _status(outcome.granted))
    made["ServiceRequest"]["resource"] = outcome.resource
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": [made[kind] for kind in parts.order]}


def _status(new: bool) -> str:
    return "201 Created" if new else "200 OK"


def _granted(grants: Sequence[Row], status: str) -> dict[str, Any]:
    live = [one for one in grants if one["live"] and one["purpose"] == "matching"] or list(grants)
    if not live:
        raise Wrong(409, "The consent was taken back meanwhile.")
    one = live[-1]
    identity = consent_id(one["participant_id"], one["id"])
    return _entry(f"Consent/{identity}/_history/1", status, 1, instant(one["created_at"]))


def _entry(location: str, status: str, version: object, updated: str) -> dict[str, Any]:
    response = {"status": status, "location": location, "etag": f'W/"{version}"', "lastModified": updated}
    return {"response": response}
