"""Organisations of one tenant are walls too: one grant opens one door, and nothing behind another."""

import threading
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.town import Quarter, ok, problem, token


@pytest.fixture
def charity(hazelbrook: Quarter) -> tuple[str, httpx.Client, dict[str, str]]:
    """Another organisation, its app, and the app's credentials."""
    organisation = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    credentials = hazelbrook.credentials(organisation)
    return organisation, hazelbrook.town.http(token(hazelbrook.town, credentials)["access_token"]), credentials


def grant(organisation: str, purpose: str) -> dict[str, str]:
    return {"purpose": purpose, "recipient_id": organisation, "notice_version": "1"}


def person_with(quarter: Quarter, organisation: str, *purposes: str) -> dict[str, Any]:
    """Somebody whom the council registered and who allows another organisation `purposes`."""
    body = {"called": "Amina", "consents": [grant(organisation, purpose) for purpose in purposes]}
    made: dict[str, Any] = ok(quarter.council.post("/v1/participants", json=body))
    return made


def test_a_grant_for_one_thing_does_not_let_an_app_act_as_the_person(hazelbrook: Quarter, charity: Any) -> None:
    organisation, _, credentials = charity
    made = person_with(hazelbrook, organisation, "timebank", "matching")
    answer = exchanged(hazelbrook, credentials, made["id"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    ok(hazelbrook.council.post(f"/v1/participants/{made['id']}/consents", json=grant(organisation, "acting")))
    assert exchanged(hazelbrook, credentials, made["id"]).status_code == 200


def exchanged(quarter: Quarter, credentials: dict[str, str], person: str) -> httpx.Response:
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": person,
        "subject_token_type": "urn:cando:token-type:participant",
    }
    basic = httpx.BasicAuth(credentials["client_id"], credentials["client_secret"])
    return quarter.town.http().post("/oauth/token", data=form, auth=basic)


def test_a_persons_token_ends_with_the_grant_that_it_stands_on(hazelbrook: Quarter, charity: Any) -> None:
    organisation, _, credentials = charity
    made = person_with(hazelbrook, organisation, "acting")
    url = f"/v1/participants/{made['id']}"
    herself = hazelbrook.person(made["id"], credentials)
    assert ok(herself.get(url))["called"] == "Amina"
    (given,) = ok(hazelbrook.council.get(f"{url}/consents"))["items"]
    ok(hazelbrook.council.post(f"{url}/consents/{given['id']}:revoke"))
    assert herself.get(url).status_code in (401, 404)
    assert within_seconds(20, lambda: herself.get("/v1/needs").status_code == 401)


def within_seconds(seconds: float, holds: Any) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_whom_she_allowed_one_thing_may_not_record_that_she_allowed_more(hazelbrook: Quarter, charity: Any) -> None:
    organisation, theirs, _ = charity
    made = person_with(hazelbrook, organisation, "timebank")
    url = f"/v1/participants/{made['id']}/consents"
    for recipient in (organisation, hazelbrook.organisation):
        problem(theirs.post(url, json=grant(recipient, "introduction")), 403, "not-yours")


def test_an_organisation_sees_and_ends_only_the_grants_that_name_it(hazelbrook: Quarter, charity: Any) -> None:
    organisation, theirs, _ = charity
    made = person_with(hazelbrook, organisation, "timebank")
    url = f"/v1/participants/{made['id']}/consents"
    ours = ok(hazelbrook.council.post(url, json=grant(hazelbrook.organisation, "matching")))
    assert [one["purpose"] for one in ok(theirs.get(url))["items"]] == ["timebank"]
    problem(theirs.get(f"{url}/{ours['id']}"), 404, "not-found")
    problem(theirs.post(f"{url}/{ours['id']}:revoke"), 404, "not-found")
    assert len(ok(hazelbrook.council.get(url))["items"]) == 2


def test_whom_she_fled_is_for_her_and_who_registered_her(hazelbrook: Quarter, charity: Any) -> None:
    organisation, theirs, _ = charity
    made, other = person_with(hazelbrook, organisation, "matching"), hazelbrook.register("Farid")
    url = f"/v1/participants/{made['id']}/blocks"
    block = ok(hazelbrook.council.post(url, json={"other_id": other["id"]}))
    problem(theirs.get(url), 403, "not-yours")
    problem(theirs.delete(f"{url}/{block['id']}"), 403, "not-yours")
    problem(theirs.post(url, json={"other_id": other["id"]}), 403, "not-yours")
    assert ok(hazelbrook.council.get(f"{url}/{block['id']}")) == block


def test_a_repeated_upsert_does_not_erase_what_it_does_not_mention(hazelbrook: Quarter) -> None:
    first, second = ({"system": name, "value": uuid4().hex} for name in ("crm", "other"))
    url = "/v1/participants/by-external-id"
    body = {"called": "Bashir", "do_not_ask": True, "external_ids": [second]}
    made = ok(hazelbrook.council.put(url, params=first, json=body))
    again = ok(hazelbrook.council.put(url, params=first, json={"called": "Bashir"}))
    assert again == made
    assert again["do_not_ask"]
    assert ok(hazelbrook.council.put(url, params=second, json={"called": "Bashir"}))["id"] == made["id"]


def test_a_name_elsewhere_tells_no_other_organisation_who_is_known(hazelbrook: Quarter, charity: Any) -> None:
    organisation, theirs, _ = charity
    name = {"system": "nhs", "value": uuid4().hex}
    ours = ok(hazelbrook.council.put("/v1/participants/by-external-id", params=name, json={"called": "Celia"}))
    their = theirs.put("/v1/participants/by-external-id", params=name, json={"called": "Celia"})
    assert their.status_code == 201
    assert their.json()["id"] != ours["id"]
    ok(hazelbrook.council.post(f"/v1/participants/{ours['id']}/consents", json=grant(organisation, "matching")))
    assert ok(theirs.get(f"/v1/participants/{ours['id']}"))["external_ids"] == []


def test_a_person_registers_nobody(hazelbrook: Quarter) -> None:
    credentials = hazelbrook.credentials()
    herself = hazelbrook.person(hazelbrook.register("Dawit")["id"], credentials)
    problem(herself.post("/v1/participants", json={"called": "X"}), 403, "organisations-only")
    where = {"system": "x", "value": "1"}
    problem(
        herself.put("/v1/participants/by-external-id", params=where, json={"called": "X"}), 403, "organisations-only"
    )


def test_another_organisations_account_and_the_pot_are_not_for_the_taking(hazelbrook: Quarter, charity: Any) -> None:
    organisation, _, _ = charity
    theirs = hazelbrook.app(organisation, scopes=["timebank:write"])
    for owner in ({"kind": "organisation", "id": hazelbrook.organisation}, {"kind": "community"}):
        problem(theirs.post("/v1/accounts", json={"owner": owner}), 403, "forbidden")
    mine = {"owner": {"kind": "organisation", "id": organisation}}
    problem(theirs.post("/v1/accounts", json={**mine, "debit_limit_seconds": 360_000}), 403, "forbidden")
    account = ok(theirs.post("/v1/accounts", json=mine))
    url = f"/v1/accounts/{account['id']}"
    problem(theirs.patch(url, json={"debit_limit_seconds": 360_000}), 403, "forbidden")


def end_of_feed(api: httpx.Client) -> str:
    """Return the cursor after the last fact that there is."""
    position = ""
    while (page := ok(api.get("/v1/events", params={"limit": 1000, "after": position})))["items"]:
        position = page["next"]
    return str(page["next"])


def test_the_feed_names_related_ids_only_to_organisations_among_them(hazelbrook: Quarter, charity: Any) -> None:
    organisation, theirs, _ = charity
    start = end_of_feed(theirs)
    made = person_with(hazelbrook, organisation, "timebank")
    ok(
        hazelbrook.council.post(
            f"/v1/participants/{made['id']}/consents", json=grant(hazelbrook.organisation, "matching")
        )
    )
    wanted: dict[str, str | int] = {"after": start, "limit": 1000, "wait": 5}
    seen = [one for one in ok(theirs.get("/v1/events", params=wanted))["items"] if one["subject"] == made["id"]]
    own = [
        one for one in ok(hazelbrook.council.get("/v1/events", params=wanted))["items"] if one["subject"] == made["id"]
    ]
    assert [one["type"] for one in seen] == ["participant.created", "consent.given", "consent.given"]
    assert [one["ids"].get("purpose") for one in seen] == [None, "timebank", None]
    assert [one["ids"].get("purpose") for one in own] == [None, "timebank", "matching"]


def test_a_revoked_token_gets_no_more_out_of_a_poll_under_way(hazelbrook: Quarter) -> None:
    credentials = hazelbrook.credentials(scopes=["events:read"])
    held = token(hazelbrook.town, credentials)["access_token"]
    api = hazelbrook.town.http(held)
    position = end_of_feed(api)
    answers: list[httpx.Response] = []
    polling = threading.Thread(
        target=lambda: answers.append(api.get("/v1/events", params={"after": position, "wait": 20}))
    )
    polling.start()
    time.sleep(1)
    basic = httpx.BasicAuth(credentials["client_id"], credentials["client_secret"])
    assert hazelbrook.town.http().post("/oauth/revoke", data={"token": held}, auth=basic).status_code == 200
    hazelbrook.register("Emeka")
    polling.join(25)
    problem(answers[0], 401, "unauthenticated")


def test_the_apps_of_a_deleted_organisation_end_with_it(hazelbrook: Quarter, charity: Any) -> None:
    organisation, theirs, _ = charity
    assert ok(theirs.get("/v1/organisations", params={"limit": 1}))
    assert theirs.delete(f"/v1/organisations/{organisation}").status_code in (204, 403)
    if theirs.get("/v1/organisations").status_code != 401:
        assert hazelbrook.council.delete(f"/v1/organisations/{organisation}").status_code == 204
    assert within_seconds(20, lambda: theirs.get("/v1/organisations").status_code == 401)
