"""Building a service's app: the same frame for each, so that a service is only its routes, tasks and followers."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from services.kernel import contract, events, logs, looks, problems, retention, subjects
from services.kernel.bell import Bell
from services.kernel.caller import Verifier
from services.kernel.clock import Clock
from services.kernel.context import Kernel
from services.kernel.database import Database
from services.kernel.edge import Limited, Traced
from services.kernel.follow import Follower, Handler
from services.kernel.jobs import Hourly, Jobs, Task
from services.kernel.peers import Peers, Tokens
from services.kernel.problems import Unavailable
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


Told = TypeVar("Told", bound=ServiceSettings)


def from_environment(kind: type[Told]) -> Told:
    """Return the settings of a process of its own, which from now on logs as they say."""
    told = kind()
    logs.configure(told.log_level)
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
        lifespan=_lifespan(kernel, followers),
        middleware=_edge(room, settings, clock),
    )
    app.state.kernel = kernel
    app.state.followers = followers
    app.openapi = lambda: contract.document(app)  # type: ignore[method-assign]
    problems.install(app)
    kinds = (*room.retention, retention.audit_of(room.name))
    rights = (subjects.router(room.holdings), retention.router(kinds), looks.router)
    for router in (*room.routers, events.router, *rights, _health(kernel, followers)):
        app.include_router(router)
    return app


def _kernel(room: Room, settings: ServiceSettings, peers: Mapping[str, ASGIApp], clock: Clock) -> Kernel:
    database = Database(settings.database_url, schema=room.name, pool=settings.pool)
    tokens = Tokens(peers["gateway"], room.name, settings.service_secret, settings.patience)
    return Kernel(
        room.name,
        settings,
        database,
        clock,
        Verifier(peers["gateway"], patience=settings.patience),
        Peers(peers, tokens, settings.patience),
        Jobs(database.conninfo, room.name, room.tasks, room.hourly),
        Bell(database.conninfo, f"{room.name}_events"),
    )


def _edge(room: Room, settings: ServiceSettings, clock: Clock) -> list[Middleware]:
    limited = Middleware(
        Limited, largest=settings.largest_body, larger=room.large_bodies, uploads=room.uploads,
        largest_upload=settings.largest_upload,
    )  # fmt: skip
    return [Middleware(Traced, service=room.name, clock=clock), limited]


def _lifespan(kernel: Kernel, followers: Sequence[Follower]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what opens everything a service needs before it answers, and closes it in reverse."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(kernel.database.close)
            for app in kernel.peers.apps.values():
                if isinstance(app, Proxy):
                    stack.push_async_callback(app.close)
            await kernel.database.check()
            await stack.enter_async_context(kernel.bell.listening())
            await stack.enter_async_context(kernel.jobs.working(kernel))
            for follower in followers:
                await stack.enter_async_context(follower.following())
            yield

    return lifespan


def _health(kernel: Kernel, followers: Sequence[Follower]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "service": kernel.name}

    @router.get("/ready")
    async def ready() -> dict[str, Any]:
        try:
            await kernel.database.ping()
        except Exception:
            raise Unavailable("The database does not answer.") from None
        return {"status": "ready", "feeds": {f.source: "following" if f.healthy else "behind" for f in followers}}

    return router
