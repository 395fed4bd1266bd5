"""The filters of the public feed: what each keeps, and that whatever the profile allows is answered."""

import pytest

from services.directory.open_referral.taxonomies import ours
from tests.directory.public_feed import ROOT, Feed, Json, ok_lines
from tests.town import ok, problem


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
    problem(feed.public.get(f"{ROOT}/service_at_locations", params={"latitude": 5}), 422, "invalid-request")


def test_places_are_found_by_postcode(feed: Feed) -> None:
    loaded = feed.quarter.council.post(
        "/v1/postcodes:load", content="postcode,latitude,longitude\nHZ1 1AA,52.585,-1.982\n",
        headers={"content-type": "text/csv"})  # fmt: skip
    ok(loaded)
    query = {"postcode": "hz1 1aa", "proximity": 500}
    assert {one["location_id"] for one in feed.get("/service_at_locations", **query)["contents"]} == {feed.ids["hall"]}


@pytest.mark.parametrize("query", [
    "page=x", "page=1.5", "per_page=many", "start_time=25:00", "end_time=noon", "minimum_age=old", "maximum_age=nan",
    "minimum_age=Infinity", "modified_after=yesterday", "full=perhaps", "format=xml",
])  # fmt: skip
def test_what_is_outside_the_types_of_the_profile_is_refused(feed: Feed, query: str) -> None:
    problem(feed.public.get(f"{ROOT}/services?{query}"), 422, "invalid-request")


@pytest.mark.parametrize(("query", "page", "size"), [
    ("page=0", 1, 5), ("page=-7", 1, 5), ("page=" + "9" * 5000, 1_000_000_000, 0), ("page=2.0&per_page=4", 2, 1),
    ("per_page=0", 1, 1), ("per_page=-1", 1, 1), ("per_page=" + "9" * 40, 1, 5), ("page=&per_page=&search=&day=", 1, 5),
])  # fmt: skip
def test_a_page_that_cannot_be_is_the_nearest_that_can(feed: Feed, query: str, page: int, size: int) -> None:
    body = feed.get(f"/services?{query}")
    assert (body["page_number"], body["size"], body["total_items"]) == (page, size, 5)


@pytest.mark.parametrize("query", [
    "day=someday", "day=%00", "search=%00", "search=" + "%F0%9F%8E%89" * 900, "taxonomy_id=%00%0A", "taxonomy_term_id=x",
    "organization_id=%00", "minimum_age=1e300", "minimum_age=1e999", "maximum_age=-1e300", "maximum_age=-0.5",
    "start_time=23:59:60Z", "end_time=00:00:00.123456789%2B14:00",
])  # fmt: skip
def test_what_nothing_can_fit_finds_nothing(feed: Feed, query: str) -> None:
    for path in ("/services", "/service_at_locations"):
        body = feed.get(f"{path}?{query}")
        assert (body["total_items"], body["empty"], body["last_page"]) == (0, True, True)


@pytest.mark.parametrize("query", [
    {"postcode": "HZ9 9ZZ"}, {"postcode": "no\x00where"}, {"postcode": " "}, {"proximity": "near"}, {"proximity": "500"},
    {"postcode": "HZ1 1AA", "proximity": "-1"}, {"latitude": 52.585, "longitude": -1.982, "proximity": "a mile"},
])  # fmt: skip
def test_nothing_is_near_what_nobody_can_find(feed: Feed, query: Json) -> None:
    assert feed.get("/service_at_locations", **query)["contents"] == []
    assert ok_lines(feed.public.get(f"{ROOT}/service_at_locations", params={**query, "format": "ndjson"})) == []


@pytest.mark.parametrize(
    "clock", ["12:00", "12:00:00", "12:00:00Z", "12:00:00.25+01:00", "12:00:00 01:00", "12:00:00-0530"]
)
def test_a_time_of_day_may_be_written_in_every_way_and_is_the_time_there(feed: Feed, clock: str) -> None:
    assert feed.found(start_time=clock) == {"repair", "lunch", "singing"}
