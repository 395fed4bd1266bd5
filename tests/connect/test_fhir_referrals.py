"""Referrals in: a ServiceRequest with consent becomes a stated need, and its Task tells the sender what became of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.connect.fhir.shapes.needs import task as task_of
from tests.connect.care import NUMBERS, REFERRALS, CareSystem, referral, transaction
from tests.foreign.tools import Judge, judging
from tests.town import Quarter, ok


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with judging() as judge:
        yield judge


@pytest.fixture(scope="module")
def surgery(hazelbrook: Quarter, judge: Judge) -> CareSystem:
    """The system of a general practice, with a client of the organisation that takes its referrals."""
    scopes = ["participants:write", "matching:write"]
    return CareSystem(hazelbrook.app(scopes=scopes, name="surgery"), judge)


def _name(request: dict[str, Any]) -> str:
    return f"identifier={REFERRALS}|{request['identifier'][0]['value']}"


def _number(request: dict[str, Any]) -> str:
    return str(request["contained"][0]["identifier"][0]["value"])


def _task(surgery: CareSystem, request: dict[str, Any]) -> dict[str, Any]:
    (task,) = surgery.found(f"/Task?focus=ServiceRequest/{request['id']}")
    return task


def test_a_referral_with_consent_becomes_a_stated_need(hazelbrook: Quarter, surgery: CareSystem) -> None:
    sent = referral(hazelbrook)
    answer = surgery.send("POST", "/ServiceRequest", sent)
    made = ok(answer)
    assert answer.status_code == 201
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["location"].endswith(f"/fhir/ServiceRequest/{made['id']}/_history/1")
    assert (made["status"], made["intent"], made["code"]["text"]) == ("active", "order", "Company on walks")
    assert made["identifier"] == sent["identifier"]
    need = ok(hazelbrook.council.get(f"/v1/needs/{made['id']}"))
    assert (need["state"], need["title"], need["released_text"]) == ("stated", "Company on walks", None)
    assert need["text"].startswith("She used to walk")
    person = ok(hazelbrook.council.get(f"/v1/participants/{need['participant_id']}"))
    assert person["called"] == "Edith"
    assert person["external_ids"] == [{"system": NUMBERS, "value": _number(sent)}]
    assert "anary" not in str(person)
    grants = ok(hazelbrook.council.get(f"/v1/participants/{person['id']}/consents"))["items"]
    assert sorted(grant["purpose"] for grant in grants) == ["matching", "referral"]
    assert {(grant["recipient_id"], grant["notice_version"]) for grant in grants} == {
        (hazelbrook.organisation, "2026-01")
    }


def test_a_person_without_consent_is_not_taken_up_and_nothing_of_hers_is_kept(
    hazelbrook: Quarter, surgery: CareSystem
) -> None:
    sent = referral(hazelbrook)
    del sent["contained"][1], sent["supportingInfo"]
    issue = surgery.refused(surgery.send("POST", "/ServiceRequest", sent), 422, "business-rule")
    assert "Consent" in issue["diagnostics"]
    assert surgery.found(f"/Patient?identifier={NUMBERS}|{_number(sent)}") == []
    other = hazelbrook.organisation_named("Mill End Surgery", "health")
    elsewhere = referral(hazelbrook, recipient=other)  # she lets another organisation, not this one
    surgery.refused(surgery.send("POST", "/ServiceRequest", elsewhere), 422, "business-rule")
    assert surgery.found(f"/Patient?identifier={NUMBERS}|{_number(elsewhere)}") == []
    assert surgery.found(f"/ServiceRequest?{_name(elsewhere)}") == []


def _without(name: str) -> Any:
    return lambda sent: sent.pop(name)


def _set(*path: Any) -> Any:
    *way, last, value = path

    def change(sent: Any) -> None:
        for step in way:
            sent = sent[step]
        sent[last] = value

    return change


FUTURE = (datetime.now(UTC) + timedelta(days=30)).isoformat()
CONSENT = ("contained", 1)
BAD = {
    "no identifier": (_without("identifier"), "required"),
    "an identifier without a system": (_set("identifier", [{"value": "1"}]), "required"),
    "one system twice": (_set("identifier", [{"system": "a:b", "value": "1"}, {"system": "a:b", "value": "2"}]), "duplicate"),
    "no status": (_without("status"), "required"),
    "a bogus status": (_set("status", "bogus"), "code-invalid"),
    "a status that asks for nothing": (_set("status", "completed"), "business-rule"),
    "a bogus intent": (_set("intent", "wish"), "code-invalid"),
    "a bogus priority": (_set("priority", "yesterday"), "code-invalid"),
    "not to be done": (_set("doNotPerform", True), "business-rule"),
    "nothing wanted": (_without("code"), "required"),
    "a title without end": (_set("code", "text", "w" * 201), "value"),
    "control characters": (_set("note", [{"text": "a\u0000b"}]), "value"),
    "no subject": (_without("subject"), "required"),
    "a subject without her consent": (_set("subject", {"reference": f"Patient/{uuid4()}"}), "business-rule"),
    "a subject that is no patient": (_set("subject", {"reference": f"Group/{uuid4()}"}), "not-found"),
    "a subject that is not contained": (_set("subject", {"reference": "#nobody"}), "not-found"),
    "an unknown element": (_set("wishes", "many"), "structure"),
    "a modifier": (_set("modifierExtension", [{"url": "urn:x", "valueBoolean": True}]), "extension"),
    "written in the future": (_set("authoredOn", FUTURE), "value"),
    "written long ago": (_set("authoredOn", "0001-01-01"), "value"),
    "an end before now": (_set("occurrencePeriod", {"end": "2020-01-01"}), "value"),
    "consent that is only proposed": (_set(*CONSENT, "status", "proposed"), "business-rule"),
    "consent of somebody else": (_set(*CONSENT, "patient", {"reference": "Patient/1"}), "business-rule"),
    "consent in the future": (_set(*CONSENT, "dateTime", FUTURE), "value"),
    "consent without a date": (lambda sent: sent["contained"][1].pop("dateTime"), "required"),
    "consent to research": (_set(*CONSENT, "scope", {"coding": [{"code": "research"}]}), "code-invalid"),
    "consent to nobody": (_set(*CONSENT, "provision", {"period": {"start": "2026-01-01"}}), "required"),
    "consent denied": (_set(*CONSENT, "provision", "type", "deny"), "business-rule"),
    "consent with exceptions": (_set(*CONSENT, "provision", "provision", [{"type": "deny"}]), "not-supported"),
    "consent run out": (_set(*CONSENT, "provision", "period", {"end": "2026-02-01"}), "business-rule"),
    "consent for marketing": (_set(*CONSENT, "provision", "purpose", [{"code": "HMARKT"}]), "business-rule"),
    "consent to nothing known": (lambda sent: sent["contained"][1].pop("policyRule"), "required"),
    "somebody who has died": (_set("contained", 0, "deceasedBoolean", True), "business-rule"),
    "a person without a number": (lambda sent: sent["contained"][0].pop("identifier"), "required"),
    "an unknown language": (_set("language", "zz-zz-zz"), "value"),
}  # fmt: skip


def test_bad_referrals_are_refused_in_words_and_leave_nothing_behind(hazelbrook: Quarter, surgery: CareSystem) -> None:
    number = uuid4().hex
    for what, (spoil, code) in BAD.items():
        sent = deepcopy(referral(hazelbrook, number=number))
        spoil(sent)
        answer = surgery.send("POST", "/ServiceRequest", sent)
        assert answer.status_code == 422, (what, answer.text)
        assert answer.json()["issue"][0]["code"] == code, (what, answer.text)
        assert "anary" not in answer.text
    assert surgery.found(f"/Patient?identifier={NUMBERS}|{number}") == []


def test_bodies_that_are_no_fhir_are_refused_unread(surgery: CareSystem) -> None:
    deep = "[" * 5_000 + "]" * 5_000
    bad = [
        "{",
        "[]",
        '"x"',
        "{}",
        '{"resourceType": 7}',
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        '{"a": null}',
        '{"a": ""}',
        deep,
    ]
    for body in bad:
        answer = surgery.api.post(
            "/fhir/ServiceRequest", content=body, headers={"content-type": "application/fhir+json"}
        )
        surgery.check(answer)
        surgery.refused(answer, 400, "structure")
    answer = surgery.api.post("/fhir/ServiceRequest", content="<x/>", headers={"content-type": "application/fhir+xml"})
    surgery.refused(answer, 415, "not-supported")
    surgery.refused(surgery.send("POST", "/ServiceRequest", {"resourceType": "Patient"}), 422, "structure")


def test_the_same_referral_again_is_the_same_need_however_many_at_once(
    hazelbrook: Quarter, surgery: CareSystem
) -> None:
    sent = referral(hazelbrook)
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: surgery.api.post("/fhir/ServiceRequest", json=sent), range(8)))
    assert sorted(answer.status_code for answer in answers)[:7] == [200] * 7, [one.text for one in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(surgery.found(f"/Patient?identifier={NUMBERS}|{_number(sent)}")) == 1
    again = surgery.send("POST", "/ServiceRequest", sent, if_none_exist=_name(sent))
    assert again.status_code == 200
    wrong = surgery.send("POST", "/ServiceRequest", sent, if_none_exist="identifier=a:b|c")
    surgery.refused(wrong, 400, "invalid")
    another = referral(hazelbrook, identifier=sent["identifier"])  # the same identifier for another person
    surgery.refused(surgery.send("POST", "/ServiceRequest", another), 409, "duplicate")


def test_what_caseworkers_added_stays_when_the_sender_repeats_or_changes_hers(
    hazelbrook: Quarter, surgery: CareSystem
) -> None:
    sent = referral(hazelbrook)
    made = ok(surgery.send("POST", "/ServiceRequest", sent))
    address = f"/v1/needs/{made['id']}"
    added = {"category": "company", "released_text": "Walks, twice a week", "reach_km": 3}
    ok(hazelbrook.council.patch(address, json=added))
    ok(surgery.send("POST", "/ServiceRequest", sent))
    changed = {**sent, "id": made["id"], "code": {"text": "Company on short walks"}}
    changed["occurrencePeriod"] = {"end": FUTURE}
    stale = surgery.send("PUT", f"/ServiceRequest/{made['id']}", changed, if_match='W/"1"')
    surgery.refused(stale, 412, "conflict")
    answer = surgery.send("PUT", f"/ServiceRequest/{made['id']}", changed, if_match='W/"2"')
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"3"')
    repeated = surgery.send("PUT", f"/ServiceRequest?{_name(sent)}", changed)
    assert repeated.headers["etag"] == 'W/"3"'
    need = ok(hazelbrook.council.get(address))
    assert (need["title"], need["released_text"], need["category"]) == (
        "Company on short walks",
        "Walks, twice a week",
        "company",
    )
    other = {**changed, "contained": referral(hazelbrook)["contained"]}
    surgery.refused(surgery.send("PUT", f"/ServiceRequest/{made['id']}", other), 422, "business-rule")
    surgery.refused(surgery.send("PUT", f"/ServiceRequest/{uuid4()}", changed), 400, "invalid")
    nowhere = {**changed, "id": str(uuid4())}
    surgery.refused(surgery.send("PUT", f"/ServiceRequest/{nowhere['id']}", nowhere), 404, "not-found")


def test_a_second_referral_of_a_known_person_needs_no_second_patient(hazelbrook: Quarter, surgery: CareSystem) -> None:
    first = referral(hazelbrook)
    person = ok(surgery.send("POST", "/ServiceRequest", first))["subject"]["reference"]
    second = referral(hazelbrook, subject={"reference": person})
    del second["contained"], second["supportingInfo"]
    assert ok(surgery.send("POST", "/ServiceRequest", second))["subject"]["reference"] == person
    third = {**second, "identifier": [{"system": REFERRALS, "value": uuid4().hex}]}
    third["subject"] = {"identifier": first["contained"][0]["identifier"][0]}
    assert ok(surgery.send("POST", "/ServiceRequest", third))["subject"]["reference"] == person
    assert len(surgery.found(f"/ServiceRequest?patient={person}")) == 3


def test_consent_that_was_taken_back_is_not_brought_back_by_an_older_form(
    hazelbrook: Quarter, surgery: CareSystem
) -> None:
    number = uuid4().hex
    made = ok(surgery.send("POST", "/ServiceRequest", referral(hazelbrook, number=number)))
    hers = f"/v1/participants/{made['subject']['reference'].partition('/')[2]}/consents"
    for grant in ok(hazelbrook.council.get(hers))["items"]:
        ok(hazelbrook.council.post(f"{hers}/{grant['id']}:revoke"))
    shown = surgery.get(f"/ServiceRequest/{made['id']}")
    assert "note" not in shown
    assert "code" not in shown
    assert _task(surgery, made)["statusReason"]["text"].startswith("The person no longer")
    known = [{"system": REFERRALS, "value": made["identifier"][0]["value"]}]
    changed = referral(hazelbrook, number=number, identifier=known, note=[{"text": "More of her"}])
    surgery.refused(surgery.send("PUT", f"/ServiceRequest?{_name(changed)}", changed), 422, "business-rule")
    again = referral(hazelbrook, number=number)
    surgery.refused(surgery.send("POST", "/ServiceRequest", again), 422, "business-rule")
    again["contained"][1]["dateTime"] = datetime.now(UTC).isoformat()
    assert surgery.send("POST", "/ServiceRequest", again).status_code == 201


def test_a_clock_that_is_a_little_fast_is_forgiven(hazelbrook: Quarter, surgery: CareSystem) -> None:
    sent = referral(hazelbrook)
    sent["contained"][1]["dateTime"] = (datetime.now(UTC) + timedelta(minutes=3)).isoformat()
    assert surgery.send("POST", "/ServiceRequest", sent).status_code == 201


def _offer(hazelbrook: Quarter) -> str:
    giver = hazelbrook.register("Tom")["id"]
    body = {"participant_id": giver, "title": "Company", "category": "company"}
    return str(ok(hazelbrook.council.post("/v1/offers", json=body))["id"])


def test_the_task_tells_the_sender_what_became_of_it(hazelbrook: Quarter, surgery: CareSystem) -> None:
    sent = referral(hazelbrook)
    consent = sent["contained"][1]
    consent["provision"]["purpose"] = [
        {"system": "urn:cando:purpose", "code": one} for one in ("referral", "matching", "introduction")
    ]
    made = ok(surgery.send("POST", "/ServiceRequest", sent))
    need, do = f"/v1/needs/{made['id']}", hazelbrook.council.post
    task = _task(surgery, made)
    assert (task["status"], task["focus"]["reference"]) == ("requested", f"ServiceRequest/{made['id']}")
    assert surgery.found(f"/Task?{_name(sent)}") == [task]
    ok(do(f"{need}:recognise"))
    assert _task(surgery, made)["status"] == "accepted"
    ok(do(f"{need}:open"))
    match = ok(do("/v1/matches", json={"need_id": made["id"], "offer_id": _offer(hazelbrook)}))
    assert _task(surgery, made)["businessStatus"]["text"].startswith("Somebody was found")
    for side in ("need", "offer"):
        ok(do(f"/v1/matches/{match['id']}:accept", json={"side": side}))
    begun = _task(surgery, made)
    assert begun["status"] == "in-progress"
    assert "start" in begun["executionPeriod"]
    seen = begun["lastModified"]
    ok(do(f"/v1/matches/{match['id']}/introduction"))
    ok(do(f"/v1/matches/{match['id']}:activate"))
    plain = {**referral(hazelbrook), "subject": made["subject"]}
    plain.pop("contained")
    plain.pop("supportingInfo")
    second = ok(surgery.send("POST", "/ServiceRequest", plain))  # another of hers, without a match
    every = {one["id"]: one["status"] for one in surgery.found(f"/Task?patient={made['subject']['reference']}")}
    assert every == {made["id"]: "in-progress", second["id"]: "requested"}
    news = surgery.found(f"/Task?_lastUpdated=gt{seen}&{_name(sent)}")  # only its match has changed
    assert [(one["id"], one["status"]) for one in news] == [(made["id"], "in-progress")]
    halted = {**ok(hazelbrook.council.get(f"/v1/matches/{match['id']}")), "state": "suspended"}
    assert task_of(ok(hazelbrook.council.get(need)), [halted])["status"] == "on-hold"
    ok(do(f"/v1/matches/{match['id']}:complete"))
    done = _task(surgery, made)
    assert (done["status"], surgery.get(f"/ServiceRequest/{made['id']}")["status"]) == ("completed", "completed")
    assert "Tom" not in str(done)
    assert match["offer_id"] not in str(done)
    surgery.refused(surgery.send("PUT", f"/ServiceRequest/{made['id']}", {**sent, "id": made["id"]}), 409, "conflict")


def test_a_sender_takes_a_referral_back(hazelbrook: Quarter, surgery: CareSystem) -> None:
    sent = referral(hazelbrook)
    made = ok(surgery.send("POST", "/ServiceRequest", sent))
    over = {**sent, "status": "entered-in-error"}
    for _ in range(2):
        assert ok(surgery.send("PUT", f"/ServiceRequest?{_name(sent)}", over))["status"] == "revoked"
    assert _task(surgery, made)["status"] == "cancelled"
    assert ok(hazelbrook.council.get(f"/v1/needs/{made['id']}"))["state"] == "withdrawn"


def test_a_transaction_is_taken_whole_or_not_at_all(hazelbrook: Quarter, surgery: CareSystem) -> None:
    bundle = transaction(referral(hazelbrook))
    answer = ok(surgery.send("POST", "", bundle))
    assert answer["type"] == "transaction-response"
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201 Created"] * 3
    for entry, kind in zip(answer["entry"], ("Patient", "Consent", "ServiceRequest"), strict=True):
        identity = entry["response"]["location"].split("/")[1]
        assert surgery.get(f"/{kind}/{identity}")["resourceType"] == kind
    again = ok(surgery.send("POST", "/", bundle))
    assert [entry["response"]["status"] for entry in again["entry"]] == ["200 OK"] * 3
    person = bundle["entry"][0]["resource"]["identifier"][0]["value"]
    recorded = surgery.found(f"/Consent?patient:identifier={NUMBERS}|{person}&_lastUpdated=gt2026-06-01")
    assert len(recorded) == 2  # though the form is of January
    second = transaction(referral(hazelbrook, number=person))
    told = [entry["response"]["status"] for entry in ok(surgery.send("POST", "/", second))["entry"]]
    assert told == ["200 OK", "200 OK", "201 Created"]
    assert len(surgery.found(f"/ServiceRequest?patient.identifier={NUMBERS}|{person}")) == 2
    assert surgery.found(f"/ServiceRequest?subject.identifier={NUMBERS}|nobody's") == []
    bare = transaction(referral(hazelbrook))
    number = bare["entry"][0]["resource"]["identifier"][0]["value"]
    del bare["entry"][1]
    surgery.refused(surgery.send("POST", "/", bare), 422, "business-rule")
    assert surgery.found(f"/Patient?identifier={NUMBERS}|{number}") == []
    surgery.refused(surgery.send("POST", "/", {**bundle, "type": "batch"}), 422, "not-supported")
    more = {**bundle, "entry": bundle["entry"] + bundle["entry"][:1]}
    surgery.refused(surgery.send("POST", "/", more), 422, "not-supported")


def test_somebody_elses_people_are_as_unknown_as_nobody(
    hazelbrook: Quarter, lindenau: Quarter, surgery: CareSystem
) -> None:
    theirs = lindenau.register("Amina")["id"]
    sent = referral(hazelbrook)
    answers = []
    for person in (theirs, str(uuid4())):
        named = {"reference": f"Patient/{person}"}
        sent["contained"][1]["patient"] = named
        answer = surgery.send("POST", "/ServiceRequest", {**sent, "subject": named})
        surgery.refused(answer, 422, "not-found")
        answers.append(answer.json())
    assert answers[0] == answers[1]


def test_a_token_that_may_not_write_needs_is_refused_and_nobody_is_registered(
    hazelbrook: Quarter, surgery: CareSystem
) -> None:
    half = CareSystem(hazelbrook.app(scopes=["participants:write", "matching:read"]), surgery.judge)
    sent = referral(hazelbrook)
    half.refused(half.send("POST", "/ServiceRequest", sent), 403, "forbidden")
    assert surgery.found(f"/Patient?identifier={NUMBERS}|{_number(sent)}") == []
    known = hazelbrook.register("Edith", purposes=(), external_ids=[{"system": NUMBERS, "value": _number(sent)}])
    half.refused(half.send("POST", "/ServiceRequest", sent), 403, "forbidden")
    hers = f"/Consent?patient={known['id']}"
    assert surgery.found(hers) == []  # nothing was put on record, and so nothing had to be taken back
    other = hazelbrook.organisation_named("Mill End Surgery", "health")
    elsewhere = referral(hazelbrook, number=_number(sent), recipient=other)
    surgery.refused(surgery.send("POST", "/ServiceRequest", elsewhere), 422, "business-rule")
    assert {one["status"] for one in surgery.found(hers)} == {"inactive"}
    assert surgery.send("POST", "/ServiceRequest", sent).status_code == 201


def test_a_number_that_only_another_organisation_knows_is_a_person_of_its_own_here_and_tells_nothing_of_hers(
    hazelbrook: Quarter, surgery: CareSystem
) -> None:
    sent, other = referral(hazelbrook), hazelbrook.organisation_named("Mill End Surgery", "health")
    names = [{"system": NUMBERS, "value": _number(sent)}]
    theirs = hazelbrook.register("Canaryname", hazelbrook.app(other), recipient=other, external_ids=names)
    answer = surgery.send("POST", "/ServiceRequest", sent)
    assert answer.status_code == 201
    assert theirs["id"] not in answer.text
    (patient,) = surgery.found(f"/Patient?identifier={NUMBERS}|{_number(sent)}")
    assert answer.json()["subject"] == {"reference": f"Patient/{patient['id']}"}
