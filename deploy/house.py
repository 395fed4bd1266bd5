"""The whole house in one process: the gateway in front, every service behind it, each called directly."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.database import runtime_url
from gateway.app import create_app as create_gateway
from gateway.settings import Settings as GatewaySettings
from services.assessments.app import create_app as create_assessments
from services.assessments.settings import Settings as AssessmentsSettings
from services.community.app import create_app as create_community
from services.community.settings import Settings as CommunitySettings
from services.connect.app import create_app as create_connect
from services.connect.settings import Settings as ConnectSettings
from services.directory.app import create_app as create_directory
from services.directory.settings import Settings as DirectorySettings
from services.kernel.clock import Clock, system_clock
from services.kernel.secrets import derived
from services.kernel.settings import ServiceSettings
from services.matching.app import create_app as create_matching
from services.matching.settings import Settings as MatchingSettings
from services.timebank.app import create_app as create_timebank
from services.timebank.settings import Settings as TimebankSettings

POOL = 5
"""Connections per service: the gateway and five services, each with twice as many at a peak, three for its jobs and one
for its bell, and the sixth, that hardly needs any, fit a PostgreSQL that allows a hundred."""
_POOLS = {"connect": 2}
_SERVICES: Mapping[str, tuple[Callable[..., FastAPI], type[ServiceSettings]]] = {
    "directory": (create_directory, DirectorySettings),
    "assessments": (create_assessments, AssessmentsSettings),
    "matching": (create_matching, MatchingSettings),
    "timebank": (create_timebank, TimebankSettings),
    "community": (create_community, CommunitySettings),
    "connect": (create_connect, ConnectSettings),
}


class House:
    """An ASGI app that is all of Cando. `apps` holds the services by name, `gateway` stands in front of them."""

    def __init__(self, admin_url: str, *, secret: str, public_url: str = "", clock: Clock = system_clock) -> None:
        neighbours: dict[str, ASGIApp] = {}
        settings = GatewaySettings(
            database_url=runtime_url(admin_url, "gateway", secret), secret=secret, public_url=public_url, pool=POOL
        )
        self.gateway = create_gateway(settings, upstreams=neighbours, clock=clock)
        neighbours |= {"gateway": self.gateway.desk, "edge": self.gateway}
        self.apps: dict[str, FastAPI] = {}
        for name, (create, settings_of) in _SERVICES.items():
            own = settings_of(
                database_url=runtime_url(admin_url, name, secret),
                service_secret=derived(secret, f"service:{name}"),
                pool=_POOLS.get(name, POOL),
            )
            self.apps[name] = create(own, peers=neighbours, clock=clock)
            self.gateway.desk.state.kernel.panel.include(self.apps[name].state.kernel.panel)
        neighbours.update(self.apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self.gateway(scope, receive, send)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        """Start every part, and end them in reverse: mounted apps' lifespans do not run by themselves.

        The gateway, that knows the keys, is first and last; the others start side by side.
        """
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(_Life(self.gateway.desk))
            lives = [_Life(app) for app in self.apps.values()]
            for life in lives:
                stack.push_async_exit(life)
            await asyncio.gather(*(life.begin() for life in lives))
            yield self

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self.open():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})


class _Life:
    """The lifespan of one app, in a task of its own from its beginning to its end."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Return once it has begun. Raises what kept it from that."""
        begun = asyncio.Event()
        self._task = asyncio.create_task(self._live(begun))
        waiting = asyncio.create_task(begun.wait())
        try:
            await asyncio.wait((self._task, waiting), return_when=asyncio.FIRST_COMPLETED)
            if not begun.is_set():
                task, self._task = self._task, None
                await task
        finally:
            waiting.cancel()

    async def _live(self, begun: asyncio.Event) -> None:
        async with self._app.router.lifespan_context(self._app):
            begun.set()
            await self._over.wait()

    async def __aenter__(self) -> None:
        await self.begin()

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        if self._task is not None:
            await self._task
