"""Traces (OpenTelemetry): how one request went through the house, sent to the collector that CANDO_OTLP_URL names.

Off, which is the rule, nothing of OpenTelemetry is even imported. On, a span is noted for each request at the edge and
in a service, each transaction, outbound request, job and page of facts. Spans carry routes as templates, methods and
states; no id of anybody, no query, no text. They are sent from a thread beside, in batches: a collector that is slow
or down costs spans, never a request.

Whether a trace is kept is decided here, by chance: somebody outside may name the trace that a request belongs to, but
not that it is kept.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

from services.kernel.metrics import Metrics, here

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span
    from sqlalchemy import Connection, ExceptionContext
    from sqlalchemy.engine import Engine

HEADER = b"traceparent"
FOREIGN = frozenset({HEADER, b"tracestate", b"baggage"})
"""Headers that say what a request belongs to. From outside only the first is read, and none is handed on."""
_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_QUEUED, _BATCH, _DELAY_MS = 4096, 512, 2000.0
_EXPORT_SECONDS = 5.0
_FAREWELL_MS = 1000
_NOTHING: AbstractContextManager[None] = nullcontext()

Kind = Literal["server", "client", "consumer"]


class Traces:
    """Gives parts their tracers, and sends what they note. All parts of a process share one: see `collected`."""

    def __init__(self, url: str, *, share: float) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self.users = 0
        self._share = share
        exporter = OTLPSpanExporter(endpoint=url.rstrip("/") + "/v1/traces", timeout=_EXPORT_SECONDS)
        self._processor: SpanProcessor = BatchSpanProcessor(
            exporter, max_queue_size=_QUEUED, max_export_batch_size=_BATCH, schedule_delay_millis=_DELAY_MS
        )

    def trace(self, metrics: Metrics) -> None:
        """Trace one part from now on."""
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        resource = Resource({"service.name": f"cando-{metrics.service}", "service.namespace": "cando"})
        provider = TracerProvider(sampler=_sampler(self._share), resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        metrics.tracer = provider.get_tracer("cando")
        metrics.trace_share = self._share

    def close(self) -> None:
        """Send what is left, within a second."""
        inner = getattr(self._processor, "_batch_processor", None)
        if inner is None:
            self._processor.shutdown()
        else:
            inner.shutdown(timeout_millis=_FAREWELL_MS)


_OPEN: dict[tuple[str, float], Traces] = {}


@asynccontextmanager
async def collected(parts: Sequence[Metrics], *, url: str, share: float) -> AsyncIterator[None]:
    """Trace `parts` while the context is open, if `url` names a collector."""
    if not url:
        yield
        return
    traces = _OPEN.get((url, share)) or _OPEN.setdefault((url, share), Traces(url, share=share))
    traces.users += 1
    for part in parts:
        traces.trace(part)
    try:
        yield
    finally:
        traces.users -= 1
        if not traces.users:
            del _OPEN[url, share]
            await asyncio.to_thread(traces.close)


def _sampler(share: float) -> Any:
    from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult

    class ByChance(Sampler):
        """Keeps a share of the traces whatever their ids, which somebody outside may have chosen."""

        def should_sample(self, *_: Any, **__: Any) -> SamplingResult:
            return SamplingResult(Decision.RECORD_AND_SAMPLE if random.random() < share else Decision.DROP)  # noqa: S311

        def get_description(self) -> str:
            return f"ByChance({share})"

    return ParentBased(ByChance())


@contextmanager
def _noted(metrics: Metrics, name: str, kind: Kind, parent: Context | None) -> Iterator[Span]:
    from opentelemetry.trace import SpanKind, StatusCode, use_span

    assert metrics.tracer is not None
    span = metrics.tracer.start_span(name, context=parent, kind=SpanKind[kind.upper()], record_exception=False)
    with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield span
        except BaseException as error:
            # The name alone: a message may quote data.
            span.set_status(StatusCode.ERROR)
            span.set_attribute("error.type", type(error).__name__)
            raise


def span(name: str, *, kind: Kind = "client", parent: str | None = None) -> AbstractContextManager[Any]:
    """Note what happens inside as one step; without a collector this does nothing. `parent` is a `traceparent`."""
    metrics = here()
    if metrics.tracer is None:
        return _NOTHING
    return _noted(metrics, name, kind, _context(parent) if parent else None)


def request(metrics: Metrics, headers: Mapping[bytes, bytes], *, outside: bool) -> AbstractContextManager[Any]:
    """Note a request that has just come in. What is said from `outside` of keeping its trace is not heard."""
    if metrics.tracer is None:
        return _NOTHING
    given = headers.get(HEADER, b"").decode("latin-1")
    parent = None
    if given and current() is None:
        kept = random.random() < metrics.trace_share if outside else None  # noqa: S311
        parent = _context(given, kept=kept)
    return _noted(metrics, "request", "server", parent)


def _context(given: str, *, kept: bool | None = None) -> Context | None:
    """Return the context that a `traceparent` names; `kept` decides in its place whether the trace is kept."""
    from opentelemetry import trace

    match = _PARENT.fullmatch(given)
    if match is None:
        return None
    flags = int(match[3], 16) & 1 if kept is None else int(kept)
    remote = trace.SpanContext(
        int(match[1], 16), int(match[2], 16), is_remote=True, trace_flags=trace.TraceFlags(flags)
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(remote))


def current() -> str | None:
    """Return the `traceparent` of the step that is under way, if there is one."""
    if here().tracer is None:
        return None
    from opentelemetry.trace import get_current_span

    at = get_current_span().get_span_context()
    return f"00-{at.trace_id:032x}-{at.span_id:016x}-{int(at.trace_flags):02x}" if at.is_valid else None


def ended(noted: Span | None, *, method: str, route: str, status: int) -> None:
    """Say of a request's step what it was: known only at its end."""
    if noted is None or not noted.is_recording():
        return
    noted.update_name(f"{method} {route}".strip())
    noted.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if status >= 500:
        from opentelemetry.trace import StatusCode

        noted.set_status(StatusCode.ERROR)


# --- transactions --------------------------------------------------------------------------------------------------


def watch_transactions(metrics: Metrics, engine: Engine) -> None:
    """Time every transaction of `engine`, count commits that fail, and note each as a step of its request."""
    from sqlalchemy import event

    namespace = {"db.system.name": "postgresql", "db.namespace": metrics.service}

    def begin(connection: Connection) -> None:
        connection.info.pop("committing", None)
        connection.info["began"] = time.perf_counter()
        if metrics.tracer is not None and current() is not None:
            connection.info["span"] = metrics.tracer.start_span("transaction", attributes=namespace)

    def end(connection: Connection) -> None:
        if connection.invalidated:  # by whoever broke it off: there is nothing left to look into
            return
        began = connection.info.pop("began", None)
        if began is not None:
            metrics.transaction_seconds.observe(time.perf_counter() - began)
        if (noted := connection.info.pop("span", None)) is not None:
            noted.end()

    def commit(connection: Connection) -> None:
        connection.info["committing"] = True
        end(connection)

    def fail(context: ExceptionContext) -> None:
        if (
            context.connection is not None
            and not context.connection.invalidated
            and context.statement is None
            and context.connection.info.pop("committing", 0)
        ):
            metrics.failed_commits.inc()

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", commit)
    event.listen(engine, "rollback", end)
    event.listen(engine, "handle_error", fail)
