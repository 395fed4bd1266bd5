"""What a person asks of those she would meet goes with her published offer, and is asked of them in matching."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from deploy.database import runtime_url
from services.kernel import ids
from services.kernel.clock import system_clock
from services.kernel.work import Work, as_service
from services.matching.app import create_app
from services.matching.candidates.records import as_listing
from services.matching.clients import Profile, Publication
from services.matching.listings import operations as listings
from services.matching.models import Offer
from services.matching.people import repository as people
from services.matching.settings import Settings
from services.vocabulary import label
from tests.conftest import SECRET

Open = Callable[[], Any]
ASKED = {"gender": "female", "grown_up": True, "checks": ["dbs-enhanced"]}


@pytest.fixture
async def opened(database_url: str) -> AsyncIterator[Open]:
    """Open transactions of one fresh tenant on the real runtime role, without neighbours."""
    settings = Settings(database_url=runtime_url(database_url, "matching", SECRET), pool=2)
    kernel = create_app(settings, peers={"gateway": create_app}).state.kernel  # type: ignore[dict-item]
    tenant = ids.new_id(system_clock())

    @asynccontextmanager
    async def work() -> AsyncIterator[Work]:
        async with as_service(kernel, tenant) as made:
            yield made

    yield work
    await kernel.database.close()


def _publication(person: UUID, **facts: Any) -> Publication:
    given = {
        "id": uuid4(), "kind": "offer", "participant_id": person, "held_by": uuid4(), "title": "Bread baking",
        "source": {"system": "assessment", "id": "c-1"}, "version": 1,
    }  # fmt: skip
    return Publication.model_validate({**given, **facts})


async def test_conditions_follow_the_publication_and_end_with_them(opened: Open) -> None:
    person = uuid4()
    said = _publication(person, conditions=ASKED)
    async with opened() as work:
        await people.put(work, Profile(id=person, version=1))
        await listings.follow_publication(work, said)
    async with opened() as work:
        offer = (await work.session.scalars(select(Offer))).one()
        assert offer.conditions == ASKED
        again = _publication(person, id=said.id, version=2, conditions={})
        await listings.follow_publication(work, again)
    async with opened() as work:
        offer = (await work.session.scalars(select(Offer))).one()
        assert offer.conditions == {"gender": None, "grown_up": False, "checks": []}


async def test_confirmed_concepts_follow_the_publication_and_are_read_with_its_words(opened: Open) -> None:
    person = uuid4()
    async with opened() as work:
        await people.put(work, Profile(id=person, version=1))
        await listings.follow_publication(work, _publication(person, title="The usual", concepts=["bike_repair"]))
    async with opened() as work:
        offer = (await work.session.scalars(select(Offer))).one()
        assert offer.concepts == ["bike_repair"]
        assert label("bike_repair", "en") in as_listing(offer, None).text
        offer.concepts = ["a_concept_of_another_version"]
        assert as_listing(offer, None).text == ""
