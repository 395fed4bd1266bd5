"""A load generator on bare sockets: `python -m tests.benchmarks.wire < plan.json`, in a process of its own.

A closed loop: each of N connections sends its next request as soon as the answer before is there. It knows as much of
HTTP as it needs, so that it takes little of the machine away from what is measured.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).parents[2]


class Loaded(NamedTuple):
    """What was seen from outside; milliseconds, and per 1,000 requests the CPU seconds of each process watched."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    errors: dict[str, int]
    cpu: float | None

    @property
    def rate(self) -> float:
        """Return the requests a second."""
        return self.requests / self.seconds


def request(path: str, *, token: str, host: str = "127.0.0.1") -> str:
    """Return a GET as it goes over the wire."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        "Accept: application/json\r\nUser-Agent: bench\r\n\r\n"
    )


def load(
    port: int, requests: Sequence[str], *, connections: int, seconds: float, warm: float = 1.0,
    processes: Sequence[int] = (),
) -> Loaded:  # fmt: skip
    """Send `requests` in turn over so many connections for so long; `processes` are those whose CPU is counted."""
    plan = {"port": port, "requests": list(requests), "connections": connections, "seconds": seconds, "warm": warm,
            "processes": list(processes)}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.wire"], input=json.dumps(plan), capture_output=True, text=True,
        cwd=_ROOT, check=True, timeout=seconds + warm + 60,
    )  # fmt: skip
    return Loaded(**json.loads(done.stdout))


def cpu_seconds(processes: Sequence[int]) -> float | None:
    """Return how long these processes have computed, or None where the system does not tell."""
    ticks = 0
    for one in processes:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        ticks += int(fields[11]) + int(fields[12])
    return ticks / 100


@dataclass
class _Seen:
    """What all connections saw; `counting` once they are warm."""

    took: list[float]
    errors: Counter[str]
    counting: bool = False
    over: bool = False


class _Connection(asyncio.Protocol):
    """One kept-alive connection that asks as soon as it has been answered."""

    def __init__(self, requests: Sequence[bytes], first: int, seen: _Seen) -> None:
        self._requests, self._next, self._seen = requests, first, seen
        self._buffer = bytearray()
        self._sent = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        if self._seen.over:
            self._transport.close()
            return
        asked = self._requests[self._next % len(self._requests)]
        self._next += 1
        self._sent = time.perf_counter()
        self._transport.write(asked)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or (size := self._size(end)) is None or len(self._buffer) < size:
            return
        if self._seen.counting:
            self._seen.took.append(time.perf_counter() - self._sent)
            status = bytes(self._buffer[9:12])
            if status != b"200":
                named = re.search(rb'"type":"/problems/([a-z-]+)"', self._buffer)
                self._seen.errors[f"{status.decode()} {named[1].decode() if named else ''}".strip()] += 1
        self._buffer.clear()
        self._ask()

    def _size(self, end: int) -> int | None:
        """Return how long the whole answer is; None while a chunked one has not ended."""
        head = bytes(self._buffer[:end]).lower()
        at = head.find(b"content-length:")
        if at >= 0:
            return end + 4 + int(head[at + 15 :].split(b"\r\n", 1)[0])
        if b"transfer-encoding: chunked" in head:
            return len(self._buffer) if self._buffer.endswith(b"0\r\n\r\n") else None
        return end + 4

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._seen.over:
            self._seen.errors["connection lost"] += 1
        if not self.done.done():
            self.done.set_result(None)


async def _run(plan: dict[str, Any]) -> dict[str, Any]:
    loop, seen = asyncio.get_running_loop(), _Seen([], Counter())
    requests = [one.encode() for one in plan["requests"]]
    kept = []
    for number in range(plan["connections"]):
        asks = partial(_Connection, requests, number * 7919, seen)
        _, made = await loop.create_connection(asks, "127.0.0.1", plan["port"])
        kept.append(made)
    await asyncio.sleep(plan["warm"])
    before, begun = cpu_seconds(plan["processes"]), time.perf_counter()
    seen.counting = True
    await asyncio.sleep(plan["seconds"])
    seen.counting = False
    took, after = time.perf_counter() - begun, cpu_seconds(plan["processes"])
    seen.over = True
    await asyncio.wait([one.done for one in kept], timeout=10)
    return _told(seen, took, None if before is None or after is None else after - before)


def _told(seen: _Seen, seconds: float, cpu: float | None) -> dict[str, Any]:
    ordered = sorted(seen.took) or [0.0]
    p50, p95, p99 = (1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99))
    each = None if cpu is None else 1000 * cpu / max(1, len(seen.took))
    return {"requests": len(seen.took), "seconds": seconds, "p50": p50, "p95": p95, "p99": p99,
            "errors": dict(seen.errors), "cpu": each}  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
