"""Rotas over the real app: the cleaning plan of the house, followed up, swapped, planned anew, printed."""

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.community.rotas import domain
from tests.community.conftest import Room, problem

TODAY = datetime.now(UTC).date()
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LANGUAGES = ("ar", "fr", "prs", "ti", "tr", "uk")
START = TODAY - timedelta(weeks=1)
"""The first of four weeks is over, the second begins today."""


async def cleaning_plan(room: Room, *, people: int = 12, each: int = 2, **more: Any) -> tuple[str, list[str]]:
    """Draft the cleaning plan: two levels, two volunteers each, four weeks; return it and its volunteers."""
    body = {
        "title": "Cleaning plan", "places": ["upper level", "ground level"], "starts_on": START.isoformat(),
        "weeks": 4, "weekdays": [WEEKDAYS[START.weekday()]], "trial_until": (START + timedelta(weeks=4)).isoformat(),
        **more,
    }  # fmt: skip
    rota = (await room.do("POST", "/v1/rotas", body))["id"]
    joined = [await join(room, rota, n, each=each) for n in range(people)]
    return f"/v1/rotas/{rota}", joined


async def join(room: Room, rota: str, number: int, *, each: int = 2, **more: Any) -> str:
    family = number // each
    body = {
        "name_shown": f"Volunteer {number}", "household": f"room {family}", "language": LANGUAGES[family % 6], **more
    }  # fmt: skip
    return str((await room.do("POST", f"/v1/rotas/{rota}/volunteers", body))["id"])


def seats(plan: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(slot["day"], slot["place"], seat) for slot in plan["slots"] for seat in slot["helpers"]]


async def test_the_cleaning_plan_of_the_house(room: Room) -> None:
    home, joined = await cleaning_plan(room, people=90, each=3)
    plan = await room.do("POST", f"{home}:plan", {})
    homes = {name: n // 3 for n, name in enumerate(joined)}
    assert plan["optimal"]
    assert plan["gaps"] == []
    assert len(plan["slots"]) == 8
    assert all(len({homes[seat["volunteer_id"]] for seat in slot["helpers"]}) == 2 for slot in plan["slots"])
    fair = await room.do("GET", f"{home}/fairness")
    assert (fair["greatest"], fair["least"]) == (1, 0)
    assert sum(one["planned"] for one in fair["volunteers"]) == 16
    assert len(fair["not_yet"]) == 90
    assert await room.do("GET", f"{home}/plan") == plan
    facts = await room.facts()
    assert [fact["type"] for fact in facts].count("volunteer.joined") == 90
    assert facts[-1]["type"] == "rota.planned"
    assert facts[-1]["ids"] == {"by": str(room.organisation), "turns": 16, "gaps": 0}


async def test_who_has_not_helped_yet_is_seen_and_comes_first_when_it_is_planned_anew(room: Room) -> None:
    home, joined = await cleaning_plan(room)
    plan = await room.do("POST", f"{home}:plan", {})
    first = [seat for day, _, seat in seats(plan) if day == START.isoformat()]
    for seat in first[:3]:
        marked = await room.ask("POST", f"{home}/turns/{seat['turn_id']}:done")
        assert marked.json()["state"] == "done"
        assert marked.headers["content-location"] == f"{home}/turns/{seat['turn_id']}"
    await room.do("POST", f"{home}/turns/{first[3]['turn_id']}:missed")
    helped = {seat["volunteer_id"] for seat in first[:3]}
    assert set((await room.do("GET", f"{home}/fairness"))["not_yet"]) == set(joined) - helped
    again = await room.do("POST", f"{home}:replan", {"from_day": TODAY.isoformat()})
    kept = [seat for day, _, seat in seats(again) if day == START.isoformat()]
    assert {seat["turn_id"] for seat in kept} == {seat["turn_id"] for seat in first}
    next_two = {(START + timedelta(weeks=n)).isoformat() for n in (1, 2)}
    assert helped.isdisjoint(seat["volunteer_id"] for day, _, seat in seats(again) if day in next_two)
    done = Counter(seat["volunteer_id"] for _, _, seat in seats(again) if seat["state"] != "missed")
    assert max(done.values()) - min(done.get(name, 0) for name in joined) <= 1


async def test_a_turn_is_marked_on_its_day_at_the_earliest_and_may_be_corrected(room: Room) -> None:
    home, _ = await cleaning_plan(room)
    plan = await room.do("POST", f"{home}:plan", {})
    turns = {day: seat["turn_id"] for day, _, seat in seats(plan)}
    later = max(turns)
    problem(await room.ask("POST", f"{home}/turns/{turns[later]}:done"), 409, "turn-to-come")
    await room.do("POST", f"{home}/turns/{turns[START.isoformat()]}:missed")
    await room.do("POST", f"{home}/turns/{turns[START.isoformat()]}:done")
    problem(await room.ask("POST", f"{home}/turns/{uuid4()}:done"), 404, "not-found")


async def test_two_volunteers_change_turns_once_the_other_agrees(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=8, each=1)
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    (day, place, mine), (other_day, other_place, other) = exchangeable(taken)
    swap = await room.do("POST", f"{home}/swaps", {"turn_id": mine["turn_id"], "with_turn_id": other["turn_id"]})
    assert (swap["state"], swap["to_volunteer_id"]) == ("proposed", other["volunteer_id"])
    assert seats(await room.do("GET", f"{home}/plan")) == taken
    done = await room.ask("POST", f"{home}/swaps/{swap['id']}:accept")
    assert done.json()["state"] == "accepted"
    after = {(d, p, seat["volunteer_id"]) for d, p, seat in seats(await room.do("GET", f"{home}/plan"))}
    assert {(day, place, other["volunteer_id"]), (other_day, other_place, mine["volunteer_id"])} <= after
    problem(await room.ask("POST", f"{home}/swaps/{swap['id']}:accept"), 409, "illegal-state")
    problem(await room.ask("POST", f"{home}/turns/{mine['turn_id']}:done"), 409, "turn-not-planned")
    history = (await room.do("GET", f"{home}/turns?state=swapped"))["items"]
    assert {turn["id"] for turn in history} == {mine["turn_id"], other["turn_id"]}


def exchangeable(taken: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return two turns on different days whose volunteers are free on each other's day."""
    busy = {(day, seat["volunteer_id"]) for day, _, seat in taken}
    for one in taken:
        for other in taken:
            crossed = {(one[0], other[2]["volunteer_id"]), (other[0], one[2]["volunteer_id"])}
            if one[0] != other[0] and not crossed & busy:
                return [one, other]
    raise AssertionError("nobody can change")


async def test_a_turn_is_handed_over_or_not(room: Room) -> None:
    home, joined = await cleaning_plan(room, people=24, each=1)
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    free = next(name for name in joined if name not in {seat["volunteer_id"] for _, _, seat in taken})
    asked = {"turn_id": taken[0][2]["turn_id"], "to_volunteer_id": free}
    declined = await room.do("POST", f"{home}/swaps", asked)
    assert (await room.do("POST", f"{home}/swaps/{declined['id']}:decline"))["state"] == "declined"
    swap, rival = [await room.do("POST", f"{home}/swaps", asked) for _ in range(2)]
    await room.do("POST", f"{home}/swaps/{swap['id']}:accept")
    assert free in {seat["volunteer_id"] for _, _, seat in seats(await room.do("GET", f"{home}/plan"))}
    assert (await room.do("GET", f"{home}/swaps/{rival['id']}"))["state"] == "lapsed"
    assert [one["id"] for one in (await room.do("GET", f"{home}/swaps?state=declined"))["items"]] == [declined["id"]]


async def test_a_swap_that_breaks_a_rule_is_refused_and_says_which(room: Room) -> None:
    home, joined = await cleaning_plan(room, people=24, each=1)
    rota = home.rpartition("/")[2]
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    day, place, turn = taken[0]
    beside = next(seat for d, p, seat in taken if (d, p) == (day, place) and seat != turn)
    elsewhere = next(seat for d, p, seat in taken if d == day and p != place)
    relative = await join(room, rota, joined.index(beside["volunteer_id"]), each=1)
    away = await join(room, rota, 50, not_on=[day])
    other_level = await join(room, rota, 51, only_places=[next(p for _, p, _ in taken if p != place)])
    never = await join(room, rota, 52, most=0)
    wanted = {
        relative: "household", away: "day", other_level: "place", never: "most", elsewhere["volunteer_id"]: "twice"
    }  # fmt: skip
    for volunteer, rule in wanted.items():
        body = {"turn_id": turn["turn_id"], "to_volunteer_id": volunteer}
        assert problem(await room.ask("POST", f"{home}/swaps", body), 409, "swap-breaks-rule")["rule"] == rule
    own = {"turn_id": turn["turn_id"], "to_volunteer_id": turn["volunteer_id"]}
    problem(await room.ask("POST", f"{home}/swaps", own), 422, "invalid-request")


async def test_what_has_come_to_break_a_rule_is_refused_when_the_other_agrees(room: Room) -> None:
    home, joined = await cleaning_plan(room, people=24, each=1)
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    free = next(name for name in joined if name not in {seat["volunteer_id"] for _, _, seat in taken})
    asked = {"turn_id": taken[0][2]["turn_id"], "to_volunteer_id": free}
    swap = await room.do("POST", f"{home}/swaps", asked)
    await room.do("PATCH", f"{home}/volunteers/{free}", {"not_on": [taken[0][0]]})
    refused = await room.ask("POST", f"{home}/swaps/{swap['id']}:accept")
    assert problem(refused, 409, "swap-breaks-rule")["rule"] == "day"
    assert seats(await room.do("GET", f"{home}/plan")) == taken


async def test_a_plan_that_is_impossible_says_which_turns_lack_people_and_why(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=4, each=4)
    refused = problem(await room.ask("POST", f"{home}:plan", {}), 409, "rota-impossible")
    assert {gap["why"] for gap in refused["gaps"]} == {"households"}
    assert sum(gap["missing"] for gap in refused["gaps"]) == 8
    assert (await room.do("GET", home))["state"] == "drafted"
    partly = await room.do("POST", f"{home}:plan", {"partial": True})
    assert len(seats(partly)) == 8
    assert {gap["why"] for gap in partly["gaps"]} == {"households"}
    assert sum(gap["missing"] for gap in partly["gaps"]) == 8


async def test_whoever_leaves_keeps_what_was_done_and_frees_what_was_planned(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=4, each=1)
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    gone = taken[0][2]["volunteer_id"]
    await room.do("POST", f"{home}/turns/{taken[0][2]['turn_id']}:done")
    await room.do("DELETE", f"{home}/volunteers/{gone}")
    plan = await room.do("GET", f"{home}/plan")
    assert [seat["state"] for _, _, seat in seats(plan) if seat["volunteer_id"] == gone] == ["done"]
    assert [gap["why"] for gap in plan["gaps"]] == ["left"] * 3
    freed = (await room.do("GET", f"{home}/turns?state=freed&volunteer_id={gone}"))["items"]
    assert len(freed) == 3
    problem(await room.ask("DELETE", f"{home}/volunteers/{gone}"), 404, "not-found")
    await join(room, home.rpartition("/")[2], 9)
    again = await room.do("POST", f"{home}:replan", {"from_day": TODAY.isoformat()})
    assert again["gaps"] == []


async def test_a_trial_that_few_kept_up_suggests_a_full_meeting(room: Room) -> None:
    home, _ = await cleaning_plan(room)
    assert (await room.do("GET", f"{home}/report"))["done_share"] is None
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    due = [seat for day, _, seat in taken if date.fromisoformat(day) <= TODAY]
    assert len(due) == 8
    for seat in due[:2]:
        await room.do("POST", f"{home}/turns/{seat['turn_id']}:done")
    told = await room.do("GET", f"{home}/report")
    assert (told["due"], told["done"], told["unmarked"], told["done_share"]) == (8, 2, 6, 0.25)
    assert told["full_meeting_suggested"]
    assert not told["trial_over"]
    assert sum(one["contributed"] for one in told["households"]) == 2
    assert sum(one["contributed"] for one in told["languages"]) == 2
    for seat in due[2:]:
        await room.do("POST", f"{home}/turns/{seat['turn_id']}:done")
    assert not (await room.do("GET", f"{home}/report"))["full_meeting_suggested"]


async def test_the_sheet_is_printed_in_the_languages_of_the_house(room: Room) -> None:
    home, joined = await cleaning_plan(room)
    await room.do("PATCH", f"{home}/volunteers/{joined[0]}", {"name_shown": "<script>alert(1)</script>"})
    await room.do("POST", f"{home}:plan", {})
    for language, way in (("en", "ltr"), ("ar", "rtl"), ("prs", "rtl"), ("ti", "ltr"), ("xh", "ltr")):
        page = (await room.ask("GET", f"{home}/sheet?format=html&language={language}")).body.decode()
        assert f'dir="{way}"' in page
        assert "<script" not in page
        assert "Volunteer 3" in page
    printed = await room.ask("GET", f"{home}/sheet?language=ti")
    assert (printed.status, printed.headers["content-type"]) == (200, "application/pdf")
    assert printed.body.startswith(b"%PDF")


async def test_what_is_planned_keeps_its_days_and_is_planned_once(room: Room) -> None:
    home, _ = await cleaning_plan(room)
    problem(await room.ask("POST", f"{home}:replan", {"from_day": TODAY.isoformat()}), 409, "illegal-state")
    await room.do("PATCH", home, {"weeks": 3})
    await room.do("POST", f"{home}:plan", {})
    problem(await room.ask("POST", f"{home}:plan", {}), 409, "illegal-state")
    problem(await room.ask("PATCH", home, {"weeks": 5}), 409, "illegal-state")
    stale = await room.ask("PATCH", home, {"title": "Stairs"}, if_match='"1"')
    problem(stale, 412, "stale-version")
    assert (await room.do("PATCH", home, {"title": "Stairs"}))["title"] == "Stairs"


async def test_a_repeated_plan_with_its_key_is_planned_once(room: Room) -> None:
    home, _ = await cleaning_plan(room)
    answers = [await room.ask("POST", f"{home}:plan", {}, idempotency_key="k1") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


async def test_rotas_that_make_no_sense_are_refused(room: Room) -> None:
    body = {"title": "x", "places": ["a"], "starts_on": "2026-11-29", "weeks": 1}
    problem(await room.ask("POST", "/v1/rotas", body), 422, "invalid-request")
    problem(await room.ask("POST", "/v1/rotas", {**body, "rule": "FREQ=SECONDLY"}), 422, "invalid-request")
    never = {**body, "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}
    problem(await room.ask("POST", "/v1/rotas", never), 422, "rota-has-no-days")
    project = {**body, "weekdays": ["sunday"], "project_id": str(uuid4())}
    problem(await room.ask("POST", "/v1/rotas", project), 422, "invalid-request")
    home, _ = await cleaning_plan(room, people=0)
    person = {"name_shown": "x", "household": "y", "participant_id": str(uuid4())}
    problem(await room.ask("POST", f"{home}/volunteers", person), 422, "invalid-request")
    place = {"name_shown": "x", "household": "y", "only_places": ["attic"]}
    problem(await room.ask("POST", f"{home}/volunteers", place), 422, "invalid-request")
    known = {**person, "participant_id": room.participant("matching")}
    await room.do("POST", f"{home}/volunteers", known)
    problem(await room.ask("POST", f"{home}/volunteers", known), 409, "conflict")


async def test_a_rota_is_seen_by_the_organisation_that_holds_it_alone(room: Room) -> None:
    home, joined = await cleaning_plan(room, people=1)
    stranger = room.app_of(uuid4())
    for path in ("", "/plan", "/volunteers", f"/volunteers/{joined[0]}", "/turns", "/swaps", "/fairness", "/report"):
        problem(await room.ask("GET", home + path, caller=stranger), 404, "not-found")
    problem(await room.ask("GET", home, caller=room.person(str(uuid4()))), 403, "organisations-only")
    assert (await room.do("GET", "/v1/rotas", caller=stranger))["items"] == []
    assert len((await room.do("GET", "/v1/rotas"))["items"]) == 1
    await room.do("DELETE", home)
    problem(await room.ask("GET", home), 404, "not-found")
    assert (await room.facts())[-1]["type"] == "rota.deleted"


async def test_a_rota_is_put_under_an_id_of_your_own_and_again_changes_nothing(room: Room) -> None:
    body = {"title": "Stairs", "places": ["hall"], "starts_on": "2026-11-29", "weeks": 4, "weekdays": ["sunday"]}
    path = "/v1/rotas/by-external-id?system=house&value=7"
    first, again = await room.ask("PUT", path, body), await room.ask("PUT", path, body)
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    assert len(await room.facts()) == 1
    changed = await room.do("PUT", path, {**body, "title": "Stairs and hall"})
    assert (changed["id"], changed["version"]) == (first.json()["id"], 2)
    assert changed["external_ids"] == [{"system": "house", "value": "7"}]
    await room.do("DELETE", f"/v1/rotas/{changed['id']}")
    assert (await room.ask("PUT", path, body)).status == 201
    taken = {**body, "external_ids": [{"system": "house", "value": "7"}]}
    problem(await room.ask("POST", "/v1/rotas", taken), 409, "external-id-taken")


async def test_rotas_and_their_parts_come_in_pages(room: Room) -> None:
    home, joined = await cleaning_plan(room, people=5)
    page = await room.ask("GET", f"{home}/volunteers?limit=3")
    assert 'rel="next"' in page.headers["link"]
    rest = await room.do("GET", f"{home}/volunteers?limit=3&cursor={page.json()['next']}")
    assert [one["id"] for one in page.json()["items"] + rest["items"]] == joined
    problem(await room.ask("GET", "/v1/rotas?cursor=x"), 422, "invalid-request")


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;INTERVAL=0;BYMONTH=1", "FREQ=DAILY;INTERVAL=-1", "FREQ=WEEKLY;COUNT=-5", "FREQ=DAILY;COUNT=0"]
)
async def test_a_rule_that_never_moves_on_is_refused(room: Room, rule: str) -> None:
    body = {"title": "Cleaning plan", "places": ["stairs"], "starts_on": "2026-06-07", "weeks": 4, "rule": rule}
    problem(await room.ask("POST", "/v1/rotas", body), 422, "invalid-request")


async def test_a_rule_that_never_comes_true_is_not_looked_for_until_the_end_of_time(room: Room) -> None:
    rule = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    body = {"title": "Cleaning plan", "places": ["stairs"], "starts_on": "2026-06-07", "weeks": 4, "rule": rule}
    begun = time.process_time()
    problem(await room.ask("POST", "/v1/rotas", body), 422, "rota-has-no-days")
    assert time.process_time() - begun < 2  # it was more than four seconds


def test_days_are_the_same_when_they_are_asked_of_a_later_century() -> None:
    leap = domain.days(starts_on=date(2028, 2, 20), weeks=3, rule="FREQ=DAILY;INTERVAL=3;BYDAY=TU,TH,SA")
    assert leap == [date(2028, 2, 26), date(2028, 2, 29), date(2028, 3, 9)]
    last = domain.days(starts_on=date(2026, 12, 1), weeks=10, rule="FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270131")
    assert last == [date(2026, 12, 31), date(2027, 1, 31)]


async def test_a_plan_in_a_language_that_the_printer_has_no_name_for_is_printed_all_the_same(room: Room) -> None:
    for language in ("en-GB", "x-abc"):
        home, _ = await cleaning_plan(room, language=language)
        await room.do("POST", f"{home}:plan", {})
        printed = await room.ask("GET", f"{home}/sheet")
        assert (printed.status, printed.body[:5]) == (200, b"%PDF-")


async def test_who_reads_the_volunteers_of_a_rota_is_on_record(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=1)
    person = room.participant()
    await join(room, home.rpartition("/")[2], 2, participant_id=person)
    await room.do("GET", f"{home}/volunteers")
    with psycopg.connect(room.admin) as connection:
        query = "select action from community.audit where tenant_id = %s and subject = %s"
        found = connection.execute(query, (room.tenant, person)).fetchall()
    assert found == [("volunteers.listed",)]
