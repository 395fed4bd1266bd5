"""Caseworkers see whom they are assigned to, in every service, and nobody else; the person sees who looked."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg

from services.assessments.instruments.operations import get_shipped
from tests.caseworkers import Worker
from tests.town import Quarter, ok, problem


def test_staff_see_whom_they_are_assigned_to_until_it_ends(hazelbrook: Quarter, worker: Worker) -> None:
    amina, other = hazelbrook.register("Amina"), hazelbrook.register("Bashir")
    url = f"/v1/participants/{amina['id']}"
    problem(worker.api.get(url), 404, "not-found")
    made = worker.assign(amina["id"])
    assert made["live"]
    assert worker.assign(amina["id"])["id"] == made["id"]
    assert ok(worker.api.get(url))["called"] == "Amina"
    assert [one["id"] for one in ok(worker.api.get("/v1/participants", params={"limit": 200}))["items"]] == [
        amina["id"]
    ]
    assert ok(worker.api.patch(url, json={"called": "Amina B."}))["called"] == "Amina B."
    problem(worker.api.get(f"/v1/participants/{other['id']}"), 404, "not-found")
    ok(hazelbrook.council.post(f"/v1/assignments/{made['id']}:end"))
    problem(worker.api.get(url), 404, "not-found")
    problem(hazelbrook.council.post(f"/v1/assignments/{made['id']}:end"), 409, "already-ended")
    listed = ok(hazelbrook.council.get("/v1/assignments", params={"staff_id": worker.id}))["items"]
    assert [one["live"] for one in listed] == [False]


def test_an_assignment_needs_a_person_of_the_organisation_and_opens_no_door_of_another(
    hazelbrook: Quarter, lindenau: Quarter, worker: Worker
) -> None:
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    stranger = hazelbrook.register("Celia", hazelbrook.app(charity), recipient=charity)
    body = {"participant_id": stranger["id"], "staff_id": worker.id}
    problem(hazelbrook.council.post("/v1/assignments", json=body), 422, "invalid-request")
    made = ok(hazelbrook.app(charity).post("/v1/assignments", json=body))
    problem(worker.api.get(f"/v1/participants/{stranger['id']}"), 404, "not-found")
    for elsewhere in (hazelbrook.council, lindenau.council):
        problem(elsewhere.get(f"/v1/assignments/{made['id']}"), 404, "not-found")
    weak = hazelbrook.app(scopes=["participants:write"])
    problem(weak.post("/v1/assignments", json=body), 403, "forbidden")


def test_who_registers_somebody_is_assigned_to_her(worker: Worker) -> None:
    made = ok(worker.api.post("/v1/participants", json={"called": "Dawit"}))
    assert ok(worker.api.get(f"/v1/participants/{made['id']}"))["called"] == "Dawit"


def test_staff_assess_and_match_only_whom_they_are_assigned_to(hazelbrook: Quarter, worker: Worker) -> None:
    amina = hazelbrook.register("Amina")
    begun = begin(hazelbrook.council, amina["id"])
    url = f"/v1/assessments/{begun['id']}"
    need = {"participant_id": amina["id"], "title": "A lift", "language": "en", "category": "transport"}
    problem(worker.api.get(url), 404, "not-found")
    problem(worker.api.delete(url), 404, "not-found")
    problem(worker.api.post("/v1/needs", json=need), 422, "invalid-request")
    assert ok(worker.api.get("/v1/assessments", params={"participant_id": amina["id"]}))["items"] == []
    worker.assign(amina["id"])
    assert ok(worker.api.get(url))["id"] == begun["id"]
    assert len(ok(worker.api.get("/v1/assessments", params={"participant_id": amina["id"]}))["items"]) == 1
    ok(worker.api.post("/v1/needs", json=need))


def begin(api: httpx.Client, person: str) -> dict[str, Any]:
    """Start an assessment."""
    body = {
        "participant_id": person,
        "instrument_id": str(get_shipped("needs-and-capabilities", 1).id),
        "language": "en",
    }
    made: dict[str, Any] = ok(api.post("/v1/assessments", json=body))
    return made


def test_a_person_sees_who_looked_in_every_service_and_what_for(hazelbrook: Quarter, worker: Worker) -> None:
    amina = hazelbrook.register("Amina", purposes=("assessment", "matching", "introduction", "timebank", "acting"))
    herself = hazelbrook.person(amina["id"], hazelbrook.credentials())
    url = f"/v1/participants/{amina['id']}"
    begun = begin(hazelbrook.council, amina["id"])
    ok(hazelbrook.council.get(f"/v1/assessments/{begun['id']}"))
    ok(hazelbrook.council.put(f"{url}/contact", json={"entries": [{"kind": "phone", "value": "01632 960123"}]}))
    ok(hazelbrook.council.get(f"{url}/contact"))
    worker.assign(amina["id"])
    ok(worker.api.get(url))
    found = ok(herself.get(f"{url}/looks"))
    assert found["missing"] == []
    told = [(one["service"], one["kind"], one["action"]) for one in found["items"]]
    assert told == [
        ("assessments", "app", "assessment.read"),
        ("directory", "app", "contact.written"),
        ("directory", "app", "contact.read"),
        ("directory", "staff", "participant.read"),
    ]
    last = found["items"][-1]
    assert (last["organisation"], last["staff_id"], last["says"]) == (
        "Hazelbrook Council", worker.id, "read your record"
    )  # fmt: skip
    first = ok(hazelbrook.council.get(f"{url}/looks", params={"limit": 3}))
    rest = ok(hazelbrook.council.get(f"{url}/looks", params={"limit": 3, "cursor": first["next"]}))
    assert [*first["items"], *rest["items"]] == found["items"]


def test_who_looked_is_for_her_and_her_registrar_and_the_audit_for_the_own_officers(
    hazelbrook: Quarter, lindenau: Quarter, worker: Worker
) -> None:
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    amina = hazelbrook.register("Amina", purposes=("matching",), recipient=charity)
    url = f"/v1/participants/{amina['id']}"
    ok(hazelbrook.app(charity).get(url))
    problem(hazelbrook.app(charity).get(f"{url}/looks"), 403, "not-yours")
    problem(lindenau.council.get(f"{url}/looks"), 404, "not-found")
    assert [one["organisation_id"] for one in ok(hazelbrook.council.get(f"{url}/looks"))["items"]] == [charity]
    asked = {"subject": amina["id"]}
    assert ok(hazelbrook.council.get("/v1/audit", params=asked))["items"] == []
    (row,) = ok(hazelbrook.app(charity).get("/v1/audit", params=asked))["items"]
    assert (row["action"], row["actor_kind"], row["service"]) == ("participant.read", "app", "directory")
    problem(hazelbrook.app(scopes=["participants:write"]).get("/v1/audit"), 403, "forbidden")


def test_the_proof_covers_every_service_and_names_a_changed_row(hazelbrook: Quarter, lindenau: Quarter) -> None:
    quarter = hazelbrook.town.found(f"orchard-{uuid4().hex[:6]}", language="en", zone="Europe/London", organisation="C")
    quarter.register("Amina")
    found = ok(quarter.council.get("/v1/audit/proof"))
    assert found["sound"]
    assert {one["service"] for one in found["chains"]} == {
        "directory", "assessments", "matching", "timebank", "community", "connect"
    }  # fmt: skip
    assert found["missing"] == []
    with psycopg.connect(hazelbrook.town.admin_url, autocommit=True) as connection:
        connection.execute(
            "insert into assessments.audit (tenant_id, id, at, actor_kind, actor, action, subject, chain, number)"
            " values (%s, gen_random_uuid(), now(), 'app', 'x', 'x', gen_random_uuid(), 'forged', 1)", (quarter.id,)
        )  # fmt: skip
    found = ok(quarter.council.get("/v1/audit/proof"))
    assert not found["sound"]
    assert [one["service"] for one in found["chains"] if one["broken"] == 1] == ["assessments"]
