"""Putting the gateway together: the desk, the keys, who is known, and the edge around them."""

import contextlib
from collections import ChainMap
from collections.abc import AsyncIterator, Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import events, public, routes
from gateway.credentials import Mint
from gateway.edge import Gateway
from gateway.guests import Guests
from gateway.identity import Identities
from gateway.retention import KINDS
from gateway.routing import DESK
from gateway.settings import Settings
from gateway.signing import Signer
from gateway.subjects import HOLDINGS
from gateway.webhooks import routes as webhooks
from gateway.webhooks.post import Post, forget_old_deliveries
from services.kernel import app as kernel_app
from services.kernel.app import Room
from services.kernel.clock import Clock, system_clock
from services.kernel.context import Kernel
from services.kernel.secrets import Box, derived
from services.kernel.upstream import UpstreamUnavailable

ROOM = Room(
    name=DESK,
    summary="Tenants, API clients, staff, tokens, and the feed of everything.",
    routers=(public.router, public.oauth, routes.tenants, routes.clients, routes.staff, webhooks.router),
    hourly={"forget_old_deliveries": forget_old_deliveries},
    follows={"directory": events.follow_directory},
    holdings=HOLDINGS,
    retention=KINDS,
)


class _Itself:
    """Stands for the desk, as a neighbour of itself, while the desk is being made."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _Neighbours(ChainMap[str, ASGIApp]):
    """Every service by name, as it stands when asked; one that is not there answers like one that is down."""

    def __missing__(self, name: str) -> ASGIApp:
        return _absent


async def _absent(_: Scope, __: Receive, ___: Send) -> None:
    raise UpstreamUnavailable


def create_app(
    settings: Settings | None = None, *, upstreams: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> Gateway:
    """Return the gateway before `upstreams` (by name; without them, proxies to the addresses in the settings).

    They are looked up as they are needed, so they may be made after the gateway that they themselves depend on.
    """
    settings = settings or kernel_app.from_environment(Settings)
    settings = settings.model_copy(update={"service_secret": derived(settings.secret, f"service:{DESK}")})
    itself = _Itself()
    behind = kernel_app.proxies(settings) if upstreams is None else upstreams
    apps = _Neighbours({DESK: itself}, behind)  # type: ignore[arg-type]
    desk = kernel_app.build(ROOM, settings, peers=apps, clock=clock)
    itself.app = desk
    desk.router.redirect_slashes = False
    kernel: Kernel = desk.state.kernel
    mint, signer = Mint(settings.secret), Signer(kernel.database, settings.secret)
    identities = Identities(kernel.database, mint, signer, clock)
    desk.state.mint, desk.state.signer = mint, signer
    _add_to_lifespan(desk, signer, identities, Post(kernel, Box(settings.secret, webhooks.PURPOSE)))
    guests = Guests(kernel.database, signer, default=settings.default_tenant)
    return Gateway(desk, apps, identities=identities, guests=guests, settings=settings, clock=clock)


def _add_to_lifespan(desk: FastAPI, signer: Signer, identities: Identities, post: Post) -> None:
    inner = desk.router.lifespan_context

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            await signer.load()
            async with identities.bell.listening(), post.working():
                yield

    desk.router.lifespan_context = lifespan
