"""A day's traffic on a large installation, on the machine at hand:

    python -m tests.benchmarks.load --participants 100000 --listings 200000 --minutes 10 --page

Three communities (of 60, 30 and 10 %) are laid into a database of its own, which writes to disk as in production; then
apps of all three do what apps do (`tests/benchmarks/traffic.py`). First a tenth of everything, then all of it, so that
one sees what grows how. Server, database and clients share the machine. Says every error, percentiles by operation, the
memory of each process, the size of the database and what it logged. `--apart` runs each part as a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks import laid
from tests.benchmarks.pages import put
from tests.benchmarks.served import PARTS, SECRET, Processes, own_database, processes
from tests.benchmarks.wire import cpu_seconds
from tests.town import Quarter, Town, _bootstrap, ok

_ROOT = Path(__file__).parents[2]
_SHARES = (("hazelbrook", 0.6), ("lindenau", 0.3), ("millend", 0.1))
_WARMED_WITHIN = 600.0


@dataclass
class Told:
    """What was asked for on the command line."""

    participants: int
    listings: int
    minutes: float
    clients: int
    rate: float
    apart: bool


@dataclass
class Ran:
    """What one run showed."""

    told: Told
    seconds: float = 0.0
    laying: float = 0.0
    warming: float = 0.0
    took: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    memory: dict[str, list[int]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    database: int = 0
    wal: int = 0
    busy: float = 0.0

    @property
    def requests(self) -> int:
        """Return how many requests were answered."""
        return sum(map(len, self.took.values()))


def percentile(values: Sequence[float], share: float) -> float:
    """Return how many milliseconds that share of `values` took at the most."""
    ordered = sorted(values) or [0.0]
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(told: Told) -> Ran:
    """Lay a house out, let the traffic through it, and say what was seen."""
    ran = Ran(told)
    with own_database() as url, processes(url) as running:
        key = asyncio.run(_bootstrap(url, SECRET))
        names = PARTS if told.apart else ("standalone",)
        for name in names:
            running.part(name) if told.apart else running.whole()
        for name in names:
            running.wait(name, "/health")
        front = "gateway" if told.apart else "standalone"
        town = Town(running.url(front), key, None, url, SECRET)
        communities = _laid_out(ran, town, url)
        _warm(ran, communities, running.url(front))
        _watch_traffic(ran, running, url, communities, running.url(front))
        town.close()
    return ran


def _laid_out(ran: Ran, town: Town, url: str) -> list[dict[str, Any]]:
    communities, began = [], time.perf_counter()
    for slug, share in _SHARES:
        quarter = town.found(slug, language="en", zone="Europe/London", organisation=f"{slug.title()} Council")
        there = laid.lay(
            url, quarter, participants=int(ran.told.participants * share), listings=int(ran.told.listings * share)
        )
        communities.append(_community(quarter, there))
    laid.settle(url)
    ran.laying = time.perf_counter() - began
    return communities


def _community(quarter: Quarter, there: laid.Laid) -> dict[str, Any]:
    api = quarter.council
    planned = {"title": "An evening", "starts_at": "2027-11-28T18:00:00Z", "languages": ["en"]}
    evening = ok(api.post("/v1/round-tables", json=planned))["id"]
    for step in ("invite", "open"):
        ok(api.post(f"/v1/round-tables/{evening}:{step}"))
    tables = [ok(api.post(f"/v1/round-tables/{evening}/tables", json={"language": "en"}))["id"] for _ in range(5)]
    ids = {name: getattr(there, name) for name in ("participants", "needs", "offers", "accounts", "organisations")}
    return {"ids": ids, "credentials": quarter.credentials(), "round_table": evening, "tables": tables}


def _warm(ran: Ran, communities: Sequence[Mapping[str, Any]], base: str) -> None:
    """Let each community's index be built, as it is before a replica says that it is ready."""
    began = time.perf_counter()
    for one in communities:
        plan = {"base": base, "communities": [one], "clients": 1, "rate": 0, "seconds": 0, "warm": True}
        _traffic(plan)
    ran.warming = time.perf_counter() - began


def _traffic(plan: Mapping[str, Any]) -> dict[str, Any]:
    seconds = plan["seconds"] + _WARMED_WITHIN
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.traffic"], input=json.dumps(plan), capture_output=True, text=True,
        cwd=_ROOT, timeout=seconds,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def _watch_traffic(ran: Ran, running: Processes, url: str, communities: Sequence[Mapping[str, Any]], base: str) -> None:
    before = {name: cpu_seconds([one.pid]) or 0.0 for name, one in running.running.items()}
    start = _log_position(url)
    watching = threading.Event()
    watcher = threading.Thread(target=_watch_memory, args=(ran, running, watching))
    watcher.start()
    try:
        seen = _traffic({"base": base, "communities": communities, "clients": ran.told.clients, "rate": ran.told.rate,
                         "seconds": ran.told.minutes * 60})  # fmt: skip
    finally:
        watching.set()
        watcher.join()
    ran.seconds, ran.took, ran.errors = seen["seconds"], seen["took"], seen["errors"]
    ran.cpu = {name: (cpu_seconds([one.pid]) or 0.0) - before[name] for name, one in running.running.items()}
    ran.database, ran.wal, ran.busy = _size(url), _log_position(url) - start, os.getloadavg()[0]


def _watch_memory(ran: Ran, running: Processes, over: threading.Event) -> None:
    while True:
        for name, one in running.running.items():
            ran.memory.setdefault(name, []).append(_resident(one.pid))
        if over.wait(max(1.0, ran.told.minutes * 3)):
            return


def _resident(process: int) -> int:
    """Return a process's memory in megabytes; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    except OSError:
        return 0


def _number(url: str, question: Any) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute(question).fetchone()
        assert found is not None
        return int(found[0])


def _size(url: str) -> int:
    return _number(url, "select pg_database_size(current_database())") >> 20


def _log_position(url: str) -> int:
    return _number(url, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint") >> 20


def report(runs: Sequence[Ran]) -> str:
    """Return the page's section: the last run in full, and how it compares with the one before."""
    large, small = runs[-1], runs[0] if len(runs) > 1 else None
    told = large.told
    how = "each part a process of its own" if told.apart else "everything in one process"
    lines = [
        f"{told.participants:,} participants, {told.listings:,} needs and offers, in three communities;"
        f" {told.clients} clients{f' at {told.rate:g} things a second in all' if told.rate else ', one thing after the other'},"
        f" {large.seconds / 60:.1f} minutes; {how}; PostgreSQL and the clients on the same {os.cpu_count()} cores"
        f" (load {large.busy:.1f} at the end).",
        "",
        f"{large.requests:,} requests, {large.requests / large.seconds:.0f} a second, errors: "
        + ("none" if not large.errors else "; ".join(f"{many} × {what}" for what, many in large.errors.items())) + ".",
        f"Laid in within {large.laying:.0f} s; the three indexes were built in {large.warming:.0f} s; database"
        f" {large.database:,} MB, {large.wal:,} MB of log written during the run.",
        *(f"Memory of {name}: {some[0]:,} MB at first, {max(some):,} MB at most, {some[-1]:,} MB at the end;"
          f" {large.cpu.get(name, 0):.0f} s of CPU." for name, some in sorted(large.memory.items())),
        "",
        "| operation | number | p50 ms | p95 ms | p99 ms |" + (" p50 at a tenth | × |" if small else ""),
        "|---|---|---|---|---|" + ("---|---|" if small else ""),
    ]  # fmt: skip
    for what in sorted(large.took):
        took = large.took[what]
        middle, late, last = (percentile(took, share) for share in (0.5, 0.95, 0.99))
        row = f"| {what} | {len(took):,} | {middle:.0f} | {late:.0f} | {last:.0f} |"
        if small:
            was = percentile(small.took.get(what, []), 0.5)
            row += f" {was:.0f} | {middle / was:.1f} |" if was else " | |"
        lines.append(row)
    if small:
        lines += ["", _growth(small, large)]
    return "\n".join(lines) + "\n"


def _growth(small: Ran, large: Ran) -> str:
    """Say whether ten times as much costs at most ten times as much."""
    times = large.told.participants / small.told.participants
    slower = {what: percentile(large.took[what], 0.5) / max(0.1, percentile(small.took[what], 0.5))
              for what in large.took if len(small.took.get(what, ())) > 20}  # fmt: skip
    worst = max(slower, key=lambda what: slower[what], default="")
    met = "met" if slower and slower[worst] <= times else "**missed**"
    return f"- goal growth at most linear: {times:.0f} times as much takes at most {slower.get(worst, 0):.1f} times as long ({worst}): {met}"


def main() -> None:
    """Run as told, print what was seen, and write it into the page if told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=100_000)
    parser.add_argument("--listings", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--rate", type=float, default=0, help="things a second in all; 0: as fast as answers come")
    parser.add_argument("--apart", action="store_true", help="each part as a process of its own")
    parser.add_argument("--alone", action="store_true", help="without the run at a tenth of the size")
    parser.add_argument("--page", action="store_true", help="write docs/benchmarks.md")
    asked = parser.parse_args()
    told = Told(asked.participants, asked.listings, asked.minutes, asked.clients, asked.rate, asked.apart)
    tenth = Told(told.participants // 10, told.listings // 10, told.minutes / 4, told.clients, told.rate, told.apart)
    said = report([run(one) for one in ([told] if asked.alone else [tenth, told])])
    if asked.page:
        put("Load", said)
    print(said)  # noqa: T201


if __name__ == "__main__":
    main()
