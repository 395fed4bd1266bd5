"""What anybody may read of needs and offers: only what their owners chose, and never who or where a person is."""

import json
import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.matching.public_listings.domain import is_under_age, website
from tests.matching.conftest import Neighbourhood
from tests.town import Quarter, Town, ok, problem

SCHEMA = Path(os.environ.get("CANDO_SAMPLES", "../shared")) / "standards" / "murmurations"
PURPOSES = ("matching", "public_listing")
CANARY = "Canary Quill"
SPOT = {"latitude": 52.585, "longitude": -1.982}


class Public:
    """A neighbourhood as everybody sees it."""

    def __init__(self, town: Town, quarter: Quarter) -> None:
        self.http = town.http()
        self.root = f"/murmurations/{_slug(town, quarter)}"

    def index(self, **query: Any) -> Any:
        return ok(self.http.get(self.root, params=query))

    def ids(self, **query: Any) -> list[str]:
        return [one["profile_url"].rpartition("/")[2] for one in self.index(**query)["data"]]

    def shows(self, *listings: dict[str, Any]) -> list[bool]:
        """Say of each listing whether it stands in the index, which must agree with its own address."""
        found = set(self.ids(page_size=200))
        told = [one["id"] in found for one in listings]
        assert told == [self.get(one).status_code == 200 for one in listings]
        return told

    def get(self, listing: dict[str, Any], **headers: str) -> httpx.Response:
        return self.http.get(f"{self.root}/{listing['id']}", headers=headers)


@pytest.fixture(scope="module")
def there(town: Town, here: Neighbourhood) -> Neighbourhood:
    """A neighbourhood of these tests alone, whose index no other test fills."""
    quarter = town.found("listings", language="en", zone="Europe/London", organisation="Council")
    bank = quarter.organisation_named("Time Bank")
    return Neighbourhood(quarter, quarter.council, quarter.app(bank, name="bank"), bank)


@pytest.fixture(scope="module")
def seen(town: Town, there: Neighbourhood) -> Public:
    """That neighbourhood as everybody sees it."""
    return Public(town, there.quarter)


def _slug(town: Town, quarter: Quarter) -> str:
    return str(ok(town.http(town.key).get(f"/v1/tenants/{quarter.id}"))["slug"])


def _listed(there: Neighbourhood, *, purposes: tuple[str, ...] = PURPOSES, **terms: Any) -> tuple[Any, Any]:
    """Return somebody and an offer of hers that is marked public, held by the time bank."""
    person = there.person(purposes=purposes, place=SPOT)
    return person, there.offer(person["id"], visibility="public", released_text="With a cup of tea", **terms)


def test_a_profile_holds_released_words_and_nothing_of_the_person(
    town: Town, there: Neighbourhood, seen: Public
) -> None:
    person = there.person(purposes=PURPOSES, place=SPOT)
    ok(there.council.put(f"/v1/participants/{person['id']}/contact", json={
        "entries": [{"kind": "address", "value": f"1 {CANARY} Lane"}]}))  # fmt: skip
    offer = there.offer(
        person["id"], visibility="public", text=f"Ask for {CANARY}", released_text="With a cup of tea", place=SPOT,
        concepts=["bike_repair"], expires_at="2031-01-01T00:00:00Z",
    )  # fmt: skip
    answer = seen.get(offer)
    assert ok(answer) == {
        "linked_schemas": ["offers_wants_schema-v0.1.0"], "exchange_type": "offer", "item_type": "service",
        "transaction_type": ["receive-donate"], "tags": ["Company", *ok(answer)["tags"][1:]],
        "title": "I like to listen", "description": "With a cup of tea", "geographic_scope": "local",
        "contact_details": {
            "contact_form": f"{town.url}/open-referral-uk/{seen.root.rpartition('/')[2]}/organizations/{there.bank_id}"
        },
        "expires_at": int(datetime(2031, 1, 1, tzinfo=UTC).timestamp()),
    }  # fmt: skip
    assert len(answer.json()["tags"]) == 2
    everything = answer.text + seen.http.get(seen.root).text
    assert not [hidden for hidden in (CANARY, person["id"], person["called"], "52.5", "-1.9") if hidden in everything]
    assert ok(seen.http.get(answer.json()["contact_details"]["contact_form"]))["name"] == "Time Bank"
    (entry,) = [one for one in seen.index()["data"] if one["profile_url"] == f"{town.url}{seen.root}/{offer['id']}"]
    assert entry["exchange_type"] == "offer"


def test_an_organisations_own_listing_says_where_and_leads_to_its_website(there: Neighbourhood, seen: Public) -> None:
    site = "https://council.example/help"
    own = ok(there.council.get(f"/v1/organisations/{there.quarter.organisation}"))
    ok(there.council.patch(f"/v1/organisations/{own['id']}", json={"website": site}))
    need = ok(there.council.post("/v1/needs", json={
        "organisation_id": own["id"], "title": "Readers for a lunch club", "visibility": "public", "place": SPOT,
        "exchange": "credit"}))  # fmt: skip
    shown = ok(seen.get(need))
    assert (shown["exchange_type"], shown["transaction_type"]) == ("want", ["buy-sell"])
    assert shown["description"] == shown["title"]
    assert shown["details_url"] == shown["contact_details"]["contact_form"] == site
    kept = need["place"]
    assert shown["geolocation"] == {"lat": kept["latitude"], "lon": kept["longitude"]}
    assert kept != SPOT


@pytest.mark.parametrize("purposes", [("matching",), ("matching", "introduction", "directory")])
def test_without_consent_to_be_listed_nothing_is(there: Neighbourhood, seen: Public, purposes: tuple[str, ...]) -> None:
    _, offer = _listed(there, purposes=purposes)
    assert seen.shows(offer) == [False]
    unknown = {"id": str(uuid4())}
    assert [seen.get(one).status_code for one in (offer, unknown)] == [404, 404]
    assert seen.get(offer).json()["type"] == seen.get(unknown).json()["type"] == "/problems/not-found"


def test_consent_towards_another_organisation_lists_nothing(there: Neighbourhood, seen: Public) -> None:
    person = there.person(purposes=("matching",))
    grant = {"purpose": "public_listing", "recipient_id": there.quarter.organisation, "notice_version": "1"}
    ok(there.council.post(f"/v1/participants/{person['id']}/consents", json=grant))
    offer, need = there.offer(person["id"], visibility="public"), there.need(person["id"], visibility="public")
    assert seen.shows(offer, need) == [False, True]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_is_taken_back_is_gone_on_the_next_request(there: Neighbourhood, seen: Public, purpose: str) -> None:
    person, offer = _listed(there)
    before = seen.get(offer)
    assert (before.status_code, before.headers["cache-control"]) == (200, "public, no-cache")
    there.revoke(person["id"], purpose, there.bank_id)
    tag = {"if-none-match": before.headers["etag"]}
    assert (seen.get(offer, **tag).status_code, seen.shows(offer)) == (404, [False])


def test_only_what_is_open_public_and_says_no_way_to_reach_anybody_is_listed(
    there: Neighbourhood, seen: Public
) -> None:
    person, shown = _listed(there)
    hers = person["id"]
    hidden = [
        there.offer(hers), there.offer(hers, visibility="private"),
        there.offer(hers, visibility="public", title="Ring 01632 960 101"),
        there.offer(hers, visibility="public", expires_at="2020-01-01T00:00:00Z"),
        there.need(hers, visibility="public", state="stated"),
        *(there.offer(hers, visibility="public", title=f"Until {step}") for step in ("pause", "withdraw", "delete")),
    ]  # fmt: skip
    for offer, step in zip(hidden[-3:-1], ("pause", "withdraw"), strict=True):
        ok(there.bank.post(f"/v1/offers/{offer['id']}:{step}"))
    ok(there.bank.delete(f"/v1/offers/{hidden[-1]['id']}"))
    assert seen.shows(shown, *hidden) == [True] + [False] * len(hidden)


def test_a_minor_and_who_asked_to_be_left_alone_are_never_listed(there: Neighbourhood, seen: Public) -> None:
    young, hers = _listed(there)
    quiet, his = _listed(there)
    grown, theirs = _listed(there)
    assert seen.shows(hers, his, theirs) == [True] * 3
    for person, years in ((young, 17), (grown, 40)):
        born = datetime.now(UTC).date() - timedelta(days=years * 365)
        ok(there.council.put(f"/v1/participants/{person['id']}/safeguards",
                             json={"born_on": born.isoformat(), "guardian_agreed": True}))  # fmt: skip
    ok(there.council.patch(f"/v1/participants/{quiet['id']}", json={"do_not_ask": True}))
    assert seen.shows(hers, his, theirs) == [False, False, True]


@pytest.mark.parametrize(("hour", "young"), [(11, True), (12, False)])
def test_somebody_is_of_age_once_her_birthday_has_begun_everywhere(hour: int, young: bool) -> None:
    assert is_under_age(date(2008, 3, 1), now=datetime(2026, 3, 1, hour, tzinfo=UTC)) is young


@pytest.mark.parametrize("said", ["javascript:alert(1)", "https://a b", 'https://a"onload=x', "ftp://a", ""])
def test_a_website_that_no_browser_opens_is_not_passed_on(said: str) -> None:
    assert website(said) is None


def test_two_neighbourhoods_never_show_each_others(
    town: Town, here: Neighbourhood, there: Neighbourhood, seen: Public
) -> None:
    (_, mine), (_, yours) = _listed(there), _listed(here)
    first, second = seen, Public(town, here.quarter)
    assert (first.shows(mine, yours), second.shows(mine, yours)) == ([True, False], [False, True])
    problem(first.http.get("/murmurations"), 404, "no-default-tenant")
    problem(first.http.get("/murmurations/no-such-tenant"), 404, "not-found")


def test_a_crawler_follows_the_pages_to_every_profile_and_asks_again_cheaply(
    town: Town, there: Neighbourhood, seen: Public
) -> None:
    (person, offer), (other, _) = _listed(there, title="Number 0"), _listed(there, purposes=("matching",))
    for number in range(1, 4):
        there.offer(person["id"], visibility="public", title=f"Number {number}")
        there.offer(other["id"], visibility="public")
    expected = set(seen.ids(page_size=200))
    assert offer["id"] in expected
    address: str | None = f"{town.url}{seen.root}?page_size=3"
    pages = []
    while address is not None:
        page = ok(seen.http.get(address))
        pages.append([one["profile_url"] for one in page["data"]])
        address = page["links"]["next"]
    crawled = [one for page in pages for one in page]
    assert {len(page) for page in pages[:-1]} == {3}
    assert len(crawled) == len(expected)
    assert {one.rpartition("/")[2] for one in crawled} == expected
    for one in crawled[-2:]:
        answer = seen.http.get(one)
        again = {"if-none-match": answer.headers["etag"]}
        assert seen.http.get(one, headers=again).status_code == seen.http.head(one, headers=again).status_code == 304
        assert answer.headers["access-control-allow-origin"] == "*"
    problem(seen.http.get(seen.root, params={"cursor": "x"}), 422, "invalid-request")
    problem(seen.http.get(f"{seen.root}/nothing"), 404, "not-found")


def test_when_the_authority_is_silent_nobody_is_told_anything(
    town: Town, there: Neighbourhood, seen: Public, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, offer = _listed(there)
    assert seen.shows(offer) == [True]
    assert town.house is not None

    async def down(*_: Any) -> None:
        raise ConnectionError

    apps = town.house.apps["matching"].state.kernel.peers.apps
    monkeypatch.setitem(apps, "directory", down)
    problem(seen.http.get(seen.root), 503, "consent-unknown")
    problem(seen.get(offer), 503, "consent-unknown")


@pytest.mark.samples
@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema lies beside the repository")
def test_every_profile_is_valid_by_the_schema(there: Neighbourhood, seen: Public) -> None:
    from jsonschema import Draft7Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    _, offer = _listed(there, exchange="credit", cost=200, concepts=["bike_repair"], language="de")
    own = {"organisation_id": there.quarter.organisation, "title": "Chairs", "visibility": "public", "place": SPOT}
    need = ok(there.council.post("/v1/needs", json={**own, "expires_at": "2031-01-01T00:00:00Z"}))
    schema = json.loads((SCHEMA / "offers_wants_schema-v0.1.0.json").read_text())
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    base = schema["$id"].rpartition("/schemas/")[0]
    parts = {  # what the schema refers to and does not lie beside it
        "linked_schemas": {"type": "array", "minItems": 1, "uniqueItems": True,
                           "items": {"type": "string", "pattern": "^[a-z0-9_]+-v[0-9]+[.][0-9]+[.][0-9]+$"}},
        "geolocation": {"type": "object", "required": ["lat", "lon"], "properties": {
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "lon": {"type": "number", "minimum": -180, "maximum": 180}}},
    }  # fmt: skip
    known = [(f"{base}/fields/{name}.json", Resource.from_contents(part, DRAFT7)) for name, part in parts.items()]
    validator = Draft7Validator(schema, registry=Registry().with_resources(known))
    assert seen.shows(offer, need) == [True, True]
    for listing in (offer, need):
        shown = ok(seen.get(listing))
        assert list(validator.iter_errors(shown)) == []
        assert not set(shown) - set(schema["properties"])
        assert re.match(schema["properties"]["details_url"]["pattern"], shown["contact_details"]["contact_form"])
    assert list(validator.iter_errors({**shown, "tags": ["a", "a"]}))
