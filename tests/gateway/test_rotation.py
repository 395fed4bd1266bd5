"""Keys and secrets take turns while requests go on: none fails. And a key that became known ends within seconds."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import jwt
import psycopg
import pytest
from starlette.responses import JSONResponse

from deploy.database import runtime_url
from gateway import signing
from gateway.__main__ import main
from gateway.app import create_app
from gateway.signing import KEPT_AFTER, PUBLISHED_BEFORE, Signer, rotate, withdraw
from services.kernel import caller as kernel_caller
from services.kernel.caller import Caller, Verifier
from services.kernel.database import Database
from services.kernel.problems import Unauthenticated, Unavailable
from services.kernel.secrets import WrongSecret
from tests.conftest import SECRET
from tests.gateway.conftest import Gate, MovingClock, made, settings_for
from tests.town import served

SOMEBODY = Caller(kind="service", subject="matching", client="matching", scopes=frozenset({"internal"}))


def opened(admin_url: str) -> Database:
    return Database(runtime_url(admin_url, "gateway", SECRET), schema="gateway", pool=2)


def kids(shown: dict[str, Any]) -> list[str]:
    return [key["kid"] for key in shown["keys"]]


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


async def test_a_key_is_published_six_minutes_before_it_signs_and_stays_until_its_last_token_is_over(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LOOKED_AT", 0.0)
    database, clock = opened(fresh), MovingClock()
    try:
        one, other = Signer(database, SECRET, clock), Signer(database, SECRET, clock)
        first = kid_of(await one.sign(SOMEBODY))
        assert not await rotate(database, SECRET, now=clock(), older_than=timedelta(days=30))
        clock.ahead = timedelta(days=30, seconds=1)
        assert await rotate(database, SECRET, now=clock(), older_than=timedelta(days=30))
        assert not await rotate(database, SECRET, now=clock()), "one waits already"
        assert len(await _published(one)) == len(await _published(other)) == 2
        for signer in (one, other):
            assert kid_of(await signer.sign(SOMEBODY)) == first
        assert PUBLISHED_BEFORE.total_seconds() >= kernel_caller._KEYS_LIVE + 60
        clock.ahead += PUBLISHED_BEFORE
        second = kid_of(await one.sign(SOMEBODY))
        assert second != first
        assert kid_of(await other.sign(SOMEBODY)) == second
        clock.ahead += timedelta(seconds=signing.SERVICE_TOKEN_SECONDS + 60)
        await rotate(database, SECRET, now=clock(), older_than=timedelta(days=30))
        assert await _published(one) == [first, second]
        clock.ahead += KEPT_AFTER
        await rotate(database, SECRET, now=clock(), older_than=timedelta(days=30))
        assert await _published(one) == await _published(other) == [second]
    finally:
        await database.close()


async def _published(signer: Signer) -> list[str]:
    return kids(await signer.jwks())


async def test_a_clock_that_is_set_back_still_finds_a_key_to_sign_with(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LOOKED_AT", 0.0)
    database, clock = opened(fresh), MovingClock()
    try:
        signer = Signer(database, SECRET, clock)
        await signer.load()
        clock.ahead = -timedelta(days=400)
        assert kid_of(await signer.sign(SOMEBODY)) in await _published(signer)
    finally:
        await database.close()


async def test_while_the_database_is_away_the_keys_that_were_read_still_sign(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LOOKED_AT", 0.0)
    database = opened(fresh)
    signer = Signer(database, SECRET)
    await signer.load()
    await database.close()
    with psycopg.connect(fresh, autocommit=True) as connection:
        connection.execute("alter role cando_gateway nologin")
        try:
            assert kid_of(await signer.sign(SOMEBODY)) in await _published(signer)
        finally:
            connection.execute("alter role cando_gateway login")
    await database.close()


class Desk:
    """What a verifier asks: one that shows keys, or is away."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self.away = False
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        answer = JSONResponse({}, 503) if self.away else JSONResponse(await self.signer.jwks())
        await answer(scope, receive, send)


async def test_a_withdrawn_key_counts_no_longer_after_a_few_seconds_even_where_nothing_else_arrives(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LOOKED_AT", 0.0)
    database = opened(fresh)
    try:
        signer = Signer(database, SECRET)
        desk = Desk(signer)
        stolen, verifier = await signer.sign(SOMEBODY, seconds=300), Verifier(desk)
        assert (await verifier.verify(stolen)).subject == "matching"
        for _ in range(50):
            await verifier.verify(stolen)
        assert desk.asked == 1
        assert await withdraw(database, SECRET, now=MovingClock()()) == 1
        assert kernel_caller._KEYS_LOOKED_AT <= 5
        monkeypatch.setattr(kernel_caller, "_KEYS_LOOKED_AT", 0.0)
        with pytest.raises(Unauthenticated):
            await verifier.verify(stolen)
        monkeypatch.setattr(kernel_caller, "_KEYS_REST", 0.0)
        assert (await verifier.verify(await signer.sign(SOMEBODY))).subject == "matching"
    finally:
        await database.close()


async def test_after_the_installations_secret_has_changed_withdrawing_the_keys_lets_a_gateway_start_again(
    fresh: str,
) -> None:
    database, other = opened(fresh), "another-secret" * 4
    try:
        await Signer(database, SECRET).load()
        with pytest.raises(WrongSecret):
            await Signer(database, other).load()
        assert await withdraw(database, other, now=MovingClock()()) == 1
        signer = Signer(database, other)
        assert [kid_of(await signer.sign(SOMEBODY))] == await _published(signer)
    finally:
        await database.close()


async def test_a_token_of_a_new_key_ends_the_old_one_at_once(fresh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "LOOKED_AT", 0.0)
    monkeypatch.setattr(kernel_caller, "_KEYS_REST", 0.0)
    database = opened(fresh)
    try:
        signer = Signer(database, SECRET)
        stolen, verifier = await signer.sign(SOMEBODY, seconds=300), Verifier(Desk(signer))
        await verifier.verify(stolen)
        await withdraw(database, SECRET, now=MovingClock()())
        await verifier.verify(await signer.sign(SOMEBODY))
        with pytest.raises(Unauthenticated):
            await verifier.verify(stolen)
    finally:
        await database.close()


async def test_while_the_gateway_is_away_its_keys_count_for_five_minutes_and_no_longer(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = opened(fresh)
    try:
        desk = Desk(Signer(database, SECRET))
        token, verifier = await desk.signer.sign(SOMEBODY, seconds=300), Verifier(desk)
        await verifier.verify(token)
        desk.away = True
        monkeypatch.setattr(kernel_caller, "_KEYS_LOOKED_AT", 0.0)
        await verifier.verify(token)
        monkeypatch.setattr(kernel_caller, "_KEYS_LIVE", 0.0)
        with pytest.raises(Unavailable):
            await verifier.verify(token)
    finally:
        await database.close()


@contextmanager
def traffic(ask: Callable[[], int], *, threads: int = 2) -> Iterator[list[int]]:
    """Ask again and again from several threads while the context is open; yield what was answered."""
    answered: list[int] = []
    stop = threading.Event()

    def go() -> None:
        while not stop.is_set():
            answered.append(ask())

    workers = [threading.Thread(target=go) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield answered
    finally:
        stop.set()
        for worker in workers:
            worker.join(20)


def _more(answered: list[int], count: int = 8) -> None:
    """Wait until so many more have been answered."""
    enough, end = len(answered) + count, time.monotonic() + 30
    while len(answered) < enough:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_requests_go_on_without_a_failure_while_keys_take_turns_in_two_gateways(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.identity.REMEMBERED", 0.2)
    monkeypatch.setattr("gateway.identity._REUSED", 0.5)
    tenant = gate.tenant()
    token = gate.token(gate.client(tenant))
    with served(create_app(settings_for(gate.admin_url), upstreams=gate.services, clock=gate.clock)) as url:
        two = [httpx.Client(base_url=one, headers={"authorization": f"Bearer {token}"}) for one in (gate.url, url)]
        ours = {one: len(kids(made(one.get("/.well-known/jwks.json"), 200))) for one in two}
        turn = iter(range(10**9))
        with traffic(lambda: two[next(turn) % 2].get("/v1/needs").status_code) as answered:
            _more(answered)
            _rotate(gate)
            for one in two:  # published by both before it signs
                _until(_shows, one, ours[one] + 1)
            _more(answered)
            gate.clock.ahead = PUBLISHED_BEFORE + timedelta(seconds=1)
            new = kids(gate.http().get("/.well-known/jwks.json").json())[-1]
            for one in two:
                _until(_signs_with, one, new)
            _more(answered)
        for one in two:
            one.close()
        assert set(answered) == {200}, f"{len(answered)} answered"


def _rotate(gate: Gate, *, at_once: bool = False) -> None:
    database = opened(gate.admin_url)

    async def go() -> None:
        try:
            if at_once:
                await withdraw(database, SECRET, now=gate.clock())
            else:
                assert await rotate(database, SECRET, now=gate.clock())
        finally:
            await database.close()

    asyncio.run(go())


def _shows(http: httpx.Client, count: int) -> bool:
    return len(kids(made(http.get("/.well-known/jwks.json"), 200))) == count


def _signs_with(http: httpx.Client, kid: str) -> bool:
    return kid_of(http.get("/v1/needs").json()["token"]) == kid


def _until(true: Callable[..., bool], *asked: Any) -> None:
    end = time.monotonic() + 10
    while not true(*asked):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_after_a_withdrawal_every_gateway_signs_with_the_new_key_within_seconds(gate: Gate) -> None:
    http = gate.app(gate.tenant())
    before = kid_of(http.get("/v1/needs").json()["token"])
    _rotate(gate, at_once=True)
    began = time.monotonic()
    while (answer := http.get("/v1/needs")).status_code != 200 or kid_of(answer.json()["token"]) == before:
        assert time.monotonic() - began < 5
        time.sleep(0.05)
    assert before not in kids(gate.http().get("/.well-known/jwks.json").json())


def test_keys_are_turned_and_withdrawn_from_a_terminal(
    fresh: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANDO_SECRET", SECRET)
    monkeypatch.setenv("CANDO_DATABASE_URL", runtime_url(fresh, "gateway", SECRET))

    def run(*more: str) -> tuple[int, str]:
        status = main(["rotate-keys", *more])
        return status, capsys.readouterr().out.strip().rpartition("\n")[2]

    assert run("--at-once") == (0, "A new key signs from now on; withdrawn: 0.")
    assert run() == (0, "A new key is published, and signs in 6 minutes.")
    assert run() == (0, "A new key is published already and waits for its turn.")
    assert run("--at-once") == (0, "A new key signs from now on; withdrawn: 2.")
    assert run("--now")[0] == 2
    monkeypatch.setenv("CANDO_SECRET", "short")
    assert run()[0] == 1


def test_a_client_changes_its_secret_over_while_it_works_and_nothing_fails(gate: Gate) -> None:
    tenant = gate.tenant()
    client = gate.client(tenant)
    at, path = {"tenant_id": tenant["id"]}, f"/v1/clients/{client['id']}/secrets"
    held: dict[str, Any] = dict(client)
    held_token = {"now": gate.token(client)}
    http = httpx.Client(base_url=gate.url)

    def ask() -> int:
        fresh = gate.ask(held)
        if fresh.status_code != 200:
            return fresh.status_code
        for token in (held_token["now"], fresh.json()["access_token"]):
            answer = http.get("/v1/needs", headers={"authorization": f"Bearer {token}"})
            if answer.status_code != 200:
                return answer.status_code
        return 200

    with traffic(ask) as answered:
        _more(answered, 6)
        second = made(gate.bootstrap.post(path, params=at))
        _more(answered, 6)
        held.update(client_secret=second["client_secret"])  # the app is given the new one,
        held_token["now"] = gate.token(held)  # and its tokens are of the new one,
        _more(answered, 6)  # before the old one goes
        assert gate.bootstrap.delete(f"{path}/{client['secrets'][0]['id']}", params=at).status_code == 204
        _more(answered, 6)
    http.close()
    assert set(answered) == {200}, f"{len(answered)} answered"
    assert gate.ask(client).status_code == 401
