"""Tokens: how an app obtains them for itself, for staff and for persons, what they carry, and how they end."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from gateway.app import create_app
from tests.gateway.conftest import EXCHANGE, Gate, made, refused, settings_for
from tests.town import served

STAFF = "urn:cando:token-type:staff"
PERSON = "urn:cando:token-type:participant"


def reached(gate: Gate, token: str) -> dict[str, Any]:
    """Return what a service is told about the holder of a token."""
    caller: dict[str, Any] = made(gate.http(token).get("/v1/needs"), 200)["caller"]
    return caller


def error(answer: httpx.Response, status: int, word: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"] == word
    assert answer.json().keys() == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.fixture
def tenant(gate: Gate) -> dict[str, Any]:
    return gate.tenant()


def staff_of(gate: Gate, tenant: dict[str, Any], *scopes: str, organisation: str = "") -> str:
    body = {"organisation_id": organisation or tenant["organisation_id"], "label": "Caseworker 3", "scopes": scopes}
    return str(made(gate.bootstrap.post("/v1/staff", params={"tenant_id": tenant["id"]}, json=body))["id"])


def test_an_app_obtains_an_opaque_token_that_lives_for_fifteen_minutes(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "matching:read", "events:read")
    answer = gate.ask(client)
    token = made(answer, 200)
    assert token["access_token"].startswith("cando_at_")
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 900)
    assert token["scope"] == "events:read matching:read"
    assert "issued_token_type" not in token
    assert answer.headers["cache-control"] == "no-store"
    assert reached(gate, token["access_token"]) == {
        "kind": "app", "sub": client["id"], "act": {"sub": client["id"]}, "scope": "events:read matching:read",
        "tenant": tenant["id"], "org": tenant["organisation_id"],
    }  # fmt: skip
    assert gate.http(token["access_token"]).get("/v1/needs").json()["token"] != token["access_token"]


def test_a_token_may_be_narrower_than_its_client_but_not_wider(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "matching:read", "events:read")
    assert reached(gate, gate.token(client, scope="events:read"))["scope"] == "events:read"
    error(gate.ask(client, scope="events:read matching:write"), 400, "invalid_scope")


def test_a_client_authenticates_by_header_or_by_form(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant)
    form = {"grant_type": "client_credentials", **{n: client[n] for n in ("client_id", "client_secret")}}
    http = gate.http()
    assert http.post("/oauth/token", data=form).status_code == 200
    basic = httpx.BasicAuth(client["client_id"], client["client_secret"])
    error(http.post("/oauth/token", data=form, auth=basic), 400, "invalid_request")


def test_wrong_credentials_are_all_refused_alike(gate: Gate, tenant: dict[str, Any]) -> None:
    client, other = gate.client(tenant), gate.client(gate.tenant())
    answers = [
        gate.ask(client | {"client_secret": wrong})
        for wrong in (other["client_secret"], client["client_secret"][:-1], client["client_secret"][:-1] + "~", "x", "")
    ]
    answers += [gate.ask(client | {"client_id": wrong}) for wrong in (str(uuid4()), "nobody", other["client_id"])]
    answers.append(gate.http().post("/oauth/token", data={"grant_type": "client_credentials"}))
    answers.append(gate.http().post("/oauth/token", data={"grant_type": "x"}, headers={"authorization": "Basic ~%%"}))
    for answer in answers:
        error(answer, 401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
        (b"grant_type=%ff%fe", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"grant_type", "application/x-www-form-urlencoded"),
    ],
)
def test_an_unreadable_form_is_an_invalid_request(gate: Gate, body: bytes, media_type: str) -> None:
    error(gate.http().post("/oauth/token", content=body, headers={"content-type": media_type}), 400, "invalid_request")


def test_only_the_two_grants_are_known(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant)
    error(gate.ask(client, grant_type="password"), 400, "unsupported_grant_type")
    error(gate.ask(client, grant_type=""), 400, "invalid_request")


def test_a_token_ends_when_its_time_is_up_also_where_it_is_remembered(gate: Gate, tenant: dict[str, Any]) -> None:
    http = gate.app(tenant)
    assert http.get("/v1/needs").status_code == 200
    gate.clock.ahead = timedelta(seconds=899)
    assert http.get("/v1/needs").status_code == 200
    gate.clock.ahead = timedelta(seconds=901)
    refused(http.get("/v1/needs"), 401, "unauthenticated")


def test_staff_may_do_what_both_they_and_the_app_may(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "act:staff", "clients:write", "participants:write", "matching:read", "timebank:read")
    staff = staff_of(gate, tenant, "participants:read", "matching:write")
    answer = made(gate.ask(client, grant_type=EXCHANGE, subject_token=staff, subject_token_type=STAFF), 200)
    assert answer["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    caller = reached(gate, answer["access_token"])
    assert (caller["kind"], caller["sub"], caller["act"]["sub"]) == ("staff", staff, client["id"])
    assert caller["org"] == tenant["organisation_id"]
    assert caller["scope"] == "matching:read participants:read"


def test_a_person_may_do_what_persons_may_and_the_app_may(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "act:person", "participants:write", "matching:read", "directory:read", "reports:read")
    person = str(uuid4())
    gate.directory.people[person] = tenant["organisation_id"]
    token = gate.token(client, grant_type=EXCHANGE, subject_token=person, subject_token_type=PERSON)
    caller = reached(gate, token)
    assert (caller["kind"], caller["sub"], caller["act"]["sub"]) == ("person", person, client["id"])
    assert caller["scope"] == "matching:read participants:read participants:write"


def test_a_person_whom_the_organisation_may_not_see_is_unknown(gate: Gate, tenant: dict[str, Any]) -> None:
    charity = gate.organisation(tenant)
    client = gate.client(tenant, "act:person", "matching:read", organisation=charity)
    hidden = str(uuid4())
    gate.directory.people[hidden] = tenant["organisation_id"]
    for person in (hidden, str(uuid4()), "somebody"):
        error(
            gate.ask(client, grant_type=EXCHANGE, subject_token=person, subject_token_type=PERSON),
            400, "invalid_request",
        )  # fmt: skip


def test_staff_of_another_organisation_or_tenant_are_unknown(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "act:staff", "matching:read")
    other = gate.tenant()
    for staff in (
        staff_of(gate, tenant, "matching:read", organisation=gate.organisation(tenant)),
        staff_of(gate, other, "matching:read"),
        str(uuid4()),
    ):
        error(
            gate.ask(client, grant_type=EXCHANGE, subject_token=staff, subject_token_type=STAFF), 400, "invalid_request"
        )


def test_to_act_for_somebody_an_app_needs_the_scope(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "matching:read")
    for kind in (STAFF, PERSON):
        before = gate.directory.asked
        answer = gate.ask(client, grant_type=EXCHANGE, subject_token=str(uuid4()), subject_token_type=kind)
        error(answer, 400, "unauthorized_client")
        assert gate.directory.asked == before


def test_staff_act_on_behalf_of_a_person_their_organisation_may_see(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "act:staff", "act:person", "matching:read")
    staff, person = staff_of(gate, tenant, "matching:read"), str(uuid4())
    gate.directory.people[person] = tenant["organisation_id"]
    form = {"grant_type": EXCHANGE, "subject_token": staff, "subject_token_type": STAFF}
    assert reached(gate, gate.token(client, **form, on_behalf_of=person))["obo"] == person
    error(gate.ask(client, **form, on_behalf_of=str(uuid4())), 400, "invalid_request")
    for_person = form | {"subject_token": person, "subject_token_type": PERSON}
    error(gate.ask(client, **for_person, on_behalf_of=person), 400, "invalid_request")


@pytest.mark.parametrize("form", [{"subject_token_type": "urn:x"}, {}, {"requested_token_type": "urn:x"}])
def test_other_kinds_of_token_are_not_exchanged(gate: Gate, tenant: dict[str, Any], form: dict[str, str]) -> None:
    client = gate.client(tenant, "act:staff", "act:person")
    error(gate.ask(client, grant_type=EXCHANGE, subject_token=str(uuid4()), **form), 400, "invalid_request")


def test_no_token_for_a_person_while_the_directory_is_down(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, "act:person", "matching:read")
    gate.directory.fault = "raises"
    answer = gate.ask(client, grant_type=EXCHANGE, subject_token=str(uuid4()), subject_token_type=PERSON)
    error(answer, 503, "temporarily_unavailable")


def revoke(gate: Gate, client: dict[str, Any], token: str) -> httpx.Response:
    basic = httpx.BasicAuth(client["client_id"], client["client_secret"])
    return gate.http().post("/oauth/revoke", data={"token": token}, auth=basic)


def test_a_client_revokes_its_own_token_and_nobody_elses(gate: Gate, tenant: dict[str, Any]) -> None:
    client, other = gate.client(tenant), gate.client(tenant)
    token = gate.token(client)
    http = gate.http(token)
    assert http.get("/v1/needs").status_code == 200
    assert revoke(gate, other, token).status_code == 200
    assert http.get("/v1/needs").status_code == 200
    assert revoke(gate, client, token).status_code == 200
    assert revoke(gate, client, "cando_at_unknown").status_code == 200
    refused(http.get("/v1/needs"), 401, "unauthenticated")
    error(revoke(gate, client | {"client_secret": "wrong"}, token), 401, "invalid_client")


@pytest.mark.parametrize("what", ["client", "secret", "staff", "token"])
def test_what_is_revoked_is_refused_within_a_second_by_every_gateway(
    gate: Gate, tenant: dict[str, Any], what: str
) -> None:
    client = gate.client(tenant, "act:staff", "matching:read")
    staff = staff_of(gate, tenant, "matching:read")
    token = gate.token(client, grant_type=EXCHANGE, subject_token=staff, subject_token_type=STAFF)
    at = {"tenant_id": tenant["id"]}
    secret = client["secrets"][0]["id"]
    paths = {
        "client": f"/v1/clients/{client['id']}", "secret": f"/v1/clients/{client['id']}/secrets/{secret}",
        "staff": f"/v1/staff/{staff}",
    }  # fmt: skip
    second = create_app(settings_for(gate.admin_url), upstreams=gate.services)
    with served(second) as url, httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}) as there:
        here = gate.http(token)
        assert [http.get("/v1/needs").status_code for http in (here, there)] == [200, 200]
        if what == "token":
            assert revoke(gate, client, token).status_code == 200
        else:
            assert gate.bootstrap.delete(paths[what], params=at).status_code == 204
        revoked = time.monotonic()
        while 200 in (here.get("/v1/needs").status_code, there.get("/v1/needs").status_code):
            assert time.monotonic() - revoked < 1.0
        refused(there.get("/v1/needs"), 401, "unauthenticated")


def test_a_token_asked_for_while_its_client_is_being_deleted_is_not_given(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant)
    with psycopg.connect(gate.admin_url) as connection, ThreadPoolExecutor(1) as pool:
        connection.execute("update gateway.clients set deleted_at = now() where id = %s", (client["id"],))
        asked = pool.submit(gate.ask, client)
        threading.Event().wait(0.5)
        assert not asked.done()
        connection.commit()
        error(asked.result(), 401, "invalid_client")
