"""A second house on the tests' database, of which figures and traces are taken; and a collector that keeps traces."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from deploy.house import House
from tests.conftest import SECRET
from tests.town import Quarter, Town, served

METRICS_TOKEN = "tests-only-metrics"


@dataclass(frozen=True)
class Step:
    """One span as the collector got it."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    kind: int
    attributes: dict[str, Any]


@dataclass
class Collector:
    """Keeps every span that is sent to it."""

    url: str = ""
    steps: list[Step] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"]
            self.steps += [_step(service, span) for scope in resource.scope_spans for span in scope.spans]

    def of_trace(self, trace: str, *, at_least: int = 1, within: float = 10) -> list[Step]:
        """Wait until so many steps of one trace have come, and return them."""
        until = time.monotonic() + within
        while len(found := [one for one in self.steps if one.trace == trace]) < at_least:
            assert time.monotonic() < until, f"{len(found)} of {at_least} steps: {[one.name for one in found]}"
            time.sleep(0.05)
        return found


def _step(service: str, span: Span) -> Step:
    attributes = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
    return Step(
        service, span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.kind, attributes
    )


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    """A collector on the loopback address."""
    collected = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collected.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    collected.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield collected
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def watched(town: Town, database_url: str, collector: Collector) -> Iterator[Town]:
    """A second house on the tests' database: its figures can be read, every request is traced."""
    with pytest.MonkeyPatch.context() as told:
        told.setenv("CANDO_METRICS_TOKEN", METRICS_TOKEN)
        told.setenv("CANDO_OTLP_URL", collector.url)
        told.setenv("CANDO_TRACE_SHARE", "1")
        house = House(database_url, secret=SECRET)
    with served(house) as url:
        watched = Town(url, town.key, house, database_url, SECRET)
        yield watched
        watched.close()


@pytest.fixture(scope="package")
def quarter(watched: Town) -> Quarter:
    """A neighbourhood of its own."""
    return watched.found("foxglove", language="en", zone="Europe/London", organisation="Foxglove Council")
