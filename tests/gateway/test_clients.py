"""Clients and staff: who may make them, what they may be given, and that their secrets are shown once."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.gateway.conftest import EXCHANGE, Gate, made, refused

ADMIN = ("clients:write", "matching:write", "participants:read", "act:staff", "events:read")


def wanted(organisation: str, *scopes: str, **more: Any) -> dict[str, Any]:
    return {"organisation_id": organisation, "name": "CRM", "scopes": scopes or ["matching:read"], **more}


@pytest.fixture
def tenant(gate: Gate) -> dict[str, Any]:
    return gate.tenant()


@pytest.fixture
def admin(gate: Gate, tenant: dict[str, Any]) -> httpx.Client:
    return gate.app(tenant, *ADMIN)


def test_a_secret_is_shown_when_made_and_never_again(gate: Gate, tenant: dict[str, Any], admin: httpx.Client) -> None:
    answer = admin.post("/v1/clients", json=wanted(tenant["organisation_id"]))
    client = made(answer)
    assert client["client_secret"].startswith("cando_cs_")
    shown = admin.get(answer.headers["location"])
    assert made(shown, 200)["secrets"][0].keys() == {"id", "created_at"}
    for text in (shown.text, admin.get("/v1/clients").text, admin.get("/v1/events").text):
        assert client["client_secret"] not in text
    assert made(gate.ask(client), 200)["scope"] == "matching:read"


def test_the_database_keeps_neither_secrets_nor_tokens(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant)
    token = gate.token(client)
    with psycopg.connect(gate.admin_url) as connection:
        for table in ("client_secrets", "access_tokens", "bootstrap_keys", "signing_keys", "idempotency", "events"):
            rows = str(connection.execute(f"select * from gateway.{table}").fetchall())
            for secret in (client["client_secret"], token, gate.key):
                random = secret.split("_", 3)[3]  # it may hold underscores itself
                assert len(random) == 43
                assert random not in rows
            assert "PRIVATE KEY" not in rows


@pytest.mark.parametrize("scopes", [["tenants:write"], ["no:such"], [], "matching:read"])
def test_only_known_scopes_are_given_and_never_that_of_the_bootstrap_key(
    gate: Gate, tenant: dict[str, Any], scopes: Any
) -> None:
    body = wanted(tenant["organisation_id"], tenant_id=tenant["id"]) | {"scopes": scopes}
    problem = refused(gate.bootstrap.post("/v1/clients", json=body), 422, "invalid-request")
    assert [error["path"][:7] for error in problem["errors"]] == ["/scopes"]


def test_nobody_gives_a_scope_that_they_do_not_hold(tenant: dict[str, Any], admin: httpx.Client) -> None:
    organisation = tenant["organisation_id"]
    made(admin.post("/v1/clients", json=wanted(organisation, "matching:read", "participants:read")))
    for path, body in (
        ("/v1/clients", wanted(organisation, "participants:write")),
        ("/v1/staff", {"organisation_id": organisation, "label": "Caseworker 3", "scopes": ["timebank:read"]}),
    ):
        refused(admin.post(path, json=body), 403, "scope-not-held")


def test_nobody_makes_a_secret_for_a_client_that_may_do_more(
    gate: Gate, tenant: dict[str, Any], admin: httpx.Client
) -> None:
    mightier = gate.client(tenant, "participants:write")
    refused(admin.post(f"/v1/clients/{mightier['id']}/secrets"), 403, "scope-not-held")


def test_an_organisation_must_be_of_the_tenant(gate: Gate, tenant: dict[str, Any], admin: httpx.Client) -> None:
    for organisation in (str(uuid4()), gate.tenant()["organisation_id"]):
        problem = refused(admin.post("/v1/clients", json=wanted(organisation)), 422, "invalid-request")
        assert problem["errors"][0]["path"] == "/organisation_id"


def test_an_organisation_that_did_not_found_the_tenant_looks_after_its_own_only(
    gate: Gate, tenant: dict[str, Any], admin: httpx.Client
) -> None:
    charity = gate.organisation(tenant)
    of_charity = made(admin.post("/v1/clients", json=wanted(charity)))
    helper = gate.app(tenant, *ADMIN, organisation=charity)
    of_council = made(admin.post("/v1/clients", json=wanted(tenant["organisation_id"])))
    refused(helper.post("/v1/clients", json=wanted(tenant["organisation_id"])), 403, "forbidden")
    refused(helper.get(f"/v1/clients/{of_council['id']}"), 404, "not-found")
    refused(helper.post(f"/v1/clients/{of_council['id']}/secrets"), 404, "not-found")
    refused(helper.delete(f"/v1/clients/{of_council['id']}"), 404, "not-found")
    listed = made(helper.get("/v1/clients"), 200)["items"]
    assert {one["organisation_id"] for one in listed} == {charity}
    assert made(helper.get("/v1/clients", params={"organisation_id": tenant["organisation_id"]}), 200)["items"] == []
    assert of_charity["id"] in {one["id"] for one in listed}


def test_a_client_without_the_scope_manages_nobody(gate: Gate, tenant: dict[str, Any]) -> None:
    app = gate.app(tenant, "matching:write")
    for answer in (app.get("/v1/clients"), app.get("/v1/staff"), app.post("/v1/clients", json={})):
        refused(answer, 403, "forbidden")


def test_the_bootstrap_key_names_the_tenant_and_a_tenant_only_itself(
    gate: Gate, tenant: dict[str, Any], admin: httpx.Client
) -> None:
    body = wanted(tenant["organisation_id"])
    refused(gate.bootstrap.post("/v1/clients", json=body), 422, "invalid-request")
    refused(gate.bootstrap.post("/v1/clients", json=body | {"tenant_id": str(uuid4())}), 404, "not-found")
    foreign = gate.tenant()
    refused(admin.post("/v1/clients", json=body | {"tenant_id": foreign["id"]}), 404, "not-found")
    refused(admin.get("/v1/clients", params={"tenant_id": foreign["id"]}), 404, "not-found")
    listed = made(gate.bootstrap.get("/v1/clients", params={"tenant_id": tenant["id"]}), 200)
    assert len(listed["items"]) == 1


def test_a_foreign_client_answers_like_an_unknown_one(gate: Gate, admin: httpx.Client) -> None:
    foreign = gate.client(gate.tenant())
    for method, suffix in (("GET", ""), ("DELETE", ""), ("POST", "/secrets"), ("DELETE", f"/secrets/{uuid4()}")):
        answers = [admin.request(method, f"/v1/clients/{id}{suffix}") for id in (foreign["id"], uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


def test_a_second_secret_lets_a_client_change_over_and_a_third_is_refused(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant)
    old = client["secrets"][0]["id"]
    at = {"tenant_id": tenant["id"]}
    path = f"/v1/clients/{client['id']}/secrets"
    second = made(gate.bootstrap.post(path, params=at))
    refused(gate.bootstrap.post(path, params=at), 409, "too-many-secrets")
    assert gate.ask(client).status_code == gate.ask(second).status_code == 200
    assert gate.bootstrap.delete(f"{path}/{old}", params=at).status_code == 204
    assert gate.ask(client).status_code == 401
    assert gate.ask(second).status_code == 200
    refused(gate.bootstrap.delete(f"{path}/{old}", params=at), 404, "not-found")


def test_a_repeated_request_makes_one_client_and_does_not_show_its_secret_again(
    gate: Gate, tenant: dict[str, Any], admin: httpx.Client
) -> None:
    for http, more in ((admin, {}), (gate.bootstrap, {"tenant_id": tenant["id"]})):
        body, key = wanted(tenant["organisation_id"], **more), {"idempotency-key": uuid4().hex}
        first = made(http.post("/v1/clients", json=body, headers=key))
        again = http.post("/v1/clients", json=body, headers=key)
        assert made(again)["id"] == first["id"]
        assert first["client_secret"] not in again.text
        refused(http.post("/v1/clients", json=body | {"name": "x"}, headers=key), 422, "idempotency-key-reused")


def test_clients_are_listed_page_by_page_and_since_a_moment(gate: Gate, tenant: dict[str, Any]) -> None:
    ids = [gate.client(tenant)["id"] for _ in range(3)]
    at = {"tenant_id": tenant["id"], "limit": 2}
    first = gate.bootstrap.get("/v1/clients", params=at)
    page = made(first, 200)
    rest = made(gate.bootstrap.get("/v1/clients", params={**at, "cursor": page["next"]}), 200)
    assert [one["id"] for one in page["items"] + rest["items"]] == ids
    assert rest["next"] is None
    assert 'rel="next"' in first.headers["link"]
    since = {"tenant_id": tenant["id"], "updated_after": page["items"][1]["updated_at"]}
    assert [one["id"] for one in made(gate.bootstrap.get("/v1/clients", params=since), 200)["items"]] == ids[2:]
    refused(gate.bootstrap.get("/v1/clients", params={**at, "cursor": "garbled"}), 422, "invalid-request")


def test_a_client_is_deleted_in_the_version_that_was_read(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant)
    path, at = f"/v1/clients/{client['id']}", {"tenant_id": tenant["id"]}
    refused(gate.bootstrap.delete(path, params=at, headers={"if-match": '"7"'}), 412, "stale-version")
    assert gate.bootstrap.delete(path, params=at, headers={"if-match": '"1"'}).status_code == 204
    refused(gate.bootstrap.get(path, params=at), 404, "not-found")
    facts = made(gate.app(tenant, "events:read").get("/v1/events"), 200)["items"]
    assert [one["type"] for one in facts if one["subject"] == client["id"]] == ["client.created", "client.deleted"]


def test_staff_have_a_label_scopes_and_names_in_other_systems(tenant: dict[str, Any], admin: httpx.Client) -> None:
    external = [{"system": "hr", "value": uuid4().hex}]
    body = {
        "organisation_id": tenant["organisation_id"], "label": "Caseworker 3", "scopes": ["participants:read"],
        "external_ids": external,
    }  # fmt: skip
    answer = admin.post("/v1/staff", json=body)
    staff = made(answer)
    assert staff["external_ids"] == external
    assert made(admin.get(answer.headers["location"]), 200) == staff
    assert made(admin.get("/v1/staff"), 200)["items"] == [staff]
    refused(admin.post("/v1/staff", json=body), 409, "external-id-taken")
    assert admin.delete(f"/v1/staff/{staff['id']}").status_code == 204
    refused(admin.get(f"/v1/staff/{staff['id']}"), 404, "not-found")
    made(admin.post("/v1/staff", json=body))


@pytest.mark.parametrize("scope", ["clients:write", "act:person", "act:staff", "tenants:write"])
def test_staff_never_get_the_scopes_of_an_app(gate: Gate, tenant: dict[str, Any], scope: str) -> None:
    body = {"organisation_id": tenant["organisation_id"], "label": "Caseworker 3", "scopes": [scope]}
    answer = gate.bootstrap.post("/v1/staff", params={"tenant_id": tenant["id"]}, json=body)
    refused(answer, 422, "invalid-request")


def test_a_foreign_member_of_staff_answers_like_an_unknown_one(gate: Gate, admin: httpx.Client) -> None:
    other = gate.tenant()
    body = {"organisation_id": other["organisation_id"], "label": "Caseworker 3", "scopes": ["participants:read"]}
    foreign = made(gate.bootstrap.post("/v1/staff", params={"tenant_id": other["id"]}, json=body))
    for method in ("GET", "DELETE"):
        for id in (foreign["id"], uuid4()):
            refused(admin.request(method, f"/v1/staff/{id}"), 404, "not-found")


def test_a_repeated_upsert_changes_nothing_and_fewer_scopes_end_tokens(gate: Gate, tenant: dict[str, Any]) -> None:
    client = gate.client(tenant, *ADMIN)
    admin = gate.http(gate.token(client))
    at = {"system": "hr", "value": uuid4().hex}
    body = {
        "organisation_id": tenant["organisation_id"], "label": "Caseworker 3",
        "scopes": ["matching:read", "participants:read"],
    }  # fmt: skip
    created = admin.put("/v1/staff/by-external-id", params=at, json=body)
    staff = made(created)
    assert made(admin.put("/v1/staff/by-external-id", params=at, json=body), 200) == staff
    token = gate.token(
        client, grant_type=EXCHANGE, subject_token=staff["id"], subject_token_type="urn:cando:token-type:staff"
    )
    assert gate.http(token).get("/v1/needs").status_code == 200
    less = body | {"scopes": ["matching:read"]}
    assert made(admin.put("/v1/staff/by-external-id", params=at, json=less), 200)["version"] == 2
    refused(gate.http(token).get("/v1/needs"), 401, "unauthenticated")
    facts = made(admin.get("/v1/events"), 200)["items"]
    assert [one["type"] for one in facts if one["subject"] == staff["id"]] == ["staff.created", "staff.changed"]
    refused(
        admin.put("/v1/staff/by-external-id", params={"system": "h\x00r", "value": "1"}, json=body),
        422,
        "invalid-request",
    )
