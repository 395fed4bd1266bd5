"""The way in for those who have no account: only to read, only the public feed, from anywhere on the web."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.types import ASGIApp

from deploy.database import prepare
from gateway.app import create_app
from gateway.guests import origin_of
from services.kernel.app import NAMES
from tests.conftest import SECRET
from tests.gateway.conftest import Echo, Gate, MovingClock, _bootstrap_key, made, refused, settings_for
from tests.town import served

FEED = "/open-referral-uk"


@pytest.fixture(scope="module")
def slug(the_gate: Gate) -> str:
    return str(the_gate.tenant("feedbrook")["slug"])


@pytest.mark.parametrize(("asked", "shown"), [
    ("", ""), ("/", ""), ("/services", "/services"), ("/services/", "/services"),
    ("/taxonomy_terms/a%20b", "/taxonomy_terms/a b"), ("/openapi.json", "/openapi.json"),
])  # fmt: skip
def test_an_address_of_the_feed_leads_to_the_directory_as_a_guest_of_its_tenant(
    gate: Gate, slug: str, asked: str, shown: str
) -> None:
    answer = made(gate.http().get(f"{FEED}/{slug}{asked}?page=2"), 200)
    assert (answer["service"], answer["path"]) == ("directory", "/public/open-referral-uk" + shown)
    caller = answer["caller"]
    assert (caller["kind"], caller["scope"], caller["sub"]) == ("public", "public-feed", "public")
    assert "org" not in caller
    assert caller["tenant"]
    assert answer["headers"]["x-cando-feed"] == f"{gate.url}{FEED}/{slug}"


def test_profiles_for_murmurations_are_matchings_and_always_name_their_tenant(gate: Gate, slug: str) -> None:
    answer = made(gate.http().get(f"/murmurations/{slug}/0198?page_size=2"), 200)
    assert (answer["service"], answer["path"]) == ("matching", "/public/murmurations/0198")
    assert (answer["caller"]["kind"], answer["caller"]["scope"]) == ("public", "public-feed")
    assert answer["headers"]["x-cando-feed"] == f"{gate.url}/murmurations/{slug}"
    for path in ("/murmurations", "/murmurations/"):
        refused(gate.http().get(path), 404, "no-default-tenant")
    refused(gate.http().post(f"/murmurations/{slug}", json={}), 405, "method-not-allowed")
    assert gate.http().options(f"/murmurations/{slug}").status_code == 204
    assert gate.http().get("/murmurations-not").status_code == 401


def test_what_a_guest_brings_along_is_not_looked_at(gate: Gate, slug: str) -> None:
    plain = made(gate.http().get(f"{FEED}/{slug}/services"), 200)
    posing = {"authorization": "Bearer cando_at_nonsense", "x-cando-feed": "https://evil.example", "cookie": "a=b",
              "if-none-match": '"x"'}  # fmt: skip
    answer = made(gate.http().get(f"{FEED}/{slug}/services", headers=posing), 200)
    assert answer["caller"] == plain["caller"]
    assert answer["headers"]["x-cando-feed"] == plain["headers"]["x-cando-feed"]
    assert answer["headers"]["if-none-match"] == '"x"'
    assert "cookie" not in answer["headers"]
    refused(gate.http().get(f"{FEED}/{slug}", headers={"host": 'a"><b'}), 400, "malformed-request")
    assert origin_of({"headers": [(b"host", b'a"><b')]}, "") == "http://localhost"


def test_the_guests_token_opens_nothing_else(gate: Gate, slug: str) -> None:
    token = made(gate.http().get(f"{FEED}/{slug}/services"), 200)["token"]
    for path in ("/v1/services", "/internal/events", "/v1/tenants", "/public/open-referral-uk/services"):
        refused(gate.http(token).get(path), 401, "unauthenticated")
    for path in ("/public/open-referral-uk/services", f"{FEED}/{slug}/../../v1/services", f"{FEED}/{slug}//services"):
        assert gate.http().get(path).status_code in (401, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_feed_is_only_read(gate: Gate, slug: str, method: str) -> None:
    before = gate.directory.asked
    answer = gate.http().request(method, f"{FEED}/{slug}/services", json={})
    refused(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert gate.directory.asked == before


def test_a_browser_may_ask_first_and_read_every_answer(gate: Gate, slug: str) -> None:
    asked = gate.http().options(f"{FEED}/{slug}/services", headers={"origin": "https://a.example",
                                "access-control-request-method": "GET"})  # fmt: skip
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    answers = [asked, gate.http().get(f"{FEED}/{slug}"), gate.http().head(f"{FEED}/{slug}"),
               gate.http().get(f"{FEED}/no-such-tenant"), gate.http().get(f"{FEED}/{slug}/a%00b")]  # fmt: skip
    gate.directory.fault = "raises"
    answers.append(gate.http().get(f"{FEED}/{slug}"))
    assert [one.status_code for one in answers] == [204, 200, 200, 404, 404, 503]
    assert all(one.headers["access-control-allow-origin"] == "*" for one in answers)
    assert "access-control-allow-origin" not in gate.http().get("/v1/services").headers
    assert "access-control-allow-origin" not in gate.http().get("/open-referral-uk-not/services").headers


@pytest.mark.parametrize("name", ["no-such-tenant", "UPPER", "a'--", "%C3%A9", "x" * 70])
def test_a_tenant_that_is_not_there_is_not_found(gate: Gate, name: str) -> None:
    refused(gate.http().get(f"{FEED}/{name}/services"), 404, "not-found")


@pytest.fixture(scope="module")
def fresh_gate(new_database: Callable[[], str]) -> Callable[..., Any]:
    """Open a gateway on a database of its own, with a setting."""
    url = new_database()
    prepare(url, SECRET, services=["gateway"])
    key = asyncio.run(_bootstrap_key(url))

    def opened(**settings: Any) -> Any:
        neighbours: dict[str, ASGIApp] = {}
        services = {name: Echo(name, neighbours) for name in NAMES}
        gateway = create_app(settings_for(url, **settings), upstreams=neighbours)
        neighbours.update({**services, "gateway": gateway})
        return _running(gateway, url, key, services)

    return opened


def _running(gateway: Any, url: str, key: str, services: dict[str, Echo]) -> Any:
    @contextlib.contextmanager
    def running() -> Iterator[Gate]:
        with served(gateway) as address:
            gate = Gate(address, key, url, services, MovingClock())
            yield gate
            for client in gate.opened:
                client.close()

    return running()


def test_without_a_name_the_only_tenant_is_meant_or_the_one_of_the_setting(fresh_gate: Callable[..., Any]) -> None:
    with fresh_gate() as gate:
        refused(gate.http().get(f"{FEED}/services"), 404, "no-default-tenant")
        first = gate.tenant("only-one")
        shown = made(gate.http().get(f"{FEED}/services"), 200)
        assert shown["caller"]["tenant"] == first["id"]
        assert shown["headers"]["x-cando-feed"] == gate.url + FEED
        second = gate.tenant("and-another")
    with fresh_gate() as gate:
        problem = refused(gate.http().get(FEED), 404, "no-default-tenant")
        assert "CANDO_DEFAULT_TENANT" in problem["detail"]
    with fresh_gate(default_tenant="and-another", public_url="https://api.example.org/") as gate:
        shown = made(gate.http().get(f"{FEED}/services/1"), 200)
        assert shown["caller"]["tenant"] == second["id"]
        assert shown["headers"]["x-cando-feed"] == f"https://api.example.org{FEED}"
    with fresh_gate(default_tenant="gone") as gate:
        refused(gate.http().get(FEED), 404, "no-default-tenant")
