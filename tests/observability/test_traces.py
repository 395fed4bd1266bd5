"""One request makes one trace, over all parts that work for it, and a collector that is away costs nothing but traces."""

import asyncio
import logging
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from services.kernel import tracing
from services.kernel.clock import system_clock
from services.kernel.edge import Traced
from services.kernel.metrics import Metrics, working_for
from tests.observability.conftest import Collector, Step
from tests.street import Street
from tests.town import Quarter, Town, ok

SERVER = 2
_PARENT = "ab" * 8


def traceparent(trace: str, *, kept: bool = True) -> dict[str, str]:
    return {"traceparent": f"00-{trace}-{_PARENT}-0{int(kept)}"}


def new_trace() -> str:
    return f"{time.time_ns():032x}"


def connected(steps: list[Step], *, above: str = "") -> bool:
    """Say whether every step hangs on another one, and the first on what is above all."""
    ids = {one.id for one in steps}
    return all(one.parent in ids for one in steps if one.parent != above) and any(s.parent == above for s in steps)


def test_a_request_through_one_process_is_one_trace(watched: Town, quarter: Quarter, collector: Collector) -> None:
    person = quarter.register("Traced")
    trace = new_trace()
    ok(quarter.council.get(f"/v1/participants/{person['id']}?x={person['id']}", headers=traceparent(trace)))
    steps = collector.of_trace(trace, at_least=3)
    assert connected(steps, above=_PARENT)
    servers = {(one.service, one.name) for one in steps if one.kind == SERVER}
    assert servers >= {
        ("cando-edge", "GET /v1/participants"),
        ("cando-directory", "GET /v1/participants/{participant_id}"),
    }
    assert any(one.name == "transaction" and one.service == "cando-directory" for one in steps)


def test_no_step_says_who_it_was_about(watched: Town, quarter: Quarter, collector: Collector) -> None:
    person = quarter.register("Canarystep")
    trace = new_trace()
    for path in (f"/v1/participants/{person['id']}", "/v1/Canarystep", "/v1/needs?q=Canarystep", "/Canarystep"):
        quarter.council.get(path, headers={**traceparent(trace), "x-request-id": "Canarystep"})
    said = repr(collector.of_trace(trace, at_least=6))
    assert "canarystep" not in said.lower()
    assert person["id"] not in said
    assert quarter.id not in said
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", said)


def test_a_job_belongs_to_the_trace_of_whoever_queued_it(watched: Town, quarter: Quarter, collector: Collector) -> None:
    for number in range(30):  # another house on the same database, which traces nothing, may take the job
        trace = new_trace()
        body = {"name": f"Traced Mending {number}", "kind": "charity"}
        made = ok(quarter.council.post("/v1/organisations", json=body, headers=traceparent(trace)))
        service = {"organisation_id": made["id"], "name": "Mending bicycles", "description": "We mend bicycles."}
        ok(quarter.council.post("/v1/services", json=service, headers=traceparent(trace)))
        time.sleep(0.3)
        steps = collector.of_trace(trace, at_least=4)
        if any(one.name.startswith("job ") for one in steps):
            assert connected(steps, above=_PARENT)
            return
    pytest.fail("no job was traced")


@contextmanager
def collected(url: str, *, share: float, outside: bool = False) -> Iterator[tuple[asyncio.Runner, Traced, Metrics]]:
    metrics = Metrics("tried")

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        with tracing.span("inner"):
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with asyncio.Runner() as runner:
        opened = tracing.collected([metrics], url=url, share=share)
        runner.run(opened.__aenter__())
        try:
            yield runner, Traced(answer, service="tried", clock=system_clock, metrics=metrics, outside=outside), metrics
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def asked(app: Traced, headers: dict[str, str]) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        return None

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await app({"type": "http", "method": "GET", "path": "/", "headers": raw}, receive, send)


def test_nobody_outside_decides_that_a_trace_is_kept(collector: Collector) -> None:
    forged, begun = new_trace(), len(collector.steps)
    with collected(collector.url, share=0, outside=True) as (runner, app, _):
        for trace in (forged, "0" * 31 + "1"):  # a share by the trace's id would keep the second
            runner.run(asked(app, {**traceparent(trace), "tracestate": "x=1", "baggage": "name=Wrenna"}))
    assert collector.steps[begun:] == [] or not [one for one in collector.steps[begun:] if one.service == "cando-tried"]


def test_inside_what_the_edge_decided_holds(collector: Collector) -> None:
    kept, dropped = new_trace(), f"{time.time_ns() + 1:032x}"
    with collected(collector.url, share=0.0) as (runner, app, _):
        runner.run(asked(app, traceparent(kept)))
        runner.run(asked(app, traceparent(dropped, kept=False)))
    assert {one.name for one in collector.of_trace(kept, at_least=2)} == {"GET", "inner"}
    assert not [one for one in collector.steps if one.trace == dropped]


@pytest.mark.parametrize(
    "said",
    ["", "00-zz", "00-" + "0" * 32 + "-" + _PARENT + "-01", "00-" + "a" * 32 + "-" + "0" * 16 + "-01", "x" * 5000],
)
def test_a_parent_that_cannot_be_read_is_none(collector: Collector, said: str) -> None:
    with collected(collector.url, share=1, outside=True) as (runner, app, _):
        runner.run(asked(app, {"traceparent": said}))
        runner.run(asked(app, {}))


@contextmanager
def hanging() -> Iterator[str]:
    """A collector that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def dead() -> Iterator[str]:
    """The address of a collector that is not there."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("away", [hanging, dead])
def test_a_collector_that_is_away_slows_and_fails_no_request(away: object) -> None:
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    try:
        with away() as url:  # type: ignore[operator]
            with collected(url, share=1) as (runner, app, _):
                took = []
                for _ in range(
                    2200
                ):  # twice as many steps, more than are kept: the queue overflows, and nobody waits for it
                    began = time.perf_counter()
                    runner.run(asked(app, {}))
                    took.append(time.perf_counter() - began)
                began = time.perf_counter()
            farewell = time.perf_counter() - began
    finally:
        logging.getLogger("opentelemetry").setLevel(logging.NOTSET)
    took.sort()
    assert took[len(took) // 2] < 0.005
    assert farewell < 6


def test_without_a_collector_a_step_costs_next_to_nothing() -> None:
    with working_for(Metrics("off")):
        began = time.process_time()
        for _ in range(50_000):
            with tracing.span("transaction"):
                pass
        each = (time.process_time() - began) / 50_000
    assert each < 5e-6, f"{each * 1e6:.2f} µs"


@pytest.mark.skipif(not os.environ.get("CANDO_STREETS"), reason="CANDO_STREETS=1 starts processes for it")
def test_a_request_through_several_processes_is_one_trace(
    watched: Town, quarter: Quarter, collector: Collector, database_url: str, tmp_path: Path
) -> None:
    person = quarter.register("Walker")
    told = {"CANDO_OTLP_URL": collector.url, "CANDO_TRACE_SHARE": "1"}
    street = Street(database_url, tmp_path / "log", told=told)
    try:
        for part in ("gateway", "directory"):
            street.start(part)
        for part in ("directory", "gateway"):
            _until_alive(street, part)
        trace = new_trace()
        headers = {**traceparent(trace), "authorization": quarter.council.headers["authorization"]}
        ok(httpx.get(f"{street.url('gateway')}/v1/participants/{person['id']}", headers=headers, timeout=20))
        steps = collector.of_trace(trace, at_least=3, within=20)
    finally:
        for part in list(street.processes):
            street.stop(part)
    assert connected(steps, above=_PARENT)
    edge = next(one for one in steps if one.service == "cando-edge")
    room = next(one for one in steps if one.service == "cando-directory" and one.kind == SERVER)
    assert edge.parent == _PARENT
    assert room.parent == edge.id
    assert UUID(person["id"])


def _until_alive(street: Street, part: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert street.processes[part].poll() is None, street.log.read_text()[-2000:]
        try:
            if httpx.get(f"{street.url(part)}/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{part} does not answer")
