"""Projects over the real app: a cleaning plan from its proposal to its evaluation, and budgets that hold."""

import asyncio
from typing import Any

import pytest

from tests.community.conftest import Room, problem
from tests.community.test_councils import MEETING, council, counts, stand

PROJECT: dict[str, Any] = {
    "title": "A cleaning plan for the house", "language": "en", "budget": 40_000,
    "answers": [{"concepts": ["shared_cleaning_plan", "household"]}], "trial_until": "2026-12-20",
}  # fmt: skip


async def project(room: Room, *, at: str = "proposed", **more: Any) -> str:
    made = await room.do("POST", "/v1/projects", {**PROJECT, **more})
    home = f"/v1/projects/{made['id']}"
    steps = {"agreed": ("agree", {"on": "2026-11-22", "by": "city"}), "running": ("start", {"on": "2026-11-23"})}
    for state, (step, body) in steps.items():
        if made["state"] == at:
            break
        made = await room.do("POST", f"{home}:{step}", body)
        assert made["state"] == state
    return home


async def elected(room: Room, **more: Any) -> str:
    """Return a council of two who serve."""
    home = await council(room, seats=2, **more)
    people = await stand(room, home, "Cedar", "Harbour")
    election = (await room.do("POST", f"{home}/elections", MEETING))["id"]
    votes = dict(zip(people, (9, 8), strict=True))
    await room.do("PUT", f"{home}/elections/{election}/counts", counts(25, votes))
    await room.do("POST", f"{home}/elections/{election}:settle", {})
    return home.rpartition("/")[2]


def sum_of(amount: int, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "on": "2026-11-24", "what": "Mops", "by_role": "council member", **more}


async def test_a_project_goes_from_its_proposal_to_what_came_of_it(room: Room) -> None:
    of = await elected(room)
    need = {"need_id": "0190b1d0-0000-7000-8000-000000000001"}
    home = await project(room, council_id=of, answers=[{"concepts": ["shared_cleaning_plan"]}, need])
    agree = {"on": "2026-11-22", "by": "council meeting", "votes_for": 2}
    assert (await room.do("POST", f"{home}:agree", agree))["agreement"]["votes_for"] == 2
    assert (await room.do("POST", f"{home}:start", {"on": "2026-11-23"}))["starts_on"] == "2026-11-23"
    await room.do("POST", f"{home}/spending", sum_of(12_345))
    said = {"on": "2026-12-21", "by": "full meeting", "text": "Clean.", "language": "en", "goes_on": True}
    assert (await room.do("POST", f"{home}:evaluate", said))["evaluation"] == said
    done = await room.do("POST", f"{home}:finish", {"result": "Both levels are clean."})
    assert (done["state"], done["spent"], done["left"], done["currency"]) == ("finished", 12_345, 27_655, "EUR")
    told = [fact["type"] for fact in await room.facts() if fact["type"].startswith("project")]
    steps = ["created", "agreed", "started", "spent", "evaluated", "finished"]
    assert told == [f"project.{step}" for step in steps]


async def test_a_council_agrees_by_more_votes_than_there_are_against_it_and_no_more_than_members(room: Room) -> None:
    home = await project(room, council_id=await elected(room))
    agree = {"on": "2026-11-22", "by": "council meeting"}
    problem(await room.ask("POST", f"{home}:agree", agree), 422, "invalid-request")
    for votes in ({"votes_for": 1, "votes_against": 1}, {"votes_for": 3}, {"votes_for": 2, "abstained": 1}):
        problem(await room.ask("POST", f"{home}:agree", {**agree, **votes}), 409, "vote-not-carried")
    await room.do("POST", f"{home}:agree", {**agree, "votes_for": 1, "abstained": 1})
    again = await room.ask("POST", f"{home}:agree", {**agree, "votes_for": 2})
    problem(again, 409, "illegal-state")


async def test_a_council_that_nobody_elected_agrees_to_nothing(room: Room) -> None:
    of = (await council(room)).rpartition("/")[2]
    home = await project(room, council_id=of)
    body = {"on": "2026-11-22", "by": "somebody", "votes_for": 2}
    problem(await room.ask("POST", f"{home}:agree", body), 409, "illegal-state")


async def test_a_project_costs_no_more_than_the_council_lets_one_cost(room: Room) -> None:
    of = await elected(room)
    home = await project(room, council_id=of, budget=100_001)
    agree = {"on": "2026-11-22", "by": "council meeting", "votes_for": 2}
    assert problem(await room.ask("POST", f"{home}:agree", agree), 409, "budget-over-limit")["limit"] == 100_000
    await room.do("PATCH", home, {"budget": 100_000})
    await room.do("POST", f"{home}:agree", agree)
    more = {"amount": 1, "by": "council", "reason": "it succeeded"}
    problem(await room.ask("POST", f"{home}:raise-budget", more), 409, "budget-over-limit")
    limit = {"amount": 150_000, "by": "city", "reason": "the second year"}
    await room.do("POST", f"/v1/councils/{of}:raise-limit", limit)
    raised = await room.do("POST", f"{home}:raise-budget", {**more, "amount": 50_000})
    assert (raised["budget"], raised["raises"][0]["before"], raised["raises"][0]["reason"]) == (
        150_000,
        100_000,
        "it succeeded",
    )


async def test_a_budget_that_was_agreed_is_not_changed_by_the_way(room: Room) -> None:
    home = await project(room, at="agreed")
    problem(await room.ask("PATCH", home, {"budget": 1}), 409, "illegal-state")
    problem(await room.ask("PATCH", home, {"currency": "GBP"}), 409, "illegal-state")
    assert (await room.do("PATCH", home, {"budget": 40_000, "area": "upstairs"}))["area"] == "upstairs"


async def test_nobody_spends_what_is_not_there_and_what_comes_back_can_be_spent_again(room: Room) -> None:
    home = await project(room, at="running", budget=1000)
    first = await room.ask("POST", f"{home}/spending", sum_of(900))
    assert first.status == 201
    location = dict(first.headers)["location"]
    assert (await room.do("GET", location))["amount"] == 900
    refused = problem(await room.ask("POST", f"{home}/spending", sum_of(101)), 409, "budget-overspent")
    assert (refused["left"], refused["budget"]) == (100, 1000)
    problem(await room.ask("POST", f"{home}/spending", sum_of(901, kind="refund")), 409, "refund-exceeded")
    await room.do("POST", f"{home}/spending", sum_of(300, kind="refund"))
    await room.do("POST", f"{home}/spending", sum_of(400))
    assert (await room.do("GET", home))["left"] == 0
    kept = (await room.do("GET", f"{home}/spending"))["items"]
    assert [(one["kind"], one["amount"]) for one in kept] == [("spend", 900), ("refund", 300), ("spend", 400)]


async def test_ten_who_spend_at_once_do_not_spend_more_than_there_is(room: Room) -> None:
    home = await project(room, at="running", budget=1000)
    answers = await asyncio.gather(*(room.ask("POST", f"{home}/spending", sum_of(300)) for _ in range(10)))
    assert sorted(one.status for one in answers) == [201] * 3 + [409] * 7
    for answer in answers:
        if answer.status == 409:
            problem(answer, 409, "budget-overspent")
    shown = await room.do("GET", home)
    assert (shown["spent"], shown["left"]) == (900, 100)
    assert len((await room.do("GET", f"{home}/spending"))["items"]) == 3


async def test_the_same_spending_sent_twice_with_its_key_counts_once(room: Room) -> None:
    home = await project(room, at="running", budget=1000)
    for _ in range(2):
        await room.do("POST", f"{home}/spending", sum_of(600), idempotency_key="receipt-1")
    assert (await room.do("GET", home))["spent"] == 600


async def test_money_is_spent_only_while_a_project_is_agreed_or_runs(room: Room) -> None:
    home = await project(room)
    problem(await room.ask("POST", f"{home}/spending", sum_of(1)), 409, "illegal-state")
    problem(await room.ask("POST", f"{home}/spending", sum_of(1, kind="refund")), 409, "illegal-state")
    home = await project(room, at="running")
    await room.do("POST", f"{home}/spending", sum_of(10))
    await room.do("POST", f"{home}:stop", {"because": "nobody had time"})
    problem(await room.ask("POST", f"{home}/spending", sum_of(1)), 409, "illegal-state")
    await room.do("POST", f"{home}/spending", sum_of(10, kind="refund"))
    stopped = await room.do("GET", home)
    assert (stopped["spent"], stopped["stopped_because"]) == (0, "nobody had time")


@pytest.mark.parametrize(
    ("at", "step", "body"),
    [
        ("proposed", "start", {"on": "2026-11-23"}),
        ("proposed", "finish", {"result": "x"}),
        ("agreed", "finish", {"result": "x"}),
        ("running", "start", {"on": "2026-11-23"}),
        ("running", "agree", {"on": "2026-11-23", "by": "city"}),
        ("proposed", "raise-budget", {"amount": 1, "by": "city", "reason": "x"}),
        (
            "agreed",
            "evaluate",
            {"on": "2026-11-23", "by": "city", "text": "x", "language": "en", "goes_on": True},
        ),
    ],
)
async def test_a_step_that_does_not_follow_is_refused(room: Room, at: str, step: str, body: dict[str, Any]) -> None:
    home = await project(room, at=at)
    problem(await room.ask("POST", f"{home}:{step}", body), 409, "illegal-state")


async def test_a_finished_project_is_not_stopped(room: Room) -> None:
    home = await project(room, at="running")
    await room.do("POST", f"{home}:finish", {"result": "done"})
    problem(await room.ask("POST", f"{home}:stop", {"because": "x"}), 409, "illegal-state")


async def test_a_trial_that_is_over_and_that_nobody_has_evaluated_says_so(room: Room) -> None:
    home = await project(room, at="running", trial_until="2020-01-01")
    assert (await room.do("GET", home))["trial_over"] is True
    said = {"on": "2026-11-23", "by": "city", "text": "It works.", "language": "en", "goes_on": True}
    assert (await room.do("POST", f"{home}:evaluate", said))["trial_over"] is False
    home = await project(room, at="running", trial_until="2199-01-01")
    assert (await room.do("GET", home))["trial_over"] is False


async def test_a_project_has_its_councils_currency(room: Room) -> None:
    of = await elected(room, currency="GBP")
    made = await room.do("POST", "/v1/projects", {**PROJECT, "council_id": of})
    assert made["currency"] == "GBP"
    problem(
        await room.ask("POST", "/v1/projects", {**PROJECT, "council_id": of, "currency": "EUR"}), 422, "invalid-request"
    )
    theirs = Room(room.app, room.neighbours, room.admin, tenant=room.tenant)
    problem(await theirs.ask("POST", "/v1/projects", {**PROJECT, "council_id": of}), 422, "invalid-request")


async def test_the_same_project_put_again_changes_nothing_even_when_it_runs(room: Room) -> None:
    url = "/v1/projects/by-external-id?system=civicrm&value=p1"
    first = await room.ask("PUT", url, PROJECT)
    assert first.status == 201
    home = f"/v1/projects/{first.json()['id']}"
    await room.do("POST", f"{home}:agree", {"on": "2026-11-22", "by": "city"})
    await room.do("POST", f"{home}:start", {"on": "2026-11-23"})
    await room.do("POST", f"{home}:raise-budget", {"amount": 5, "by": "city", "reason": "dearer"})
    before, facts = await room.do("GET", home), len(await room.facts())
    again = await room.ask("PUT", url, PROJECT)
    assert (again.status, again.json()) == (200, before)
    assert len(await room.facts()) == facts


async def test_a_project_is_seen_by_who_holds_it_and_by_nobody_else(room: Room) -> None:
    home = await project(room, at="running")
    spent = await room.do("POST", f"{home}/spending", sum_of(1))
    other = Room(room.app, room.neighbours, room.admin, tenant=room.tenant)
    elsewhere = Room(room.app, room.neighbours, room.admin)
    for stranger in (other, elsewhere):
        for path in (home, f"{home}/spending", f"{home}/spending/{spent['id']}"):
            problem(await stranger.ask("GET", path), 404, "not-found")
        problem(await stranger.ask("POST", f"{home}/spending", sum_of(1)), 404, "not-found")
        assert (await stranger.do("GET", "/v1/projects"))["items"] == []
    mine = await project(room)
    problem(await room.ask("GET", f"{mine}/spending/{spent['id']}"), 404, "not-found")
    problem(await room.ask("GET", home, caller=room.person(room.participant())), 403, "organisations-only")


async def test_projects_are_filtered_changed_with_care_and_leave_a_tombstone(room: Room) -> None:
    running, proposed = await project(room, at="running"), await project(room)
    found = (await room.do("GET", "/v1/projects?state=running"))["items"]
    assert [f"/v1/projects/{one['id']}" for one in found] == [running]
    problem(await room.ask("PATCH", proposed, {"area": "x"}, if_match='"9"'), 412, "stale-version")
    await room.do("DELETE", proposed)
    problem(await room.ask("GET", proposed), 404, "not-found")
    assert (await room.facts())[-1]["type"] == "project.deleted"


async def test_a_project_on_which_money_was_spent_keeps_its_books(room: Room) -> None:
    home = await project(room, at="running", budget=1000)
    await room.do("POST", f"{home}/spending", sum_of(600))
    problem(await room.ask("DELETE", home), 409, "project-has-spending")
    await room.do("POST", f"{home}/spending", sum_of(600, kind="refund"))
    problem(await room.ask("DELETE", home), 409, "project-has-spending")
    assert len((await room.do("GET", f"{home}/spending"))["items"]) == 2
    unspent = await project(room, at="running")
    await room.do("DELETE", unspent)


async def test_a_project_outlives_its_council_and_keeps_to_the_limit_it_last_had(room: Room) -> None:
    of = await elected(room)
    home = await project(room, council_id=of)
    await room.do("POST", f"{home}:agree", {"on": "2026-11-22", "by": "council meeting", "votes_for": 2})
    await room.do("POST", f"/v1/councils/{of}:raise-limit", {"amount": 50_000, "by": "city", "reason": "less money"})
    await room.do("DELETE", f"/v1/councils/{of}")
    more = {"amount": 10_000, "by": "city", "reason": "dearer"}
    assert (await room.do("POST", f"{home}:raise-budget", more))["budget"] == 50_000
    over = problem(await room.ask("POST", f"{home}:raise-budget", {**more, "amount": 1}), 409, "budget-over-limit")
    assert over["limit"] == 50_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget": -1}, {"budget": 2**40}, {"budget": 1.5}, {"answers": [{}]}, {"answers": [{"concepts": ["no such"]}]},
        {"currency": "euros"}, {"title": "\x00"}, {"starts_on": "0001-01-01"}, {"spent": 3},
    ],
)  # fmt: skip
async def test_a_project_that_makes_no_sense_is_refused(room: Room, wrong: dict[str, Any]) -> None:
    problem(await room.ask("POST", "/v1/projects", {**PROJECT, **wrong}), 422, "invalid-request")
