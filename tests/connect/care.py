"""A care system, as the tests play one: whatever it is answered goes through the npm validator before it is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.foreign.tools import Judge
from tests.town import Quarter, ok

JSON = "application/fhir+json"
NUMBERS = "https://surgery.example/patients"
REFERRALS = "https://surgery.example/referrals"


@dataclass
class CareSystem:
    """A client of the facade with the token of an app."""

    api: httpx.Client
    judge: Judge

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Ask, and have every resource in the answer judged, also the errors."""
        sent = {"content-type": JSON} if body is not None else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.api.request(method, f"/fhir{path}", json=body, headers={**sent, **named})
        if answer.content and method != "HEAD":
            self.check(answer)
        return answer

    def check(self, answer: httpx.Response) -> None:
        """Fail unless an answer is valid FHIR in FHIR's media type."""
        assert answer.headers["content-type"] == "application/fhir+json; fhirVersion=4.0", answer.text[:300]
        body = answer.json()
        assert self.judge.errors_of(body) == [], body
        assert list(_empty(body)) == []

    def get(self, path: str, **headers: str) -> Any:
        """Read something that is there."""
        return ok(self.send("GET", path, **headers))

    def found(self, path: str) -> list[dict[str, Any]]:
        """Return the resources of a search, all pages of it."""
        resources: list[dict[str, Any]] = []
        following: str | None = path
        for _ in range(200):
            bundle = self.get(following or "")
            assert bundle["type"] == "searchset"
            resources += [entry["resource"] for entry in bundle.get("entry", [])]
            links = {link["relation"]: link["url"] for link in bundle["link"]}
            following = links["next"].partition("/fhir")[2] if "next" in links else None
            if following is None:
                return resources
        raise AssertionError("the pages do not end")

    def refused(self, answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
        """Return the issue of an answer that is refused as expected."""
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        body = answer.json()
        assert body["resourceType"] == "OperationOutcome", body
        issue: dict[str, Any] = body["issue"][0]
        assert (issue["severity"], issue["code"]) == ("error", code), issue
        return issue


def _empty(value: Any, at: str = "") -> Iterator[str]:
    if value in (None, "", [], {}):
        yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from _empty(one, f"{at}/{name}")


def referral(
    quarter: Quarter, *, number: str | None = None, recipient: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return a ServiceRequest as a general practice sends one: with the person and her consent in it."""
    consent = {
        "resourceType": "Consent", "id": "consent", "status": "active", "scope": _coded("consentscope", "patient-privacy"),
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "#person"}, "dateTime": "2026-01-05T09:30:00Z", "policyRule": {"text": "2026-01"},
        "provision": {"actor": [{
            "role": _coded("v3-ParticipationType", "IRCP"),
            "reference": {"reference": f"Organization/{recipient or quarter.organisation}"},
        }]},
    }  # fmt: skip
    patient = {
        "resourceType": "Patient", "id": "person", "identifier": [{"system": NUMBERS, "value": number or uuid4().hex}],
        "name": [{"family": "Canaryfamily", "given": ["Edith", "Canarymiddle"]}], "birthDate": "1941-05-06",
        "telecom": [{"system": "phone", "value": "01632 960 777"}],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}}],
    }  # fmt: skip
    return {
        "resourceType": "ServiceRequest", "contained": [patient, consent],
        "identifier": [{"system": REFERRALS, "value": uuid4().hex}], "status": "active", "intent": "order",
        "priority": "routine", "code": {"text": "Company on walks"}, "subject": {"reference": "#person"},
        "authoredOn": "2026-01-05T09:31:00Z", "supportingInfo": [{"reference": "#consent"}],
        "note": [{"text": "She used to walk every day, and would like to again."}], **more,
    }  # fmt: skip


def transaction(request: dict[str, Any]) -> dict[str, Any]:
    """Return a referral as a Bundle of type transaction."""
    person, consent = request["contained"]
    own = {name: value for name, value in request.items() if name not in ("contained", "supportingInfo")}
    urls = {name: f"urn:uuid:{uuid4()}" for name in ("Patient", "Consent", "ServiceRequest")}
    parts = [
        {name: value for name, value in person.items() if name != "id"},
        {**{name: value for name, value in consent.items() if name != "id"}, "patient": {"reference": urls["Patient"]}},
        {**own, "subject": {"reference": urls["Patient"]}, "supportingInfo": [{"reference": urls["Consent"]}]},
    ]
    entries = [
        {
            "fullUrl": urls[one["resourceType"]],
            "resource": one,
            "request": {"method": "POST", "url": one["resourceType"]},
        }
        for one in parts
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}
