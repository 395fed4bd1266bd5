"""What matching follows: people whom the directory tells of, and publications of the assessments."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from deploy.database import runtime_url
from services.kernel import ids
from services.kernel.clock import system_clock
from services.kernel.work import Work, as_service
from services.matching.app import create_app
from services.matching.clients import Profile, Publication
from services.matching.listings import operations as listings
from services.matching.models import Need, Offer, Person
from services.matching.people import repository as people
from services.matching.settings import Settings
from tests.conftest import SECRET
from tests.matching.conftest import Neighbourhood
from tests.matching.conftest import ids as ids_of
from tests.town import ok

Open = Callable[[], Any]


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


def _profile(person: UUID, version: int = 1, **facts: Any) -> Profile:
    return Profile(id=person, version=version, **facts)


def _publication(person: UUID, version: int = 1, **facts: Any) -> Publication:
    given = {
        "id": uuid4(), "kind": "offer", "participant_id": person, "held_by": uuid4(), "title": "Bread baking",
        "category": "household", "means": ["in_person"], "source": {"system": "assessment", "id": "c-1"},
    }  # fmt: skip
    return Publication.model_validate({**given, "version": version, **facts})


async def _offer(work: Work) -> Offer:
    found = (await work.session.scalars(select(Offer))).all()
    assert len(found) == 1
    return found[0]


async def test_an_older_profile_does_not_undo_a_newer_one(opened: Open) -> None:
    person = uuid4()
    async with opened() as work:
        await people.put(work, _profile(person, 2, languages=[{"tag": "ti", "level": "good"}]))
        await people.put(work, _profile(person, 1, languages=[{"tag": "en"}]))
    async with opened() as work:
        row = await people.get(work, person)
        assert row is not None
        assert row.languages == ["ti"]


async def test_a_publication_becomes_an_offer_once_and_follows_its_versions(opened: Open) -> None:
    person = uuid4()
    first = _publication(person, released_text="Call 01632 960 001")
    for said in (first, first):
        async with opened() as work:
            await people.put(work, _profile(person))
            await listings.follow_publication(work, said)
    async with opened() as work:
        offer = await _offer(work)
        assert (offer.title, offer.version, offer.source_system, offer.source_id) == (
            "Bread baking", 1, "assessment", "c-1"
        )  # fmt: skip
        assert offer.released_text is None, "a published text that reveals contact is not passed on"
        await listings.follow_publication(work, first.model_copy(update={"version": 3, "title": "Bread and cakes"}))
        await listings.follow_publication(work, first.model_copy(update={"version": 2, "title": "Older"}))
    async with opened() as work:
        assert (await _offer(work)).title == "Bread and cakes"
        await listings.follow_publication(work, first.model_copy(update={"version": 4, "title": "", "withdrawn": True}))
    async with opened() as work:
        offer = await _offer(work)
        assert (offer.state, offer.title) == ("withdrawn", "Bread and cakes")
        await listings.follow_publication(work, first.model_copy(update={"version": 5}))
    async with opened() as work:
        assert (await _offer(work)).state == "open", "published again it is open again"


async def test_a_publication_taken_back_before_it_was_seen_makes_nothing(opened: Open) -> None:
    async with opened() as work:
        await listings.follow_publication(work, _publication(uuid4(), withdrawn=True))
        assert (await work.session.scalars(select(Offer))).all() == []


async def test_the_listings_of_somebody_who_is_gone_are_withdrawn(opened: Open) -> None:
    person = uuid4()
    async with opened() as work:
        await people.put(work, _profile(person, place={"latitude": 52.5, "longitude": -2.0}))
        await listings.follow_publication(work, _publication(person))
        await listings.follow_publication(work, _publication(person, kind="need"))
    async with opened() as work:
        await people.forget(work, [person])
        await listings.withdraw_people(work, [person])
    async with opened() as work:
        assert (await _offer(work)).state == "withdrawn"
        assert (await work.session.scalars(select(col(Need.state)))).all() == ["withdrawn"]
        row = await work.session.scalar(select(Person))
        assert row is not None
        assert (row.gone, row.latitude, row.languages) == (True, None, [])


async def test_every_change_of_a_row_says_which_transaction_made_it(opened: Open) -> None:
    person = uuid4()
    async with opened() as work:
        await people.put(work, _profile(person))
        await listings.follow_publication(work, _publication(person))
    async with opened() as work:
        before = (await _offer(work)).changed_xid
        (await _offer(work)).change(work.now, title="Something else")
    async with opened() as work:
        assert (await _offer(work)).changed_xid > before


def _eventually(true: Callable[[], bool]) -> None:
    for _ in range(100):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not become so within ten seconds")


def test_what_the_directory_says_of_a_person_reaches_the_gates(here: Neighbourhood) -> None:
    need = here.need(here.person(languages=[{"tag": "ti"}])["id"], category="family")
    giver = here.person(languages=[{"tag": "de"}])
    offer = here.offer(giver["id"], category="family")
    assert offer["id"] not in ids_of(here.for_need(need))
    ok(here.council.patch(f"/v1/participants/{giver['id']}", json={"languages": [{"tag": "ti"}]}))
    _eventually(lambda: offer["id"] in ids_of(here.for_need(need)))


def test_whoever_is_deleted_takes_her_listings_along(here: Neighbourhood) -> None:
    giver = here.person()
    match = here.match()
    need = here.need(here.person()["id"], category="family")
    offer = here.offer(giver["id"], category="family")
    assert offer["id"] in ids_of(here.for_need(need))
    assert here.council.delete(f"/v1/participants/{giver['id']}").status_code == 204
    assert offer["id"] not in ids_of(here.for_need(need))
    _eventually(lambda: ok(here.bank.get(f"/v1/offers/{offer['id']}"))["state"] == "withdrawn")
    assert ok(here.council.get(f"/v1/matches/{match['id']}"))["state"] == "proposed"
