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
        neighbours.update(self.apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self.gateway(scope, receive, send)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        """Start every part, and end them in reverse: mounted apps' lifespans do not run by themselves."""
        async with contextlib.AsyncExitStack() as stack:
            for app in (self.gateway.desk, *self.apps.values()):
                await stack.enter_async_context(app.router.lifespan_context(app))
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
