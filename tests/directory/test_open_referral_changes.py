"""When an entry of the public feed has changed: with it, and with everything that is shown with it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from services.directory.models import TaxonomyTerm
from services.directory.open_referral import taxonomies
from services.directory.open_referral.taxonomies import ours
from services.kernel.database import Database
from services.kernel.fields import ExternalId
from services.kernel.work import Work, as_service
from tests.directory.public_feed import Feed, window
from tests.town import Town, ok


@dataclass
class Watched:
    """A service with all that can be shown with it, and its time of change as every part of the feed tells it."""

    town: Town
    feed: Feed
    service: str
    parts: dict[str, str]
    seen: str = ""

    def moves_on(self, what: str) -> None:
        """Make sure that the service has changed since the last look: item, list, minimal list and filter agree."""
        item, listed = self.feed.get(f"/services/{self.service}")["last_modified"], self._listed()
        assert item > self.seen, what
        assert listed == self._listed(minimal=True) == self._listed(modified_after=item) == item, what
        assert self._listed(modified_after=_later(item)) is None, what
        self.seen = item

    def _listed(self, **query: Any) -> str | None:
        by_id = {one["id"]: one for one in self.feed.get("/services", **query)["contents"]}
        found = by_id.get(self.service)
        return found and (found.get("last_modified") or found["modified_date"])

    def within(self, do: Callable[[Work], Awaitable[Any]]) -> Any:
        """Do something in the directory that has no address of its own."""
        assert self.town.house is not None
        running = self.town.house.apps["directory"].state.kernel
        return asyncio.run(_within(running, UUID(self.feed.quarter.id), do))


async def _within(running: Any, tenant: UUID, do: Callable[[Work], Awaitable[Any]]) -> Any:
    database = Database(running.settings.database_url, schema="directory", pool=1)
    try:
        async with as_service(replace(running, database=database), tenant) as work:
            return await do(work)
    finally:
        await database.close()


def _later(stamp: str) -> str:
    return stamp[:-4] + f"{int(stamp[-4:-1]) + 1:03}Z" if stamp[-4:-1] != "999" else stamp[:-5] + ".999999Z"


@pytest.fixture(scope="module")
def watched(town: Town) -> Watched:
    quarter = town.found("moving-feed", language="en", zone="Europe/London", organisation="Moving Feed Council")
    feed = Feed(quarter, town.http(), {}, "/open-referral-uk/moving-feed")
    charity = feed.add("Fernley Carpet Menders", "organisations", kind="charity", website="https://fernley.example")
    twin = feed.add("Fernley Carpet Mender", "organisations", kind="charity", website="https://fernley.example")
    hall = feed.add("hall", "places", latitude=52.5, longitude=-1.9)
    service = feed.add(
        "mending", "services", organisation_id=charity, place_ids=[hall], codes=["M-1"],
        opening=[window("2026-11-28T10:00:00", rule="FREQ=WEEKLY;BYDAY=SA")],
    )  # fmt: skip
    return Watched(town, feed, service, {"charity": charity, "twin": twin, "hall": hall})


async def keep(work: Work, source: str = "one", **facts: Any) -> dict[str, str]:
    """Keep a taxonomy with one term as an import would; return their ids."""
    called = ExternalId(system=source, value="classes")
    kept = await taxonomies.keep(work, called, name=facts.pop("taxonomy", "Local classes"))
    made = {"taxonomy_id": kept.id, "code": "M-1", "name": "Mending", **facts}
    term = await taxonomies.keep_term(work, ExternalId(system=source, value="mending"), **made)
    return {"taxonomy": str(kept.id), "term": str(term.id)}


async def remove(work: Work, term: str) -> None:
    found = await work.session.get_one(TaxonomyTerm, {"tenant_id": work.tenant, "id": UUID(term)})
    found.change(work.now, deleted_at=work.now)


def test_whatever_is_shown_with_a_service_moves_its_time_of_change(watched: Watched) -> None:
    api, parts = watched.feed.quarter.council, watched.parts
    service, charity = f"/v1/services/{watched.service}", f"/v1/organisations/{parts['charity']}"
    watched.moves_on("is new")
    for what, path, change in (
        ("alert", service, {"alert": "Open again"}),
        ("its organisation", charity, {"description": "Mends carpets"}),
        ("its organisation's parent", charity, {"parent_id": watched.feed.quarter.organisation}),
        ("its place", f"/v1/places/{parts['hall']}", {"description": "Stone hall"}),
        ("its place is left", service, {"place_ids": []}),
        ("its place is taken again", service, {"place_ids": [parts["hall"]]}),
    ):
        ok(api.patch(path, json=change))
        watched.moves_on(what)


def test_terms_move_it_when_they_come_change_and_go(watched: Watched) -> None:
    watched.seen = watched.feed.get(f"/services/{watched.service}")["last_modified"]
    names = watched.within(keep)
    watched.moves_on("a term")
    assert watched.feed.get(f"/services/{watched.service}")["attributes"][0]["taxonomy_term"]["name"] == "Mending"
    watched.within(lambda work: keep(work, name="Mending of things"))
    watched.moves_on("its name")
    watched.within(lambda work: keep(work, name="Mending of things", taxonomy="Classes of the county"))
    watched.moves_on("its taxonomy's name")
    watched.within(lambda work: remove(work, names["term"]))
    watched.moves_on("it is gone")
    assert "attributes" not in watched.feed.get(f"/services/{watched.service}")


def test_a_merge_of_its_organisation_moves_it_and_so_does_its_undoing(watched: Watched) -> None:
    api, parts = watched.feed.quarter.council, watched.parts
    watched.seen = watched.feed.get(f"/services/{watched.service}")["last_modified"]
    looked = ok(api.post("/v1/duplicates:look", json={"kind": "organisations", "entry_id": parts["twin"]}))["items"]
    (pair,) = [one for one in looked if parts["charity"] in one["entry_ids"]]
    made = ok(api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": parts["twin"], "take": {}}))
    watched.moves_on("merge")
    assert watched.feed.get(f"/services/{watched.service}")["organization"]["id"] == parts["twin"]
    ok(api.post(f"/v1/merges/{made['id']}:undo"))
    watched.moves_on("undo")
    assert watched.feed.get(f"/services/{watched.service}")["organization"]["id"] == parts["charity"]


def test_imported_taxonomies_are_kept_once_and_carried_by_code_or_id(watched: Watched) -> None:
    feed, council = watched.feed, watched.feed.quarter.council
    names = watched.within(lambda work: keep(work, "other", code="M-17"))
    assert watched.within(lambda work: keep(work, "other", code="M-17")) == names
    taxonomy, term = names["taxonomy"], names["term"]
    coded = feed.add("coded", "services", organisation_id=feed.quarter.organisation, codes=["M-17"])
    feed.add("named", "services", organisation_id=feed.quarter.organisation, codes=[term])
    for query in ({"taxonomy_term_id": term}, {"taxonomy_term_id": "M-17"}, {"taxonomy_id": taxonomy}):
        assert feed.found(**query) == {"coded", "named"}
    (mark,) = feed.get(f"/services/{coded}")["attributes"]
    assert mark["taxonomy_term"]["id"] == term
    assert mark["taxonomy_term"]["taxonomy_id"] == taxonomy
    assert feed.get(f"/taxonomy_terms/{term}")["code"] == "M-17"
    assert feed.get(f"/taxonomies/{taxonomy}")["name"] == "Local classes"
    assert [one["id"] for one in feed.get("/taxonomy_terms", taxonomy_id=taxonomy)["contents"]] == [term]
    assert {str(ours.TAXONOMY), taxonomy} <= {one["id"] for one in ok(council.get("/v1/taxonomies"))["items"]}
    assert [one["code"] for one in ok(council.get(f"/v1/taxonomies/{taxonomy}/terms"))["items"]] == ["M-17"]
    page = ok(council.get(f"/v1/taxonomies/{ours.TAXONOMY}/terms", params={"limit": 200}))
    rest = ok(council.get(f"/v1/taxonomies/{ours.TAXONOMY}/terms", params={"limit": 200, "cursor": page["next"]}))
    assert not {one["id"] for one in page["items"]} & {one["id"] for one in rest["items"]}
