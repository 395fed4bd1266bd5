"""The app of this room: its routes. It follows nobody's feed by a private way."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.connect.connections import operations as connections
from services.connect.connections.routes import router as connection_routes
from services.connect.fhir import routes as fhir
from services.connect.komunitin import routes as komunitin
from services.connect.komunitin.door import Door
from services.connect.komunitin.remembered import Memory
from services.connect.retention import KINDS
from services.connect.settings import Settings
from services.connect.subjects import HOLDINGS
from services.kernel.app import Room, build, from_environment, proxies
from services.kernel.clock import Clock, system_clock

ROOM = Room(
    name="connect",
    summary="Connected systems: facades for time banks and care systems, connectors to CRMs.",
    routers=[connection_routes, komunitin.router, fhir.router],
    holdings=HOLDINGS,
    retention=KINDS,
    tasks={connections.TASK: connections.run},
    hourly={connections.HOURLY: connections.start_due},
)


def create_app(
    settings: Settings | None = None, *, peers: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> FastAPI:
    """Return the app of this room; without `peers` its neighbours are reached at the addresses in the settings."""
    told = settings or from_environment(Settings)
    app = build(ROOM, told, peers=proxies(told) if peers is None else peers, clock=clock)
    app.add_middleware(Door)
    app.state.komunitin = Memory()
    return app
