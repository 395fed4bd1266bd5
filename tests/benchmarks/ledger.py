"""How many transfers the ledger takes where it is hottest: `python -m tests.benchmarks.ledger 10000 300`.

A house of its own, all in one process, on an embedded PostgreSQL that keeps every commit. From another process so many
clients at once each send a transfer after the other, through the gateway, between eight accounts. Says how long an
answer took, how many came a second, with which statuses, and how often the database saw a deadlock; then it adds up.
"""

import asyncio
import multiprocessing
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from services.kernel import logs
from tests.benchmarks.house import own_house
from tests.town import Quarter, ok

HOT = 8
Answered = tuple[int, float]
"""A status, and the seconds it took."""
_SUMS = """
select coalesce(sum(balance_seconds), 0), min(balance_seconds + debit_limit_seconds),
       (select coalesce(sum(seconds), 0) from timebank.entries), (select count(*) from timebank.transfers)
  from timebank.accounts
"""


async def _send(http: httpx.AsyncClient, body: dict[str, Any]) -> int:
    """Return the status; when the connection is gone, 0, or the service is busy, the same is sent again, once."""
    key, status = {"idempotency-key": uuid4().hex}, 0
    for _ in range(2):
        try:
            status = (await http.post("/v1/transfers", json=body, headers=key)).status_code
        except httpx.TransportError:
            continue
        if status != 503:
            break
    return status


async def _push(url: str, token: str, accounts: list[str], transfers: int, clients: int) -> list[Answered]:
    left, answers = iter(range(transfers)), list[Answered]()
    headers = {"authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=clients)

    async def client(seed: int, http: httpx.AsyncClient) -> None:
        chance = random.Random(seed)
        for _ in left:
            payer, payee = chance.sample(accounts, 2)
            body = {"from_account": payer, "to_account": payee, "seconds": chance.randint(60, 1800), "reason": "Help"}
            began = time.perf_counter()
            answers.append((await _send(http, body), time.perf_counter() - began))

    async with httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=60) as http:
        await asyncio.gather(*(client(seed, http) for seed in range(clients)))
    return answers


def push(url: str, token: str, accounts: list[str], transfers: int, clients: int) -> tuple[list[Answered], float]:
    """Send the transfers; return what was answered and the seconds it took in all."""
    began = time.perf_counter()
    return asyncio.run(_push(url, token, accounts, transfers, clients)), time.perf_counter() - began


def _accounts(quarter: Quarter) -> list[str]:
    people = [quarter.register(f"P{n}")["id"] for n in range(HOT)]
    owners = [{"owner": {"kind": "participant", "id": one}} for one in people]
    return [ok(quarter.council.post("/v1/accounts", json=owner))["id"] for owner in owners]


def _report(answers: list[Answered], took: float, sums: tuple[Any, ...], deadlocks: int) -> str:
    slow = sorted(seconds for _, seconds in answers)
    at = {share: round(1000 * slow[int(share * (len(slow) - 1))]) for share in (0.5, 0.95, 0.99, 1.0)}
    statuses = dict(Counter(status for status, _ in answers))
    return (
        f"{len(answers)} answers {statuses} in {took:.1f} s: {len(answers) / took:.0f} a second\n"
        f"ms: median {at[0.5]}, p95 {at[0.95]}, p99 {at[0.99]}, slowest {at[1.0]}; deadlocks {deadlocks}\n"
        f"sum of balances {sums[0]}, of the journal {sums[2]}; least room above a limit {sums[1]}; transfers {sums[3]}\n"
    )


def main(transfers: int, clients: int) -> None:
    """Measure, and print what came of it."""
    logs.configure("ERROR")
    with own_house() as town:
        quarter = town.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Time Bank")
        token = quarter.council.headers["authorization"].removeprefix("Bearer ")
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn) as elsewhere:
            job = elsewhere.submit(push, town.url, token, _accounts(quarter), transfers, clients)
            answers, took = job.result()
        with psycopg.connect(town.admin_url) as connection:
            sums = connection.execute(_SUMS).fetchone()
            rows = connection.execute("select sum(deadlocks) from pg_stat_database").fetchone()
        assert sums is not None
        assert rows is not None
        sys.stdout.write(_report(answers, took, sums, int(rows[0])))


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:] or ["10000", "300"])))
