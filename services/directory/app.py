"""The directory as an app: `uvicorn services.directory.app:create_app --factory`, or mounted beside its neighbours."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.directory.assets.routes import routers as assets
from services.directory.authority.routes import router as authority
from services.directory.imports import operations as imports
from services.directory.imports.routes import router as import_routes
from services.directory.people.routes import router as people
from services.directory.settings import Settings
from services.directory.vocabulary import routes as vocabulary
from services.directory.vocabulary.linkers import Linkers
from services.kernel.app import Room, build, from_environment, proxies
from services.kernel.clock import Clock, system_clock

ROOM = Room(
    name="directory",
    summary="Participants with their consent, the community's assets, and the everyday vocabulary of needs and offers.",
    routers=(people, *assets, vocabulary.reading, vocabulary.router, vocabulary.internal, import_routes, authority),
    tasks={imports.TASK: imports.run},
    large_bodies=("/v1/imports",),
)


def create_app(
    settings: Settings | None = None, *, peers: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> FastAPI:
    """Return the directory's app; without arguments it reads the environment and reaches its neighbours by address."""
    told = settings or from_environment(Settings)
    app = build(ROOM, told, peers=proxies(told) if peers is None else peers, clock=clock)
    app.state.linkers = Linkers()
    return app
