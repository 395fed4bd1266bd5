"""The directory as an app: `uvicorn services.directory.app:create_app --factory`, or mounted beside its neighbours."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.directory.access import routes as access
from services.directory.access import watching_routes as watching
from services.directory.assets.routes import routers as assets
from services.directory.authority.routes import router as authority
from services.directory.consents import expiring
from services.directory.consents.routes import router as consents
from services.directory.duplicates import looking
from services.directory.duplicates.routes import routers as duplicates
from services.directory.exports.routes import router as exports
from services.directory.feeds import operations as feeds
from services.directory.feeds.routes import router as feed_routes
from services.directory.freshness import operations as freshness
from services.directory.freshness.routes import router as freshness_routes
from services.directory.gazetteer import routes as gazetteer
from services.directory.households import routes as households
from services.directory.imports import operations as imports
from services.directory.imports.routes import router as import_routes
from services.directory.imports.routes import uploads
from services.directory.measures import MEASURES
from services.directory.notices.routes import router as notices
from services.directory.open_referral.routes import router as open_referral
from services.directory.open_referral.taxonomies.routes import router as taxonomies
from services.directory.people.routes import router as people
from services.directory.people_shown.routes import router as people_shown
from services.directory.proposals.following import follow_assessments
from services.directory.proposals.routes import router as proposals
from services.directory.relations import routes as relations
from services.directory.retention import operations as retention
from services.directory.retention.kinds import KINDS
from services.directory.retention.routes import router as retention_routes
from services.directory.rights import erasing
from services.directory.rights import routes as rights
from services.directory.safeguards import warnings
from services.directory.safeguards.routes import router as safeguards
from services.directory.search import index
from services.directory.search.routes import router as search
from services.directory.settings import Settings
from services.directory.subjects import HOLDINGS
from services.directory.synchronised import routes as synchronised
from services.directory.vocabulary import routes as vocabulary
from services.directory.vocabulary.linkers import Linkers
from services.kernel.app import Room, build, from_environment, proxies
from services.kernel.clock import Clock, system_clock
from services.kernel.incoming.routes import LARGE

ROOM = Room(
    name="directory",
    summary="Participants with their consent, the community's assets, and the everyday vocabulary of needs and offers.",
    routers=(
        safeguards,
        *synchronised.participants,
        synchronised.internal,
        people,
        households.router,
        households.internal,
        relations.router,
        relations.internal,
        consents,
        notices,
        access.assignments,
        access.overrides,
        watching.of_people,
        watching.audit,
        search,
        exports,
        gazetteer.areas,
        gazetteer.postcodes,
        *assets,
        *duplicates,
        people_shown,
        freshness_routes,
        proposals,
        vocabulary.reading,
        vocabulary.router,
        vocabulary.internal,
        import_routes,
        uploads,
        feed_routes,
        open_referral,
        taxonomies,
        authority,
        rights.of_people,
        rights.erasures,
        rights.requests,
        retention_routes,
    ),
    holdings=HOLDINGS,
    retention=KINDS,
    measures=MEASURES,
    hourly={
        erasing.HOURLY: erasing.resume,
        feeds.HOURLY: feeds.start_due,
        imports.HOURLY: imports.forget_unfinished_uploads,
        freshness.HOURLY: freshness.ask_all,
        looking.HOURLY: looking.every_hour,
        retention.HOURLY: retention.keep_no_longer,
        warnings.TASK: warnings.tell,
        expiring.TASK: expiring.tell,
    },
    tasks={
        erasing.TASK: erasing.erase_everywhere,
        imports.TASK: imports.run,
        index.LINK: index.link,
        index.RENEW: index.renew,
        looking.TASK: looking.run,
    },
    follows={"assessments": follow_assessments},
    large_bodies=("/v1/imports", "/v1/postcodes:load", *LARGE),
    uploads=("/v1/imports:upload",),
)


def create_app(
    settings: Settings | None = None, *, peers: Mapping[str, ASGIApp] | None = None, clock: Clock = system_clock
) -> FastAPI:
    """Return the directory's app; without arguments it reads the environment and reaches its neighbours by address."""
    told = settings or from_environment(Settings)
    app = build(ROOM, told, peers=proxies(told) if peers is None else peers, clock=clock)
    app.state.linkers = Linkers()
    return app
