"""The clock jumps, an hour or a day, forwards or back, while everything runs: what ends early, what late, what not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.database import prepare, runtime_url
from services.kernel.audit import chain_tenant, prove
from services.kernel.database import Database
from services.kernel.ids import new_id
from tests.conftest import SECRET
from tests.faults import proof
from tests.gateway.conftest import MovingClock
from tests.gateway.receivers import receiving, until
from tests.town import Quarter, Town, ok, problem, running_town, token

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(scope="module")
def moving(new_database: Callable[[], str], clock: MovingClock) -> Iterator[Town]:
    admin_url = new_database()
    prepare(admin_url, SECRET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANDO_OUTBOUND_ALLOW", "127.0.0.1:*")
        with running_town(admin_url, SECRET, clock) as town:
            yield town


@pytest.fixture(scope="module")
def quarter(moving: Town) -> Quarter:
    return moving.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Council")


def test_whatever_the_clock_does_what_was_done_stays_done_in_its_order_and_arrives(
    moving: Town, quarter: Quarter, clock: MovingClock
) -> None:
    clock.ahead = -2 * DAY  # facts older than a webhook are none of its business: it must be older than the jumps
    credentials, made, bodies = quarter.credentials(name="clock"), list[str](), dict[str, dict[str, Any]]()
    with receiving() as receiver:
        ok(quarter.council.post("/v1/webhooks", json={"url": receiver.url, "event_types": ["participant.created"]}))
        for jump in (timedelta(), HOUR, -HOUR, DAY, -DAY):
            clock.ahead = jump
            api = moving.http(token(moving, credentials)["access_token"])
            key = uuid4().hex
            bodies[key] = {"called": f"Somebody {len(made)}", "languages": [{"tag": "en"}]}
            made.append(ok(_posted(api, key, bodies[key]))["id"])
            assert [ok(_posted(api, *one))["id"] for one in bodies.items()] == made
        feed = [one for one in ok(api.get("/v1/events"))["items"] if one["type"] == "participant.created"]
        assert [one["subject"] for one in feed] == made
        until(lambda: {one["id"] for one in feed} <= set(receiver.ids()), seconds=40)
    proof.followers_have_caught_up(moving.admin_url)


def _posted(api: httpx.Client, key: str, body: dict[str, Any]) -> httpx.Response:
    return api.post("/v1/participants", json=body, headers={"idempotency-key": key})


def test_an_access_token_ends_with_the_clock_and_a_new_one_is_had_at_once(
    moving: Town, quarter: Quarter, clock: MovingClock
) -> None:
    clock.ahead = timedelta()
    credentials = quarter.credentials(name="token")
    old = moving.http(token(moving, credentials)["access_token"])
    ok(old.get("/v1/participants"))
    clock.ahead = HOUR
    problem(old.get("/v1/participants"), 401, "unauthenticated")
    fresh = moving.http(token(moving, credentials)["access_token"])
    ok(fresh.get("/v1/participants"))
    clock.ahead = timedelta()
    ok(fresh.get("/v1/participants"))


async def test_the_audit_chain_is_whole_across_jumps(moving: Town, clock: MovingClock) -> None:
    clock.ahead = timedelta()
    here = moving.found("lindenau", language="de", zone="Europe/Berlin", organisation="Stadt Lindenau")
    credentials, person = here.credentials(name="reader"), here.register("Amina")["id"]
    ok(
        here.council.put(
            f"/v1/participants/{person}/contact", json={"entries": [{"kind": "phone", "value": "01632 960 101"}]}
        )
    )
    database = Database(runtime_url(moving.admin_url, "directory", SECRET), schema="directory")
    desk: Any = SimpleNamespace(name="directory", database=database, clock=clock)
    for jump in (timedelta(), DAY, -DAY, HOUR):
        clock.ahead = jump
        ok(moving.http(token(moving, credentials)["access_token"]).get(f"/v1/participants/{person}/contact"))
        await chain_tenant(desk, UUID(here.id))
    async with database.transaction(UUID(here.id)) as session:
        found = await prove(session, "directory", UUID(here.id))
    await database.close()
    assert (found.broken, found.unchained) == (None, 0)
    assert found.head.number >= 4


def test_ids_follow_the_clock_and_so_a_listing_is_no_record_of_what_is_new() -> None:
    now = datetime(2026, 1, 31, tzinfo=UTC)
    assert new_id(now) < new_id(now + HOUR)
    assert new_id(now - HOUR) < new_id(now), "after a jump back what is new sorts before: the feed alone tells what is"
