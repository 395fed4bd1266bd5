"""Groups, micro-providers and activities beside organisations, places and services; and what is said of all of them."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.assets.calendar import occurrences
from tests.town import Quarter, ok, problem

PROVIDER = {"name": "Mill End Errands", "kind": "transport", "paid": "unpaid", "business_model": "voluntary"}
COLLECTIONS = ("organisations", "groups", "micro-providers", "places", "services", "activities")


def _body(collection: str, quarter: Quarter) -> dict[str, Any]:
    special = {"micro-providers": PROVIDER, "services": {"organisation_id": quarter.organisation}}
    return {"name": "Something", **special.get(collection, {})}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_same_can_be_said_of_every_kind_of_asset(hazelbrook: Quarter, collection: str) -> None:
    said = {
        "description": "Open to all.", "website": "https://hazelbrook.example/", "category": "repair",
        "concepts": ["sewing"], "languages": ["en", "prs"], "access": ["step-free", "hearing-loop"],
        "accessibility": "Ring the lower bell.", "cost": "What you can give.",
        "costs": [{"option": "concession", "amount": 350, "currency": "GBP", "valid_from": "2026-01-01"}],
        "reach_km": 2.5, "areas": ["Mill End"], "assured_on": "2026-01-31", "assured_by": "Public health team",
        "opening": [{"starts": "2026-01-05T10:00:00", "minutes": 60, "time_zone": "Europe/London",
                     "rule": "FREQ=WEEKLY"}],
    }  # fmt: skip
    api, name = hazelbrook.council, {"system": "crm", "value": uuid4().hex}
    put = {**_body(collection, hazelbrook), **said}
    made = ok(api.put(f"/v1/{collection}/by-external-id", params=name, json=put))
    again = api.put(f"/v1/{collection}/by-external-id", params=name, json=put)
    assert (again.status_code, again.json()) == (200, made)
    shown = ok(api.get(f"/v1/{collection}/{made['id']}"))
    assert {key: shown[key] for key in said.keys() - {"costs", "opening"}} == {
        key: said[key] for key in said.keys() - {"costs", "opening"}
    }
    assert (shown["costs"][0]["amount"], shown["opening"][0]["rule"]) == (350, "FREQ=WEEKLY")
    assert shown["confirmed_by"] == hazelbrook.organisation
    patched = ok(api.patch(f"/v1/{collection}/{made['id']}", json={"areas": ["Elm Row"], "website": None}))
    assert (patched["areas"], patched["website"], patched["languages"]) == (["Elm Row"], None, ["en", "prs"])
    assert made["id"] in [one["id"] for one in ok(api.get(f"/v1/{collection}", params={"category": "repair"}))["items"]]
    ok(api.delete(f"/v1/{collection}/{made['id']}"))


DAILY = {"starts": "2026-01-05T10:00:00", "minutes": 60, "time_zone": "Asia/Tokyo"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"concepts": ["no_such_concept"]},
        {"concepts": ["sewing", "sewing"]},
        {"access": ["step-free-ish"]},
        {"costs": [{"amount": 350}]},
        {"costs": [{"amount": 350, "currency": "XXQ"}]},
        {"costs": [{"amount": 3.5, "currency": "GBP"}]},
        {"costs": [{"valid_from": "2026-02-01", "valid_to": "2026-01-01"}]},
        {"assured_on": "2199-01-01"},
        {"opening": [{"starts": "2026-01-05T10:00:00", "minutes": 60, "time_zone": "Nowhere/Here"}]},
        {"opening": [{**DAILY, "rule": "FREQ=DAILY;UNTIL=2026111"}]},
        {"opening": [{**DAILY, "rule": "FREQ=DAILY;UNTIL=99991231T235959Z"}]},
        {"website": "https://[hazelbrook"},
        {"website": "https://:80/"},
        {"website": "https://who:secret@hazelbrook.example/"},
        {"website": "https://javascript:alert(1)"},
    ],
)
def test_what_cannot_be_said_of_an_asset_is_refused(hazelbrook: Quarter, wrong: dict[str, Any]) -> None:
    problem(hazelbrook.council.post("/v1/groups", json={"name": "Choir", **wrong}), 422, "invalid-request")


def test_a_community_may_use_its_own_concepts_and_not_its_neighbours(hazelbrook: Quarter, lindenau: Quarter) -> None:
    key = f"own_{uuid4().hex[:8]}"
    term = {"concept": key, "text": f"word {key}", "language": "en", "category": "repair"}
    ok(hazelbrook.council.post("/v1/terms", json=term))
    ok(hazelbrook.council.post("/v1/groups", json={"name": "Menders", "concepts": [key]}))
    theirs = lindenau.council.post("/v1/groups", json={"name": "Flicker", "concepts": [key]})
    assert problem(theirs, 422, "invalid-request")["errors"][0]["path"] == "/concepts/0"


@pytest.mark.parametrize(
    "wrong",
    [{"paid": "unpaid", "business_model": "commercial"}, {"workers": 6}, {"workers": 0}, {"kind": "anything"}],
)
def test_a_micro_provider_is_small_and_no_unpaid_business(hazelbrook: Quarter, wrong: dict[str, Any]) -> None:
    problem(hazelbrook.council.post("/v1/micro-providers", json={**PROVIDER, **wrong}), 422, "invalid-request")


def test_a_change_is_held_against_what_stood_there_before(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    provider = ok(api.post("/v1/micro-providers", json={**PROVIDER, "business_model": "commercial", "paid": "paid"}))
    assert provider["public"] is False
    problem(api.patch(f"/v1/micro-providers/{provider['id']}", json={"paid": "unpaid"}), 422, "invalid-request")
    youth = ok(api.post("/v1/activities", json={"name": "Boxing", "minimum_age": 12}))["id"]
    problem(api.patch(f"/v1/activities/{youth}", json={"maximum_age": 11}), 422, "invalid-request")
    ok(api.patch(f"/v1/activities/{youth}", json={"maximum_age": 12, "micro_provider_id": provider["id"]}))
    answer = api.patch(f"/v1/activities/{youth}", json={"organisation_id": hazelbrook.organisation})
    problem(answer, 422, "invalid-request")
    problem(api.delete(f"/v1/micro-providers/{provider['id']}"), 409, "still-in-use")
    moved = {"micro_provider_id": None, "organisation_id": hazelbrook.organisation}
    assert ok(api.patch(f"/v1/activities/{youth}", json=moved))["micro_provider_id"] is None
    ok(api.delete(f"/v1/micro-providers/{provider['id']}"))


def test_a_group_that_stands_behind_an_activity_stays(hazelbrook: Quarter, lindenau: Quarter) -> None:
    api = hazelbrook.council
    choir = ok(api.post("/v1/groups", json={"name": "Choir", "organisation_id": hazelbrook.organisation}))["id"]
    ok(api.post("/v1/activities", json={"name": "Rehearsal", "group_id": choir}))
    problem(api.delete(f"/v1/groups/{choir}"), 409, "still-in-use")
    problem(lindenau.council.post("/v1/activities", json={"name": "Probe", "group_id": choir}), 422, "invalid-request")
    problem(lindenau.council.get(f"/v1/groups/{choir}"), 404, "not-found")


def test_an_activity_tells_when_it_takes_place_across_a_change_of_the_clock(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    weekly = {"starts": "2026-03-21T10:00:00", "minutes": 90, "time_zone": "Europe/London", "rule": "FREQ=WEEKLY"}
    never = {**weekly, "rule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}
    club = ok(api.post("/v1/activities", json={"name": "Lunch club", "opening": [weekly, never]}))["id"]
    asked = {"from": "2026-03-28T11:00:00Z", "until": "2026-04-05T00:00:00Z"}
    found = ok(api.get(f"/v1/activities/{club}/occurrences", params=asked))
    starts = [one["starts"] for one in found["items"]]
    assert starts == ["2026-03-28T10:00:00Z", "2026-04-04T09:00:00Z"], "the first is still going on; then it is summer"
    assert found["more"] is False
    too_long = {"from": "2026-01-01T00:00:00Z", "until": "2026-12-31T00:00:00Z"}
    problem(api.get(f"/v1/activities/{club}/occurrences", params=too_long), 422, "invalid-request")
    ok(api.patch(f"/v1/activities/{club}", json={"status": "temporarily_closed"}))
    assert ok(api.get(f"/v1/activities/{club}/occurrences", params=asked))["items"] == []


def test_a_rule_that_counts_for_decades_is_counted_in_a_moment() -> None:
    every = "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366;COUNT=9999"
    windows = [{**DAILY, "minutes": 60 + n, "rule": every} for n in range(50)]
    since = datetime(2199, 1, 1, tzinfo=UTC)
    began = time.process_time()
    assert occurrences(windows, since=since, until=since + timedelta(days=28)) == []
    assert time.process_time() - began < 5
    kept_before = {**DAILY, "rule": "FREQ=DAILY;UNTIL=99991231T235959Z"}
    march = datetime(2026, 3, 1, tzinfo=UTC)
    assert len(occurrences([kept_before], since=march, until=march + timedelta(days=2))) == 2


RULES = st.builds(
    lambda frequency, interval, more: f"FREQ={frequency};INTERVAL={interval}{more}",
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 4),
    st.sampled_from(
        ["", ";BYDAY=MO,TH", ";COUNT=7", ";UNTIL=20260601", ";BYMONTH=3,4,5", ";BYDAY=MO,WE,FR;BYSETPOS=-1",
         ";BYMONTHDAY=1,-1", ";BYDAY=SU;WKST=SU", ";BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=30"]
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(RULES, st.integers(0, 400), st.integers(0, 90))
def test_the_days_of_a_rule_are_those_that_dateutil_finds(rule: str, begins: int, length: int) -> None:
    starts = datetime(2025, 1, 1, 9, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=begins)
    since = datetime(2026, 2, 1, tzinfo=UTC)
    until = since + timedelta(days=length)
    window = {"starts": starts.isoformat(), "minutes": 30, "time_zone": "UTC", "rule": rule}
    bounded = rrulestr(rule.replace("UNTIL=20260601", "UNTIL=20260601T235959"), dtstart=starts)
    expected = [one for one in bounded.between(since.replace(tzinfo=None), until.replace(tzinfo=None), inc=True)]
    found = [begin.replace(tzinfo=None) for begin, _ in occurrences([window], since=since, until=until)]
    assert found == [one for one in expected if one < until.replace(tzinfo=None)]


def test_what_was_merged_answers_as_what_it_was_merged_into(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    first, second, third = (ok(api.post("/v1/groups", json={"name": f"Choir {n}"}))["id"] for n in range(3))
    with psycopg.connect(hazelbrook.town.admin_url, autocommit=True) as connection:
        for lost, kept in ((first, second), (second, third)):
            connection.execute("update directory.groups set merged_into = %s where id = %s", (kept, lost))
    assert ok(api.get(f"/v1/groups/{first}"))["id"] == third
    listed = {one["id"] for one in ok(api.get("/v1/groups", params={"q": "Choir", "limit": 200}))["items"]}
    assert third in listed
    assert not {first, second} & listed
    assert ok(api.post("/v1/activities", json={"name": "Sing", "group_id": first}))["group_id"] == third


def test_a_confirmation_is_the_holders_and_a_change_is_one(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    theirs = hazelbrook.app(hazelbrook.organisation_named("Good Neighbours Five"))
    group = ok(api.post("/v1/groups", json={"name": "Walkers"}))
    problem(theirs.post(f"/v1/groups/{group['id']}:confirm"), 403, "held-by-another")
    _made_long_ago(hazelbrook, "groups", group["id"])
    confirmed = api.post(f"/v1/groups/{group['id']}:confirm")
    assert confirmed.headers["content-location"] == f"/v1/groups/{group['id']}"
    assert confirmed.json()["confirmed_at"][:4] != "2020"
    assert confirmed.json()["version"] == group["version"] + 1
    _made_long_ago(hazelbrook, "groups", group["id"])
    same = ok(api.patch(f"/v1/groups/{group['id']}", json={"name": "Walkers"}))
    assert same["confirmed_at"][:4] == "2020", "a change that changes nothing says nothing"
    assert ok(api.patch(f"/v1/groups/{group['id']}", json={"name": "Strollers"}))["confirmed_at"][:4] != "2020"


def _made_long_ago(quarter: Quarter, table: str, asset: str) -> None:
    with psycopg.connect(quarter.town.admin_url, autocommit=True) as connection:
        moved = f"update directory.{table} set confirmed_at = %s where id = %s"
        connection.execute(moved.encode(), (date(2020, 1, 1), asset))
