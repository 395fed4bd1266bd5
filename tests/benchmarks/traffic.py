"""What partner apps do all day, mixed as they do it: `python -m tests.benchmarks.traffic < plan.json`, in its own process.

So many clients each do one thing after the other, drawn by how often it happens. Whatever is not answered as it should
be is an error, by operation and what came back.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

_TOWARDS_THE_END = 0.9
"""People beyond this share of all are those whose consents are revoked."""
_TOKEN_LIVES = 600.0
_WORDS = ("club", "street", "bicycle", "listen", "garden", "repair")


@dataclass
class Seen:
    """What all clients saw."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    over: bool = False


@dataclass
class Community:
    """One tenant as its apps know it."""

    ids: dict[str, list[str]]
    credentials: dict[str, str]
    round_table: str
    tables: list[str]
    token: str = ""
    feed: str = "now"

    def one(self, kind: str, draw: random.Random) -> str:
        return self.ids[kind][int(draw.random() * _TOWARDS_THE_END * len(self.ids[kind]))]


class Client:
    """One app of one community."""

    def __init__(self, http: aiohttp.ClientSession, base: str, community: Community, seen: Seen, number: int) -> None:
        self._http, self._base, self._community, self._seen = http, base, community, seen
        self._draw = random.Random(number)
        self._cursors: dict[str, str] = {}

    async def ask(self, what: str, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Ask, and note how long it took; return the answer's body, or None if it was an error."""
        headers = {"authorization": f"Bearer {self._community.token}"}
        if method == "POST":
            headers["idempotency-key"] = uuid4().hex
        began = time.perf_counter()
        try:
            async with self._http.request(
                method, self._base + path, json=body, params=query or None, headers=headers
            ) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._seen.errors[f"{what}: {type(error).__name__}"] += 1
            return None
        self._seen.took[what].append(time.perf_counter() - began)
        if answer.status >= 300:
            self._seen.errors[f"{what}: {answer.status} {content[:160].decode(errors='replace')}"] += 1
            return None
        return json.loads(content) if content.startswith(b"{") else {}

    def _one(self, kind: str) -> str:
        return self._community.one(kind, self._draw)

    async def candidates(self) -> None:
        kind = self._draw.choice(("need", "offer"))
        await self.ask("candidates", "GET", f"/v1/{kind}s/{self._one(kind + 's')}/candidates", limit=10)

    async def search(self) -> None:
        await self.ask("search", "GET", "/v1/assets", q=self._draw.choice(_WORDS), limit=20)

    async def read(self) -> None:
        kind = self._draw.choice(("organisations", "needs", "offers", "participants", "accounts"))
        await self.ask(f"read {kind}", "GET", f"/v1/{kind}/{self._one(kind)}")

    async def page(self) -> None:
        kind = self._draw.choice(("needs", "offers", "organisations", "participants", "accounts", "matches"))
        after = {"cursor": self._cursors[kind]} if kind in self._cursors else {}
        found = await self.ask(f"page of {kind}", "GET", f"/v1/{kind}", limit=50, **after)
        following = (found or {}).get("next")
        if following:
            self._cursors[kind] = following
        else:
            self._cursors.pop(kind, None)

    async def upsert(self) -> None:
        number = self._draw.randrange(20_000)
        body = {"called": f"Neighbour {number}.{self._draw.randrange(9)}", "languages": [{"tag": "en"}]}
        query = {"system": "crm", "value": f"n{number}"}
        await self.ask("upsert a participant", "PUT", "/v1/participants/by-external-id", body, **query)

    async def match(self) -> None:
        """A need and an offer find each other, through all that follows."""
        at = self._draw.randrange(int(len(self._community.ids["participants"]) * _TOWARDS_THE_END) - 1)
        people = self._community.ids["participants"][at : at + 2]
        ways = (("need", "Somebody to talk to"), ("offer", "I like to listen"))
        made = {}
        for (kind, title), person in zip(ways, people, strict=True):
            terms = {"participant_id": person, "title": title, "category": "company", "language": "en"}
            made[kind] = await self.ask(f"new {kind}", "POST", f"/v1/{kind}s", terms)
        if None in made.values():
            return
        body = {"need_id": made["need"]["id"], "offer_id": made["offer"]["id"]}
        match = await self.ask("propose", "POST", "/v1/matches", body)
        if match is None:
            return
        home = f"/v1/matches/{match['id']}"
        steps = ((":accept", {"side": "need"}), (":accept", {"side": "offer"}), ("/introduction", None),
                 (":activate", None), (":complete", None))  # fmt: skip
        for step, said in steps:
            if await self.ask(f"match {step}", "POST", home + step, said) is None:
                return

    async def transfer(self) -> None:
        payer, payee = self._draw.sample(self._community.ids["accounts"], 2)
        seconds = self._draw.randint(60, 1800)
        body = {"from_account": payer, "to_account": payee, "seconds": seconds, "reason": "Help"}
        await self.ask("transfer", "POST", "/v1/transfers", body)

    async def feed(self) -> None:
        found = await self.ask("feed", "GET", "/v1/events", after=self._community.feed, limit=200)
        if found:
            self._community.feed = found["next"]

    async def revoke(self) -> None:
        people = self._community.ids["participants"]
        person = people[int(len(people) * (_TOWARDS_THE_END + (1 - _TOWARDS_THE_END) * self._draw.random()))]
        found = await self.ask("consents of one", "GET", f"/v1/participants/{person}/consents")
        given = [
            one for one in (found or {}).get("items", []) if one["purpose"] == "matching" and not one["revoked_at"]
        ]
        if given:
            await self.ask("revoke a consent", "POST", f"/v1/participants/{person}/consents/{given[0]['id']}:revoke")

    async def card(self) -> None:
        table = self._draw.choice(self._community.tables)
        body = {
            "card_id": str(uuid4()), "question": 1, "category": "company", "language": "en", "text": "I would like to",
            "device_id": "tablet", "visibility": "plenary",
        }  # fmt: skip
        await self.ask(
            "lay a card", "POST", f"/v1/round-tables/{self._community.round_table}/tables/{table}/cards", body
        )

    async def export(self) -> None:
        await self.ask("export", "GET", "/v1/assets.csv")

    def acts(self) -> list[tuple[Callable[[], Awaitable[None]], float]]:
        """Return what it does, and how often."""
        return [
            (self.candidates, 18), (self.search, 8), (self.read, 30), (self.page, 14), (self.upsert, 7),
            (self.match, 2), (self.transfer, 7), (self.feed, 8), (self.revoke, 1), (self.card, 5), (self.export, 0.1),
        ]  # fmt: skip

    async def work(self, pause: float) -> None:
        """Do one thing after the other until it is over."""
        doing, often = zip(*self.acts(), strict=True)
        while not self._seen.over:
            began = time.perf_counter()
            await self._draw.choices(doing, often)[0]()
            await asyncio.sleep(
                max(0.0, self._draw.expovariate(1 / pause) - (time.perf_counter() - began)) if pause else 0
            )


async def _sign_in(http: aiohttp.ClientSession, base: str, communities: list[Community]) -> None:
    for one in communities:
        basic = aiohttp.BasicAuth(one.credentials["client_id"], one.credentials["client_secret"])
        async with http.post(f"{base}/oauth/token", data={"grant_type": "client_credentials"}, auth=basic) as answer:
            one.token = (await answer.json())["access_token"]


async def _run(plan: dict[str, Any]) -> dict[str, Any]:
    seen, communities = Seen(), [Community(**one) for one in plan["communities"]]
    pause = plan["clients"] / plan["rate"] if plan["rate"] else 0.0
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60)
    ) as http:
        await _sign_in(http, plan["base"], communities)
        clients = [
            Client(http, plan["base"], communities[n % len(communities)], seen, n) for n in range(plan["clients"])
        ]
        if plan.get("warm"):
            await clients[0].candidates()
        begun = time.perf_counter()
        working = [asyncio.create_task(one.work(pause)) for one in clients]
        while (left := plan["seconds"] - (time.perf_counter() - begun)) > 0:
            await asyncio.sleep(min(left, _TOKEN_LIVES))
            await _sign_in(http, plan["base"], communities)
        seen.over = True
        took = time.perf_counter() - begun
        await asyncio.gather(*working)
    return {"seconds": took, "took": seen.took, "errors": dict(seen.errors)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
