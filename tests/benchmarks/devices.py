"""An evening's devices writing at once, over real HTTP: `python -m tests.benchmarks.devices [--devices N] [--cards N]`.

A house is started on a PostgreSQL of its own that writes to disk as in production. Each device lays its cards one by
one, a few of them twice, as a device does that has not heard the answer; then it delivers all of them once more in one
request. Afterwards the cards are read back and counted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import httpx

from services.kernel import logs
from tests.benchmarks.house import own_house
from tests.town import ok

_LANGUAGES = ("ar", "prs", "ti")
_EVERY_SO_OFTEN = 5
"""One card in so many is sent a second time at once."""


@dataclass
class Measured:
    """What was seen from outside."""

    times: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    written: int = 0
    lost: int = 0
    doubled: int = 0

    def percentile(self, share: float) -> float:
        """Return how many milliseconds that share of the single writes took at the most."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __str__(self) -> str:
        middle, slow, slowest = (self.percentile(share) for share in (0.5, 0.95, 0.99))
        return (
            f"{self.written} cards, {len(self.times)} single writes in {self.seconds:.1f} s:"
            f" {self.written / self.seconds:.0f} cards/s ({len(self.times) / self.seconds:.0f} writes/s)\n"
            f"p50 {middle:.0f} ms, p95 {slow:.0f} ms, p99 {slowest:.0f} ms\n"
            f"errors {dict(self.errors) or 0}, delivered again {dict(self.delivered)}\n"
            f"lost {self.lost}, doubled {self.doubled}"
        )


def measure(*, devices: int, cards: int) -> Measured:
    """Let so many devices write so many cards each; return what was seen."""
    with own_house() as town:
        quarter = town.found("lindenau", language="de", zone="Europe/Berlin", organisation="Stadt Lindenau")
        path, tables = _open_evening(quarter.council)
        headers = dict(quarter.council.headers)
        # The devices are a process of their own: in the house's they would take turns with it.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as outside:
            return outside.submit(_run, town.url, headers, path, tables, devices, cards).result()


def _open_evening(council: httpx.Client) -> tuple[str, list[str]]:
    planned = {"title": "An evening", "starts_at": "2026-11-28T18:00:00Z", "languages": list(_LANGUAGES)}
    path = f"/v1/round-tables/{ok(council.post('/v1/round-tables', json=planned))['id']}"
    for step in ("invite", "open"):
        ok(council.post(f"{path}:{step}"))
    return path, [ok(council.post(f"{path}/tables", json={"language": one}))["id"] for one in _LANGUAGES]


def _run(*told: Any) -> Measured:
    return asyncio.run(_evening(*told))


async def _evening(
    url: str, headers: dict[str, str], path: str, tables: list[str], devices: int, cards: int
) -> Measured:
    seen = Measured()
    limits = httpx.Limits(max_connections=devices, max_keepalive_connections=devices)
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits) as client:
        started = time.perf_counter()
        written = await asyncio.gather(
            *(_device(client, path, tables[number % len(tables)], number, cards, seen) for number in range(devices))
        )
        seen.seconds = time.perf_counter() - started
        await _again(client, path, written, seen)
        expected = {card["text"] for some in written for card in some}
        found = Counter(await _texts(client, path))
    seen.written = len(expected)
    seen.lost = len(expected - found.keys())
    seen.doubled = sum(found.values()) - len(found)
    return seen


async def _device(
    client: httpx.AsyncClient, path: str, table: str, number: int, cards: int, seen: Measured
) -> list[dict[str, Any]]:
    """Write one device's cards, one after the other."""
    written = []
    for place in range(cards):
        card = {
            "card_id": str(uuid4()), "question": 1 + place % 2, "category": "language", "language": "en",
            "text": f"device {number}, card {place}", "device_id": f"tablet {number}", "visibility": "plenary",
        }  # fmt: skip
        for _ in range(2 if place % _EVERY_SO_OFTEN == 0 else 1):
            await _write(client, f"{path}/tables/{table}/cards", card, seen)
        written.append({**card, "table_id": table})
    return written


async def _write(client: httpx.AsyncClient, path: str, card: dict[str, Any], seen: Measured) -> None:
    started = time.perf_counter()
    try:
        answer = await client.post(path, json=card)
    except httpx.HTTPError as error:
        seen.errors[type(error).__name__] += 1
        return
    seen.times.append(time.perf_counter() - started)
    if not answer.is_success:
        seen.errors[str(answer.status_code)] += 1


async def _again(client: httpx.AsyncClient, path: str, written: list[list[dict[str, Any]]], seen: Measured) -> None:
    """Deliver everything once more, each device in one request."""
    answers = await asyncio.gather(*(client.post(f"{path}/cards:deliver", json={"cards": some}) for some in written))
    for answer in answers:
        if not answer.is_success:
            seen.errors[f"deliver {answer.status_code}"] += 1
            continue
        seen.delivered.update(line["state"] for line in answer.json()["results"])


async def _texts(client: httpx.AsyncClient, path: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        asked = {"limit": "200", **({"cursor": cursor} if cursor else {})}
        page = (await client.get(f"{path}/cards", params=asked)).raise_for_status().json()
        found += [card["text"] for card in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=40)
    parser.add_argument("--cards", type=int, default=25)
    asked = parser.parse_args()
    logs.configure("WARNING")
    sys.stdout.write(f"{measure(devices=asked.devices, cards=asked.cards)}\n")
