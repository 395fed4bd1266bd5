"""Building a service's app: the same frame for each, so that a service is only its routes, tasks and followers."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi import APIRouter, FastAPI
from pydantic import ValidationError
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from services.kernel import (
    contract,
    dispatch,
    events,
    logs,
    looks,
    measures,
    metrics,
    problems,
    readiness,
    retention,
    subjects,
    tracing,
)
from services.kernel.bell import Bell
from services.kernel.caller import Verifier
from services.kernel.clock import Clock
from services.kernel.context import Kernel
from services.kernel.database import Database
from services.kernel.edge import Limited, Traced
from services.kernel.follow import Follower, Handler
from services.kernel.jobs import Hourly, Jobs, Task
from services.kernel.measures import Measure
from services.kernel.peers import Peers, Tokens
from services.kernel.settings import ServiceSettings
from services.kernel.upstream import Proxy

NAMES = ("directory", "assessments", "matching", "timebank", "community", "connect")


@dataclass(frozen=True, slots=True)
class Room:
    """What makes one service itself."""

    name: str
    summary: str
    routers: Sequence[APIRouter]
    tasks: Mapping[str, Task] = field(default_factory=dict)
    hourly: Mapping[str, Hourly] = field(default_factory=dict)
    follows: Mapping[str, Handler] = field(default_factory=dict)
    large_bodies: tuple[str, ...] = ()
    uploads: tuple[str, ...] = ()
    holdings: subjects.Holdings = field(default_factory=lambda: subjects.Holdings(()))
    retention: "Sequence[retention.Kind]" = ()
    measures: Sequence[Measure] = ()
    checks: Mapping[str, readiness.Check] = field(default_factory=dict)


Told = TypeVar("Told", bound=ServiceSettings)


def from_environment(kind: type[Told]) -> Told:
    """Return the settings of a process of its own, which from now on logs as they say.

    What stands in the way is said in one sentence: the error itself would quote what was set, and so a secret.
    """
    try:
        told = kind()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "_".join(str(part) for part in wrong["loc"]).upper()
        raise SystemExit(f"Cando does not start. CANDO_{name} cannot be used: {wrong['msg']}.") from None
    logs.configure(told.log_level)
    logs.last_resort()
    return told


def proxies(settings: ServiceSettings) -> dict[str, ASGIApp]:
    """Return the neighbours as proxies to the addresses in the settings; `edge` is what everybody else sees."""
    urls = {name: str(getattr(settings, f"{name}_url")) for name in ("gateway", *NAMES)}
    return {name: Proxy(url) for name, url in {**urls, "edge": settings.gateway_url}.items()}


def build(room: Room, settings: ServiceSettings, *, peers: Mapping[str, ASGIApp], clock: Clock) -> FastAPI:
    """Return the app of `room`, not yet started: its lifespan opens what it needs."""
    kernel = _kernel(room, settings, peers, clock)
    followers = [Follower(source, handle, kernel) for source, handle in room.follows.items()]
    app = FastAPI(
        title=f"Cando {room.name}",
        version="1",
        description=room.summary,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        lifespan=_lifespan(kernel, followers, room.measures),
        middleware=_edge(room, kernel),
    )
    app.state.kernel = kernel
    app.state.followers = followers
    app.openapi = lambda: contract.document(app)  # type: ignore[method-assign]
    problems.install(app)
    kinds = (*room.retention, retention.audit_of(room.name))
    rights = (subjects.router(room.holdings), retention.router(kinds), looks.router)
    health = readiness.router(kernel, followers, room.checks)
    for router in (*room.routers, events.router, *rights, health, metrics.router(kernel.panel)):
        app.include_router(router)
    dispatch.quicken(app)
    return app


def _kernel(room: Room, settings: ServiceSettings, peers: Mapping[str, ASGIApp], clock: Clock) -> Kernel:
    database = Database(settings.database_url, schema=room.name, pool=settings.pool)
    tokens = Tokens(peers["gateway"], room.name, settings.service_secret, settings.patience)
    panel = metrics.Panel(settings.metrics_token)
    figures = panel.part(room.name)
    metrics.watch_pool(figures, database.engine.pool)
    tracing.watch_transactions(figures, database.engine.sync_engine)
    return Kernel(
        room.name,
        settings,
        database,
        clock,
        Verifier(peers["gateway"], patience=settings.patience),
        Peers(peers, tokens, settings.patience),
        Jobs(database.conninfo, room.name, room.tasks, room.hourly),
        Bell(database.conninfo, f"{room.name}_events"),
        panel,
        figures,
    )


def _edge(room: Room, kernel: Kernel) -> list[Middleware]:
    settings = kernel.settings
    limited = Middleware(
        Limited, largest=settings.largest_body, larger=room.large_bodies, uploads=room.uploads,
        largest_upload=settings.largest_upload,
    )  # fmt: skip
    return [Middleware(Traced, service=room.name, clock=kernel.clock, metrics=kernel.metrics), limited]


def _lifespan(
    kernel: Kernel, followers: Sequence[Follower], measured: Sequence[Measure]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what opens everything a service needs before it answers, and closes it in reverse."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        told = kernel.settings
        async with AsyncExitStack() as stack:
            stack.push_async_callback(kernel.database.close)
            for app in kernel.peers.apps.values():
                if isinstance(app, Proxy):
                    stack.push_async_callback(app.close)
            with metrics.working_for(kernel.metrics), logs.bound(service=kernel.name):
                await kernel.database.check()
                collected = tracing.collected(kernel.panel.own, url=told.otlp_url, share=told.trace_share)
                await stack.enter_async_context(collected)
                await stack.enter_async_context(kernel.bell.listening())
                await stack.enter_async_context(kernel.jobs.working(kernel))
                for follower in followers:
                    await stack.enter_async_context(follower.following())
                await stack.enter_async_context(measures.measuring(kernel, followers, measured))
            yield

    return lifespan
