"""Action plans over the real app: who does what by when, what waits for what, and what is overdue."""

from typing import Any

import pytest

from tests.community.conftest import Room, problem

PLAN: dict[str, Any] = {"title": "After the round table", "language": "en", "source": {"kind": "round_table"}}


async def plan(room: Room, *actions: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    made = await room.do("POST", "/v1/action-plans", {**PLAN, "actions": list(actions)})
    home = f"/v1/action-plans/{made['id']}"
    return home, (await room.do("GET", f"{home}/actions"))["items"]


async def test_a_plan_counts_how_far_it_has_come_and_lists_what_is_overdue(room: Room) -> None:
    late, future = {"due_on": "2020-01-01"}, {"due_on": "2199-01-01"}
    home, made = await plan(
        room,
        {"what": "Ask the sports club", "who": "integration manager", **late},
        {"what": "Find a room", **late, "state": "done"},
        {"what": "Print the cards", **late, "state": "doing"},
        {"what": "Invite the mayor", **future},
        {"what": "Hire a band", **late, "state": "dropped", "why": "too dear"},
    )
    found = await room.do("GET", home)
    assert found["progress"] == {"open": 2, "doing": 1, "done": 1, "dropped": 1, "overdue": 2}
    overdue = (await room.do("GET", f"{home}/actions?overdue=true"))["items"]
    assert [one["what"] for one in overdue] == ["Ask the sports club", "Print the cards"]
    assert [one["overdue"] for one in made] == [True, False, True, False, False]
    assert (await room.do("GET", "/v1/action-plans"))["items"] == [found]


async def test_every_change_of_an_action_stays_in_its_history(room: Room) -> None:
    home, (one,) = await plan(room, {"what": "Ask the sports club", "due_on": "2026-12-01"})
    url = f"{home}/actions/{one['id']}"
    await room.do("PATCH", url, {"due_on": "2026-12-15", "state": "doing"})
    await room.do("PATCH", url, {"state": "dropped", "why": "the club has no places"})
    again = await room.do("PATCH", url, {"state": "open", "why": "a second club has"})
    assert [(entry["changed"], entry["before"]) for entry in again["history"]] == [
        (["due_on", "state"], {"due_on": "2026-12-01", "state": "open"}),
        (["state", "why"], {"state": "doing"}),
        (["state", "why"], {"state": "dropped"}),
    ]
    assert [entry["why"] for entry in again["history"]] == [None, "the club has no places", "a second club has"]
    assert (await room.do("PATCH", url, {"state": "open"}))["version"] == again["version"]


async def test_what_is_dropped_or_taken_up_again_needs_a_reason(room: Room) -> None:
    home, (one,) = await plan(room, {"what": "Ask the sports club"})
    url = f"{home}/actions/{one['id']}"
    problem(await room.ask("PATCH", url, {"state": "dropped"}), 409, "reason-missing")
    await room.do("PATCH", url, {"state": "done"})
    problem(await room.ask("PATCH", url, {"state": "open"}), 409, "reason-missing")
    dropped = {"what": "Hire a band", "state": "dropped"}
    problem(await room.ask("POST", f"{home}/actions", dropped), 409, "reason-missing")


async def test_nothing_is_done_before_what_it_depends_on(room: Room) -> None:
    home, (first,) = await plan(room, {"what": "Find a room"})
    second = await room.do("POST", f"{home}/actions", {"what": "Print the date", "depends_on": [first["id"]]})
    url = f"{home}/actions/{second['id']}"
    problem(await room.ask("PATCH", url, {"state": "done"}), 409, "action-waits")
    problem(await room.ask("DELETE", f"{home}/actions/{first['id']}"), 409, "action-needed")
    await room.do("PATCH", f"{home}/actions/{first['id']}", {"state": "done"})
    await room.do("PATCH", url, {"state": "done"})
    await room.do("DELETE", url)
    await room.do("DELETE", f"{home}/actions/{first['id']}")
    assert (await room.do("GET", f"{home}/actions"))["items"] == []


async def test_no_action_waits_for_itself_or_for_something_unknown(room: Room) -> None:
    home, (first,) = await plan(room, {"what": "Find a room"})
    second = await room.do("POST", f"{home}/actions", {"what": "Print", "depends_on": [first["id"]]})
    circle = await room.ask("PATCH", f"{home}/actions/{first['id']}", {"depends_on": [second["id"]]})
    problem(circle, 422, "depends-on-itself")
    itself = await room.ask("PATCH", f"{home}/actions/{first['id']}", {"depends_on": [first["id"]]})
    problem(itself, 422, "depends-on-itself")
    _, (elsewhere,) = await plan(room, {"what": "Another plan"})
    unknown = {"what": "x", "depends_on": [elsewhere["id"]]}
    problem(await room.ask("POST", f"{home}/actions", unknown), 422, "invalid-request")


async def test_a_participant_who_takes_something_on_has_consented(room: Room) -> None:
    home, _ = await plan(room)
    person = room.participant("matching")
    made = await room.do("POST", f"{home}/actions", {"what": "Cook", "participant_id": person})
    assert made["participant_id"] == person
    stranger = room.participant(organisation=room.tenant)
    problem(
        await room.ask("POST", f"{home}/actions", {"what": "x", "participant_id": stranger}), 422, "invalid-request"
    )
    changed = await room.ask("PATCH", f"{home}/actions/{made['id']}", {"participant_id": stranger})
    problem(changed, 422, "invalid-request")


async def test_the_same_plan_put_twice_changes_nothing_and_adds_no_action_twice(room: Room) -> None:
    url = "/v1/action-plans/by-external-id?system=civicrm&value=a1"
    body = {**PLAN, "actions": [{"what": "Find a room"}]}
    first, again = await room.ask("PUT", url, body), await room.ask("PUT", url, body)
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    assert [fact["type"] for fact in await room.facts()] == ["action_plan.created", "action.added"]
    changed = await room.do("PUT", url, {**body, "title": "After the second round table"})
    assert (changed["version"], changed["progress"]["open"]) == (2, 1)


async def test_a_plan_is_seen_by_who_holds_it_and_by_nobody_else(room: Room) -> None:
    home, (one,) = await plan(room, {"what": "Find a room"})
    other = Room(room.app, room.neighbours, room.admin, tenant=room.tenant)
    for stranger in (other, Room(room.app, room.neighbours, room.admin)):
        for path in (home, f"{home}/actions", f"{home}/actions/{one['id']}"):
            problem(await stranger.ask("GET", path), 404, "not-found")
        problem(await stranger.ask("POST", f"{home}/actions", {"what": "x"}), 404, "not-found")
        assert (await stranger.do("GET", "/v1/action-plans"))["items"] == []
    problem(await room.ask("GET", home, caller=room.person(room.participant())), 403, "organisations-only")
    theirs, _ = await plan(room)
    problem(await room.ask("GET", f"{theirs}/actions/{one['id']}"), 404, "not-found")


async def test_plans_are_changed_with_care_and_leave_a_tombstone(room: Room) -> None:
    home, (one,) = await plan(room, {"what": "Find a room"})
    problem(await room.ask("PATCH", home, {"title": "x"}, if_match='"4"'), 412, "stale-version")
    problem(await room.ask("PATCH", f"{home}/actions/{one['id']}", {"what": "x"}, if_match='"4"'), 412, "stale-version")
    source = {"kind": "council", "id": "0190b1d0-0000-7000-8000-000000000001"}
    assert (await room.do("PATCH", home, {"source": source}))["source"] == source
    found = await room.do("GET", f"/v1/action-plans?source_kind=council&source_id={source['id']}")
    assert len(found["items"]) == 1
    await room.do("DELETE", home)
    problem(await room.ask("GET", f"{home}/actions"), 404, "not-found")
    assert (await room.facts())[-1]["type"] == "action_plan.deleted"


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""}, {"what": "a\x00"}, {"what": "x", "state": "later"}, {"what": "x", "concepts": ["no such thing"]},
        {"what": "x", "due_on": "soon"}, {"what": "x", "history": []}, {"what": "x", "depends_on": ["a"]},
    ],
)  # fmt: skip
async def test_an_action_that_makes_no_sense_is_refused(room: Room, wrong: dict[str, Any]) -> None:
    home, _ = await plan(room)
    problem(await room.ask("POST", f"{home}/actions", wrong), 422, "invalid-request")
