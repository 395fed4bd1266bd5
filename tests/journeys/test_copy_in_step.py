"""A consumer keeps a copy in step by the feed, as docs/copy.md says, through random changes and interruptions.

CANDO_CHANGES says how many changes there are: 100, and 1,000 in `make trust`.
"""

import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from cando_client import Client, Copy, Memory, NoAnswer, Problem
from cando_client.copying import Item
from tests.journeys.neighbours_at_work import Neighbourhood
from tests.town import Quarter, Town

CHANGES = int(os.environ.get("CANDO_CHANGES", "100"))
WRITERS = 4
PAGE = Path(__file__).parents[2] / "docs" / "copy.md"
_REST = 1.0
"""Seconds between looks: a consumer that polls, rather than one that waits for news."""
COLLECTIONS = ("participants", "needs", "offers", "matches", "organisations", "services", "accounts", "transfers")


class Interrupted(Exception):
    """The consumer's process ended."""


class Clumsy(Memory):
    """A shelf that at times is dropped before anything is kept, or after the items and before the cursor."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.dropped = 0

    def keep(self, items: Mapping[str, list[Item]], gone: Mapping[str, set[str]], cursor: str | None) -> None:
        fate = self.chance.random()
        if fate < 0.1:
            self.dropped += 1
            raise Interrupted
        super().keep(items, gone, cursor if fate > 0.25 else None)
        if fate < 0.2:
            self.dropped += 1
            raise Interrupted


class Flaky(httpx.HTTPTransport):
    """A way to the house on which answers are lost, turn into 500s or come from a proxy that has none."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fate = self.chance.random()
        if request.url.path == "/oauth/token" or fate > 0.06:
            return super().handle_request(request)
        if fate < 0.02:
            return httpx.Response(500, text="upstream went away", request=request)
        answer = super().handle_request(request)
        answer.read()
        answer.close()
        if fate < 0.04:
            raise httpx.ReadError("the line broke", request=request)
        return httpx.Response(502, json={"cursor": "nonsense"}, request=request)


class Reader(threading.Thread):
    """Keeps one copy in step until it is told to stop; begins anew with the same shelf whenever it is interrupted."""

    def __init__(self, client: Client, shelf: Memory, *, limit: int) -> None:
        super().__init__(daemon=True)
        self.client, self.shelf, self.limit = client, shelf, limit
        self.stop, self.interruptions = threading.Event(), 0
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            self._read()
        except Exception as failure:
            self.failed = failure

    def _read(self) -> None:
        while not self.stop.is_set():
            try:
                copy = Copy(self.client, COLLECTIONS, self.shelf)
                while not self.stop.is_set():
                    if copy.step(limit=self.limit) < self.limit:
                        self.stop.wait(_REST)
            except (Interrupted, NoAnswer, Problem):
                self.interruptions += 1


class ByHand:
    """Keeps a copy with the forty lines of docs/copy.md, as they stand there."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page: dict[str, Any] = {}
        for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
            exec(block, self.page)
        self.kept: dict[str, Any] = {}
        self.page["begin"](self._http(), COLLECTIONS, self.kept)

    def _http(self) -> httpx.Client:
        self.client.http.base_url = httpx.URL(self.client.url)
        self.client.http.auth = self.client.auth
        return self.client.http

    def catch_up_and_compare(self, whole: Callable[[Client], dict[str, dict[str, Any]]]) -> None:
        """Catch up with everything that has happened since, and look whether the copy is equal to what there is."""
        table = self.client.http.get("/openapi.json").json()["paths"]["/v1/events"]["get"]["x-cando-facts"]
        while self.page["step"](self._http(), COLLECTIONS, self.kept, table):
            pass
        assert {one: self.kept[one] for one in COLLECTIONS} == whole(self.client)
        self.client.http.close()


@pytest.fixture(scope="module")
def quarter(town: Town) -> Quarter:
    """A tenant of its own: its feed is this test's alone."""
    return town.found("in-step", language="en", zone="Europe/London", organisation="In-step Council")


@pytest.fixture(scope="module")
def readers(town: Town, quarter: Quarter) -> Iterator[dict[str, Reader]]:
    charity = quarter.organisation_named("Good Neighbours In-step")
    council, other = quarter.credentials(name="copy"), quarter.credentials(charity, name="copy")
    clients = [_client(town, council), _client(town, council, Flaky(1)), _client(town, other, Flaky(2))]
    shelves = [Memory(), Clumsy(3), Clumsy(4)]
    limits = (500, 40, 100)
    names = ("steady", "interrupted", "charity's")
    made = {
        name: Reader(client, shelf, limit=limit)
        for name, client, shelf, limit in zip(names, clients, shelves, limits, strict=True)
    }
    made["charity's"].organisation = charity  # type: ignore[attr-defined]
    for reader in made.values():
        reader.start()
    yield made
    for reader in made.values():
        reader.stop.set()
    for name, reader in made.items():
        reader.join(20)
        reader.client.http.close()
        assert reader.failed is None, name


def _client(town: Town, credentials: Mapping[str, str], way: httpx.BaseTransport | None = None) -> Client:
    http = httpx.Client(transport=way, timeout=30)
    tries = 5 if way is None else 1
    return Client(town.url, credentials["client_id"], credentials["client_secret"], http=http, tries=tries)


def _write(quarter: Quarter, charity: str, seed: int) -> Neighbourhood:
    made = quarter.credentials(name="writer")
    with Client(quarter.town.url, made["client_id"], made["client_secret"]) as client:
        neighbourhood = Neighbourhood(client, organisation=quarter.organisation, charity=charity, seed=seed)
        changes = 0
        while changes < -(-CHANGES // WRITERS):
            changes += neighbourhood.change()
        return neighbourhood


def _whole(client: Client) -> dict[str, dict[str, Any]]:
    """Return what there is to see now, read as a whole by a client whose answers are not lost."""
    shelf = Memory()
    Copy(client, COLLECTIONS, shelf).begin()
    return {one: dict(shelf.items[one]) for one in COLLECTIONS}


def test_copies_are_equal_to_what_there_is_after_a_thousand_changes_with_interruptions(
    town: Town, quarter: Quarter, readers: dict[str, Reader]
) -> None:
    charity = readers["charity's"].organisation  # type: ignore[attr-defined]
    credentials = quarter.credentials(name="by hand")
    by_hand = ByHand(_client(town, credentials))
    with ThreadPoolExecutor(WRITERS) as writers:
        done = list(writers.map(lambda seed: _write(quarter, charity, seed), range(WRITERS)))
    made = sum((one.done for one in done), start=Counter[str]())
    assert sum(made.values()) >= CHANGES
    assert made.keys() == done[0].ways or CHANGES < 1000, made
    for name, reader in readers.items():
        credentials = quarter.credentials(charity if name == "charity's" else None, name="whole")
        client = _client(town, credentials)
        with client.http:
            _assert_in_step(name, reader, client)
    assert readers["interrupted"].interruptions > 5
    by_hand.catch_up_and_compare(_whole)


def _assert_in_step(name: str, reader: Reader, client: Client) -> None:
    """Look until the copy is equal to what there is: the services' own followers may still be behind."""
    end, cursor = time.monotonic() + 30, reader.shelf.cursor()
    while True:
        assert reader.failed is None, name
        whole = _whole(client)
        copy = {one: dict(reader.shelf.items[one]) for one in COLLECTIONS}
        if copy == whole:
            break
        if cursor != reader.shelf.cursor():  # it comes on: nothing is wrong yet
            end, cursor = time.monotonic() + 30, reader.shelf.cursor()
        if time.monotonic() > end:
            raise AssertionError(f"{name}: {_differences(copy, whole)}")
        time.sleep(0.3)
    assert any(whole.values())


def _differences(copy: dict[str, dict[str, Any]], whole: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    for collection in COLLECTIONS:
        mine, there = copy[collection], whole[collection]
        found += [f"{collection} {one} is not dropped" for one in mine.keys() - there.keys()]
        found += [f"{collection} {one} is missing" for one in there.keys() - mine.keys()]
        for one in mine.keys() & there.keys():
            fields = {
                name: (mine[one].get(name), value) for name, value in there[one].items() if mine[one].get(name) != value
            }
            if fields:
                found.append(f"{collection} {one} differs in {fields}")
    return found
