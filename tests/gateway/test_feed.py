"""The merged feed: everything in order behind one cursor, nothing skipped, nothing invented."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.feed import encode
from tests.gateway.conftest import Gate, made, refused

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def tenant(gate: Gate) -> dict[str, Any]:
    return gate.tenant()


@pytest.fixture
def app(gate: Gate, tenant: dict[str, Any]) -> httpx.Client:
    return gate.app(tenant, "events:read")


def read(app: httpx.Client, **asked: Any) -> dict[str, Any]:
    return made(app.get("/v1/events", params=asked), 200)


def test_facts_of_all_services_come_in_order_and_each_once(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client
) -> None:
    expected = []
    for minute in range(30):
        service = gate.services[("directory", "directory", "matching", "timebank")[minute % 4]]
        expected.append(service.happened("offer.created", BEGAN + timedelta(minutes=minute), tenant["id"]))
    for limit in (1, 7, 29, 1000):
        seen, after = [], ""
        while (page := read(app, after=after, limit=limit))["items"]:
            assert len(page["items"]) <= limit
            seen += page["items"]
            after = page["next"]
        assert [one["id"] for one in seen][: len(expected)] == expected
        assert [one["type"] for one in seen[len(expected) :]] == ["tenant.created", "client.created"]


def test_the_end_of_the_feed_has_a_cursor_that_later_facts_come_after(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client
) -> None:
    end = read(app)["next"]
    assert read(app, after=end) == {"items": [], "next": end}
    id = gate.services["matching"].happened("need.created", BEGAN, tenant["id"])
    assert [one["id"] for one in read(app, after=end)["items"]] == [id]


def test_with_wait_the_answer_comes_when_something_happens(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client
) -> None:
    end = read(app)["next"]
    timer = threading.Timer(0.5, lambda: gate.services["timebank"].happened("transfer.posted", BEGAN, tenant["id"]))
    timer.start()
    began = time.monotonic()
    assert [one["type"] for one in read(app, after=end, wait=20)["items"]] == ["transfer.posted"]
    assert 0.4 < time.monotonic() - began < 5
    timer.join()


def test_with_wait_the_desks_own_facts_come_too(gate: Gate, tenant: dict[str, Any], app: httpx.Client) -> None:
    end = read(app)["next"]
    timer = threading.Timer(0.3, lambda: gate.client(tenant))
    timer.start()
    assert [one["type"] for one in read(app, after=end, wait=10)["items"]] == ["client.created"]
    timer.join()


def test_without_news_the_wait_ends_also_when_longer_than_a_services_time(gate: Gate, app: httpx.Client) -> None:
    end = read(app)["next"]
    began = time.monotonic()
    assert read(app, after=end, wait=1.5)["items"] == []
    assert 1.4 < time.monotonic() - began < 5
    refused(app.get("/v1/events", params={"wait": 31}), 422, "invalid-request")


@pytest.mark.parametrize("wait", [0, 3])
def test_one_service_down_stops_the_feed_and_nothing_is_skipped(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client, wait: int
) -> None:
    end = read(app)["next"]
    gate.services["directory"].happened("place.created", BEGAN, tenant["id"])
    gate.services["assessments"].fault = "raises"
    refused(app.get("/v1/events", params={"after": end, "wait": wait}), 503, "upstream-unavailable")
    gate.services["assessments"].fault = ""
    assert [one["type"] for one in read(app, after=end)["items"]] == ["place.created"]


@pytest.mark.parametrize("after", ["garbled", "e30x", "W10", "bnVsbA", encode({"directory": "x"}), "a\x00b", "é", "{}"])
def test_a_garbled_cursor_is_refused(app: httpx.Client, after: str) -> None:
    problem = refused(app.get("/v1/events", params={"after": after}), 422, "invalid-request")
    assert problem["errors"][0]["path"] == "/after"


def test_a_cursor_of_services_that_are_gone_has_expired(app: httpx.Client) -> None:
    answer = app.get("/v1/events", params={"after": encode({"directory": "0.0", "museum": "1.1"})})
    refused(answer, 410, "cursor-expired")


def test_the_feed_needs_its_scope(gate: Gate, tenant: dict[str, Any]) -> None:
    refused(gate.app(tenant, "matching:read").get("/v1/events"), 403, "forbidden")
    refused(gate.bootstrap.get("/v1/events"), 403, "forbidden")


def test_the_desks_facts_stay_in_their_tenant(gate: Gate, tenant: dict[str, Any], app: httpx.Client) -> None:
    gate.client(gate.tenant())
    assert {one["tenant"] for one in read(app)["items"]} == {tenant["id"]}
