"""The time bank's app: its routes, and matching's feed, from which confirmed hours come."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.kernel.app import Room, build, from_environment, proxies
from services.kernel.clock import Clock, system_clock
from services.timebank.accounts.routes import router as accounts
from services.timebank.events import follow_directory, follow_matching
from services.timebank.holds.routes import router as holds
from services.timebank.measures import MEASURES
from services.timebank.openings.routes import router as openings
from services.timebank.policy.routes import router as policy
from services.timebank.retention import KINDS
from services.timebank.settings import Settings
from services.timebank.statements.routes import router as statements
from services.timebank.subjects import HOLDINGS
from services.timebank.transfers.routes import router as transfers

ROOM = Room(
    name="timebank",
    summary="Hours as credits: accounts, transfers and statements.",
    routers=[policy, openings, accounts, statements, transfers, holds],
    large_bodies=("/accounts:import",),
    follows={"matching": follow_matching, "directory": follow_directory},
    holdings=HOLDINGS,
    retention=KINDS,
    measures=MEASURES,
)


def create_app(
    settings: Settings | None = None, *, peers: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> FastAPI:
    """Return the time bank's app; without `peers` its neighbours are reached at the addresses in the settings."""
    told = settings or from_environment(Settings)
    return build(ROOM, told, peers=proxies(told) if peers is None else peers, clock=clock)
