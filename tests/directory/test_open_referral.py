"""The public feed in the national format: everything that may be seen, as it must look, and nobody in it."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import jsonschema
import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.directory.open_referral import contract, taxonomies
from services.directory.open_referral.taxonomies import ours
from services.kernel.database import Database
from services.kernel.fields import ExternalId
from services.kernel.work import as_service
from tests.town import Quarter, Town, ok, problem

SAMPLES = Path(os.environ.get("CANDO_SAMPLES", "../shared")) / "standards" / "oruk" / "schema" / "compiled"
EXAMPLES = int(os.environ.get("CANDO_EXAMPLES", "4"))
CANARY = "Zebedee Quillfeather"
ROOT = "/open-referral-uk/open-feed"
COLLECTIONS = ("services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms")
Json = dict[str, Any]


@dataclass
class Feed:
    """The feed of one neighbourhood, the app that fills it, and what it was filled with."""

    quarter: Quarter
    public: httpx.Client
    ids: dict[str, str]

    def get(self, path: str = "", **query: Any) -> Json:
        body: Json = ok(self.public.get(ROOT + path, params=query))
        return body

    def found(self, path: str = "/services", **query: Any) -> set[str]:
        """Return what is found, by the names under which it was added."""
        names = {id: name for name, id in self.ids.items()}
        bodies = self.get(path, per_page=5000, **query)["contents"]
        return {names[one["service_id"] if "service_id" in one else one["id"]] for one in bodies}

    def add(self, name: str, collection: str, **body: Any) -> str:
        made = ok(self.quarter.council.post(f"/v1/{collection}", json={"name": name.title(), **body}))
        self.ids[name] = made["id"]
        return str(made["id"])


def window(starts: str, minutes: int = 120, rule: str | None = None) -> Json:
    return {"starts": starts, "minutes": minutes, "time_zone": "Europe/London", "rule": rule}


@pytest.fixture(scope="module")
def feed(town: Town) -> Feed:
    """A neighbourhood with one of everything."""
    quarter = town.found("open-feed", language="en", zone="Europe/London", organisation="Open Feed Council")
    feed = Feed(quarter, town.http(), {"council": quarter.organisation})
    _places(feed)
    _offers(feed)
    person = quarter.register(CANARY, purposes=("directory", "matching"))
    shown = {"participant_id": person["id"], "name": CANARY, "description": f"{CANARY} bakes"}
    ok(quarter.council.post("/v1/people", json=shown))
    return feed


def _places(feed: Feed) -> None:
    feed.add(
        "hall",
        "places",
        description="Brick hall",
        latitude=52.585,
        longitude=-1.982,
        access=["step-free"],
        accessibility="Ramp at the side door",
        category="culture",
        address={"lines": "1 Mill Lane", "city": "Hazelbrook", "postal_code": "HZ1 1AA", "country": "GB"},
    )
    feed.add("park", "places", latitude=52.65, longitude=-1.90, address={"city": "Hazelbrook"})


def _offers(feed: Feed) -> None:
    hall, park, council = feed.ids["hall"], feed.ids["park"], feed.quarter.organisation
    charity = feed.add(
        "charity",
        "organisations",
        kind="charity",
        parent_id=council,
        website="https://ché.example/ü",
        identifiers=[{"scheme": "GB-CHC", "value": "1234567"}],
    )
    feed.add(
        "repair",
        "services",
        organisation_id=charity,
        description="<p>Bring &amp; mend</p>",
        category="repair",
        concepts=["sewing"] if ours.term("sewing") else [],
        languages=["en", "de"],
        place_ids=[hall, park],
        access=["hearing-loop"],
        accessibility="Ask at the desk",
        cost="A donation",
        reach_km=5,
        areas=["Mill End"],
        costs=[
            {"option": "adult", "amount": 350, "currency": "GBP", "description": "a visit"},
            {"option": "child", "amount": 0, "currency": "GBP"},
        ],
        website="https://charity.example/r\u00e9pair",
        minimum_age=16,
        maximum_age=99,
        alert="Closed in August",
        assured_on="2026-10-01",
        assured_by="Role",
        codes=["R1"],
        opening=[window("2026-11-28T10:00:00", rule="FREQ=WEEKLY;BYDAY=SA"), window("2026-12-01T18:00:00")],
    )
    feed.add(
        "lunch",
        "services",
        organisation_id=council,
        category="food",
        place_ids=[park],
        minimum_age=60,
        maximum_age=120,
        opening=[window("2026-11-02T12:00:00", 60, "FREQ=DAILY")],
    )
    feed.add("closed", "services", organisation_id=council, status="inactive")
    feed.add("paused", "services", organisation_id=council, status="temporarily_closed")
    group = feed.add("choir", "groups", organisation_id=council, description="Sings")
    feed.add(
        "singing",
        "activities",
        group_id=group,
        place_ids=[hall],
        category="culture",
        opening=[window("2026-11-03T19:00:00", rule="FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1")],
    )
    maker = {"kind": "transport", "paid": "paid", "business_model": "commercial"}
    feed.add("driver", "micro-providers", public=True, **maker)
    feed.add("hidden", "micro-providers", public=False, **maker)
    feed.add("lift", "activities", micro_provider_id=feed.ids["hidden"])


def crawl(feed: Feed) -> Iterator[tuple[str, Json]]:
    """Yield every body that can be reached: pages, items, and each also in full."""
    yield "", feed.get()
    for collection in COLLECTIONS:
        per_page = 5000 if collection == "taxonomy_terms" else 2
        number, last = 1, False
        while not last:
            page = feed.get(f"/{collection}", page=number, per_page=per_page, full=number % 2 == 0)
            yield f"{collection}/page", page
            for one in page["contents"][:20]:
                yield collection, feed.get(f"/{collection}/{one['id']}")
            number, last = number + 1, page["last_page"]


def values(node: Any) -> Iterator[Any]:
    """Yield everything inside a body."""
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from values(child)


# --- conformance ---------------------------------------------------------------------------------------------------


def test_a_full_crawl_is_sound_and_says_nothing_empty_and_shows_nobody(feed: Feed) -> None:
    resolved = {"components": {"schemas": contract.SCHEMAS}}
    shapes = {
        "services": "Service",
        "service_at_locations": "ServiceAtLocation",
        "taxonomies": "Taxonomy",
        "organizations": "OrganizationWithServices",
        "taxonomy_terms": "TaxonomyTerm",
        "": "About",
    }
    seen = dict.fromkeys(shapes, 0)
    for kind, body in crawl(feed):
        for one in values(body):
            assert one not in (None, "", {}), (kind, body)
        text = json.dumps(body, ensure_ascii=False)
        assert CANARY not in text
        assert "01632" not in text
        assert "<p>" not in text
        if kind in shapes:
            seen[kind] += 1
            check = jsonschema.Draft202012Validator(
                {**resolved, "$ref": f"#/components/schemas/{shapes[kind]}"}, format_checker=jsonschema.FormatChecker()
            )
            check.validate(body)
    assert seen["services"] == 5
    assert seen["service_at_locations"] == 4
    assert seen["organizations"] == 4


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the profile's schemas do not lie beside the repository")
def test_a_full_crawl_is_valid_by_the_profiles_own_schemas(feed: Feed) -> None:
    named = {"services": "service", "service_at_locations": "service_at_location", "organizations": "organization"}
    checks = {
        path.stem: jsonschema.Draft202012Validator(
            json.loads(path.read_text()), format_checker=jsonschema.FormatChecker()
        )
        for path in SAMPLES.glob("*.json")
    }
    count = 0
    for kind, body in crawl(feed):
        if kind in named:
            checks[named[kind]].validate(body)
            count += 1
        elif kind.removesuffix("/page") in named:
            listed = named[kind.removesuffix("/page")]
            for one in body["contents"]:
                checks[f"{listed}_list" if f"{listed}_list" in checks else listed].validate(one)
                count += 1
    assert count > 20


def test_the_root_names_version_profile_and_a_valid_document(feed: Feed) -> None:
    for path in (ROOT, ROOT + "/"):
        body = ok(feed.public.get(path))
        assert body["version"] == "HSDS-UK-3.0"
        assert body["profile"].startswith("https://")
        assert body["openapi_url"] == f"{feed.quarter.town.url}{ROOT}/openapi.json"
    document = ok(httpx.get(body["openapi_url"]))
    validate(document)
    assert document["servers"] == [{"url": feed.quarter.town.url + ROOT}]


def test_anything_that_the_document_allows_gets_a_documented_answer(feed: Feed) -> None:
    schema = schemathesis.openapi.from_dict(contract.document(feed.quarter.town.url + ROOT))
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]

        def try_it(case: Any) -> None:
            case.call_and_validate(base_url=feed.quarter.town.url + ROOT, checks=checks)

        bounded = settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        bounded(given(case=operation.as_strategy())(try_it))()


# --- what is in it -------------------------------------------------------------------------------------------------


def test_only_what_runs_and_wants_to_be_public_is_shown(feed: Feed) -> None:
    assert feed.found() == {"repair", "lunch", "paused", "singing", "driver"}
    by_id = {one["id"]: one for one in feed.get("/organizations")["contents"]}
    assert {one["name"] for one in by_id.values()} == {"Open Feed Council", "Charity", "Choir", "Driver"}
    for name in ("closed", "hidden", "lift", "hall"):
        problem(feed.public.get(f"{ROOT}/services/{feed.ids[name]}"), 404, "not-found")
    driver = feed.get(f"/services/{feed.ids['driver']}")["organization"]
    assert driver["id"] in by_id
    assert driver["id"] != feed.ids["driver"]
    assert [one["id"] for one in feed.get(f"/organizations/{driver['id']}")["services"]] == [feed.ids["driver"]]
    assert feed.get(f"/services/{feed.ids['paused']}")["status"] == "temporarily closed"


def test_a_service_says_all_that_is_known_in_the_words_of_the_profile(feed: Feed) -> None:
    body = feed.get(f"/services/{feed.ids['repair']}")
    assert body["description"] == "Bring & mend"
    assert body["url"] == "https://charity.example/r%C3%A9pair"
    assert (body["minimum_age"], body["maximum_age"], body["assured_date"]) == (16, 99, "2026-10-01")
    assert [(one["option"], one["amount"]) for one in body["cost_options"]] == [("adult", 3.5), ("child", 0)]
    assert {one["code"] for one in body["languages"]} == {"en", "de"}
    assert {one["name"] for one in body["service_areas"]} == {"Mill End", "Within 5 km"}
    weekly, once = body["schedules"]
    assert (weekly["freq"], weekly["byday"], weekly["opens_at"], weekly["closes_at"]) == (
        "WEEKLY",
        "SA",
        "10:00:00",
        "12:00:00",
    )
    assert "freq" not in once
    assert once["valid_from"] == once["valid_to"] == "2026-12-01"
    assert body["organization"]["organization_identifiers"][0]["identifier"] == "1234567"
    assert body["organization"]["parent_organization_id"] == feed.quarter.organisation
    at = {one["location_id"]: one["location"] for one in body["service_at_locations"]}
    hall, park = at[feed.ids["hall"]], at[feed.ids["park"]]
    assert hall["addresses"][0]["state_province"] == "Hazelbrook"
    assert "addresses" not in park
    assert park["description"] == "Hazelbrook"
    assert {one["description"] for one in hall["accessibility"]} == {
        "Step-free access",
        "Ramp at the side door",
        "Hearing loop",
        "Ask at the desk",
    }
    assert "repair" in {one["taxonomy_term"]["code"] for one in body["attributes"]}
    assert feed.get(f"/services/{feed.ids['singing']}")["schedules"][0]["byday"] == "1TU"
    assert feed.get(f"/services/{feed.ids['lunch']}")["schedules"][0]["byday"] == "MO,TU,WE,TH,FR,SA,SU"
    assert feed.get(f"/services/{feed.ids['repair']}") == body  # derived ids do not change


def test_modified_moves_with_the_service_its_organisation_and_its_places(feed: Feed) -> None:
    repair, council = feed.ids["repair"], feed.quarter.council

    def modified() -> str:
        return str(feed.get(f"/services/{repair}")["last_modified"])

    for path, change in (
        (f"/v1/services/{repair}", {"alert": "Open again"}),
        (f"/v1/organisations/{feed.ids['charity']}", {"description": "Mends things"}),
        (f"/v1/places/{feed.ids['hall']}", {"description": "Stone hall"}),
    ):
        before = modified()
        assert repair not in {one["id"] for one in feed.get("/services", modified_after=_later(before))["contents"]}
        ok(council.patch(path, json=change))
        after = modified()
        assert after > before
        assert repair in {one["id"] for one in feed.get("/services", modified_after=after)["contents"]}
        minimal = {one["id"]: one for one in feed.get("/services", minimal=True)["contents"]}
        assert minimal[repair] == {"id": repair, "modified_date": after}
        assert feed.found(modified_after="2100-01-01T00:00:00+01:00") == set()


def _later(stamp: str) -> str:
    return stamp[:-4] + f"{min(999, int(stamp[-4:-1]) + 1):03}Z"


# --- filters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "kept"), [
    ({"search": "mend BRING"}, {"repair"}),
    ({"search": "choir"}, {"singing"}),
    ({"minimum_age": 17}, {"lunch"}),
    ({"maximum_age": 100}, {"repair"}),
    ({"day": "saturday"}, {"repair", "lunch"}),
    ({"day": "TU"}, {"repair", "lunch", "singing"}),
    ({"start_time": "11:00"}, {"repair", "lunch", "singing"}),
    ({"end_time": "12:30:00"}, {"repair"}),
    ({"day": "SA", "start_time": "11:00"}, {"lunch"}),
    ({"start_time": "12:00", "end_time": "13:00", "search": "lunch"}, {"lunch"}),
    ({"taxonomy_term_id": str(ours.term_id("repair"))}, {"repair"}),
    ({"taxonomy_id": str(ours.TAXONOMY)}, {"repair", "lunch", "singing"}),
    ({"taxonomy_id": str(ours.term_id("repair"))}, set()),
    ({"organization_id": "no-such"}, set()),
])  # fmt: skip
def test_each_filter_keeps_what_fits_and_nothing_else(feed: Feed, query: Json, kept: set[str]) -> None:
    assert feed.found(**query) == kept


def test_services_are_found_by_who_provides_them(feed: Feed) -> None:
    assert feed.found(organization_id=feed.ids["charity"]) == {"repair"}
    assert feed.found(organization_id=feed.ids["choir"]) == {"singing"}
    assert feed.found(organization_id=feed.quarter.organisation) == {"lunch", "paused"}


def test_places_are_found_by_distance_the_nearest_first(feed: Feed) -> None:
    here = {"latitude": 52.585, "longitude": -1.982}
    near = feed.get("/service_at_locations", **here, proximity=1000)
    assert {one["location_id"] for one in near["contents"]} == {feed.ids["hall"]}
    assert near["total_items"] == 2
    ordered = [one["location_id"] for one in feed.get("/service_at_locations", **here)["contents"]]
    assert ordered == [feed.ids["hall"]] * 2 + [feed.ids["park"]] * 2
    lines = ok_lines(
        feed.public.get(f"{ROOT}/service_at_locations", params={**here, "proximity": 1000, "format": "ndjson"})
    )
    assert len(lines) == 2
    problem(feed.public.get(f"{ROOT}/service_at_locations", params={"proximity": 5}), 422, "invalid-request")
    problem(feed.public.get(f"{ROOT}/service_at_locations", params={"latitude": 5}), 422, "invalid-request")
    problem(feed.public.get(f"{ROOT}/service_at_locations", params={"postcode": "HZ9 9ZZ"}), 422, "unknown-postcode")


def test_places_are_found_by_postcode(feed: Feed) -> None:
    loaded = feed.quarter.council.post(
        "/v1/postcodes:load", content="postcode,latitude,longitude\nHZ1 1AA,52.585,-1.982\n",
        headers={"content-type": "text/csv"})  # fmt: skip
    ok(loaded)
    query = {"postcode": "hz1 1aa", "proximity": 500}
    assert {one["location_id"] for one in feed.get("/service_at_locations", **query)["contents"]} == {feed.ids["hall"]}


def ok_lines(answer: httpx.Response) -> list[Json]:
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(one) for one in answer.text.splitlines()]


@pytest.mark.parametrize("query", [
    "page=0", "page=x", "per_page=0", "day=someday", "start_time=25:00", "end_time=noon", "minimum_age=old",
    "maximum_age=nan", "modified_after=yesterday", "search=%00", "full=perhaps", "format=xml",
])  # fmt: skip
def test_a_filter_that_cannot_be_understood_is_refused(feed: Feed, query: str) -> None:
    problem(feed.public.get(f"{ROOT}/services?{query}"), 422, "invalid-request")


# --- pages ---------------------------------------------------------------------------------------------------------


def test_pages_fit_together_and_one_beyond_the_end_is_empty(feed: Feed) -> None:
    pages = [feed.get("/services", page=n, per_page=2) for n in (1, 2, 3, 4)]
    assert [(one["size"], one["first_page"], one["last_page"], one["empty"]) for one in pages] == [
        (2, True, False, False), (2, False, False, False), (1, False, True, False), (0, False, True, True)]  # fmt: skip
    assert {(one["total_items"], one["total_pages"]) for one in pages} == {(5, 3)}
    ids = [one["id"] for page in pages for one in page["contents"]]
    assert len(set(ids)) == 5
    lines = ok_lines(feed.public.get(f"{ROOT}/services", params={"format": "ndjson", "full": True}))
    assert [one["id"] for one in lines] == ids
    assert "service_at_locations" in {key for one in lines for key in one}
    assert feed.get("/services", per_page=100_000)["size"] == 5
    terms = [one["id"] for n in (1, 2, 3) for one in feed.get("/taxonomy_terms", page=n, per_page=200)["contents"]]
    assert len(set(terms)) == len(terms) == feed.get("/taxonomy_terms")["total_items"]


def test_what_is_deleted_is_gone_at_once(feed: Feed) -> None:
    passing = feed.add("passing", "services", organisation_id=feed.quarter.organisation, place_ids=[feed.ids["park"]])
    at = [one["id"] for one in feed.get(f"/services/{passing}")["service_at_locations"]]
    assert feed.get(f"/service_at_locations/{at[0]}")["service"]["id"] == passing
    ok(feed.quarter.council.delete(f"/v1/services/{passing}"))
    problem(feed.public.get(f"{ROOT}/services/{passing}"), 404, "not-found")
    problem(feed.public.get(f"{ROOT}/service_at_locations/{at[0]}"), 404, "not-found")
    assert "passing" not in feed.found()


def test_whoever_has_an_answer_already_is_not_sent_it_again(feed: Feed) -> None:
    for path in ("", "/services", f"/services/{feed.ids['repair']}", "/taxonomies"):
        first = feed.public.get(ROOT + path)
        assert first.headers["cache-control"] == "public, max-age=60"
        assert first.headers["etag"].startswith('"')
        again = feed.public.get(ROOT + path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["access-control-allow-origin"] == first.headers["access-control-allow-origin"] == "*"
        head = feed.public.head(ROOT + path)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["etag"] == first.headers["etag"]
    before = feed.public.get(f"{ROOT}/services").headers
    assert before["last-modified"].endswith("GMT")
    ok(feed.quarter.council.patch(f"/v1/services/{feed.ids['lunch']}", json={"alert": "Soup today"}))
    after = feed.public.get(f"{ROOT}/services", headers={"if-none-match": before["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before["etag"]


def test_a_token_is_not_needed_and_not_looked_at_and_one_tenant_is_not_another(feed: Feed, lindenau: Quarter) -> None:
    plain = feed.public.get(f"{ROOT}/services")
    broken = feed.public.get(f"{ROOT}/services", headers={"authorization": "Bearer nonsense"})
    theirs = lindenau.council.get(f"{ROOT}/services")
    assert plain.content == broken.content == theirs.content
    other = "/open-referral-uk/lindenau"
    for collection in ("services", "organizations"):
        for one in feed.get(f"/{collection}")["contents"]:
            problem(feed.public.get(f"{other}/{collection}/{one['id']}"), 404, "not-found")
    problem(feed.public.get("/v1/services"), 401, "unauthenticated")


def test_what_nobody_confirms_leaves_the_feed(feed: Feed, town: Town) -> None:
    stale = feed.add("stale", "services", organisation_id=feed.quarter.organisation)
    assert "stale" in feed.found()
    with psycopg.connect(town.admin_url, autocommit=True) as connection:
        connection.execute(
            "update directory.services set confirmed_at = now() - interval '3 years',"
            " updated_at = now() - interval '3 years' where id = %s", [stale])  # fmt: skip
    assert "stale" not in feed.found()
    problem(feed.public.get(f"{ROOT}/services/{stale}"), 404, "not-found")


def test_imported_taxonomies_are_kept_once_and_carried_by_code_or_id(feed: Feed, town: Town) -> None:
    taxonomy, term = asyncio.run(_keep_twice(town, feed.quarter))
    coded = feed.add("coded", "services", organisation_id=feed.quarter.organisation, codes=["M-17"])
    named = feed.add("named", "services", organisation_id=feed.quarter.organisation, codes=[term])
    for query in ({"taxonomy_term_id": term}, {"taxonomy_term_id": "M-17"}, {"taxonomy_id": taxonomy}):
        assert feed.found(**query) == {"coded", "named"}
    (mark,) = feed.get(f"/services/{coded}")["attributes"]
    assert mark["taxonomy_term"]["id"] == term
    assert mark["taxonomy_term"]["taxonomy_id"] == taxonomy
    assert feed.get(f"/taxonomy_terms/{term}")["code"] == "M-17"
    assert feed.get(f"/taxonomies/{taxonomy}")["name"] == "Local classes"
    assert [one["id"] for one in feed.get("/taxonomy_terms", taxonomy_id=taxonomy)["contents"]] == [term]
    council = feed.quarter.council
    assert {one["id"] for one in ok(council.get("/v1/taxonomies"))["items"]} == {str(ours.TAXONOMY), taxonomy}
    assert [one["code"] for one in ok(council.get(f"/v1/taxonomies/{taxonomy}/terms"))["items"]] == ["M-17"]
    page = ok(council.get(f"/v1/taxonomies/{ours.TAXONOMY}/terms", params={"limit": 200}))
    rest = ok(council.get(f"/v1/taxonomies/{ours.TAXONOMY}/terms", params={"limit": 200, "cursor": page["next"]}))
    assert not {one["id"] for one in page["items"]} & {one["id"] for one in rest["items"]}
    for service in ("coded", "named"):
        ok(council.delete(f"/v1/services/{feed.ids[service]}"))
    assert named not in {one["id"] for one in feed.get("/services")["contents"]}


async def _keep_twice(town: Town, quarter: Quarter) -> tuple[str, str]:
    """Keep one taxonomy with one term as an import would, twice over; return their ids."""
    assert town.house is not None
    running = town.house.apps["directory"].state.kernel
    database = Database(running.settings.database_url, schema="directory", pool=1)
    kernel = replace(running, database=database)
    seen = set()
    try:
        for _ in range(2):
            async with as_service(kernel, UUID(quarter.id)) as work:
                kept = await taxonomies.keep(work, ExternalId(system="test", value="t"), name="Local classes")
                term = await taxonomies.keep_term(
                    work, ExternalId(system="test", value="m"), taxonomy_id=kept.id, code="M-17", name="Mending"
                )
                seen.add((str(kept.id), str(term.id)))
    finally:
        await database.close()
    (ids,) = seen
    return ids
