"""The app of this room: its routes, and the two feeds that it follows."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.assessments import events
from services.assessments.instruments import routes as instruments
from services.assessments.instruments.xlsform import routes as xlsform
from services.assessments.one_to_one import after_routes, answer_routes, capability_routes, need_routes
from services.assessments.one_to_one import routes as assessments
from services.assessments.publications import routes as publications
from services.assessments.reports import routes as reports
from services.assessments.retention import KINDS
from services.assessments.round_tables import routers as round_tables
from services.assessments.settings import Settings
from services.assessments.subjects import HOLDINGS
from services.assessments.surveys import routes as surveys
from services.kernel.app import Room, build, from_environment, proxies
from services.kernel.clock import Clock, system_clock

ROOM = Room(
    name="assessments",
    summary="Needs and capabilities: instruments, one-to-one assessments, round tables and gap reports.",
    routers=[
        instruments.router,
        xlsform.router,
        assessments.router,
        answer_routes.router,
        capability_routes.router,
        need_routes.router,
        after_routes.router,
        publications.router,
        *round_tables.ROUTERS,
        surveys.router,
        surveys.internal,
        reports.router,
        publications.internal,
    ],
    large_bodies=(
        "/answers:merge",
        "/cards:deliver",
        "/instruments:import-xlsform",
        "/responses:import",
    ),
    follows={"directory": events.follow_directory, "matching": events.follow_matching},
    holdings=HOLDINGS,
    retention=KINDS,
)


def create_app(
    settings: Settings | None = None, *, peers: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> FastAPI:
    """Return the app of this room; without `peers` its neighbours are reached at the addresses in the settings."""
    told = settings or from_environment(Settings)
    return build(ROOM, told, peers=proxies(told) if peers is None else peers, clock=clock)
