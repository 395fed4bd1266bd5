"""kill -9 in the middle of everything: what was acknowledged stays, is told, is done once, and adds up."""

import asyncio
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.database import prepare
from tests.conftest import SECRET
from tests.faults import proof
from tests.faults.load import Load, settle
from tests.faults.machines import OneProcess
from tests.gateway.receivers import Receiver, receiving
from tests.street import PARTS, Street, bootstrap_key
from tests.town import Town, ok, problem

KILLS = int(os.environ.get("CANDO_KILLS", "1"))
THOROUGH = KILLS > 2
TOLD = {
    "CANDO_OUTBOUND_ALLOW": "127.0.0.1:*", "CANDO_PATIENCE": "4", "CANDO_CONSENT_TIMEOUT": "4",
    "CANDO_AUTHORITY_TIMEOUT": "4",
}  # fmt: skip
OWN_ROUTES = {
    "directory": "/v1/participants", "assessments": "/v1/instruments", "matching": "/v1/offers",
    "timebank": "/v1/accounts", "community": "/v1/councils", "connect": "/v1/connections",
}  # fmt: skip
FAILING = 0.2 if THOROUGH else 0.0
SEED = 20260131
PATIENCE = float(os.environ["CANDO_PATIENCE"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def _killed_again_and_again(
    run: OneProcess | Street, parts: tuple[str, ...], load: Load, *, times: int, chance: random.Random
) -> list[float]:
    """Kill one part after the other while writers write; return how long each took until it was ready again."""
    back = []
    load.began = proof.counted(run.admin_url)
    with load.writing():
        for number in range(times):
            time.sleep(chance.uniform(0.3, 1.5))
            part = parts[number % len(parts)]
            run.kill(part)
            killed = time.monotonic()
            run.start(part)
            _wait_with_patience(run, part)
            back.append(time.monotonic() - killed)
            load.all_go_on_after(killed, within=60 * PATIENCE)
    return back


def _wait_with_patience(run: OneProcess | Street, part: str) -> None:
    """Wait as often as the machine is slower than another; a process that has ended is not waited for."""
    for left in reversed(range(int(PATIENCE))):
        try:
            run.wait_until_ready(part)
        except AssertionError as error:
            if not left or "not ready" not in str(error):
                raise
        else:
            break


def _everything_holds(run: OneProcess | Street, load: Load) -> None:
    proof.nothing_acknowledged_is_lost_and_nothing_is_done_twice(load, run.admin_url)
    proof.a_key_used_again_shows_what_it_made(load, run.url("gateway"))
    proof.credits_are_conserved(run.admin_url)
    proof.followers_have_caught_up(run.admin_url)
    if not THOROUGH:
        proof.a_minute_has_passed(run.admin_url)
    proof.every_write_is_in_the_feed_once_and_has_arrived(load, seconds=200)
    proof.the_index_is_as_the_database(load, run.admin_url)
    if THOROUGH:
        proof.no_job_is_stuck(run.admin_url, seconds=200)


def _a_fresh_process_shows_the_same(run: OneProcess | Street, matching: str, load: Load) -> None:
    before = proof.candidates(load)
    assert any(found for found, _ in before)
    run.kill(matching)
    run.start(matching)
    run.wait_until_ready(matching)
    assert proof.candidates(load) == before


@pytest.mark.skipif(KILLS == 0, reason="CANDO_KILLS is 0")
def test_killed_as_one_process_nothing_acknowledged_is_lost(
    new_database: Callable[[], str], tmp_path: Path, receiver: Receiver
) -> None:
    run, chance = OneProcess(new_database(), tmp_path / "log", told=TOLD), random.Random(SEED)
    with run.standing():
        town = Town(run.url(), run.key())
        load = settle(town, receiver, chance=chance, failing=FAILING)
        back = _killed_again_and_again(run, run.parts, load, times=max(1, KILLS // 4), chance=chance)
        _everything_holds(run, load)
        if THOROUGH:
            _a_fresh_process_shows_the_same(run, "everything", load)
        town.close()
    sys.stdout.write(f"{load.acknowledged} acknowledged, {len(back)} kills, ready after at most {max(back):.1f} s\n")


@pytest.fixture(scope="module")
def street(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    if not THOROUGH:
        pytest.skip("a process per service is killed, one after the other, where CANDO_KILLS is 3 or more")
    admin_url = new_database()
    prepare(admin_url, SECRET)
    street = Street(admin_url, tmp_path_factory.mktemp("street") / "log", told=TOLD)
    try:
        street.start("gateway")  # which is ready when all others are
        for part in PARTS[1:]:  # one after the other: all at once is much for a small machine
            street.start(part)
            street.wait_until_ready(part)
        street.wait_until_ready("gateway")
        yield street
    finally:
        for part in list(street.processes):
            street.stop(part)


@pytest.fixture(scope="module")
def town(street: Street) -> Iterator[Town]:
    town = Town(street.url("gateway"), asyncio.run(bootstrap_key(street.admin_url)))
    yield town
    town.close()


def test_killed_service_by_service_nothing_acknowledged_is_lost(street: Street, town: Town, receiver: Receiver) -> None:
    chance = random.Random(SEED)
    load = settle(town, receiver, chance=chance, failing=FAILING)
    back = _killed_again_and_again(street, PARTS, load, times=KILLS, chance=chance)
    _everything_holds(street, load)
    _a_fresh_process_shows_the_same(street, "matching", load)
    sys.stdout.write(f"{load.acknowledged} acknowledged, {KILLS} kills, ready after at most {max(back):.1f} s\n")


def test_while_one_service_is_down_the_others_answer_and_it_is_back_as_soon_as_it_runs(
    street: Street, town: Town
) -> None:
    api = town.found("alone", language="en", zone="Europe/London", organisation="Hazelbrook Council").council
    for down, own in OWN_ROUTES.items():
        street.kill(down)
        began = time.monotonic()
        problem(api.get(own), 503, "upstream-unavailable")
        assert time.monotonic() - began < 1 * PATIENCE
        for path in (path for service, path in OWN_ROUTES.items() if service != down):
            ok(api.get(path))
        street.start(down)
        street.wait_until_ready(down)
        ready = time.monotonic()
        while not api.get(own).is_success:
            assert time.monotonic() - ready < 5 * PATIENCE
