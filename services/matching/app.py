"""Matching's app: its routes, its index of listings, its background work, and the feeds it follows."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.kernel.app import Room, build, from_environment, proxies
from services.kernel.clock import Clock, system_clock
from services.kernel.incoming.routes import LARGE
from services.matching import measures
from services.matching.candidates import routes as candidates
from services.matching.candidates.index import Index
from services.matching.candidates.warming import warming
from services.matching.events import follow_assessments, follow_directory
from services.matching.fairness import routes as fairness
from services.matching.feedback import routes as feedback
from services.matching.hours import routes as hours
from services.matching.internal import routes as internal
from services.matching.listings import routes as listings
from services.matching.matches import routes as matches
from services.matching.messages import routes as messages
from services.matching.plans import routes as plans
from services.matching.plans import work as planning
from services.matching.plans.domain import TASK
from services.matching.public_listings import routes as public_listings
from services.matching.retention import KINDS
from services.matching.settings import Settings
from services.matching.subjects import HOLDINGS
from services.matching.synchronised import routes as synchronised

ROOM = Room(
    name="matching",
    summary="Needs and offers, who fits whom and why, matches through all their states, and hours.",
    routers=[
        *synchronised.needs,
        *synchronised.offers,
        listings.needs,
        listings.offers,
        candidates.router,
        fairness.router,
        matches.router,
        matches.introductions,
        messages.router,
        hours.router,
        feedback.router,
        plans.allocations,
        plans.rings,
        plans.labs,
        public_listings.router,
        internal.router,
    ],
    large_bodies=LARGE,
    follows={"directory": follow_directory, "assessments": follow_assessments},
    holdings=HOLDINGS,
    retention=KINDS,
)


def create_app(
    settings: Settings | None = None, *, peers: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> FastAPI:
    """Return matching's app; without `peers` its neighbours are reached at the addresses in the settings."""
    told = settings or from_environment(Settings)
    index = Index(most=told.index_tenants)
    checks = {"index": lambda: index.standing(most=told.ready_lag)}
    room = replace(ROOM, tasks={TASK: planning.task(index)}, checks=checks)
    app = build(room, told, peers=peers if peers is not None else proxies(told), clock=clock)
    app.state.index = index
    measures.watch(app.state.kernel.metrics, index)
    _warm_at_start(app, index, told)
    return app


def _warm_at_start(app: FastAPI, index: Index, told: Settings) -> None:
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(itself: FastAPI) -> AsyncIterator[None]:
        async with (
            inner(itself),
            warming(index, itself.state.kernel, within=told.warm_seconds, most=told.index_tenants),
        ):
            yield

    app.router.lifespan_context = lifespan
