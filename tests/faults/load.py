"""Writers that go on whatever breaks, and remember every write that was acknowledged to them.

Each sends one thing after the other under a fresh `Idempotency-Key`. What is not answered, or answered with 503, is
sent again unchanged until it is: that is what the guide tells every client to do.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from starlette.responses import Response

from tests.gateway.receivers import Arrived, Receiver
from tests.town import Quarter, Town, ok

Made = tuple[str, dict[str, Any]]
"""A path, and the body to post there."""
_PAUSE = 0.1
_AGAIN = 0.25
_BUSY = (429, 503)
TABLES = {
    "transfer": "timebank.transfers", "need": "matching.needs", "offer": "matching.offers",
    "consent": "directory.consents", "participant": "directory.participants",
    "assessment": "assessments.assessments", "card": "assessments.cards",
}  # fmt: skip


@dataclass
class Writer:
    """Sends what `make` says until it is told to stop; `acknowledged` holds the ids that came back."""

    kind: str
    url: str
    credentials: dict[str, str]
    make: Callable[[str], Made]
    stopped: threading.Event
    acknowledged: dict[str, str] = field(default_factory=dict)
    in_doubt: list[str] = field(default_factory=list)
    sent: dict[str, Made] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    last: float = 0.0
    token: str = ""

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=40) as http:
            while not self.stopped.wait(_PAUSE):
                key = f"{self.kind} {uuid4().hex}"
                self.sent[key] = self.make(key)
                self._until_answered(http, key)

    def _until_answered(self, http: httpx.Client, key: str) -> None:
        self.in_doubt.append(key)
        ends = None
        while ends is None or time.monotonic() < ends:
            if ends is None and self.stopped.is_set():
                ends = time.monotonic() + 30
            answer = self.once(http, key)
            if answer is not None and answer.is_success:
                self.in_doubt.remove(key)
                self.acknowledged[key] = answer.json()["id"]
                self.last = time.monotonic()
                return
            if answer is not None and answer.status_code not in _BUSY:
                self.wrong.append(f"{self.kind} {answer.status_code} {answer.text[:300]}")
                return
            time.sleep(_AGAIN)

    def once(self, http: httpx.Client, key: str) -> httpx.Response | None:
        """Send what belongs to a key; return the answer, or None when there was none, or the token had ended."""
        (path, body), began = self.sent[key], time.monotonic()
        try:
            if not self.token:
                asked = http.post("/oauth/token", data={"grant_type": "client_credentials"},
                                  auth=(self.credentials["client_id"], self.credentials["client_secret"]))  # fmt: skip
                if not asked.is_success:
                    return asked
                self.token = asked.json()["access_token"]
            headers = {"idempotency-key": key, "authorization": f"Bearer {self.token}"}
            answer = http.post(path, json=body, headers=headers)
        except httpx.TransportError:
            self.statuses[0] += 1
            return None
        finally:
            self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[answer.status_code] += 1
        if answer.status_code == 401:
            self.token = ""
            return None
        return answer


@dataclass
class Load:
    """Who writes, in whose quarter, and who is told of it."""

    quarter: Quarter
    arrived: set[str]
    writers: list[Writer]
    needs: list[str]
    told_from: str
    began: dict[str, int] = field(default_factory=dict)

    @property
    def acknowledged(self) -> int:
        return sum(len(one.acknowledged) for one in self.writers)

    def all_go_on_after(self, moment: float, *, within: float) -> float:
        """Return how many seconds after `moment` the last of the writers had a write acknowledged again."""
        ends = time.monotonic() + within
        while any(one.last <= moment for one in self.writers):
            assert time.monotonic() < ends, {one.kind: (one.statuses, one.wrong[:1]) for one in self.writers}
            time.sleep(0.02)
        return time.monotonic() - moment

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Have all writers write while the context is open; afterwards nothing is under way."""
        stopped = self.writers[0].stopped
        stopped.clear()
        threads = [threading.Thread(target=one.run, daemon=True) for one in self.writers]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopped.set()
            for thread in threads:
                thread.join(60)


def settle(town: Town, receiver: Receiver, *, chance: random.Random, failing: float) -> Load:
    """Found a quarter with all that the writers need, and a webhook that is told of everything.

    So many of its messages are refused when they come for the first time.
    """
    arrived: set[str] = set()
    refused: set[str] = set()

    def answer(one: Arrived) -> Response:
        if one.id not in refused and random.Random(one.id).random() < failing:
            refused.add(one.id)
            return Response(status_code=500)
        arrived.add(one.id)
        return Response(status_code=204)

    receiver.answer = answer
    quarter = town.found(f"q{uuid4().hex[:10]}", language="en", zone="Europe/London", organisation="Hazelbrook Council")
    api = quarter.council
    webhook = ok(api.post("/v1/webhooks", json={"url": receiver.url, "event_types": ["*"]}))
    ok(api.put("/v1/matching-policy", json={"fairness": 0}))  # or scores depend on who was shown, counted now and then
    people = [str(quarter.register(f"Neighbour {n}")["id"]) for n in range(6)]
    owners = [{"owner": {"kind": "participant", "id": one}} for one in people]
    accounts = [str(ok(api.post("/v1/accounts", json=owner))["id"]) for owner in owners]
    credentials, stopped = quarter.credentials(name="writer"), threading.Event()
    makes = _makes(quarter, people, accounts, chance)
    writers = [Writer(kind, town.url, credentials, make, stopped) for kind, make in makes.items()]
    needs = [str(ok(api.post("/v1/needs", json=_listing(one, f"Company {one}")))["id"]) for one in people[:3]]
    return Load(quarter, arrived, writers, needs, webhook["created_at"])


def _listing(person: str, title: str) -> dict[str, Any]:
    return {"participant_id": person, "title": title, "category": "company", "language": "en", "means": ["phone"]}


def _makes(
    quarter: Quarter, people: list[str], accounts: list[str], chance: random.Random
) -> dict[str, Callable[[str], Made]]:
    api = quarter.council
    instruments = ok(api.get("/v1/instruments"))["items"]
    instrument = max((i for i in instruments if i["name"] == "needs-and-capabilities"), key=lambda i: int(i["version"]))
    evening = {"title": "What can we do?", "starts_at": "2031-03-01T18:00:00Z", "place": "Hall", "languages": ["en"]}
    home = f"/v1/round-tables/{ok(api.post('/v1/round-tables', json=evening))['id']}"
    ok(api.post(f"{home}:invite"))
    table = ok(api.post(f"{home}/tables", json={"language": "en", "facilitator": "Volunteer"}))["id"]
    ok(api.post(f"{home}:open"))
    grant = {"purpose": "matching", "recipient_id": quarter.organisation, "notice_version": "2026-01"}

    def transfer(key: str) -> Made:
        payer, payee = chance.sample(accounts, 2)
        return "/v1/transfers", {"from_account": payer, "to_account": payee, "seconds": 60, "reason": key}

    def card(key: str) -> Made:
        said = {"question": 1, "category": "company", "text": key, "language": "en", "visibility": "plenary"}
        return f"{home}/tables/{table}/cards", said

    def assessment(_: str) -> Made:
        asked = {"participant_id": chance.choice(people), "instrument_id": instrument["id"], "language": "en"}
        return "/v1/assessments", asked

    return {
        "transfer": transfer,
        "need": lambda key: ("/v1/needs", _listing(chance.choice(people), key)),
        "offer": lambda key: ("/v1/offers", _listing(chance.choice(people), key)),
        "consent": lambda _: (f"/v1/participants/{chance.choice(people)}/consents", grant),
        "participant": lambda key: ("/v1/participants", {"called": key, "languages": [{"tag": "en"}]}),
        "assessment": assessment,
        "card": card,
    }  # fmt: skip
