"""How much may be asked: counted together for all gateways, refused with 429, and never at the cost of others."""

import asyncio
import contextlib
import itertools
import json
import os
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from starlette.types import ASGIApp

from deploy.database import runtime_url
from gateway.app import create_app
from gateway.limits.addresses import Addresses
from gateway.limits.domain import Lease, Policy, Share, TooManyRequests
from gateway.limits.gate import WAITING_IN_ALL, Limits
from gateway.limits.store import Store, forget_full_buckets
from gateway.settings import Settings
from services.kernel.app import NAMES
from services.kernel.caller import Caller
from tests.conftest import SECRET
from tests.gateway.conftest import Echo, Gate, MovingClock, made, refused, settings_for
from tests.town import served

LONG = int(os.environ.get("CANDO_HOT_REQUESTS", "400"))
"""Requests that eight stores take from one bucket at once; `make trust` takes more."""


# --- two gateways on one database ----------------------------------------------------------------------------------


@contextlib.contextmanager
def another_gate(gate: Gate, **limits: Any) -> Iterator[Gate]:
    """A gateway process's worth beside `gate`, on the same database, with limits of its own."""
    neighbours: dict[str, ASGIApp] = {}
    services = {name: Echo(name, neighbours) for name in NAMES}
    app = create_app(settings_for(gate.admin_url, **limits), upstreams=neighbours)
    neighbours.update({**services, "gateway": app})
    with served(app) as url:
        other = Gate(url, gate.key, gate.admin_url, services, MovingClock())
        yield other
        for client in other.opened:
            client.close()


@pytest.fixture(scope="module")
def pair(the_gate: Gate) -> Iterator[tuple[Gate, Gate]]:
    """Two gateways that let a client ask 60 times a minute, and a tenant 100 times."""
    limits = {"rate_client": 60, "rate_tenant": 100, "rate_address": 0}
    with another_gate(the_gate, **limits) as one, another_gate(the_gate, **limits) as two:
        yield one, two


def hammered(apps: list[httpx.Client], times: int) -> tuple[list[int], float]:
    """Ask from all of `apps` at once, `times` times each; return the statuses and how many seconds it took."""

    def hammer(app: httpx.Client) -> list[int]:
        return [app.get("/v1/needs").status_code for _ in range(times)]

    began = time.monotonic()
    with ThreadPoolExecutor(len(apps)) as threads:
        found = [status for one in threads.map(hammer, apps) for status in one]
    return found, time.monotonic() - began


def test_two_gateways_together_let_through_no_more_than_the_limit(gate: Gate, pair: tuple[Gate, Gate]) -> None:
    """The bound: a minute's worth, and what a minute gives in the time that it took. One client, two tokens."""
    client = gate.client(gate.tenant())
    apps = [one.http(gate.token(client)) for one in pair for _ in range(2)]
    statuses, seconds = hammered(apps, 40)
    passed = statuses.count(200)
    assert set(statuses) == {200, 429}
    assert 60 <= passed <= 60 + seconds * 60 / 60 + 1


def test_a_hot_client_is_told_when_to_come_back_and_then_may(gate: Gate, pair: tuple[Gate, Gate]) -> None:
    app = pair[0].http(gate.token(gate.client(gate.tenant())))
    first = app.get("/v1/needs")
    assert first.headers["ratelimit-policy"] == '"client";q=60;w=60'
    assert first.headers["ratelimit"].startswith('"client";r=')
    left = [int(first.headers["ratelimit"].partition(";r=")[2].partition(";")[0])]
    while (answer := app.get("/v1/needs")).status_code == 200:
        left.append(int(answer.headers["ratelimit"].partition(";r=")[2].partition(";")[0]))
    assert all(before - after <= 1 for before, after in itertools.pairwise(left))
    assert left[0] >= 57
    assert left[-1] <= 2
    problem = refused(answer, 429, "too-many-requests")
    assert "60 times a minute" in problem["detail"]
    assert 1 <= int(answer.headers["retry-after"]) <= 2
    assert answer.headers["ratelimit"].startswith('"client";r=0;t=')
    time.sleep(int(answer.headers["retry-after"]))
    assert app.get("/v1/needs").status_code == 200


def test_a_hot_client_takes_nothing_from_another_tenant(gate: Gate, pair: tuple[Gate, Gate]) -> None:
    hot = pair[0].http(gate.token(gate.client(gate.tenant())))
    calm = pair[0].http(gate.token(gate.client(gate.tenant())))
    made(calm.get("/v1/needs"), 200)
    with ThreadPoolExecutor(1) as thread:
        under_fire = thread.submit(hammered, [hot], 200)
        answers = [calm.get("/v1/needs") for _ in range(40)]
        assert 429 in under_fire.result()[0]
    assert {one.status_code for one in answers} == {200}
    assert statistics.median(one.elapsed.total_seconds() for one in answers) < 1


def test_the_clients_of_a_tenant_share_its_limit(gate: Gate, pair: tuple[Gate, Gate]) -> None:
    tenant = gate.tenant()
    apps = [pair[0].http(gate.token(gate.client(tenant))) for _ in range(3)]
    statuses, seconds = hammered(apps, 50)
    assert 100 <= statuses.count(200) <= 100 + seconds * 100 / 60 + 1
    answer = next(one for one in (apps[0].get("/v1/needs") for _ in range(20)) if one.status_code == 429)
    assert '"tenant"' in answer.headers["ratelimit"] or '"client"' in answer.headers["ratelimit"]


# --- at one time ---------------------------------------------------------------------------------------------------


def test_a_client_holds_so_many_places_at_one_time_and_long_polls_are_counted_apart(gate: Gate) -> None:
    with another_gate(gate, client_at_once=2, client_waits=2) as one:
        token = gate.token(gate.client(gate.tenant(), "matching:read", "events:read"))
        other = one.http(gate.token(gate.client(gate.tenant())))
        one.services["matching"].fault = "hangs"
        with ThreadPoolExecutor(6) as threads:
            waits = [threads.submit(one.http(token).get, f"/v1/events?{name}=20") for name in ("wait", "w%61it")]
            asked = [threads.submit(one.http(token).get, "/v1/needs") for _ in range(2)]
            time.sleep(0.7)
            refused(one.http(token).get("/v1/events?wait=5"), 429, "too-many-requests")
            answer = one.http(token).get("/v1/needs")
            assert "2 requests under way" in refused(answer, 429, "too-many-requests")["detail"]
            one.services["matching"].fault = ""
            made(other.get("/v1/needs"), 200)
            assert [future.result().status_code for future in asked] == [503, 503]
            made(one.http(token).get("/v1/needs"), 200)
            one.services["directory"].happened("need.created", gate.clock(), str(uuid4()))
            assert {future.result().status_code for future in waits} <= {200, 503}


async def test_long_polls_cannot_hold_everything() -> None:
    limits = limits_of(client_waits=0)
    callers = [caller(str(number)) for number in range(WAITING_IN_ALL + 1)]
    with contextlib.ExitStack() as held:
        for one in callers[:-1]:
            held.enter_context(limits.under_way(one, waits=True))
        with pytest.raises(TooManyRequests), limits.under_way(callers[-1], waits=True):
            pass
        with limits.under_way(callers[-1], waits=False):
            pass
    with limits.under_way(callers[-1], waits=True):
        pass


# --- strangers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded(gate: Gate) -> Iterator[Gate]:
    """A gateway that lets an address without an account ask 10 times a minute."""
    with psycopg.connect(gate.admin_url, autocommit=True) as connection:
        connection.execute("truncate gateway.rate_buckets")
    with another_gate(gate, rate_address=10) as one:
        yield one


def _until_refused(ask: Callable[[], httpx.Response]) -> list[int]:
    statuses = [ask().status_code for _ in range(13)]
    assert statuses[-1] == 429, statuses
    return statuses


BAD = "Bearer cando_at_" + "0" * 32 + "_" + "a" * 43


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/v1/needs", {"authorization": BAD}, 401), ("GET", "/v1/needs", {}, 401),
        ("POST", "/oauth/token", {"authorization": "Basic YTpi"}, 400),
        ("GET", "/open-referral-uk/nowhere/services", {}, 404), ("GET", "/problems", {}, 200),
        ("GET", "/internal/retention", {"authorization": BAD}, 401),
        ("GET", "/problems", {"authorization": BAD}, 200),
        ("GET", "/open-referral-uk/nowhere/services", {"authorization": "Bearer x"}, 404),
        ("GET", "/oauth/token", {}, 405), ("GET", "/fhir/Task", {"authorization": "Bearer x"}, 401),
    ],
)  # fmt: skip
def test_whoever_shows_nothing_good_is_counted_by_address(
    guarded: Gate, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    http = guarded.http()
    assert set(_until_refused(lambda: http.request(method, path, headers=headers))) == {status, 429}
    assert http.request(method, path, headers=headers).headers["ratelimit-policy"] == '"address";q=10;w=60'
    refused(http.get("/v1/needs"), 429, "too-many-requests")


def test_facades_say_429_in_their_own_language(guarded: Gate) -> None:
    http = guarded.http()
    _until_refused(lambda: http.get("/problems"))
    fhir = http.get("/fhir/metadata")
    assert (fhir.status_code, fhir.json()["issue"][0]["code"]) == (429, "throttled")
    members = http.get("/komunitin/hazelbrook/members")
    assert (members.status_code, members.json()["errors"][0]["code"]) == (429, "TooManyRequests")
    token = http.post("/komunitin/auth/token")
    assert (token.status_code, token.json()["error"]) == (429, "temporarily_unavailable")
    assert all("retry-after" in one.headers for one in (fhir, members, token))


def test_whoever_shows_a_good_token_is_not_counted_by_address(gate: Gate, guarded: Gate) -> None:
    client = gate.client(gate.tenant())
    for _ in range(12):
        token = str(made(guarded.ask(client), 200)["access_token"])
        assert guarded.http(token).get("/v1/needs").status_code == 200
    app = guarded.http(gate.token(client))
    assert app.get("/v1/needs").status_code == 200
    http = guarded.http()
    _until_refused(lambda: http.get("/problems"))
    assert app.get("/v1/needs").status_code == 200
    for path in ("/health", "/.well-known/jwks.json"):
        assert {http.get(path).status_code for _ in range(30)} == {200}


def test_a_forged_address_gains_nothing(guarded: Gate) -> None:
    http = guarded.http()
    numbers = iter(range(100))
    _until_refused(
        lambda: http.get(
            "/problems", headers={"x-forwarded-for": f"203.0.113.{next(numbers)}", "forwarded": "for=1.1.1.1"}
        )
    )


def test_behind_a_trusted_proxy_each_address_is_counted_for_itself(gate: Gate) -> None:
    with another_gate(gate, rate_address=10, trusted_proxies="127.0.0.0/8") as one:
        http = one.http()

        def asked(told: str) -> int:
            return http.get("/problems", headers={"x-forwarded-for": told}).status_code

        for number in range(13):  # what the client wrote itself stands left of what the proxy saw
            last = asked(f"198.51.100.{number}, 203.0.113.7")
        assert last == 429
        assert asked("203.0.113.7, 203.0.113.8") == 200


def _scope(peer: str, *told: str) -> dict[str, Any]:
    return {"client": (peer, 4711), "headers": [(b"x-forwarded-for", one.encode()) for one in told]}


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "counted"),
    [
        ("", "198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("10.0.0.0/8", "198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", ["1.1.1.1, 203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", ["203.0.113.9", "10.1.1.1"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("10.0.0.0/8", "10.0.0.1", ["203.0.113.9, junk"], "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ["203.0.113.9, "], "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.0/8", "::ffff:10.0.0.1", ["203.0.113.9:4000"], "203.0.113.9"),
        ("fd00::/8", "fd00::1", ["[2001:db8:1:2:3::4]:55"], "2001:db8:1:2::"),
        ("", "2001:db8:1:2:aaaa::1", [], "2001:db8:1:2::"),
        ("", "fe80::1%eth0", [], "fe80::"),
    ],
)
def test_whose_address_is_counted(trusted: str, peer: str, told: list[str], counted: str) -> None:
    assert Addresses(trusted).of(_scope(peer, *told)) == counted


def test_a_network_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(secret=SECRET, trusted_proxies="10.0.0.0/8, everybody")


# --- the shares ----------------------------------------------------------------------------------------------------


def test_a_share_grows_while_it_is_used_up_and_stays_small_where_it_is_not() -> None:
    share = Share("c", Policy("client", 2000, "A client"))
    sizes = []
    for _ in range(5):
        sizes.append(share.wanted(now=1.0))
        share.receive(Lease(sizes[-1], 1.0), now=1.0)
        while share.take(now=1.0):
            pass
    assert sizes == [20, 40, 80, 100, 100]
    share.receive(Lease(50, 1.0), now=1.0)
    assert not share.take(now=40.0), "what was taken long ago is not spent"
    assert share.wanted(now=40.0) == 20


def test_without_the_store_a_gateway_goes_on_with_a_minutes_worth_a_minute() -> None:
    share = Share("c", Policy("client", 100, "A client"))
    passed, now = 0, 0.0
    while now < 60:
        if not share.take(now) and now >= share.shut_until:
            share.go_on_alone(now)
            passed += share.take(now)
        else:
            passed += 1 if now >= share.shut_until else 0
        now += 0.01
    assert 90 <= passed <= 110


def caller(client: str, tenant: Any = None) -> Caller:
    return Caller(kind="app", subject=client, client=client, scopes=frozenset(), tenant=tenant)


def limits_of(conninfo: str = "host=127.0.0.1 port=1 connect_timeout=1", **more: Any) -> Limits:
    return Limits(Settings(secret=SECRET, **more), Store(conninfo))


@pytest.fixture
async def eight(gateway_database: str) -> AsyncIterator[list[Limits]]:
    """The limits of eight workers on one database."""
    conninfo = runtime_url(gateway_database, "gateway", SECRET)
    workers = [limits_of(conninfo, rate_client=LONG, rate_tenant=0) for _ in range(8)]
    yield workers
    for one in workers:
        await one.store.aclose()


async def test_eight_workers_together_let_through_no_more_than_the_limit(eight: list[Limits]) -> None:
    hot = caller(str(uuid4()))

    async def hammer(limits: Limits) -> int:
        passed = 0
        for _ in range(LONG):
            with contextlib.suppress(TooManyRequests):
                await limits.known(hot)
                passed += 1
            await asyncio.sleep(0)
        return passed

    began = time.monotonic()
    passed = sum(await asyncio.gather(*(hammer(one) for one in eight)))
    assert LONG - 8 * LONG // 20 <= passed <= LONG + (time.monotonic() - began) * LONG / 60 + 1
    assert sum(one.store.statements for one in eight) < LONG / 3


async def test_most_requests_need_no_database_and_cost_little(gateway_database: str) -> None:
    limits = limits_of(runtime_url(gateway_database, "gateway", SECRET))
    calm = caller(str(uuid4()), uuid4())
    for _ in range(2000):
        await limits.known(calm)
    assert limits.store.statements <= 24
    began = time.process_time()
    for _ in range(5000):
        await limits.known(calm)
    assert (time.process_time() - began) / 5000 < 100e-6
    await limits.store.aclose()


async def test_while_the_database_is_away_each_gateway_goes_on_alone_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    limits = limits_of(rate_client=100, rate_tenant=0)
    passed = 0
    for _ in range(300):
        with contextlib.suppress(TooManyRequests):
            await limits.known(caller("one"))
            passed += 1
    assert 1 <= passed <= 10
    assert capsys.readouterr().err.count("limits-alone") == 1
    await limits.store.aclose()


async def test_who_has_not_asked_for_a_minute_is_forgotten(gateway_database: str) -> None:
    url = runtime_url(gateway_database, "gateway", SECRET)
    with psycopg.connect(gateway_database, autocommit=True) as connection:
        connection.execute(
            "insert into gateway.rate_buckets values ('old', now() - interval '1 s', 60, 1),"
            " ('new', now() + interval '30 s', 60, 1)"
        )
        await forget_full_buckets(SimpleNamespace(database=SimpleNamespace(conninfo=url)))  # type: ignore[arg-type]
        rows = connection.execute("select key from gateway.rate_buckets where key in ('old', 'new')").fetchall()
    assert rows == [("new",)]


async def test_no_address_is_kept_as_it_is(gateway_database: str) -> None:
    limits = limits_of(runtime_url(gateway_database, "gateway", SECRET))
    await limits.stranger(_scope("203.0.113.77"))
    await limits.store.aclose()
    with psycopg.connect(gateway_database) as connection:
        kept = json.dumps([row[0] for row in connection.execute("select key from gateway.rate_buckets")])
    assert "203.0.113.77" not in kept
