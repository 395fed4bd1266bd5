"""How fast and in how much memory a large directory is taken in: `python -m tests.benchmarks.imports 100000`.

A house of its own on an embedded PostgreSQL; the file is made while it is uploaded. What is said of memory is the
whole process: the house, the client that uploads, and the tests' server.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from services.kernel import logs
from tests.benchmarks.house import CARELESS, own_house
from tests.town import Quarter, Town, ok

_TEXT = "A regular meeting in the neighbourhood for everybody who would like company and something warm to eat. " * 6


def services(count: int) -> Iterator[bytes]:
    """Yield services as lines of JSON: one organisation for ten of them, a place and a schedule for each."""
    for n in range(count):
        owner = {"id": f"o{n // 10}", "name": f"Organisation {n // 10}"}
        spot = {"id": f"l{n}", "name": f"Hall {n}", "latitude": 52 + n % 1000 / 1000, "longitude": -1 - n % 977 / 977}
        made = {
            "id": f"s{n}", "name": f"Lunch club {n}", "description": _TEXT, "status": "active", "organization": owner,
            "service_at_locations": [{"id": f"x{n}", "location": spot}],
            "schedules": [{"freq": "WEEKLY", "byday": "TH", "dtstart": "2026-01-01", "opens_at": "12:00", "closes_at": "14:00"}],
        }  # fmt: skip
        yield json.dumps(made).encode() + b"\n"


def resident() -> float:
    """Return the megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def taken_in(quarter: Quarter, count: int) -> None:
    """Upload `count` services, follow the import to its end, and print what it cost."""
    before, began, worked = resident(), time.perf_counter(), time.process_time()
    asked = {"format": "open-referral", "source": "benchmark"}
    headers = {"content-type": "application/x-ndjson"}
    answer = quarter.council.post(
        "/v1/imports:upload", params=asked, content=services(count), headers=headers, timeout=3600
    )
    job: dict[str, Any] = ok(answer)
    print(f"uploaded in {time.perf_counter() - began:.1f} s")  # noqa: T201
    waits, most = [], 0.0
    while job["state"] in ("queued", "running"):
        asked_at = time.perf_counter()
        ok(quarter.council.get("/v1/services", params={"limit": 20}))
        waits.append((time.perf_counter() - asked_at) * 1000)
        most = max(most, resident())
        job = ok(quarter.council.get(f"/v1/imports/{job['id']}"))
        time.sleep(0.25)
    took = time.perf_counter() - began
    waits.sort()
    print(f"{job['state']} {job['counts']} in {took:.1f} s: {job['counts']['read'] / took:.0f} entries/s")  # noqa: T201
    print(f"{time.process_time() - worked:.0f} s of them at work in Python, {os.getloadavg()[1]:.1f} busy here")  # noqa: T201
    print(f"memory {before:.0f} MB before, {most:.0f} MB at the most")  # noqa: T201
    late = waits[int(len(waits) * 0.95)]
    print(f"a page of services meanwhile: median {statistics.median(waits):.0f} ms, 95 % {late:.0f} ms")  # noqa: T201


def main() -> None:
    """Run it on a database of its own, twice: everything new, then everything known."""
    logs.configure("ERROR")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with own_house(CARELESS) as town:
        _both(town, count)


def _both(town: Town, count: int) -> None:
    quarter = town.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Council")
    for _ in range(2):
        taken_in(quarter, count)
        linked(town.admin_url)


def linked(url: str) -> None:
    """Wait until the search has read what everything is about, and print how long that took."""
    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        unread = "select count(*) from directory.asset_index where state <> 'linked'"
        while connection.execute(unread).fetchone() != (0,):
            time.sleep(1)
    print(f"all of it linked to concepts {time.perf_counter() - began:.0f} s later")  # noqa: T201


if __name__ == "__main__":
    main()
