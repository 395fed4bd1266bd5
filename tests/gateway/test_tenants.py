"""Tenants: the bootstrap key founds them, each sees itself, and nothing is half-founded."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg

from deploy.database import runtime_url
from gateway.bootstrap import ensure_bootstrap_key
from services.kernel.clock import system_clock
from services.kernel.database import Database
from tests.conftest import SECRET
from tests.gateway.conftest import Gate, made, refused


def wanted(slug: str, **more: Any) -> dict[str, Any]:
    return {
        "slug": slug, "name": "Lindenau", "default_language": "de", "time_zone": "Europe/Berlin",
        "organisation": {"name": "Stadt Lindenau"}, **more,
    }  # fmt: skip


def test_the_bootstrap_key_is_shown_once(gate: Gate) -> None:
    async def again() -> str | None:
        database = Database(runtime_url(gate.admin_url, "gateway", SECRET), schema="gateway")
        try:
            return await ensure_bootstrap_key(database, SECRET, system_clock)
        finally:
            await database.close()

    assert asyncio.run(again()) is None
    assert gate.key.startswith("cando_bk_")


def test_the_bootstrap_key_founds_a_tenant_with_its_first_organisation(gate: Gate) -> None:
    answer = gate.bootstrap.post("/v1/tenants", json=wanted("lindenau"))
    tenant = made(answer)
    assert tenant["slug"] == "lindenau"
    assert tenant["default_language"] == "de"
    assert gate.directory.organisations[tenant["organisation_id"]] == tenant["id"]
    assert answer.headers["location"] == f"/v1/tenants/{tenant['id']}"
    assert answer.headers["etag"] == '"1"'
    assert made(gate.bootstrap.get(answer.headers["location"]), 200) == tenant


def test_a_taken_slug_is_refused_before_anything_is_created(gate: Gate) -> None:
    tenant = gate.tenant()
    before = len(gate.directory.organisations)
    refused(gate.bootstrap.post("/v1/tenants", json=wanted(tenant["slug"])), 409, "slug-taken")
    assert len(gate.directory.organisations) == before


def test_of_several_at_once_one_gets_the_slug(gate: Gate) -> None:
    slug = f"raced-{uuid4().hex[:6]}"

    def found(_: int) -> int:
        return gate.bootstrap.post("/v1/tenants", json=wanted(slug)).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(found, range(4))) == [201, 409, 409, 409]


def test_nothing_is_written_while_the_directory_is_down(gate: Gate) -> None:
    gate.directory.fault = "raises"
    refused(gate.bootstrap.post("/v1/tenants", json=wanted("patient")), 503, "upstream-unavailable")
    gate.directory.fault = ""
    made(gate.bootstrap.post("/v1/tenants", json=wanted("patient")))


def test_what_a_tenant_is_said_to_be_must_be_plausible(gate: Gate) -> None:
    for broken, path in (
        ({"default_language": "xx-nonsense-zz"}, "/default_language"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"slug": "Capital"}, "/slug"),
        ({"name": "nul\x00"}, "/name"),
        ({"organisation": {"name": " "}}, "/organisation/name"),
        ({"unknown": 1}, "/unknown"),
    ):
        problem = refused(gate.bootstrap.post("/v1/tenants", json=wanted("plain") | broken), 422, "invalid-request")
        assert [error["path"] for error in problem["errors"]] == [path]


def test_the_bootstrap_key_lists_all_tenants_page_by_page_and_a_tenant_itself(gate: Gate) -> None:
    first, second = gate.tenant(), gate.tenant()
    seen, cursor = [], ""
    while cursor is not None:
        page = made(
            gate.bootstrap.get("/v1/tenants", params={"limit": 1, **({"cursor": cursor} if cursor else {})}), 200
        )
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert {first["id"], second["id"]} <= set(seen)
    assert len(seen) == len(set(seen))
    mine = made(gate.app(first).get("/v1/tenants"), 200)
    assert [one["id"] for one in mine["items"]] == [first["id"]]


def test_a_foreign_tenant_answers_like_an_unknown_one(gate: Gate) -> None:
    app, foreign = gate.app(gate.tenant()), gate.tenant()
    answers = [app.get(f"/v1/tenants/{id}") for id in (foreign["id"], uuid4())]
    assert {refused(answer, 404, "not-found")["title"] for answer in answers} == {"There is no such thing here"}
    assert answers[0].content == answers[1].content


def test_no_client_founds_tenants(gate: Gate) -> None:
    app = gate.app(gate.tenant(), "clients:write", "directory:write")
    refused(app.post("/v1/tenants", json=wanted("sneaky")), 403, "forbidden")


def test_a_new_tenant_is_a_fact_without_its_name(gate: Gate) -> None:
    tenant = gate.tenant()
    feed = made(gate.app(tenant, "events:read").get("/v1/events"), 200)
    fact = next(one for one in feed["items"] if one["type"] == "tenant.created")
    assert fact["subject"] == fact["tenant"] == tenant["id"]
    assert fact["ids"] == {"organisation": tenant["organisation_id"]}


def test_the_gateways_own_role_sees_no_row_of_any_tenant_unless_it_says_which(gate: Gate) -> None:
    tenant = gate.tenant()
    gate.app(tenant)
    with psycopg.connect(runtime_url(gate.admin_url, "gateway", SECRET), autocommit=True) as connection:
        for table in ("tenants", "clients", "client_secrets", "staff", "access_tokens", "events"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)
        for table in ("client_secrets", "access_tokens"):
            with connection.transaction():
                connection.execute("select set_config('app.tenant', %s, true)", (tenant["id"],))
                row = connection.execute(f"select hash from {table}").fetchone()
            assert row is not None
            with connection.transaction():
                connection.execute("select set_config('app.credential', %s, true)", row)
                assert connection.execute(f"select hash from {table}").fetchall() == [row]
                assert connection.execute(f"delete from {table}").rowcount == 0
