"""The app of this room: its routes. It follows nobody's feed."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.community.action_plans import routes as action_plans
from services.community.councils import election_routes as elections
from services.community.councils import routes as councils
from services.community.labs import routes as labs
from services.community.projects import routes as projects
from services.community.retention import KINDS
from services.community.rotas import routes as rotas
from services.community.rotas import turn_routes as turns
from services.community.settings import Settings
from services.community.subjects import HOLDINGS
from services.kernel.app import Room, build, from_environment, proxies
from services.kernel.clock import Clock, system_clock

ROOM = Room(
    name="community",
    summary="What follows: councils and their elections, projects, action plans, rotas and co-production labs.",
    routers=[
        councils.router,
        elections.router,
        projects.router,
        action_plans.router,
        rotas.router,
        turns.router,
        labs.router,
    ],
    holdings=HOLDINGS,
    retention=KINDS,
)


def create_app(
    settings: Settings | None = None, *, peers: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> FastAPI:
    """Return the app of this room; without `peers` its neighbours are reached at the addresses in the settings."""
    told = settings or from_environment(Settings)
    return build(ROOM, told, peers=proxies(told) if peers is None else peers, clock=clock)
