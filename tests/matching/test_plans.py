"""Allocations, rings and labs over HTTP: worked out in the background, through every gate, and asked anew when read."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import uuid4

import httpx
import psycopg
import pytest

from services.kernel.clock import system_clock
from services.matching.engine import allocate
from services.matching.engine.allocation import TooLarge
from services.matching.plans import allocations, circle, labs, reading, search
from services.matching.plans.domain import MOST_AT_ONCE, MOST_TRIES
from services.matching.settings import Settings
from tests.matching.conftest import Neighbourhood
from tests.town import Quarter, Town, ok, problem

Found = Callable[[str], Neighbourhood]
Terms = dict[str, Any]
PATIENCE = 60.0
BICYCLES: Terms = {"title": "My bicycle is broken", "category": "repair"}
MENDS: Terms = {"title": "I mend bicycles", "category": "repair"}
HEDGES: Terms = {"title": "Help with my hedge and the garden", "category": "garden"}
GARDENS: Terms = {"title": "I can help in the garden", "category": "garden"}
GERMAN: Terms = {"title": "I would like to learn German", "category": "language"}
TEACHES: Terms = {"title": "I teach German", "category": "language"}
CHOIR: Terms = {"title": "I like to sing in a choir", "category": "culture"}


def asked(api: httpx.Client, collection: str, **body: Any) -> dict[str, Any]:
    """Ask for a plan and return it as it was answered at once."""
    answer = api.post(f"/v1/{collection}", json=body)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/{collection}/{made['id']}"
    return made


def ended(api: httpx.Client, collection: str, plan: str, **query: Any) -> dict[str, Any]:
    """Wait for a plan to come to its end and return it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer = api.get(f"/v1/{collection}/{plan}", params=query)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # a busy machine: who looks again is told to
            time.sleep(1)
            continue
        found: dict[str, Any] = ok(answer)
        assert 0 <= found["progress"] <= 1
        if found["state"] in {"done", "failed"}:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{collection}/{plan} did not come to its end")


def worked_out(api: httpx.Client, collection: str, **body: Any) -> dict[str, Any]:
    """Return the result of a plan that is done."""
    found = ended(api, collection, asked(api, collection, **body)["id"])
    assert found["state"] == "done", found
    result: dict[str, Any] = found["result"]
    return result


def pairs(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["need_id"], one["offer_id"]) for one in result["pairs"]}


@pytest.fixture
def rows(town: Town) -> Iterator[psycopg.Connection]:
    """The database behind the house."""
    with psycopg.connect(town.admin_url, autocommit=True) as connection:
        yield connection


def test_an_allocation_pairs_each_need_with_reasons_and_tells_the_feed(quarter: Found) -> None:
    there = quarter("pairs")
    bicycle, hedge = there.need(there.person()["id"], **BICYCLES), there.need(there.person()["id"], **HEDGES)
    mends, gardens = there.offer(there.person()["id"], **MENDS), there.offer(there.person()["id"], **GARDENS)
    made = asked(there.council, "allocations")
    assert (made["state"], made["result"]) == ("queued", None)
    done = ended(there.council, "allocations", made["id"], language="de")
    result = done["result"]
    assert pairs(result) == {(bicycle["id"], mends["id"]), (hedge["id"], gardens["id"])}
    assert (done["progress"], done["problem"]) == (1.0, None)
    assert (result["unserved"], result["exact"], result["gap"], result["withdrawn"]) == ([], True, 0.0, None)
    for one in result["pairs"]:
        assert round(sum(one["factors"].values()), 4) == one["score"]
        assert any("geht es um" in reason for reason in one["reasons"])
    assert result["total"] == round(sum(one["score"] for one in result["pairs"]), 4)
    (fact,) = there.facts(made["id"])
    assert fact["type"] == "plan.done"
    assert fact["ids"]["kind"] == "allocation"


def test_a_place_goes_to_one_and_the_other_learns_that_others_had_it(quarter: Found) -> None:
    there = quarter("places")
    needs = {there.need(there.person()["id"])["id"] for _ in range(2)}
    offer = there.offer(there.person()["id"])
    result = worked_out(there.council, "allocations")
    ((served, _),) = pairs(result)
    (left,) = result["unserved"]
    assert {served, left["need_id"]} == needs
    assert left["why"] == "Others had the places."
    ok(there.bank.patch(f"/v1/offers/{offer['id']}", json={"capacity": 2}))
    assert {need for need, _ in pairs(worked_out(there.council, "allocations"))} == needs


def test_a_need_with_several_places_gets_as_many_offers_as_asked_for(quarter: Found) -> None:
    there = quarter("several")
    there.need(there.person()["id"], capacity=3)
    for _ in range(3):
        there.offer(there.person()["id"])
    assert len(worked_out(there.council, "allocations")["pairs"]) == 1
    assert len(worked_out(there.council, "allocations", per_need=2)["pairs"]) == 2


def test_the_highest_floor_is_found_and_a_floor_out_of_reach_names_who_is_below(quarter: Found) -> None:
    there = quarter("floor")
    needs = {there.need(there.person()["id"], **BICYCLES)["id"], there.need(there.person()["id"], **HEDGES)["id"]}
    there.offer(there.person()["id"], **MENDS)
    there.offer(there.person()["id"], **GARDENS)
    highest = worked_out(there.council, "allocations", floor="max")
    assert highest["floor"] == pytest.approx(min(one["score"] for one in highest["pairs"]))
    assert highest["below"] == []
    unreached = worked_out(there.council, "allocations", floor=1.0)
    assert (unreached["floor"], set(unreached["below"])) == (1.0, needs)
    assert worked_out(there.council, "allocations")["floor"] is None


def test_a_group_takes_place_only_when_enough_come(quarter: Found) -> None:
    there = quarter("group")
    for _ in range(2):
        there.need(there.person()["id"])
    there.offer(there.person()["id"], capacity=3)
    apart = worked_out(there.council, "allocations", groups_of_at_least=3)
    assert (apart["pairs"], len(apart["unserved"])) == ([], 2)
    assert apart["note"]
    there.need(there.person()["id"])
    assert len(worked_out(there.council, "allocations", groups_of_at_least=3)["pairs"]) == 3


def test_two_who_are_kept_apart_do_not_come_to_the_same_group(quarter: Found) -> None:
    there = quarter("group-apart")
    one, other = there.person(), there.person()
    for person in (one, other):
        there.need(person["id"])
    there.offer(there.person()["id"], capacity=2)
    assert len(worked_out(there.council, "allocations")["pairs"]) == 2
    ok(there.council.post(f"/v1/participants/{one['id']}/blocks", json={"other_id": other["id"]}))
    assert len(worked_out(there.council, "allocations")["pairs"]) == 1


def test_only_named_needs_and_only_their_category_are_paired(quarter: Found) -> None:
    there = quarter("named")
    one, other = there.need(there.person()["id"], **BICYCLES), there.need(there.person()["id"], **HEDGES)
    there.offer(there.person()["id"], **MENDS)
    there.offer(there.person()["id"], **GARDENS)
    assert {need for need, _ in pairs(worked_out(there.council, "allocations", need_ids=[one["id"]]))} == {one["id"]}
    assert {need for need, _ in pairs(worked_out(there.council, "allocations", category="garden"))} == {other["id"]}


def test_needs_that_another_organisation_holds_are_not_allocated(quarter: Found) -> None:
    there = quarter("holders")
    theirs = there.need(there.person()["id"], api=there.bank)
    there.offer(there.person()["id"])
    result = worked_out(there.council, "allocations")
    assert (result["pairs"], result["unserved"]) == ([], [])
    assert result["note"] == "There are no open needs to look at."
    body = {"need_ids": [theirs["id"]]}
    refused = problem(there.council.post("/v1/allocations", json=body), 422, "invalid-request")
    assert refused["errors"][0]["path"] == "/need_ids/0"
    unknown = problem(there.council.post("/v1/allocations", json={"need_ids": [str(uuid4())]}), 422, "invalid-request")
    assert unknown == refused


def test_a_private_need_is_paired_only_when_it_is_named(quarter: Found) -> None:
    there = quarter("private")
    need = there.need(there.person()["id"], visibility="private")
    there.offer(there.person()["id"])
    assert worked_out(there.council, "allocations")["pairs"] == []
    assert len(worked_out(there.council, "allocations", need_ids=[need["id"]])["pairs"]) == 1


def test_what_emptied_it_is_told_coarsely(quarter: Found) -> None:
    there = quarter("emptied")
    need = there.need(there.person(languages=[{"tag": "ti"}])["id"])
    for count in (1, 5):
        while len(ok(there.bank.get("/v1/offers"))["items"]) < count:
            there.offer(there.person(languages=[{"tag": "pl"}])["id"])
        result = worked_out(there.council, "allocations")
        told: int | str = 5 if count == 5 else "a few"
        assert result["held_back"] == {"language": told}
        assert result["unserved"] == [
            {"need_id": need["id"], "why": f"Everybody who might fit was held back: language ({told}).",
             "held_back": {"language": told}}
        ]  # fmt: skip
        assert result["note"] == f"Nobody was found: everybody was held back: language ({told})."


def test_a_score_below_the_least_is_no_pair(quarter: Found) -> None:
    there = quarter("weak")
    there.need(there.person()["id"])
    there.offer(there.person()["id"])
    result = worked_out(there.council, "allocations", least_score=1.0)
    assert (result["pairs"], result["unserved"][0]["why"]) == ([], "Nobody reached the score that was asked for.")


def test_no_offers_at_all_is_said(quarter: Found) -> None:
    there = quarter("no-offers")
    there.need(there.person()["id"])
    assert worked_out(there.council, "allocations")["note"] == "There are no offers yet that could serve these needs."


def test_blocks_missing_consent_and_do_not_ask_leave_no_trace(quarter: Found) -> None:
    there = quarter("silence")
    one = there.person()
    there.need(one["id"])
    blocked, silent, shy = there.person(), there.person(), there.person(languages=[{"tag": "pl"}])
    for giver in (blocked, silent, shy):
        there.offer(giver["id"])
    ok(there.council.post(f"/v1/participants/{one['id']}/blocks", json={"other_id": blocked["id"]}))
    ok(there.council.patch(f"/v1/participants/{silent['id']}", json={"do_not_ask": True}))
    there.revoke(shy["id"], "matching", there.quarter.organisation)
    result = worked_out(there.council, "allocations")
    assert (result["pairs"], result["held_back"], result["withdrawn"]) == ([], {}, None)
    assert result["note"] == "There are no offers yet that could serve these needs."


def test_a_need_whose_owner_has_not_consented_is_not_there_at_all(quarter: Found) -> None:
    there = quarter("owner")
    person = there.person()
    there.need(person["id"])
    there.offer(there.person()["id"])
    there.revoke(person["id"], "matching", there.quarter.organisation)
    result = worked_out(there.council, "allocations")
    assert (result["pairs"], result["unserved"], result["note"]) == ([], [], "There are no open needs to look at.")


def test_two_whom_a_suspension_keeps_apart_are_not_paired(quarter: Found) -> None:
    there = quarter("suspended")
    match = there.match()
    staff = there.staff()
    ok(staff.post(f"/v1/matches/{match['id']}:suspend", json={"reason": "safeguarding"}))
    ok(there.act(match, "withdraw"))
    result = worked_out(there.council, "allocations")
    assert (result["pairs"], result["withdrawn"]) == ([], None)
    ok(staff.post(f"/v1/matches/{match['id']}:lift"))
    assert pairs(worked_out(there.council, "allocations")) == {(match["need_id"], match["offer_id"])}


def test_a_suspension_after_the_job_takes_the_pair_out_when_it_is_read(quarter: Found) -> None:
    there = quarter("suspended-later")
    need, offer = there.pair()
    plan = asked(there.council, "allocations")["id"]
    assert pairs(ended(there.council, "allocations", plan)["result"]) == {(need["id"], offer["id"])}
    match = ok(there.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    assert len(ended(there.council, "allocations", plan)["result"]["pairs"]) == 1
    ok(there.staff().post(f"/v1/matches/{match['id']}:suspend", json={"reason": "safeguarding"}))
    after = ended(there.council, "allocations", plan)["result"]
    assert (after["pairs"], after["withdrawn"]) == ([], "some")


def test_whoever_is_matched_already_is_not_paired_again(quarter: Found) -> None:
    there = quarter("matched")
    there.match()
    assert worked_out(there.council, "allocations")["pairs"] == []


@pytest.mark.parametrize("side", ["need", "offer"])
def test_a_consent_revoked_between_job_and_reading_takes_the_pair_out(quarter: Found, side: str) -> None:
    there = quarter("revoked")
    taker, giver = there.person(), there.person()
    there.need(taker["id"])
    there.offer(giver["id"])
    plan = asked(there.council, "allocations")
    before = ended(there.council, "allocations", plan["id"])["result"]
    assert (len(before["pairs"]), before["withdrawn"]) == (1, None)
    there.revoke((taker if side == "need" else giver)["id"], "matching", there.quarter.organisation)
    after = ended(there.council, "allocations", plan["id"])["result"]
    assert (after["pairs"], after["total"], after["withdrawn"]) == ([], 0, "some")


def test_a_block_a_pause_and_do_not_ask_take_the_pair_out_when_it_is_read(quarter: Found) -> None:
    there = quarter("later")
    givers = [there.person() for _ in range(3)]
    takers = [there.person() for _ in range(3)]
    for taker in takers:
        there.need(taker["id"])
    offers = [there.offer(giver["id"]) for giver in givers]
    plan = asked(there.council, "allocations")["id"]
    paired = {one["offer_id"]: one["need_id"] for one in ended(there.council, "allocations", plan)["result"]["pairs"]}
    owner = {need["id"]: need["participant_id"] for need in ok(there.council.get("/v1/needs"))["items"]}
    other = owner[paired[offers[0]["id"]]]
    ok(there.council.post(f"/v1/participants/{givers[0]['id']}/blocks", json={"other_id": other}))
    assert len(ended(there.council, "allocations", plan)["result"]["pairs"]) == 2
    ok(there.bank.post(f"/v1/offers/{offers[1]['id']}:pause"))
    assert len(ended(there.council, "allocations", plan)["result"]["pairs"]) == 1
    ok(there.council.patch(f"/v1/participants/{givers[2]['id']}", json={"do_not_ask": True}))
    last = ended(there.council, "allocations", plan)["result"]
    assert (last["pairs"], last["withdrawn"]) == ([], "some")


def _ring(there: Neighbourhood) -> list[dict[str, Any]]:
    people = [there.person() for _ in range(3)]
    for person, gives, takes in zip(people, (MENDS, GARDENS, TEACHES), (HEDGES, GERMAN, BICYCLES), strict=True):
        there.offer(person["id"], **gives)
        there.need(person["id"], **takes)
    return people


def test_three_who_can_help_each_other_become_a_ring(quarter: Found) -> None:
    there = quarter("ring")
    people = _ring(there)
    plan = asked(there.council, "rings")["id"]
    result = ended(there.council, "rings", plan)["result"]
    (ring,) = result["rings"]
    assert (ring["participants"], result["helped"], result["possible"], result["exact"]) == (3, 3, 1, True)
    likely = 1.0
    for step in ring["steps"]:
        likely *= step["score"]
    assert ring["likely"] == pytest.approx(likely, abs=1e-3)
    assert ring["worth"] == pytest.approx(3 * likely, abs=1e-3)
    needs = {need["id"]: need["participant_id"] for need in ok(there.council.get("/v1/needs"))["items"]}
    offers = {offer["id"]: offer["participant_id"] for offer in ok(there.bank.get("/v1/offers"))["items"]}
    takers = [needs[step["need_id"]] for step in ring["steps"]]
    givers = [offers[step["offer_id"]] for step in ring["steps"]]
    assert givers == [takers[-1], *takers[:-1]], "whoever is helped in one step helps in the next"
    there.revoke(people[1]["id"], "matching", there.quarter.organisation)
    after = ended(there.council, "rings", plan)["result"]
    assert (after["rings"], after["helped"], after["possible"], after["withdrawn"]) == ([], 0, None, "some")
    assert people[1]["id"] not in json.dumps(result)


def test_no_ring_is_longer_than_asked_and_none_goes_through_a_block(quarter: Found) -> None:
    there = quarter("no-ring")
    people = _ring(there)
    short = worked_out(there.council, "rings", max_length=2)
    assert (short["rings"], short["note"]) == ([], "People could help each other, but in no ring.")
    ok(there.council.post(f"/v1/participants/{people[0]['id']}/blocks", json={"other_id": people[1]["id"]}))
    assert worked_out(there.council, "rings")["rings"] == []


def _singers(there: Neighbourhood, many: int, **terms: Any) -> list[dict[str, Any]]:
    people = [there.person() for _ in range(many)]
    for person in people:
        there.offer(person["id"], **CHOIR, **terms)
    return people


def test_a_lab_brings_people_with_one_interest_and_staff_together(quarter: Found) -> None:
    there = quarter("lab")
    singers = _singers(there, 3)
    there.offer(there.person()["id"], **MENDS)
    staff = there.person()["id"]
    plan = asked(there.council, "labs", staff=[staff])["id"]
    result = ended(there.council, "labs", plan, language="de")["result"]
    (lab,) = result["labs"]
    assert (lab["participants"], lab["staff"], lab["need_ids"]) == (4, [staff], [])
    offers = {offer["id"]: offer["participant_id"] for offer in ok(there.bank.get("/v1/offers"))["items"]}
    assert {offers[one] for one in lab["offer_ids"]} == {one["id"] for one in singers}
    assert lab["label"] != ended(there.council, "labs", plan, language="en")["result"]["labs"][0]["label"]
    there.revoke(singers[0]["id"], "matching", there.quarter.organisation)
    after = ended(there.council, "labs", plan)["result"]
    assert (after["labs"], after["withdrawn"]) == ([], "some")


def test_staff_who_may_no_longer_be_shown_take_their_lab_out(quarter: Found) -> None:
    there = quarter("lab-staff")
    _singers(there, 3)
    staff = there.person()["id"]
    plan = asked(there.council, "labs", staff=[staff])["id"]
    assert len(ended(there.council, "labs", plan)["result"]["labs"]) == 1
    there.revoke(staff, "matching", there.quarter.organisation)
    assert ended(there.council, "labs", plan)["result"]["labs"] == []


def test_those_who_are_kept_apart_are_in_no_lab_together(quarter: Found) -> None:
    there = quarter("lab-apart")
    singers = _singers(there, 3)
    staff = [there.person()["id"]]
    ok(there.council.post(f"/v1/participants/{singers[0]['id']}/blocks", json={"other_id": singers[1]["id"]}))
    (lab,) = worked_out(there.council, "labs", staff=staff)["labs"]
    assert lab["participants"] == 3
    assert worked_out(there.council, "labs", staff=staff, least=4)["labs"] == []


def test_a_condition_for_safety_counts_in_labs_too(quarter: Found) -> None:
    there = quarter("lab-women")
    _singers(there, 2, conditions={"gender": "female"})
    result = worked_out(there.council, "labs", staff=[there.person()["id"]])
    assert result["labs"] == [], "nobody there has declared herself a woman"
    assert result["note"]


def test_several_staff_do_not_make_a_lab_of_themselves(quarter: Found) -> None:
    there = quarter("lab-many-staff")
    _singers(there, 4)
    staff = [there.person()["id"] for _ in range(4)]
    (lab,) = worked_out(there.council, "labs", staff=staff)["labs"]
    assert (lab["participants"], len(lab["staff"])) == (5, 1)


def test_there_are_no_more_spare_staff_than_labs_that_people_can_fill() -> None:
    one, other, *staff = (uuid4() for _ in range(6))
    interests = {one: {"sing_in_choir": 0.9, "garden_work": 0.8}, other: {"sing_in_choir": 0.8, "garden_work": 0.9}}
    nobody_apart = circle.Circle(frozenset((one, other, *staff)), frozenset(), {})
    found = labs._choose(labs._Gathered(interests), nobody_apart, frozenset(staff), (3, 8), system_clock())
    assert [lab["participants"] for lab in found["labs"]] == [3], "two with two of the staff each would be no company"


def test_one_person_with_spare_staff_is_no_lab() -> None:
    one, other, third, fourth, *staff = (uuid4() for _ in range(6))
    interests = {one: {"sing_in_choir": 0.9}, other: {"sing_in_choir": 0.9}, third: {}, fourth: {}}
    apart = circle.Circle(frozenset(), frozenset(), {one: frozenset({other}), other: frozenset({one})})
    found = labs._choose(labs._Gathered(interests), apart, frozenset(staff), (3, 8), system_clock())
    assert (found["labs"], found["empty"]) == ([], "no-lab")


def test_staff_must_be_people_whom_the_organisation_may_ask(quarter: Found) -> None:
    there = quarter("lab-foreign")
    without = there.person()["id"]
    there.revoke(without, "matching", there.quarter.organisation)
    answers = [there.council.post("/v1/labs", json={"staff": [one]}) for one in (without, str(uuid4()))]
    first, second = (problem(answer, 422, "invalid-request") for answer in answers)
    assert first == second
    assert first["errors"][0]["path"] == "/staff/0"


@pytest.mark.parametrize(
    ("collection", "body"), [("allocations", {}), ("rings", {}), ("labs", {"staff": ["a person"]})]
)
def test_nothing_at_all_gives_an_empty_result_with_a_note(quarter: Found, collection: str, body: Any) -> None:
    there = quarter("nothing")
    if "staff" in body:
        body = {"staff": [there.person()["id"]]}
    result = worked_out(there.council, collection, **body)
    assert result.get("pairs", result.get("rings", result.get("labs"))) == []
    assert result["note"]


def test_a_plan_is_seen_by_the_organisation_that_asked_for_it_alone(quarter: Found, lindenau: Quarter) -> None:
    there = quarter("foreign")
    plan = asked(there.council, "allocations")["id"]
    ended(there.council, "allocations", plan)
    unknown = problem(there.council.get(f"/v1/allocations/{uuid4()}"), 404, "not-found")
    for api in (there.bank, lindenau.council):
        assert problem(api.get(f"/v1/allocations/{plan}"), 404, "not-found") == unknown
        problem(api.delete(f"/v1/allocations/{plan}"), 404, "not-found")
        assert plan not in [one["id"] for one in ok(api.get("/v1/allocations"))["items"]]
    problem(there.council.get(f"/v1/rings/{plan}"), 404, "not-found")
    assert there.facts(plan)
    seen = [one for one in ok(there.bank.get("/v1/events", params={"limit": 1000}))["items"] if one["subject"] == plan]
    assert all(one["ids"] == {} for one in seen)


def test_a_persons_own_token_has_no_plans(quarter: Found) -> None:
    there = quarter("person")
    herself = there.quarter.person(there.person()["id"], there.quarter.credentials())
    problem(herself.post("/v1/allocations", json={}), 403, "organisations-only")
    problem(herself.get("/v1/allocations"), 403, "organisations-only")
    problem(herself.get(f"/v1/allocations/{uuid4()}"), 403, "organisations-only")


def test_a_plan_needs_the_scope_to_write(here: Neighbourhood) -> None:
    reader = here.quarter.app(scopes=["matching:read"])
    for collection, body in (("allocations", {}), ("rings", {}), ("labs", {"staff": [str(uuid4())]})):
        problem(reader.post(f"/v1/{collection}", json=body), 403, "forbidden")
        ok(reader.get(f"/v1/{collection}"))


def test_plans_are_listed_in_pages_without_their_results(quarter: Found) -> None:
    there = quarter("pages")
    made = [asked(there.council, "rings")["id"] for _ in range(3)]
    for one in made:
        ended(there.council, "rings", one)
    first = ok(there.council.get("/v1/rings", params={"limit": 2}))
    rest = ok(there.council.get("/v1/rings", params={"limit": 2, "cursor": first["next"]}))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made
    assert "result" not in first["items"][0]


def test_a_removed_plan_is_gone_with_all_that_came_of_it(quarter: Found, rows: psycopg.Connection) -> None:
    there = quarter("removed")
    there.need(there.person()["id"])
    there.offer(there.person()["id"])
    plan = asked(there.council, "allocations")["id"]
    found = there.council.get(f"/v1/allocations/{plan}")
    ended(there.council, "allocations", plan)
    stale = {"If-Match": found.headers["etag"].replace('"', '"9')}
    problem(there.council.delete(f"/v1/allocations/{plan}", headers=stale), 412, "stale-version")
    ok(there.council.delete(f"/v1/allocations/{plan}"))
    problem(there.council.get(f"/v1/allocations/{plan}"), 404, "not-found")
    problem(there.council.delete(f"/v1/allocations/{plan}"), 404, "not-found")
    assert ok(there.council.get("/v1/allocations"))["items"] == []
    assert rows.execute("select asked, result from matching.plans where id = %s", (plan,)).fetchone() == ({}, None)
    assert [fact["type"] for fact in there.facts(plan)] == ["plan.done", "plan.deleted"]


def test_a_plans_row_holds_no_text_and_nobodys_id(quarter: Found, rows: psycopg.Connection) -> None:
    there = quarter("canary")
    taker, giver = there.person()["id"], there.person()["id"]
    there.need(taker, title="Canarytitle", text="Canarytext")
    there.offer(giver, title="Canarytitle", released_text="Canaryreleased")
    plan = asked(there.council, "allocations")["id"]
    assert len(ended(there.council, "allocations", plan)["result"]["pairs"]) == 1
    answer = there.council.get(f"/v1/allocations/{plan}").text
    (kept,) = rows.execute("select to_jsonb(p)::text from matching.plans p where id = %s", (plan,)).fetchone() or ("",)
    for text in (answer, kept):
        assert "Canary" not in text
        assert taker not in text
        assert giver not in text


def _again(rows: psycopg.Connection, tenant: str, plan: str) -> None:
    """Queue the job of a plan once more, as after the death of its worker."""
    arguments = json.dumps({"tenant": tenant, "plan_id": plan})
    rows.execute("set search_path to matching_jobs")
    rows.execute(
        "insert into procrastinate_jobs (queue_name, task_name, priority, lock, args, status)"
        " values ('default', 'work_out_plan', 0, null, %s, 'todo')",
        (arguments,),
    )
    rows.execute('notify "procrastinate_any_queue_v1", \'{"type": "job_inserted", "job_id": 1}\'')


def _until_no_job(rows: psycopg.Connection, plan: str) -> None:
    for _ in range(600):
        query = (
            "select 1 from matching_jobs.procrastinate_jobs where args->>'plan_id' = %s and status in ('todo', 'doing')"
        )
        if rows.execute(query, (plan,)).fetchone() is None:
            return
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def test_a_job_that_is_run_again_gives_one_result(quarter: Found, rows: psycopg.Connection) -> None:
    there = quarter("again")
    there.need(there.person()["id"])
    there.offer(there.person()["id"])
    plan = asked(there.council, "allocations")["id"]
    first = ended(there.council, "allocations", plan)
    _again(rows, there.quarter.id, plan)
    _until_no_job(rows, plan)
    assert ok(there.council.get(f"/v1/allocations/{plan}")) == first
    rows.execute("update matching.plans set state = 'running', result = null, progress = 0.5 where id = %s", (plan,))
    _again(rows, there.quarter.id, plan)
    second = ended(there.council, "allocations", plan)
    assert second["result"] == first["result"]
    assert [fact["type"] for fact in there.facts(plan)] == ["plan.done", "plan.done"]


def test_a_plan_that_never_comes_to_its_end_fails_at_last(quarter: Found, rows: psycopg.Connection) -> None:
    there = quarter("tries")
    plan = asked(there.council, "allocations")["id"]
    ended(there.council, "allocations", plan)
    rows.execute(
        "update matching.plans set state = 'running', result = null, tries = %s where id = %s", (MOST_TRIES, plan)
    )
    _again(rows, there.quarter.id, plan)
    failed = ended(there.council, "allocations", plan)
    assert (failed["state"], failed["result"]) == ("failed", None)
    assert "never came to its end" in failed["problem"]


def test_what_is_read_in_parts_gives_the_same_as_read_at_once(quarter: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    there = quarter("parts")
    _ring(there)
    staff = [there.person()["id"]]
    _singers(there, 3)
    wanted: list[tuple[str, Terms]] = [("allocations", {}), ("rings", {}), ("labs", {"staff": staff})]
    before = [worked_out(there.council, collection, **body) for collection, body in wanted]
    for module in (search, labs):
        monkeypatch.setattr(module, "_AT_ONCE", 1)
    for module in (circle, reading):
        monkeypatch.setattr(module, "_PEOPLE_AT_ONCE", 1)
    assert [worked_out(there.council, collection, **body) for collection, body in wanted] == before
    assert all(one.get("pairs") or one.get("rings") or one.get("labs") for one in before)


def test_what_the_engine_refuses_fails_the_plan_in_its_words(quarter: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    there = quarter("refused")

    def refuse(*_: Any, **__: Any) -> None:
        raise TooLarge("So many cannot be weighed.")

    monkeypatch.setattr(allocations, "allocate", refuse)
    plan = asked(there.council, "allocations")["id"]
    failed = ended(there.council, "allocations", plan)
    assert (failed["state"], failed["problem"], failed["result"]) == ("failed", "So many cannot be weighed.", None)
    assert [fact["type"] for fact in there.facts(plan)] == ["plan.failed"]


def test_what_breaks_is_tried_again(quarter: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    there = quarter("breaks")
    tries = []

    def stumble(*given: Any, **named: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError
        return allocate(*given, **named)

    monkeypatch.setattr(allocations, "allocate", stumble)
    assert worked_out(there.council, "allocations")["pairs"] == []
    assert len(tries) == 2


def test_a_plan_that_is_removed_while_it_is_worked_out_ends_in_silence(
    quarter: Found, rows: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = quarter("stopped")
    begun, go_on = threading.Event(), threading.Event()

    def wait(*given: Any, **named: Any) -> Any:
        begun.set()
        go_on.wait(PATIENCE)
        return allocate(*given, **named)

    monkeypatch.setattr(allocations, "allocate", wait)
    plan = asked(there.council, "allocations")["id"]
    assert begun.wait(PATIENCE)
    half = ok(there.council.get(f"/v1/allocations/{plan}"))
    assert (half["state"], half["step"], half["progress"]) == ("running", "choosing the best for all together", 0.9)
    ok(there.council.delete(f"/v1/allocations/{plan}"))
    go_on.set()
    _until_no_job(rows, plan)
    assert [fact["type"] for fact in there.facts(plan)] == ["plan.deleted"]
    assert rows.execute("select result from matching.plans where id = %s", (plan,)).fetchone() == (None,)


def test_when_nobody_can_say_who_may_be_shown_the_result_is_not_shown(quarter: Found, town: Town) -> None:
    there = quarter("unknown")
    there.need(there.person()["id"])
    there.offer(there.person()["id"])
    plan = asked(there.council, "allocations")["id"]
    ended(there.council, "allocations", plan)
    assert town.house is not None
    settings = cast(Settings, town.house.apps["matching"].state.kernel.settings)
    patience, settings.consent_timeout = settings.consent_timeout, 1e-9
    try:
        problem(there.council.get(f"/v1/allocations/{plan}"), 503, "consent-unknown")
    finally:
        settings.consent_timeout = patience


def test_more_plans_than_a_few_at_once_are_refused(quarter: Found, rows: psycopg.Connection) -> None:
    there = quarter("many")
    for _ in range(MOST_AT_ONCE):
        rows.execute(
            "insert into matching.plans (tenant_id, id, created_at, updated_at, version, kind, state, held_by, asked,"
            " progress, step, tries) values (%s, %s, now(), now(), 1, 'rings', 'queued', %s, '{}', 0, 'waiting', 0)",
            (there.quarter.id, uuid4(), there.quarter.organisation),
        )
    problem(there.council.post("/v1/allocations", json={}), 409, "too-many-plans")
    asked(there.bank, "allocations")


def test_a_repeated_request_asks_once(quarter: Found) -> None:
    there = quarter("repeated")
    headers = {"Idempotency-Key": str(uuid4())}
    first, second = (there.council.post("/v1/allocations", json={}, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert len(ok(there.council.get("/v1/allocations"))["items"]) == 1


@pytest.mark.parametrize(
    ("collection", "body"),
    [
        ("allocations", {"category": "nothing-known"}), ("allocations", {"need_ids": []}),
        ("allocations", {"need_ids": [str(uuid4())] * 2001}), ("allocations", {"least_score": 1.1}),
        ("allocations", {"least_score": "high"}), ("allocations", {"candidates_each": 51}),
        ("allocations", {"per_need": 0}), ("allocations", {"per_need": True}), ("allocations", {"floor": "most"}),
        ("allocations", {"floor": -0.1}), ("allocations", {"groups_of_at_least": 1}), ("allocations", {"floors": 1}),
        ("rings", {"max_length": 5}), ("rings", {"max_length": 1}), ("rings", {"candidates_each": 0}),
        ("labs", {}), ("labs", {"staff": []}), ("labs", {"staff": [str(uuid4())] * 51}),
        ("labs", {"staff": [str(uuid4())], "least": 1}), ("labs", {"staff": [str(uuid4())], "most": 21}),
        ("labs", {"staff": [str(uuid4())], "least": 9}),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(here: Neighbourhood, collection: str, body: dict[str, Any]) -> None:
    problem(here.council.post(f"/v1/{collection}", json=body), 422, "invalid-request")
