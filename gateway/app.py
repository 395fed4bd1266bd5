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
from gateway.limits.gate import Limits
from gateway.limits.store import Store, forget_full_buckets
from gateway.measures import MEASURES
from gateway.retention import KINDS
from gateway.routing import DESK
from gateway.settings import Settings
from gateway.sign_in import routes as identity_providers
from gateway.sign_in.recognition import SignIns
from gateway.signing import Signer, rotate_signing_keys
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
    routers=(
        public.router,
        public.oauth,
        routes.tenants,
        routes.clients,
        routes.staff,
        identity_providers.router,
        webhooks.router,
    ),
    hourly={
        "forget_old_deliveries": forget_old_deliveries,
        "forget_full_buckets": forget_full_buckets,
        "rotate_signing_keys": rotate_signing_keys,
    },
    follows={"directory": events.follow_directory},
    measures=MEASURES,
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
    mint, signer = Mint(settings.secret), Signer(kernel.database, settings.secret, clock)
    identities = Identities(kernel.database, mint, signer, clock)
    desk.state.mint, desk.state.signer, desk.state.sign_ins = mint, signer, SignIns(kernel)
    limits = Limits(settings, Store(kernel.database.conninfo))
    _add_to_lifespan(desk, signer, identities, Post(kernel, Box(settings.secret, webhooks.PURPOSE)), limits)
    guests = Guests(kernel.database, signer, default=settings.default_tenant)
    return Gateway(desk, apps, identities=identities, guests=guests, limits=limits, settings=settings, clock=clock)


def _add_to_lifespan(desk: FastAPI, signer: Signer, identities: Identities, post: Post, limits: Limits) -> None:
    inner = desk.router.lifespan_context

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            await signer.load()
            async with identities.bell.listening(), post.working(), contextlib.aclosing(limits.store):
                yield

    desk.router.lifespan_context = lifespan
