"""Answers to the Community Asset Survey become entries of the directory, once somebody confirms them."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.assessments.instruments.operations import get_shipped
from services.assessments.surveys.listing import asks_to_be_listed, said_for_listing
from services.directory.freshness.operations import ask_all
from services.directory.proposals.domain import proposed
from tests.directory.conftest import kernel_of
from tests.town import Quarter, ok, problem

CHOIR = {
    "name": "Thursday Choir", "kind": "community_group", "consent_listed": True,
    "activities": [
        {"text": "Choir for everybody, no notes needed", "category": "culture", "concepts": ["singing_choir"],
         "availability": [{"starts": "2026-01-08T18:00:00", "minutes": 90, "time_zone": "Europe/London",
                           "rule": "FREQ=WEEKLY"}], "cost": "donation", "cost_note": "Two pounds is fine."},
        "Concert once a year",
    ],
    "wanted": ["SECRET-WANTED"], "contact": "SECRET-CONTACT", "area_served": "Mill End",
    "languages": [{"language": "en"}], "accessibility": ["step_free", "parking", "lift"], "place": {"text": "The hall"},
}  # fmt: skip
ERRANDS = {
    "name": "Errands by Noor", "kind": "micro_provider", "workers": 1, "paid": "unpaid", "business_model": "commercial",
    "legal_form": "sole_trader", "provider_kinds": ["transport"], "activities": ["Shopping brought home"],
    "consent_listed": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def survey(hazelbrook: Quarter) -> str:
    return _survey(hazelbrook)


def _survey(quarter: Quarter) -> str:
    instrument = str(get_shipped("community-asset-survey", 1).id)
    body = {"instrument_id": instrument, "title": "What we have"}
    return str(ok(quarter.council.post("/v1/surveys", json=body))["id"])


def _respond(quarter: Quarter, survey: str, answers: dict[str, Any], client: str | None = None) -> None:
    body = {"client_id": client or str(uuid4()), "language": "en", "answers": answers}
    ok(quarter.council.post(f"/v1/surveys/{survey}/responses", json=body))


def _proposals(quarter: Quarter, survey: str, count: int) -> list[dict[str, Any]]:
    """Return what is proposed once there are so many, or after a while what there is."""
    for _ in range(100):
        found: list[dict[str, Any]] = ok(
            quarter.council.get("/v1/asset-proposals", params={"survey_id": survey, "limit": 200})
        )["items"]
        if len(found) == count:
            return found
        time.sleep(0.1)
    return found


def test_a_response_that_asks_to_be_listed_becomes_an_entry_when_it_is_confirmed(
    hazelbrook: Quarter, lindenau: Quarter, survey: str
) -> None:
    api, client = hazelbrook.council, str(uuid4())
    _respond(hazelbrook, survey, {**CHOIR, "name": "Unlisted", "consent_listed": False})
    _respond(hazelbrook, survey, CHOIR, client)
    _respond(hazelbrook, survey, CHOIR, client)
    (found,) = _proposals(hazelbrook, survey, 1)
    assert (found["kind"], found["state"], found["facts"]["name"]) == ("group", "open", "Thursday Choir")
    assert "SECRET" not in str(found)
    address = f"/v1/asset-proposals/{found['id']}"
    problem(lindenau.council.get(address), 404, "not-found")
    stranger = hazelbrook.app(hazelbrook.organisation_named("Onlookers"), scopes=["directory:write"])
    problem(stranger.get(address), 404, "not-found")
    problem(stranger.post(f"{address}:confirm", json={}), 404, "not-found")
    confirmed = ok(api.post(f"{address}:confirm", json={"changes": {"category": "culture"}}))
    assert (confirmed["state"], confirmed["asset_kind"]) == ("confirmed", "group")
    group = ok(api.get(f"/v1/groups/{confirmed['asset_id']}"))
    assert (group["source"], group["held_by"], group["category"]) == ("survey", hazelbrook.organisation, "culture")
    assert (group["access"], group["areas"]) == (["step-free", "accessible-parking"], ["Mill End"])
    activities = ok(api.get("/v1/activities", params={"q": "choir notes"}))["items"]
    assert [one["group_id"] for one in activities] == [group["id"]]
    assert (activities[0]["cost"], activities[0]["opening"][0]["rule"]) == (
        "Give what you can. Two pounds is fine.", "FREQ=WEEKLY"
    )  # fmt: skip
    problem(api.post(f"{address}:confirm", json={}), 409, "already-decided")
    problem(api.post(f"{address}:refuse", json={"reason": "No."}), 409, "already-decided")


def test_what_cannot_be_so_is_put_right_before_it_becomes_an_entry(hazelbrook: Quarter) -> None:
    api, survey = hazelbrook.council, _survey(hazelbrook)
    _respond(hazelbrook, survey, ERRANDS)
    (found,) = _proposals(hazelbrook, survey, 1)
    address = f"/v1/asset-proposals/{found['id']}"
    problem(api.post(f"{address}:confirm", json={}), 422, "invalid-request")
    wrong = problem(api.post(f"{address}:confirm", json={"changes": {"latitude": 52.5}}), 422, "invalid-request")
    assert [one["path"] for one in wrong["errors"]] == ["/changes/latitude"]
    assert ok(api.get(address))["state"] == "open", "what was refused has left no trace"
    body = {"changes": {"paid": "paid"}, "activities": []}
    made = ok(api.post(f"{address}:confirm", json=body, headers={"If-Match": '"1"', "Idempotency-Key": "a-errands"}))
    again = api.post(f"{address}:confirm", json=body, headers={"If-Match": '"1"', "Idempotency-Key": "a-errands"})
    assert again.json() == made
    provider = ok(api.get(f"/v1/micro-providers/{made['asset_id']}"))
    assert (provider["kind"], provider["trades_as"], provider["public"]) == ("transport", "sole-trader", False)


def test_a_refusal_says_why_and_makes_nothing(hazelbrook: Quarter) -> None:
    api, survey = hazelbrook.council, _survey(hazelbrook)
    _respond(hazelbrook, survey, {**CHOIR, "name": "Refused Choir"})
    (found,) = _proposals(hazelbrook, survey, 1)
    refused = ok(api.post(f"/v1/asset-proposals/{found['id']}:refuse", json={"reason": "It is listed already."}))
    assert (refused["state"], refused["reason"], refused["asset_id"]) == ("refused", "It is listed already.", None)
    assert ok(api.get("/v1/groups", params={"q": "Refused Choir"}))["items"] == []


def test_when_a_survey_is_deleted_its_open_proposals_go_and_the_entries_stay(hazelbrook: Quarter) -> None:
    api, survey = hazelbrook.council, _survey(hazelbrook)
    for name in ("Stays", "Goes"):
        _respond(hazelbrook, survey, {**CHOIR, "name": name})
    found = {one["facts"]["name"]: one["id"] for one in _proposals(hazelbrook, survey, 2)}
    kept = ok(api.post(f"/v1/asset-proposals/{found['Stays']}:confirm", json={"activities": []}))
    ok(api.delete(f"/v1/surveys/{survey}"))
    assert [one["id"] for one in _proposals(hazelbrook, survey, 1)] == [found["Stays"]]
    problem(api.get(f"/v1/asset-proposals/{found['Goes']}"), 404, "not-found")
    assert ok(api.get(f"/v1/groups/{kept['asset_id']}"))["name"] == "Stays"


@pytest.mark.parametrize(
    ("kind", "becomes", "own_kind"),
    [("charity", "organisation", "charity"), ("faith_group", "organisation", "faith"), ("place", "place", None),
     ("council_service", "service", None), ("something new", "organisation", "other")],
)  # fmt: skip
def test_each_kind_of_respondent_becomes_the_kind_of_entry_that_it_is(
    kind: str, becomes: str, own_kind: str | None
) -> None:
    found = proposed({"name": "N\nmore", "kind": kind, "place": {"text": "Hall", "latitude": 1.0, "longitude": 2.0}})
    assert (found.kind, found.facts.get("kind"), found.facts["name"]) == (becomes, own_kind, "N")
    where = found.facts["address"] if kind == "place" else found.facts["description"]
    assert where == ({"lines": "Hall"} if kind == "place" else "Hall")
    assert "latitude" not in found.facts, "a point in an answer is the middle of a square kilometre"


def test_only_who_agreed_in_our_own_survey_is_read_and_only_what_is_for_the_directory() -> None:
    ours = get_shipped("community-asset-survey", 1)
    assert asks_to_be_listed(ours, CHOIR)
    assert not asks_to_be_listed(ours, {**CHOIR, "consent_listed": False})
    assert not asks_to_be_listed(replace(ours, shipped=False), CHOIR), "its words may say something else"
    assert not {"contact", "wanted", "consent_match"} & said_for_listing({**CHOIR, "consent_match": True}).keys()


async def test_who_said_in_a_survey_when_to_ask_again_is_asked_then(hazelbrook: Quarter) -> None:
    api, survey, now = hazelbrook.council, _survey(hazelbrook), datetime.now(UTC)
    days = {"Today": now.date(), "Tomorrow": now.date() + timedelta(days=1)}
    groups = {}
    for name, day in days.items():
        _respond(hazelbrook, survey, {**CHOIR, "name": name, "check_on": day.isoformat()})
    for one in _proposals(hazelbrook, survey, 2):
        made = ok(api.post(f"/v1/asset-proposals/{one['id']}:confirm", json={"activities": []}))
        groups[one["facts"]["name"]] = made["asset_id"]
    with psycopg.connect(hazelbrook.town.admin_url, autocommit=True) as connection:
        earlier = (now - timedelta(days=40), list(groups.values()))
        connection.execute("update directory.groups set confirmed_at = %s where id = any(%s::uuid[])", earlier)
    kernel = kernel_of(hazelbrook.town)
    await ask_all(kernel)
    await kernel.database.close()
    waiting = ok(api.get("/v1/assets/stale", params={"months": 1, "kind": "group", "limit": 200}))["items"]
    asked = {one["id"]: one["asked_at"] is not None for one in waiting}
    assert (asked[groups["Today"]], asked[groups["Tomorrow"]]) == (True, False)
