"""Figures that an operator alarms on: counted where things happen, and shown as Prometheus text at `/metrics`.

Each part of Cando has a `Metrics` with a registry of its own, because seven parts may live in one process; a `Panel`
shows those of one process together, each with its name as the label `service`. Deep code that belongs to no part asks
`here()` whose work it is doing. No figure has a label that a caller can choose: routes are templates, methods are of a
list, and nothing names a tenant, a person or an address.
"""

import hmac
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample
from sqlalchemy.pool import AsyncAdaptedQueuePool

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def method_of(said: str) -> str:
    """Return a method as labels and log lines name it: a client may send any word."""
    return said if said in METHODS else "other"


class Metrics:
    """The figures of one part. `tracer` is there when its traces are collected."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self.tracer: Tracer | None = None
        self.trace_share = 0.0
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._edge()
        self._database()
        self._background()

    def _edge(self) -> None:
        self._requests = self.counter("cando_requests", "Requests answered", "route", "method", "status")
        self._request_seconds = self.histogram("cando_request_seconds", "How long answers took", "route")
        self.under_way = self.gauge("cando_requests_under_way", "Requests being answered")
        self.problems = self.counter("cando_problems", "Answers that were problems, by slug", "slug")
        self.replays = self.counter("cando_replays", "Repeated POSTs that were shown what the first one did")
        self.upstream_failures = self.counter(
            "cando_upstream_failures", "Times that a neighbour did not answer or broke", "upstream"
        )
        self.refused_outbound = self.counter(
            "cando_outbound_refusals", "Addresses named by others that lead inside, or may not be asked"
        )
        self.refused_sign_ins = self.counter("cando_sign_in_refusals", "Sign-ins that were refused", "reason")

    def _database(self) -> None:
        self.transaction_seconds = self.histogram("cando_transaction_seconds", "From begin to commit or rollback")
        self.failed_commits = self.counter("cando_commit_failures", "Commits that the database refused")
        self.exhausted = self.counter("cando_database_exhausted", "Times that no connection came free in time")
        self.connections = self.gauge("cando_database_connections", "Connections of the pool", "state")

    def _background(self) -> None:
        self.events = self.counter("cando_log_events", "Lines of the log from warnings on", "event", "level")
        self.jobs = self.counter("cando_jobs", "Background jobs done, and failed", "task", "outcome")
        self.job_done = self.gauge("cando_job_last_success_seconds", "When a task last succeeded here", "task")
        self.facts = self.counter("cando_feed_facts", "Facts applied from a neighbour's feed", "source")
        self.feed_lag = self.gauge("cando_feed_lag_seconds", "For how long a feed has not been caught up", "source")
        self.feed_waiting = self.gauge("cando_feed_waiting_facts", "Facts known to wait, up to a thousand", "source")
        self.attempts = self.counter("cando_webhook_attempts", "Deliveries tried, by what became of them", "outcome")

    def counter(self, name: str, says: str, *labels: str) -> Counter:
        """Make a counter; its name is shown with `_total` at the end."""
        return Counter(name, says, labels, registry=self.registry)

    def gauge(self, name: str, says: str, *labels: str) -> Gauge:
        """Make a gauge; `set_function` makes one that is asked only when it is shown."""
        return Gauge(name, says, labels, registry=self.registry)

    def histogram(self, name: str, says: str, *labels: str) -> Histogram:
        """Make a histogram of seconds."""
        return Histogram(name, says, labels, registry=self.registry, buckets=_SECONDS)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer; `route` is a template, `method` as `method_of` names it."""
        key = (route, method, status // 100)
        found = self._answered.get(key)
        if found is None:
            counter = self._requests.labels(route, method, f"{key[2]}xx")
            found = self._answered[key] = counter, self._request_seconds.labels(route)
        found[0].inc()
        found[1].observe(seconds)

    def ran(self, task: str, *, well: bool) -> None:
        """Count one run of a background task."""
        self.jobs.labels(task, "done" if well else "failed").inc()
        if well:
            self.job_done.labels(task).set(time.time())

    def expect(self, tasks: Iterable[str]) -> None:
        """Count from now on for how long each of these has not succeeded, though it may never do."""
        for task in tasks:
            self.job_done.labels(task).set(time.time())


_NOBODY = Metrics("none")
_HERE: ContextVar[Metrics] = ContextVar("metrics", default=_NOBODY)


def here() -> Metrics:
    """Return the figures of the part whose work is being done."""
    return _HERE.get()


@contextmanager
def working_for(metrics: Metrics) -> Iterator[None]:
    """Let what happens inside, and in tasks begun inside, count for one part."""
    token = _HERE.set(metrics)
    try:
        yield
    finally:
        _HERE.reset(token)


class _Build(Collector):
    def collect(self) -> Iterable[Metric]:
        told = {"version": version("cando"), "python": platform.python_version()}
        family = GaugeMetricFamily("cando_build_info", "Which Cando this process is", labels=list(told))
        family.add_metric(list(told.values()), 1.0)
        yield family


class Panel(Collector):
    """The parts of one process, shown together, and the process itself. Nobody sees it without the token."""

    def __init__(self, token: str = "") -> None:
        self._token = token
        self._parts: list[Metrics] = []
        self._panels: list[Panel] = []
        self._process: tuple[Collector, ...] = (ProcessCollector(registry=None), _Build())

    def part(self, service: str) -> Metrics:
        """Add a part, and return its figures."""
        self._parts.append(Metrics(service))
        return self._parts[-1]

    def include(self, panel: "Panel") -> None:
        """Show another panel's parts here as well: of a service in this process."""
        self._panels.append(panel)

    def opens_to(self, authorization: str) -> bool:
        """Say whether a request that shows `authorization` may see the figures."""
        shown = authorization.partition(" ")[2].strip()
        return bool(self._token) and hmac.compare_digest(shown.encode(), self._token.encode())

    @property
    def wanted(self) -> bool:
        """Say whether anybody can see the figures at all."""
        return bool(self._token)

    @property
    def own(self) -> list[Metrics]:
        """Return the parts of this panel alone."""
        return list(self._parts)

    @property
    def parts(self) -> list[Metrics]:
        """Return every part that is shown here."""
        return [*self._parts, *(part for panel in self._panels for part in panel.parts)]

    def collect(self) -> Iterable[Metric]:
        """Yield each figure once, with the samples of all parts."""
        families: dict[str, Metric] = {}
        for part in self.parts:
            for family in part.registry.collect():
                shown = families.setdefault(family.name, _empty(family))
                shown.samples += [_labelled(one, part.service) for one in family.samples if _is_shown(one)]
        yield from families.values()
        for collector in self._process:
            yield from collector.collect()

    def text(self) -> bytes:
        """Return what Prometheus reads."""
        return generate_latest(self)


def router(panel: Panel) -> APIRouter:
    """Return the route that shows a panel; to whoever lacks the token there is no such address."""
    found = APIRouter(include_in_schema=False)

    @found.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not panel.opens_to(request.headers.get("authorization", "")):
            raise HTTPException(404)
        return Response(panel.text(), media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})

    return found


def _empty(family: Metric) -> Metric:
    return Metric(family.name, family.documentation, family.type, family.unit)


def _is_shown(sample: Sample) -> bool:
    return not sample.name.endswith("_created")


def _labelled(sample: Sample, service: str) -> Sample:
    return sample._replace(labels={"service": service, **sample.labels})


class CountedPool(AsyncAdaptedQueuePool):
    """A pool that knows how many wait for a connection of it."""

    waited_for = 0

    def _do_get(self) -> Any:
        self.waited_for += 1
        try:
            return super()._do_get()
        finally:
            self.waited_for -= 1


def watch_pool(metrics: Metrics, pool: Any) -> None:
    """Show how busy a pool of connections is, whenever somebody looks."""
    states: dict[str, Callable[[], float]] = {
        "in-use": pool.checkedout,
        "waited-for": lambda: pool.waited_for,
        "most": lambda: pool.size() + pool._max_overflow,
    }
    for state, ask in states.items():
        metrics.connections.labels(state).set_function(ask)
