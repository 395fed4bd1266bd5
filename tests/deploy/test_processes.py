"""Processes exactly as the image would start them, from the compose file, and what replicas of them agree on.

CANDO_REPLICAS=2 starts every part, gateway and matching twice, and ends one of them as a power cut would.
"""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.deploy.image import PARTS, Installation
from tests.gateway.receivers import until
from tests.town import Quarter, Town, ok, token

REPLICAS = int(os.environ.get("CANDO_REPLICAS", "1"))
SMALLEST = {"gateway": 1, "directory": 1}
WHOLE = {**dict.fromkeys(PARTS, 1), "gateway": REPLICAS, "matching": REPLICAS}
several = pytest.mark.skipif(REPLICAS < 2, reason="CANDO_REPLICAS=2 starts replicas")
_TAKEN_OVER_WITHIN = 180.0
_PATIENCE = 120.0


@pytest.fixture(scope="module")
def installation(
    installed: Path, new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Prepared by the image's own job, and standing."""
    replicas = SMALLEST if REPLICAS < 2 else WHOLE
    made = Installation(installed, tmp_path_factory.mktemp("image"), new_database(), replicas)
    try:
        assert "directory is at revision" in made.prepare()
        for part, n in made.names:
            made.start(part, n)
        made.wait_until_ready(made.names)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def quarter(installation: Installation) -> Iterator[Quarter]:
    town = Town(installation.url("gateway"), installation.told("gateway", "gateway", "bootstrap-key").strip())
    yield town.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Council")
    town.close()


@pytest.fixture(scope="module")
def doors(installation: Installation, quarter: Quarter) -> Iterator[list[httpx.Client]]:
    """The council's client at each gateway."""
    headers = {"authorization": quarter.council.headers["authorization"]}
    urls = [installation.url("gateway", n) for n in range(REPLICAS)]
    with ExitStack() as stack:
        yield [stack.enter_context(httpx.Client(base_url=url, headers=headers, timeout=_PATIENCE)) for url in urls]


def _listing(quarter: Quarter, kind: str, api: httpx.Client | None = None, **terms: Any) -> dict[str, Any]:
    person = quarter.register("Neighbour", api)
    body = {"participant_id": person["id"], "title": "Help with shopping", "category": "household", **terms}
    made: dict[str, Any] = ok((api or quarter.council).post(f"/v1/{kind}s", json=body))
    return made


def _offered(api: httpx.Client, need: str) -> list[tuple[str, float]]:
    found = ok(api.get(f"/v1/needs/{need}/candidates", params={"limit": 100}))
    return [(one["offer_id"], one["score"]) for one in found["items"]]


def test_the_image_serves_and_its_health_check_says_so(installation: Installation, quarter: Quarter) -> None:
    person = quarter.register("Neighbour")
    assert ok(quarter.council.get(f"/v1/participants/{person['id']}"))["called"] == "Neighbour"
    assert all(installation.is_healthy(part, n) for part, n in installation.names)
    assert httpx.get(f"{installation.url('gateway')}/ready").is_success == (REPLICAS > 1)  # the others are not there


@several
def test_a_warmed_replica_finds_candidates(installation: Installation, quarter: Quarter) -> None:
    need, offer = _listing(quarter, "need"), _listing(quarter, "offer")
    assert [one for one, _ in _offered(quarter.council, need["id"])] == [offer["id"]]
    for n in range(REPLICAS):
        standing = httpx.get(f"{installation.url('matching', n)}/ready").json()
        assert standing["index"]["state"] == "kept up"


@several
def test_two_replicas_answer_alike_while_both_are_written_through(quarter: Quarter, doors: list[httpx.Client]) -> None:
    need = _listing(quarter, "need", title="Somebody to dig the garden", category="garden")

    def write_and_read(number: int) -> None:
        mine, other = doors[number % REPLICAS], doors[(number + 1) % REPLICAS]
        offer = _listing(quarter, "offer", mine, title="I dig gardens", category="garden")
        assert offer["id"] in {one for one, _ in _offered(other, need["id"])}
        if number % 3 == 0:
            ok(other.post(f"/v1/offers/{offer['id']}:withdraw"))
            assert offer["id"] not in {one for one, _ in _offered(mine, need["id"])}

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_and_read, range(24)))
    answers = [_offered(door, need["id"]) for door in doors]
    assert len(answers[0]) == 16
    assert all(answer == answers[0] for answer in answers)


@several
def test_a_client_revoked_at_one_gateway_is_refused_by_the_other_within_a_second(
    installation: Installation, quarter: Quarter
) -> None:
    credentials = quarter.credentials()
    elsewhere = quarter.town.http(token(quarter.town, credentials)["access_token"])
    elsewhere.base_url = installation.url("gateway", 1)
    ok(elsewhere.get("/v1/organisations"))
    address = f"/v1/clients/{credentials['client_id']}"
    ok(quarter.town.http(quarter.town.key).delete(address, params={"tenant_id": quarter.id}))
    until(lambda: elsewhere.get("/v1/organisations").status_code == 401, seconds=1)


@several
def test_a_batch_that_one_replica_had_begun_is_finished_by_the_other(
    installation: Installation, quarter: Quarter, doors: list[httpx.Client]
) -> None:
    _listing(quarter, "need", title="Mend a chair", category="repair")
    _listing(quarter, "offer", title="I mend chairs", category="repair")
    last = REPLICAS - 1
    for part, n in (("matching", last), ("directory", 0)):  # the other one takes it, and is held up in it
        installation.signal(part, n, signal.SIGSTOP)
    try:
        plan = ok(quarter.council.post("/v1/allocations", json={"category": "repair"}))["id"]
        until(lambda: _plan(quarter.council, plan)["state"] == "running")
        for n in range(last):
            installation.kill("matching", n)
    finally:
        for part, n in (("matching", last), ("directory", 0)):
            installation.signal(part, n, signal.SIGCONT)
    found = until(lambda: _ended(doors[last], plan), seconds=_TAKEN_OVER_WITHIN)
    assert (found["state"], len(found["result"]["pairs"])) == ("done", 1)


def _plan(api: httpx.Client, plan: str) -> dict[str, Any]:
    found: dict[str, Any] = ok(api.get(f"/v1/allocations/{plan}"))
    return found


def _ended(api: httpx.Client, plan: str) -> dict[str, Any] | None:
    found = _plan(api, plan)
    return found if found["state"] in {"done", "failed"} else None
