"""Lists of `/v1` are narrowed to what a system calls something: how connected systems find again what they sent."""

from uuid import uuid4

import pytest

from tests.town import Quarter, ok, problem

COLLECTIONS = ["participants", "needs", "offers", "assessments", "services"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_list_is_narrowed_to_an_external_id(hazelbrook: Quarter, collection: str) -> None:
    name = {"system": "https://crm.example/ids", "value": uuid4().hex}
    person = hazelbrook.register("Edith")["id"]
    owned = {"participant_id": person, "title": "Bread"}
    bodies = {
        "participants": {"called": "Edith"},
        "needs": owned,
        "offers": owned,
        "assessments": {"participant_id": person, "instrument_id": _instrument(hazelbrook), "language": "en"},
        "services": {"name": "Repair table", "organisation_id": hazelbrook.organisation},
    }
    path = f"/v1/{collection}"
    made = ok(hazelbrook.council.post(path, json={**bodies[collection], "external_ids": [name]}))
    found = ok(hazelbrook.council.get(path, params=name))["items"]
    assert [one["id"] for one in found] == [made["id"]]
    assert ok(hazelbrook.council.get(path, params={**name, "value": "another"}))["items"] == []
    problem(hazelbrook.council.get(path, params={"system": "half"}), 422, "invalid-request")
    problem(hazelbrook.council.get(path, params={"value": "half"}), 422, "invalid-request")


def test_a_name_does_not_tell_that_another_organisation_knows_somebody(hazelbrook: Quarter) -> None:
    name = {"system": "https://crm.example/ids", "value": uuid4().hex}
    other = hazelbrook.organisation_named("Hazelbrook Time Bank", "time_bank")
    grant = {"purpose": "matching", "recipient_id": other, "notice_version": "2026-01"}
    body = {"called": "Edith", "external_ids": [name], "consents": [grant]}
    ok(hazelbrook.council.post("/v1/participants", json=body))
    assert ok(hazelbrook.app(other).get("/v1/participants", params=name))["items"] == []


def _instrument(quarter: Quarter) -> str:
    return str(ok(quarter.council.get("/v1/instruments?use=assessment"))["items"][0]["id"])
