"""One service is slow: whoever asks it is answered in time, whoever asks another notices nothing, nothing piles up."""

import asyncio
import os
import time
from collections import Counter

import httpx
import pytest

from tests.gateway.conftest import Gate

PATIENCE = float(os.environ.get("CANDO_PATIENCE", "4"))
_AT_ONCE = 60


async def _asked(http: httpx.AsyncClient, path: str) -> tuple[int, float]:
    began = time.monotonic()
    return (await http.get(path)).status_code, time.monotonic() - began


def _p95(answers: list[tuple[int, float]]) -> float:
    return sorted(took for _, took in answers)[int(0.95 * (len(answers) - 1))]


@pytest.mark.parametrize("path", ["/v1/participants", "/v1/accounts"])
async def test_a_slow_service_costs_nobody_else_anything_and_nothing_piles_up(gate: Gate, path: str) -> None:
    token = gate.app(gate.tenant(), "matching:write").headers["authorization"]
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=gate.url, headers={"authorization": token}, timeout=30, limits=limits
    ) as http:
        before = [await _asked(http, path) for _ in range(20)]
        gate.services["matching"].fault = "hangs"
        slow = [asyncio.create_task(_asked(http, "/v1/needs")) for _ in range(_AT_ONCE)]
        await asyncio.sleep(0.2)
        meanwhile = [await _asked(http, path) for _ in range(20)]
        given_up = await asyncio.gather(*slow)
        gate.services["matching"].fault = ""
        after = [await _asked(http, "/v1/needs") for _ in range(5)]
    assert Counter(status for status, _ in given_up) == {503: _AT_ONCE}
    assert max(took for _, took in given_up) < 3 + 2 * PATIENCE
    assert {status for status, _ in (*before, *meanwhile, *after)} == {200}
    assert _p95(meanwhile) < max(0.25 * PATIENCE, 3 * _p95(before))
