"""The FHIR facade as a care system reads it: shapes, searches, errors; every answer judged by the npm validator."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from services.connect.fhir.asked import span
from services.connect.fhir.outcomes import Wrong
from services.connect.fhir.shapes.conditions import CONDITION, enabling
from services.connect.fhir.shapes.places import available
from tests.connect.care import CareSystem
from tests.foreign.tools import Judge, judging
from tests.town import Quarter, ok

NEEDS = "needs-and-capabilities"


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with judging() as judge:
        yield judge


@pytest.fixture(scope="module")
def care(hazelbrook: Quarter, judge: Judge) -> CareSystem:
    scopes = ["participants:read", "matching:read", "assessments:read", "directory:read"]
    return CareSystem(hazelbrook.app(scopes=scopes, name="care system"), judge)


def _instrument(hazelbrook: Quarter) -> dict[str, Any]:
    found = ok(hazelbrook.council.get(f"/v1/instruments?name={NEEDS}"))["items"]
    latest: dict[str, Any] = max(found, key=lambda one: one["version"])
    return latest


def _need(hazelbrook: Quarter, person: str, **more: Any) -> dict[str, Any]:
    body = {"participant_id": person, "title": "Somebody to read to me", **more}
    made: dict[str, Any] = ok(hazelbrook.council.post("/v1/needs", json=body))
    return made


def test_the_validator_rejects_what_it_should(judge: Judge) -> None:
    assert judge.errors_of({"resourceType": "Task", "status": "bogus", "intent": "order"})
    assert judge.errors_of({"resourceType": "Task", "status": "requested", "intent": "order", "wish": 1})
    assert judge.errors_of({"resourceType": "Task", "status": "requested", "intent": "order"}) == []


def test_what_it_can_do_is_told_without_a_token(hazelbrook: Quarter, judge: Judge) -> None:
    nobody = CareSystem(hazelbrook.town.http(), judge)
    told = nobody.get("/metadata")
    assert (told["fhirVersion"], told["kind"]) == ("4.0.1", "instance")
    assert told["implementation"]["url"] == f"{hazelbrook.town.url}/fhir"
    types = {one["type"] for one in told["rest"][0]["resource"]}
    assert {"Questionnaire", "QuestionnaireResponse", "ServiceRequest", "Task", "Consent", "HealthcareService"} <= types
    answer = nobody.send("GET", "/Task")
    nobody.refused(answer, 401, "login")
    assert answer.headers["www-authenticate"] == "Bearer"
    forged = nobody.send("GET", "/Task", authorization="Bearer forged")
    nobody.refused(forged, 401, "login")


def test_a_questionnaire_holds_every_language(hazelbrook: Quarter, care: CareSystem) -> None:
    instrument = _instrument(hazelbrook)
    (form,) = [
        one for one in care.found(f"/Questionnaire?url=urn:cando:instrument:{NEEDS}") if one["id"] == instrument["id"]
    ]
    assert (form["status"], form["version"], form["language"]) == ("active", str(instrument["version"]), "en")
    lead = {item["linkId"]: item for item in form["item"]}
    consent = lead["section/welcome"]["item"][0]
    assert (consent["linkId"], consent["type"], consent["required"]) == ("consent_record", "boolean", True)
    said = {
        one["extension"][0]["valueCode"]: one["extension"][1]["valueString"] for one in consent["_text"]["extension"]
    }
    assert said["de"] == "Dürfen wir aufschreiben, was Sie uns erzählen?"
    assert len(said) == len(instrument["languages"]) - 1
    activities = lead["section/activities"]["item"][0]
    assert (activities["type"], activities["repeats"]) == ("group", True)
    category = next(one for one in activities["item"] if one["linkId"] == "activities.category")
    german = [one["valueCoding"]["_display"]["extension"] for one in category["answerOption"]]
    assert any(one["extension"][0]["valueCode"] == "de" for one in german[0])
    links = list(_links(form["item"]))
    assert len(links) == len(set(links))
    asked = {one["question"] for one in _tests(form["item"])}
    assert asked
    assert asked <= set(links)
    same = care.send("GET", f"/Questionnaire/{form['id']}", accept_language="de-DE, en;q=0.5")
    every = care.found("/Questionnaire?_count=3&status=active")  # each shipped instrument, and all of them valid
    assert {one["name"] for one in every} >= {"NeedsAndCapabilities", "PersonalOutcomes", "RoundTable"}
    assert same.headers["content-language"] == "de"
    assert same.json()["title"] == "Bedarf und Fähigkeiten im Gespräch"


def _links(items: list[dict[str, Any]]) -> Iterator[str]:
    for item in items:
        yield item["linkId"]
        yield from _links(item.get("item", []))


def _tests(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield from item.get("enableWhen", [])
        yield from _tests(item.get("item", []))


def _plain(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "type": kind, "parts": [], "repeats": False, "whole": False, "step": None, "least": None, **more}


def test_conditions_are_said_as_fhir_can_say_them_or_kept_as_they_stand() -> None:
    questions = {
        "may": _plain("may", "consent"), "who": _plain("who", "several"), "how": _plain("how", "single"),
        "age": _plain("age", "number", whole=True), "acts": _plain("acts", "text", repeats=True, parts=[{"id": "x"}]),
    }  # fmt: skip
    systems = {key: "urn:s" for key in questions}

    def said(condition: Any) -> Any:
        return enabling(condition, questions, systems)

    yes = {"question": "may", "operator": "=", "answerBoolean": True}
    assert said({"question": "may", "is": True}) == {"enableWhen": [yes]}
    family = {"question": "who", "operator": "=", "answerCoding": {"system": "urn:s", "code": "family"}}
    assert said({"question": "who", "includes": "family"}) == {"enableWhen": [family]}
    both = {"all": [{"question": "may", "is": True}, {"question": "age", "at_least": 18}]}
    grown = {"question": "age", "operator": ">=", "answerInteger": 18}
    assert said(both) == {"enableWhen": [yes, grown], "enableBehavior": "all"}
    unsaid = {"question": "how", "operator": "exists", "answerBoolean": False}
    other = {"question": "how", "operator": "!=", "answerCoding": {"system": "urn:s", "code": "home"}}
    assert said({"question": "how", "is_not": "home"}) == {"enableWhen": [unsaid, other], "enableBehavior": "any"}
    assert said({"not": {"question": "acts", "answered": True}})["enableWhen"] == [
        {"question": "acts.text", "operator": "exists", "answerBoolean": False}
    ]
    kept = {"all": [{"question": "may", "is": True}, {"question": "how", "is_not": "home"}]}
    for condition in (kept, {"question": "acts", "at_least": 2}, {"not": {"question": "who", "includes": "family"}}):
        assert said(condition)["extension"][0]["url"] == CONDITION


def test_answers_stand_in_the_form_until_the_person_takes_consent_back(hazelbrook: Quarter, care: CareSystem) -> None:
    instrument = _instrument(hazelbrook)
    person, name = hazelbrook.register("Edith")["id"], uuid4().hex
    body = {"participant_id": person, "instrument_id": instrument["id"], "language": "en",
            "external_ids": [{"system": "civicrm", "value": name}]}  # fmt: skip
    talk = ok(hazelbrook.council.post("/v1/assessments", json=body))
    answers = {
        "consent_record": True, "activities": [{"text": "I bake bread", "category": "food", "means": ["in_person"]}],
        "willing": "yes", "confidence": 4, "barriers": ["distance", "cost"],
        "languages": [{"language": "en", "level": "native"}], "place": {"text": "Mill End"}, "review_on": "2027-01-05",
        "availability": [{"starts": "2026-11-28T10:00:00", "minutes": 60, "time_zone": "Europe/London"}],
        "sharing_conditions": {"gender": "female", "grown_up": True},
    }  # fmt: skip
    for question, value in answers.items():
        ok(hazelbrook.council.put(f"/v1/assessments/{talk['id']}/answers/{question}", json={"value": value}))
    (response,) = care.found(f"/QuestionnaireResponse?identifier=urn:cando:system:civicrm|{name}")
    assert response["questionnaire"] == f"urn:cando:instrument:{NEEDS}|{instrument['version']}"
    assert (response["status"], response["subject"]["reference"]) == ("in-progress", f"Patient/{person}")
    said = {item["linkId"]: item for section in response["item"] for item in section["item"]}
    assert said["consent_record"]["answer"] == [{"valueBoolean": True}]
    assert said["activities"]["item"][0]["answer"] == [{"valueString": "I bake bread"}]
    assert said["activities"]["item"][1]["answer"][0]["valueCoding"]["code"] == "food"
    assert said["confidence"]["answer"] == [{"valueInteger": 4}]
    assert [one["valueCoding"]["code"] for one in said["barriers"]["answer"]] == ["distance", "cost"]
    assert said["review_on"]["answer"] == [{"valueDate": "2027-01-05"}]
    seen = response["meta"]["lastUpdated"]
    assert care.found(f"/QuestionnaireResponse?patient={person}&_lastUpdated=gt{seen}") == []
    ok(hazelbrook.council.put(f"/v1/assessments/{talk['id']}/answers/helps", json={"value": "My sister"}))
    assert len(care.found(f"/QuestionnaireResponse?patient={person}&_lastUpdated=gt{seen}")) == 1
    forms = care.get(f"/Questionnaire/{instrument['id']}")
    assert set(_links(response["item"])) <= set(_links(forms["item"]))
    hers = f"/v1/participants/{person}/consents"
    for grant in ok(hazelbrook.council.get(hers))["items"]:
        if grant["purpose"] == "assessment":
            ok(hazelbrook.council.post(f"{hers}/{grant['id']}:revoke"))
    assert care.found(f"/QuestionnaireResponse?patient={person}") == []
    assert care.send("GET", f"/QuestionnaireResponse/{talk['id']}").status_code in (403, 404)


def test_grants_are_consents_that_end_when_they_are_revoked(hazelbrook: Quarter, care: CareSystem) -> None:
    person = hazelbrook.register("Edith", purposes=("matching", "timebank"))["id"]
    consents = care.found(f"/Consent?patient=Patient/{person}")
    assert [one["status"] for one in consents] == ["active", "active"]
    one = next(one for one in consents if one["provision"]["purpose"][0]["code"] == "matching")
    assert len(one["id"]) == 64
    assert care.get(f"/Consent/{one['id']}") == one
    assert one["provision"]["actor"][0]["reference"]["reference"] == f"Organization/{hazelbrook.organisation}"
    assert care.get(f"/Organization/{hazelbrook.organisation}")["name"] == "Hazelbrook Council"
    grant = one["identifier"][0]["value"].removeprefix("urn:uuid:")
    ok(hazelbrook.council.post(f"/v1/participants/{person}/consents/{grant}:revoke"))
    (ended,) = care.found(f"/Consent?patient={person}&status=inactive")
    assert (ended["id"], "end" in ended["provision"]["period"]) == (one["id"], True)
    assert ended in care.found(f"/Consent?_lastUpdated=ge{ended['meta']['lastUpdated']}&identifier={grant}"
                               .replace(grant, one["identifier"][0]["value"]))  # fmt: skip


def test_services_are_told_with_their_hours_and_places(hazelbrook: Quarter, care: CareSystem) -> None:
    place = ok(hazelbrook.council.post("/v1/places", json={
        "name": "Mill End Hall", "latitude": 52.5, "longitude": -1.9, "address": {"lines": "1 Mill End", "city": "Hazelbrook"},
    }))  # fmt: skip
    name = uuid4().hex
    body = {
        "name": f"Repair table {name}", "organisation_id": hazelbrook.organisation, "place_ids": [place["id"]],
        "category": "repair", "website": "https://hazelbrook.example/", "languages": ["en", "prs"], "minimum_age": 16,
        "areas": ["Mill End"], "access": ["step-free"], "description": "Bring it along.", "alert": "Closed on 1 January",
        "external_ids": [{"system": "https://finder.example/services", "value": name}],
        "opening": [{"starts": "2026-11-28T10:00:00", "minutes": 120, "time_zone": "Europe/London",
                     "rule": "FREQ=WEEKLY;BYDAY=SA,MO"}],
    }  # fmt: skip
    made = ok(hazelbrook.council.post("/v1/services", json=body))
    (service,) = care.found(f"/HealthcareService?identifier=https://finder.example/services|{name}")
    hours = {"daysOfWeek": ["mon", "sat"], "availableStartTime": "10:00:00", "availableEndTime": "12:00:00"}
    assert (service["availableTime"], service["active"]) == ([hours], True)
    assert care.get("/" + service["location"][0]["reference"])["name"] == "Mill End Hall"
    assert care.found(f"/HealthcareService?name=repair table {name}") == [service]
    assert care.found(f"/HealthcareService?organization={uuid4()}") == []
    before = service["meta"]["lastUpdated"]
    ok(hazelbrook.council.patch(f"/v1/services/{made['id']}", json={"status": "inactive"}))
    (now,) = care.found(f"/HealthcareService?_lastUpdated=gt{before}&_id={made['id']}")
    assert now["active"] is False
    assert available({"rule": "FREQ=MONTHLY;BYDAY=1SA", "starts": "2026-11-28T10:00:00", "minutes": 60}) is None
    assert available({"rule": None, "starts": "2026-11-28T10:00:00", "minutes": 60}) is None
    assert available({"rule": "FREQ=WEEKLY", "starts": "2026-11-28T23:30:00", "minutes": 60}) is None


def test_a_read_says_its_version_and_is_spared_when_it_is_known(hazelbrook: Quarter, care: CareSystem) -> None:
    need = _need(hazelbrook, hazelbrook.register("Edith")["id"])
    answer = care.send("GET", f"/ServiceRequest/{need['id']}")
    assert (answer.headers["etag"], "last-modified" in answer.headers) == ('W/"1"', True)
    assert answer.headers["cache-control"] == "no-store"
    assert care.send("GET", f"/ServiceRequest/{need['id']}", if_none_match='W/"1"').status_code == 304
    assert care.send("GET", f"/ServiceRequest/{need['id']}", if_none_match='W/"2"').status_code == 200
    assert care.send("HEAD", f"/ServiceRequest/{need['id']}").status_code == 200


def test_pages_end_and_hold_everything_once_while_things_change(hazelbrook: Quarter, care: CareSystem) -> None:
    person = hazelbrook.register("Edith")["id"]
    made = [_need(hazelbrook, person, title=f"Need {number}")["id"] for number in range(7)]
    first = care.get(f"/ServiceRequest?patient={person}&_count=3")
    assert [entry["resource"]["id"] for entry in first["entry"]] == made[:3]
    assert "total" not in first
    ok(hazelbrook.council.delete(f"/v1/needs/{made[3]}"))  # where the next page would begin
    links = {link["relation"]: link["url"] for link in first["link"]}
    assert links["next"].startswith(f"{hazelbrook.town.url}/fhir/ServiceRequest?")
    rest = care.found(links["next"].partition("/fhir")[2])
    assert [one["id"] for one in rest] == made[4:]
    whole = care.get(f"/ServiceRequest?patient={person}")
    assert whole["total"] == 6
    assert whole["entry"][0]["fullUrl"] == f"{hazelbrook.town.url}/fhir/ServiceRequest/{made[0]}"
    posted = care.api.post("/fhir/ServiceRequest/_search", data={"patient": person, "_count": "2"})
    care.check(posted)
    assert len(posted.json()["entry"]) == 2
    counted = care.get(f"/ServiceRequest?patient={person}&_count=0")
    assert (counted["total"], "entry" in counted) == (6, False)
    assert len(care.found(f"/Consent?patient={person}&_count=1")) == 4  # several from one row


def test_what_changed_is_found_by_time_and_by_name(hazelbrook: Quarter, care: CareSystem) -> None:
    person, name = hazelbrook.register("Edith")["id"], uuid4().hex
    need = _need(
        hazelbrook, person, external_ids=[{"system": "our crm", "value": name}, {"system": "x:a|b,c", "value": "1|2,3"}]
    )
    shown = care.get(f"/ServiceRequest/{need['id']}")
    system = "urn:cando:system:our%20crm"
    assert shown["identifier"] == [{"system": system, "value": name}, {"system": "x:a|b,c", "value": "1|2,3"}]
    escaped = quote("x:a\\|b\\,c|1\\|2\\,3", safe="")
    for asked in (name, quote(f"{system}|{name}", safe=""), escaped, f"nobody,{escaped}"):
        assert care.found(f"/ServiceRequest?patient={person}&identifier={asked}") == [shown], asked
    assert care.found(f"/ServiceRequest?patient={person}&identifier=|{name}") == []
    at = datetime.fromisoformat(shown["meta"]["lastUpdated"])
    day = at.date()
    fits = [f"ge{shown['meta']['lastUpdated']}", f"{shown['meta']['lastUpdated']}", f"{day}", f"{day:%Y-%m}", f"{day:%Y}",
            f"ge{day}", f"lt{day + timedelta(days=1)}", f"le{day}", f"gt{at - timedelta(milliseconds=1):%Y-%m-%dT%H:%M:%S.%fZ}",
            f"gt{day - timedelta(days=1)}&_lastUpdated=lt2199"]  # fmt: skip
    misses = [f"gt{shown['meta']['lastUpdated']}", f"gt{day}", f"lt{day}", f"{day - timedelta(days=1)}", "lt1990"]
    for kind in ("ServiceRequest", "Task"):
        for asked in fits:
            assert len(care.found(f"/{kind}?patient={person}&_lastUpdated={asked}")) == 1, (kind, asked)
        for asked in misses:
            assert care.found(f"/{kind}?patient={person}&_lastUpdated={asked}") == [], (kind, asked)


def test_dates_with_a_zone_are_that_moment_and_nonsense_is_refused() -> None:
    assert span("ge2026-01-01T01:00:00+01:00", "x").least == datetime(2026, 1, 1, tzinfo=UTC)
    assert span("ge2026-01-01T01:00:00 01:00", "x").least == datetime(
        2026, 1, 1, tzinfo=UTC
    )  # a plus that was not encoded
    second = span("le2026-01-01T00:00:14Z", "x")
    assert second.holds(datetime(2026, 1, 1, 0, 0, 14, 812_000, UTC))
    assert not second.holds(datetime(2026, 1, 1, 0, 0, 15, tzinfo=UTC))
    assert span("2026-01-01T00:00:14.812Z", "x").holds(datetime(2026, 1, 1, 0, 0, 14, 812_345, UTC))
    assert span("gt2026-01-01T00:00:14Z", "x").holds(datetime(2026, 1, 1, 0, 0, 14, 1, UTC))
    assert span("eq2026-12", "x").most == datetime(2027, 1, 1, tzinfo=UTC)
    for nonsense in (
        "",
        "ge",
        "soon",
        "2026-13",
        "2026-02-30",
        "9999",
        "ne2026",
        "0000",
        "2026-01-01T25:00:00Z",
        "१९९९",
    ):
        with pytest.raises(Wrong):
            span(nonsense, "_lastUpdated")


def test_every_error_is_an_operation_outcome(hazelbrook: Quarter, lindenau: Quarter, care: CareSystem) -> None:
    theirs = ok(lindenau.council.post("/v1/needs", json={"organisation_id": lindenau.organisation, "title": "Chairs"}))
    unknown = care.send("GET", f"/ServiceRequest/{uuid4()}")
    foreign = care.send("GET", f"/ServiceRequest/{theirs['id']}")
    for answer in (unknown, foreign, *(care.send("GET", f"/{path}") for path in (
        "Task/nobody", f"Task/{uuid4()}", f"Consent/{'0' * 64}", "Consent/x", f"Questionnaire/{uuid4()}", f"Patient/{uuid4()}",
        f"ServiceRequest/{uuid4()}/_history/1", "Questionnaire/%F0%9F%98%80",
    ))):  # fmt: skip
        care.refused(answer, 404, "not-found")
    assert unknown.json() == foreign.json()
    care.refused(care.send("GET", "/Observation"), 404, "not-supported")
    for method, path in (
        ("DELETE", "/ServiceRequest/x"),
        ("POST", "/Task"),
        ("PATCH", "/Task/x"),
        ("POST", "/metadata"),
    ):
        answer = care.send(method, path, {} if method != "DELETE" else None)
        care.refused(answer, 405, "not-supported")
        assert "GET" in answer.headers["allow"]
    for asked in ("/Task?_format=xml", "/Task?_format=application/fhir%2Bxml"):
        care.refused(care.send("GET", asked), 406, "not-supported")
    care.refused(care.send("GET", "/Task", accept="application/fhir+xml"), 406, "not-supported")
    assert care.send("GET", "/Task?_format=json", accept="text/html").status_code == 200
    limited = CareSystem(hazelbrook.app(scopes=["directory:read"]), care.judge)
    limited.refused(limited.send("GET", "/Task"), 403, "forbidden")


def test_searches_that_cannot_be_read_are_refused(care: CareSystem) -> None:
    bad = ["_lastUpdated=soon", "_count=-1", "_count=many", "_cursor=x", "_cursor=WzEsMiwzXQ", "_lastUpdated=ne2026",
           "status:not=active", "patient.name=x", "patient.identifier=x", "identifier:missing=true", "identifier=a%00b", "_id=" + ",".join(map(str, range(400)))]  # fmt: skip
    for asked in bad:
        answer = care.send("GET", f"/ServiceRequest?{asked}")
        assert answer.status_code == 400, (asked, answer.text)
    assert care.send("GET", "/ServiceRequest?wish=1&_count=1").status_code == 200
    strict = care.send("GET", "/ServiceRequest?wish=1", prefer="handling=strict")
    care.refused(strict, 400, "not-supported")
    assert care.found("/ServiceRequest?patient=nobody-we-know") == []
    assert care.found(f"/ServiceRequest?identifier={'x' * 300}|{'y' * 300}") == []
