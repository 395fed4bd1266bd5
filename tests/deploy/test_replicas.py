"""Two of everything on one database: they agree, they share the work, and each says when it alone cannot keep up."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from deploy.house import House
from services.kernel.follow import Follower
from services.kernel.readiness import Standing
from services.kernel.work import Work
from services.matching.candidates import repository
from services.matching.candidates.index import Index
from tests.conftest import SECRET
from tests.gateway.receivers import receiving, until
from tests.town import Quarter, Town, ok, served, token

GARDEN = {"title": "I dig gardens", "category": "garden"}


@pytest.fixture(scope="module")
def twin(town: Town) -> Iterator[Town]:
    """A second house on the town's database, as if on another machine."""
    house = House(town.admin_url, secret=town.secret)
    with served(house) as url:
        other = Town(url, town.key, house, town.admin_url, town.secret)
        yield other
        other.close()


@pytest.fixture(scope="module")
def quarter(town: Town, twin: Town) -> Quarter:
    return town.found("replicas", language="en", zone="Europe/London", organisation="Council")


def _at(town: Town, api: httpx.Client) -> httpx.Client:
    return town.http(api.headers["authorization"].removeprefix("Bearer "))


def _listing(quarter: Quarter, kind: str, api: httpx.Client, **terms: Any) -> str:
    person = quarter.register("Neighbour", api)
    return str(ok(api.post(f"/v1/{kind}s", json={"participant_id": person["id"], **terms}))["id"])


def _found(api: httpx.Client, need: str) -> list[tuple[str, float]]:
    items = ok(api.get(f"/v1/needs/{need}/candidates", params={"limit": 100}))["items"]
    return [(one["offer_id"], one["score"]) for one in items]


def _matching(town: Town) -> FastAPI:
    assert town.house is not None
    return town.house.apps["matching"]


def test_what_is_written_through_one_is_in_the_next_answer_of_the_other(quarter: Quarter, twin: Town) -> None:
    here, there = quarter.council, _at(twin, quarter.council)
    need = _listing(quarter, "need", here, title="Somebody to dig the garden", category="garden")
    written: list[str] = []
    for number in range(6):
        mine, other = (here, there) if number % 2 else (there, here)
        written.append(_listing(quarter, "offer", mine, **GARDEN))
        assert {one for one, _ in _found(other, need)} == set(written)
        if number == 3:
            ok(other.post(f"/v1/offers/{written.pop(0)}:withdraw"))
            assert {one for one, _ in _found(mine, need)} == set(written)
    assert _found(here, need) == _found(there, need)


def test_a_client_revoked_at_one_is_refused_by_the_other_within_a_second(quarter: Quarter, twin: Town) -> None:
    credentials = quarter.credentials()
    app = twin.http(token(quarter.town, credentials)["access_token"])
    ok(app.get("/v1/organisations"))
    address = f"/v1/clients/{credentials['client_id']}"
    ok(quarter.town.http(quarter.town.key).delete(address, params={"tenant_id": quarter.id}))
    until(lambda: app.get("/v1/organisations").status_code == 401, seconds=1)


def test_two_gateways_send_each_fact_once(quarter: Quarter, town: Town, twin: Town) -> None:
    for one in (town, twin):
        assert one.house is not None
        one.house.gateway.desk.state.kernel.settings.outbound_allow = "127.0.0.1:*"
    with receiving() as receiver:
        body = {"url": receiver.url, "event_types": ["participant.created"]}
        made = quarter.council.post("/v1/webhooks", json=body)
        if made.status_code == 422:
            pytest.skip(made.text)
        people = {str(quarter.register("Neighbour")["id"]) for _ in range(8)}
        until(lambda: {one.said["data"]["subject"] for one in list(receiver.got)} >= people, seconds=30)
        time.sleep(0.5)
        times = Counter(receiver.ids())
    assert set(times.values()) == {1}


def test_each_fact_is_handled_by_one_of_two_followers(quarter: Quarter, town: Town, twin: Town) -> None:
    handled: Counter[UUID] = Counter()
    followers = [one for at in (town, twin) for one in _matching(at).state.followers if one.source == "directory"]
    undo = [_counted(one, handled) for one in followers]
    try:
        people = {UUID(quarter.register("Neighbour")["id"]) for _ in range(10)}
        until(lambda: people <= set(handled), seconds=30)
        time.sleep(0.5)
    finally:
        for restore in undo:
            restore()
    assert {handled[one] for one in people} == {1}


def _counted(follower: Follower, handled: "Counter[UUID]") -> Callable[[], None]:
    handle = follower._handle

    async def counting(work: Work, facts: Any) -> None:
        await handle(work, facts)
        handled.update(fact.subject for fact in facts if fact.type == "participant.created")

    follower._handle = counting
    return lambda: setattr(follower, "_handle", handle)


# --- readiness: on a database where nobody follows, step by step ----------------------------------------------------


@pytest.fixture
def matching(apart_url: str) -> FastAPI:
    """Matching as it is before anything runs in its background."""
    return House(apart_url, secret=SECRET).apps["matching"]


def _note(admin_url: str, source: str, seconds_ago: float, position: str = "1.1") -> None:
    """Note that somebody got through to the end of a feed so long ago."""
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("delete from matching.cursors where source = %s", (source,))
        connection.execute("insert into matching.cursors values (%s, %s, %s)", (source, position, at))


def _ready(app: FastAPI) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://matching") as http:
            answer = await http.get("/ready/itself")
        await app.state.kernel.database.close()
        return answer

    return asyncio.run(ask())


def test_a_replica_that_cannot_follow_what_others_follow_is_not_ready_and_says_how_far_it_is(
    matching: FastAPI, apart_url: str
) -> None:
    assert _ready(matching).status_code == 200
    for follower in matching.state.followers:
        _note(apart_url, follower.source, seconds_ago=2)
    matching.state.followers[0]._reached -= 100
    answer = _ready(matching)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (503, "/problems/not-ready")
    source = matching.state.followers[0].source
    assert f"The feed of {source} is 10" in problem["detail"]
    assert problem["feeds"][source]["state"] == "behind here"
    assert problem["feeds"][source]["seconds"] >= 100


def test_what_all_replicas_lack_is_told_but_takes_none_of_them_out(matching: FastAPI, apart_url: str) -> None:
    for follower in matching.state.followers:
        _note(apart_url, follower.source, seconds_ago=400)
        follower._reached -= 300
    answer = _ready(matching)
    assert answer.status_code == 200
    assert {one["state"] for one in answer.json()["feeds"].values()} == {"behind everywhere"}
    assert "directory;seconds=30" in answer.headers["x-cando-behind"]


def test_a_follower_that_was_overtaken_does_not_set_the_position_back(matching: FastAPI, apart_url: str) -> None:
    follower: Follower = matching.state.followers[0]
    _note(apart_url, follower.source, seconds_ago=0, position="7.7")

    async def finish_an_old_page() -> str:
        await follower._move("5.5", since="3.3")
        first = await follower._position()
        await follower._move("9.9", since="7.7")
        second = await follower._position()
        await matching.state.kernel.database.close()
        return f"{first} {second}"

    assert asyncio.run(finish_an_old_page()) == "7.7 9.9"


def test_following_leaves_a_sign_of_life_also_where_nothing_happens(matching: FastAPI, apart_url: str) -> None:
    follower: Follower = matching.state.followers[0]
    _note(apart_url, follower.source, seconds_ago=50, position="7.7")

    async def stay() -> float:
        await follower._move("7.7", since="7.7")
        seconds = await follower.behind_everywhere()
        await matching.state.kernel.database.close()
        return seconds

    assert asyncio.run(stay()) < 10


def test_a_warming_replica_is_not_ready(matching: FastAPI) -> None:
    matching.state.index.warming = True
    answer = _ready(matching)
    assert (answer.status_code, answer.json()["detail"]) == (503, "The index is warming.")


async def test_an_index_that_nothing_brings_up_any_more_stands_behind_until_something_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("services.matching.candidates.index.time.monotonic", lambda: now)
    index = Index(most=1)
    with pytest.raises(ZeroDivisionError):
        async with index.keeping.noted():
            raise ZeroDivisionError
    assert index.standing(most=60).hinders == ""
    now += 61
    assert "61 s" in index.standing(most=60).hinders
    async with index.keeping.noted():
        now += 61
        assert index.keeping.behind == 122
    assert index.standing(most=60) == Standing("kept up")


def test_once_another_server_has_taken_over_everything_is_read_anew(
    quarter: Quarter, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = quarter.council
    need = _listing(quarter, "need", api, title="Somebody to mend a bicycle", category="household")
    offer = _listing(quarter, "offer", api, title="I mend bicycles", category="household")
    assert offer in {one for one, _ in _found(api, need)}
    community = _matching(town).state.index.of(UUID(quarter.id))
    community._matcher.remove([offer])  # as if the transactions of the server that went away had other numbers
    community._complete_to = 2**40
    assert offer not in {one for one, _ in _found(api, need)}

    async def another(_: Work) -> datetime:
        return datetime.now(UTC)

    monkeypatch.setattr(repository, "server", another)
    assert offer in {one for one, _ in _found(api, need)}
