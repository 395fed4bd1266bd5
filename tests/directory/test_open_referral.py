"""The public feed in the national format: everything that may be seen, as it must look, and nobody in it."""

import psycopg
import pytest

from services.directory.open_referral.shapes import web
from tests.directory.public_feed import ROOT, Feed, ok_lines
from tests.town import Quarter, Town, ok, problem

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


@pytest.mark.parametrize(("kept", "shown"), [
    ("https://hall.example:8080/x?y=z#f", "https://hall.example:8080/x?y=z#f"),
    ("https://ché.example/ü 1", "https://xn--ch-cja.example/%C3%BC%201"),
    ("https://hall.example/100%?tags[]=1", "https://hall.example/100%25?tags%5B%5D=1"),
    *((one, None) for one in ("https://[bad", "http://%", "https://user:pw@host/", "https://a.example:99999/", "https:///x",
                              "ftp://a.example", "", None)),
])  # fmt: skip
def test_a_web_address_is_shown_as_a_uri_or_not_at_all(kept: str | None, shown: str | None) -> None:
    assert web(kept) == shown
