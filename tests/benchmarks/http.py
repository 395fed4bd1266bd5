"""How fast Cando answers over HTTP, beside what it could be at best: `python -m tests.benchmarks http [--seconds N]`.

One run, one database, every peer a process of its own with one worker, asked in turn by a load generator that is
another. A *row* is one organisation of 2,000, a *page* fifty of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from deploy import embedded
from deploy.database import runtime_url
from gateway.signing import Signer
from services.kernel.caller import SCOPES, Caller
from services.kernel.database import Database
from services.matching.candidates import repository
from services.matching.candidates.records import as_listing
from services.matching.engine import Matcher
from tests.benchmarks import laid
from tests.benchmarks.served import SECRET, Processes, free_port, own_database, processes
from tests.benchmarks.wire import Loaded, load, request
from tests.town import Quarter, Town, _bootstrap

QUIET: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}
_ROUNDS = 3
"""Each figure is the best of so many rounds, all peers in turn in each: a shared machine disturbs now one, now another."""
_ORGANISATIONS = """insert into organisations (tenant_id, id, created_at, updated_at, version, external_ids, name,
    description, confirmed_at, kind, languages) select %s, gen_random_uuid(), now(), now(), 1, '[]',
    'Organisation ' || n, repeat('Something to do. ', 10), now(), 'charity', '[]' from generate_series(1, 2000) n"""


class Row(NamedTuple):
    """One line of the table."""

    question: str
    peer: str
    seen: Loaded


class Measured(NamedTuple):
    """Everything that one run showed."""

    rows: Sequence[Row]
    candidates: tuple[int, float, float, Loaded]
    """Offers; p50 ms of the engine alone and of a bare request; candidates over HTTP."""
    start: tuple[float, float, float]
    """Seconds until the embedded PostgreSQL is up, until a bare FastAPI answers, until Cando answers."""
    load: float


def measure(*, seconds: float, connections: int, offers: int) -> Measured:
    """Measure everything."""
    with own_database(QUIET) as url, processes(url) as running:
        rows = _rows(url, running, seconds=seconds, connections=connections)
        found = _candidates(url, running, offers)
    return Measured(rows, found, _start(), os.getloadavg()[0])


async def _signed(url: str, quarter: Quarter) -> tuple[str, dict[str, Any]]:
    """Return an internal token that lives for the run, and the keys that it is verified by."""
    database = Database(runtime_url(url, "gateway", SECRET), schema="gateway")
    try:
        signer = Signer(database, SECRET)
        await signer.load()
        caller = Caller("app", "bench", "bench", frozenset(SCOPES), UUID(quarter.id), UUID(quarter.organisation))
        return await signer.sign(caller, seconds=7200), await signer.jwks()
    finally:
        await database.close()


def _rows(url: str, running: Processes, *, seconds: float, connections: int) -> list[Row]:
    key = asyncio.run(_bootstrap(url, SECRET))
    running.part("gateway")
    running.part("directory")
    running.whole()
    for name in ("gateway", "directory", "standalone"):
        running.wait(name, "/health")
    town = Town(running.url("standalone"), key, None, url, SECRET)
    quarter = town.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Council")
    with psycopg.connect(url, autocommit=True, options="-c search_path=directory") as connection:
        connection.execute(_ORGANISATIONS, (quarter.id,))
        connection.execute("vacuum analyze organisations")
        ids = [str(one) for (one,) in connection.execute("select id from organisations limit 500")]
    signed, keys = asyncio.run(_signed(url, quarter))
    running.bare({"BARE_CONNINFO": runtime_url(url, "directory", SECRET), "BARE_KEYS": json.dumps(keys)})
    running.wait("bare", "/nothing")
    opaque = quarter.council.headers["authorization"].removeprefix("Bearer ")
    asked = {
        "row": [f"/v1/organisations/{one}" for one in ids],
        "page": ["/v1/organisations?limit=50"],
    }
    peers = (("bare", signed), ("directory", signed), ("gateway", opaque), ("standalone", opaque))
    best: dict[tuple[str, str], Loaded] = {}
    for _ in range(_ROUNDS):
        for question, paths in asked.items():
            for peer, token in peers:
                watched = ("gateway", "directory") if peer == "gateway" else (peer,)
                seen = load(
                    running.ports[peer], [request(path, token=token) for path in paths], connections=connections,
                    seconds=seconds / _ROUNDS, processes=running.pid(*watched),
                )  # fmt: skip
                known = best.get((question, peer))
                if known is None or seen.rate > known.rate:
                    best[question, peer] = seen
    town.close()
    running.stop("gateway", "directory", "standalone")
    return [Row(question, peer, seen) for (question, peer), seen in best.items()]


def _candidates(url: str, running: Processes, offers: int) -> tuple[int, float, float, Loaded]:
    """Return p50 of the engine alone and of a bare request, and candidates over HTTP in one process."""
    running.whole()
    running.wait("standalone", "/health")
    with psycopg.connect(url, autocommit=True) as connection:  # the key was shown to the run before
        connection.execute("delete from gateway.bootstrap_keys")
    town = Town(running.url("standalone"), asyncio.run(_bootstrap(url, SECRET)), None, url, SECRET)
    quarter = town.found("lindenau", language="en", zone="Europe/London", organisation="Stadt Lindenau")
    there = laid.lay(url, quarter, participants=offers // 4, listings=2 * offers)
    laid.settle(url)
    quarter.council.timeout = 600
    quarter.council.get(f"/v1/needs/{there.needs[0]}/candidates").raise_for_status()
    opaque = quarter.council.headers["authorization"].removeprefix("Bearer ")
    paths = [request(f"/v1/needs/{one}/candidates", token=opaque) for one in there.needs[:200]]
    over = load(running.ports["standalone"], paths, connections=1, seconds=15, warm=3)
    bare = load(running.ports["bare"], [request("/nothing", token="")], connections=1, seconds=3)
    town.close()
    alone = asyncio.run(_engine_alone(url, there))
    return offers, alone, bare.p50, over


async def _engine_alone(url: str, there: laid.Laid) -> float:
    """Return the engine's own time for the same questions over the same listings, in milliseconds."""
    database = Database(runtime_url(url, "matching", SECRET), schema="matching")
    try:
        async with database.transaction(UUID(there.tenant)) as session:
            work: Any = SimpleNamespace(session=session)
            rows = await repository.listings_changed_since(work, 0)
            people = await repository.people(work, {row.owner for row in rows})
    finally:
        await database.close()
    known = {str(row.id): as_listing(row, people.get(row.owner)) for row in rows}
    matcher = Matcher().fit(list(known.values()))
    now, took = datetime.now(UTC), []
    for one in there.needs[:200]:
        began = time.perf_counter()
        matcher.candidates(known[one], now=now, excluded=frozenset(), limit=None)
        took.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took)


def _start() -> tuple[float, float, float]:
    """Return how long the database, a bare app and Cando take, each on the data of a first run."""
    with tempfile.TemporaryDirectory(prefix="cando-bench-start-", ignore_cleanup_errors=True) as kept:
        folder = Path(kept)
        folder.chmod(0o755)
        _until_answered([sys.executable, "-m", "deploy.standalone"], folder, "/health")  # the first run, not counted
        ours = min(_until_answered([sys.executable, "-m", "deploy.standalone"], folder, "/health") for _ in range(2))
        database = min(_seconds(lambda: embedded.start(folder).cleanup()) for _ in range(2))
        bare = min(
            _until_answered([sys.executable, "-m", "tests.benchmarks.bare"], folder, "/nothing") for _ in range(2)
        )
    return database, bare, ours


def _seconds(what: Callable[[], Any]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _until_answered(command: Sequence[str], folder: Path, path: str) -> float:
    """Start a process, return the seconds until it answers, and end it."""
    port = free_port()
    told = {name: value for name, value in os.environ.items() if not name.startswith(("CANDO_", "BARE_"))}
    told |= {"CANDO_PORT": str(port), "CANDO_DATA": str(folder)}
    began = time.perf_counter()
    process = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < 180:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                    return time.perf_counter() - began
            except OSError:
                assert process.poll() is None, command
                time.sleep(0.01)
        raise AssertionError(f"{command} does not answer")
    finally:
        process.terminate()
        process.wait(30)


def section(seen: Measured) -> str:
    """Return the page's section."""
    lines = [
        f"{os.cpu_count()} cores, shared by server, PostgreSQL and load generator (load {seen.load:.1f} at the end);"
        " one worker each, the best of three rounds.",
        "",
        "| | peer | requests/s | p50 ms | p95 ms | p99 ms | server's CPU s per 1,000 | × bare |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rate = {(row.question, row.peer): row.seen.rate for row in seen.rows}
    for row in seen.rows:
        one, cpu = row.seen, "" if row.seen.cpu is None else f"{row.seen.cpu:.2f}"
        wrong = f" errors {one.errors}" if one.errors else ""
        lines.append(
            f"| {row.question} | {_NAMES[row.peer]}{wrong} | {one.rate:.0f} | {one.p50:.2f} | {one.p95:.2f} |"
            f" {one.p99:.2f} | {cpu} | {one.rate / rate[row.question, 'bare']:.2f} |"
        )
    return "\n".join([*lines, "", *_goals(seen, rate)])


_NAMES = {
    "bare": "bare FastAPI, raw psycopg pool, tenant's transaction, signed token",
    "directory": "the service itself, with its signed token",
    "gateway": "through the gateway, over a socket",
    "standalone": "everything in one process",
}


def _goals(seen: Measured, rate: Mapping[tuple[str, str], float]) -> list[str]:
    direct, front = rate["page", "directory"], rate["page", "gateway"]
    whole, row = rate["page", "standalone"], rate["row", "directory"] / rate["row", "bare"]
    offers, engine, bare, over = seen.candidates
    database, app, ours = seen.start
    allowed, may_take = 3 * engine + bare, 1.5 * (database + app)
    return [
        _goal("gateway over sockets ≥ 0.8 × direct, a page", front / direct, front / direct >= 0.8),
        _goal("one process ≥ 0.85 × direct, a page", whole / direct, whole / direct >= 0.85),
        _goal("row read ≥ 0.6 × bare", row, row >= 0.6),
        f"- candidates over HTTP, {offers:,} offers: {over.p50:.1f} ms (errors: {over.errors or 'none'}); the engine alone {engine:.1f} ms, a bare request"
        f" {bare:.1f} ms; goal ≤ 3 × engine + bare = {allowed:.1f} ms: {_met(over.p50 <= allowed and not over.errors)}",
        f"- start after the first run: {ours:.1f} s; embedded PostgreSQL {database:.1f} s, bare FastAPI {app:.1f} s; goal"
        f" ≤ 1.5 × both = {may_take:.1f} s: {_met(ours <= may_take)}",
    ]


def _goal(says: str, part: float, met: bool) -> str:
    return f"- goal {says}: {part:.2f}, {_met(met)}"


def _met(met: bool) -> str:
    return "met" if met else "**missed**"
