"""Co-production labs over the real app: brought together, met, concluded; and the groups that matching suggests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from tests.community.conftest import Room, problem

TODAY = datetime.now(UTC).date()
QUESTION = {"title": "Sport for all", "question": "How do newcomers and clubs find each other?", "concepts": ["sport"]}


@dataclass
class Matching:
    """A neighbour that suggests `labs` to their organisation, and knows `listings`."""

    labs: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    listings: dict[str, str] = field(default_factory=dict)
    answers: bool = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.answers:
            raise ConnectionError
        query = parse_qs(scope["query_string"].decode())
        path = Request(scope).url.path
        if path == "/internal/facts":
            asked = query["ids"][0].split(",")
            found = [
                {"id": i, "kind": self.listings[i], "state": "open", "category": "x"} for i in asked if i in self.listings
            ]  # fmt: skip
            answer = JSONResponse(found)
        else:
            labs = self.labs.get((path.rpartition("/")[2], query["organisation"][0]))
            answer = JSONResponse({"labs": labs}) if labs is not None else JSONResponse({}, 404)
        await answer(scope, receive, send)


@pytest.fixture
def matching(room: Room) -> Matching:
    made = Matching()
    room.neighbours.apps["matching"] = made
    room.app.state.kernel.peers.apps["matching"] = made
    return made


def seats(room: Room) -> list[dict[str, Any]]:
    return [
        {"participant_id": room.participant("matching"), "role": "citizen"},
        {"participant_id": room.participant("assessment"), "role": "citizen"},
        {"staff_role": "integration manager", "organisation": "Hazelbrook Council", "role": "staff"},
    ]


async def lab(room: Room, **more: Any) -> str:
    made = await room.do("POST", "/v1/co-production-labs", {**QUESTION, "members": seats(room), **more})
    return f"/v1/co-production-labs/{made['id']}"


async def test_a_lab_is_brought_together_meets_and_says_what_came_of_it(room: Room, matching: Matching) -> None:
    home = await lab(room)
    assert (await room.do("GET", home))["state"] == "gathering"
    members = (await room.do("GET", f"{home}/members"))["items"]
    planned = {"planned_for": "2027-01-10T17:00:00Z", "place": "library", "language": "en", "interpreters": ["ti"]}
    meeting = await room.do("POST", f"{home}/meetings", planned)
    assert (await room.do("GET", home))["state"] == "gathering"
    held = {"held_on": TODAY.isoformat(), "present": [members[0]["id"]], "notes": "Talked.", "decisions": ["Try it."]}
    noted = await room.do("PATCH", f"{home}/meetings/{meeting['id']}", held)
    assert (noted["present"], noted["decisions"]) == ([members[0]["id"]], ["Try it."])
    assert (await room.do("GET", home))["state"] == "meeting"
    need = str(uuid4())
    matching.listings[need] = "need"
    rota = await room.do(
        "POST", "/v1/rotas",
        {"title": "x", "places": ["hall"], "starts_on": "2026-11-29", "weeks": 1, "weekdays": ["sunday"]},
    )  # fmt: skip
    led_to = [{"kind": "need", "id": need}, {"kind": "rota", "id": rota["id"]}]
    done = await room.do("POST", f"{home}:conclude", {"outcome": "Clubs open their doors.", "led_to": led_to})
    assert (done["state"], done["led_to"]) == ("concluded", led_to)
    facts = [fact["type"] for fact in await room.facts() if fact["type"].startswith("lab.")]
    assert facts == ["lab.created", "lab.met", "lab.concluded"]
    assert "Talked" not in str(await room.facts())
    for path, body in ((":dissolve", {"why": "x"}), ("/meetings", held), ("/members", seats(room)[0])):
        problem(await room.ask("POST", home + path, body), 409, "illegal-state")


@pytest.mark.parametrize("roles", [[], ["citizen"], ["staff"], ["citizen", "facilitator"]])
async def test_a_lab_without_citizens_or_without_staff_is_refused(room: Room, roles: list[str]) -> None:
    members = [{"staff_role": "somebody", "role": role} for role in roles]
    problem(
        await room.ask("POST", "/v1/co-production-labs", {**QUESTION, "members": members}), 422, "invalid-request"
    )  # fmt: skip


async def test_people_in_a_lab_are_known_to_the_organisation_and_named_once(room: Room) -> None:
    first, second, staff = seats(room)
    for members in ([{**first, "participant_id": str(uuid4())}, staff], [first, first, staff]):
        problem(
            await room.ask("POST", "/v1/co-production-labs", {**QUESTION, "members": members}), 422, "invalid-request"
        )  # fmt: skip
    room.neighbours.directory_answers = False
    refused = await room.ask("POST", "/v1/co-production-labs", {**QUESTION, "members": [second, staff]})
    problem(refused, 503, "consent-unknown")


async def test_a_suggested_group_becomes_a_lab(room: Room, matching: Matching) -> None:
    plan, council = str(uuid4()), str(room.organisation)
    citizen, worker = room.participant("matching"), room.participant("matching")
    club = str(uuid4())
    group = [
        {"participant_id": worker, "organisation_id": None, "staff": True, "new_field": 1},
        {"participant_id": citizen, "organisation_id": None, "staff": False},
        {"participant_id": None, "organisation_id": club, "staff": False},
    ]
    matching.labs[plan, council] = [{"number": 1, "concept": "sport", "members": group}]
    by = {"lab_plan_id": plan, "number": 1, "concept": "sport"}
    body = {**QUESTION, "suggested_by": by, "members": [{"participant_id": citizen, "role": "citizen"}]}
    made = await room.do("POST", "/v1/co-production-labs", body)
    assert made["suggested_by"] == by
    members = (await room.do("GET", f"/v1/co-production-labs/{made['id']}/members"))["items"]
    found = {(one["participant_id"], one["organisation"], one["role"]) for one in members}
    assert found == {(worker, None, "staff"), (citizen, None, "citizen"), (None, club, "staff")}
    for wrong in ({"number": 2}, {"concept": "music"}):
        refused = await room.ask("POST", "/v1/co-production-labs", {**QUESTION, "suggested_by": {**by, **wrong}})
        problem(refused, 409, "lab-not-suggested")
    foreign = await room.ask("POST", "/v1/co-production-labs", {**body}, caller=room.app_of(uuid4()))
    problem(foreign, 422, "invalid-request")
    matching.answers = False
    problem(await room.ask("POST", "/v1/co-production-labs", body), 503, "upstream-unavailable")


async def test_whoever_leaves_a_lab_leaves_both_sides_there(room: Room) -> None:
    home = await lab(room)
    members = {one["role"]: one["id"] for one in (await room.do("GET", f"{home}/members"))["items"]}
    problem(await room.ask("DELETE", f"{home}/members/{members['staff']}"), 409, "lab-one-sided")
    await room.do("DELETE", f"{home}/members/{members['citizen']}")
    problem(await room.ask("DELETE", f"{home}/members/{members['citizen']}"), 404, "not-found")
    again = {"staff_role": "health worker", "role": "staff"}
    await room.do("POST", f"{home}/members", again)
    await room.do("DELETE", f"{home}/members/{members['staff']}")


async def test_meetings_and_outcomes_that_make_no_sense_are_refused(room: Room, matching: Matching) -> None:
    home = await lab(room)
    problem(await room.ask("POST", f"{home}:conclude", {"outcome": "x"}), 409, "lab-never-met")
    problem(await room.ask("POST", f"{home}/meetings", {"place": "library"}), 422, "invalid-request")
    later = {"held_on": (TODAY + timedelta(days=2)).isoformat()}
    problem(await room.ask("POST", f"{home}/meetings", later), 409, "meeting-to-come")
    stranger = {"held_on": TODAY.isoformat(), "present": [str(uuid4())]}
    problem(await room.ask("POST", f"{home}/meetings", stranger), 422, "invalid-request")
    meeting = await room.do("POST", f"{home}/meetings", {"held_on": TODAY.isoformat()})
    unheld = await room.ask("PATCH", f"{home}/meetings/{meeting['id']}", {"held_on": None})
    problem(unheld, 422, "invalid-request")
    for kind in ("project", "action_plan", "rota", "need", "offer"):
        led_to = [{"kind": kind, "id": str(uuid4())}]
        refused = await room.ask("POST", f"{home}:conclude", {"outcome": "x", "led_to": led_to})
        problem(refused, 422, "invalid-request")
    assert (await room.do("POST", f"{home}:dissolve", {"why": "Nobody came."}))["state"] == "dissolved"
    problem(await room.ask("PATCH", home, {"title": "y"}), 409, "illegal-state")


async def test_a_lab_is_seen_by_the_organisation_that_holds_it_alone(room: Room) -> None:
    home = await lab(room)
    meeting = (await room.do("POST", f"{home}/meetings", {"held_on": TODAY.isoformat()}))["id"]
    stranger = room.app_of(uuid4())
    for path in ("", "/members", "/meetings", f"/meetings/{meeting}"):
        problem(await room.ask("GET", home + path, caller=stranger), 404, "not-found")
    problem(await room.ask("GET", home, caller=room.person(str(uuid4()))), 403, "organisations-only")
    problem(await room.ask("PATCH", home, {"title": "y"}, if_match='"9"'), 412, "stale-version")
    assert len((await room.do("GET", "/v1/co-production-labs?state=meeting"))["items"]) == 1
    await room.do("DELETE", home)
    problem(await room.ask("GET", home), 404, "not-found")
    assert (await room.facts())[-1]["type"] == "lab.deleted"


async def test_a_lab_is_put_under_an_id_of_your_own_and_again_changes_nothing(room: Room) -> None:
    body = {**QUESTION, "members": seats(room)}
    path = "/v1/co-production-labs/by-external-id?system=crm&value=7"
    first, again = await room.ask("PUT", path, body), await room.ask("PUT", path, body)
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    assert len(await room.facts()) == 1
    changed = await room.do("PUT", path, {**body, "title": "Sport and play"})
    assert (changed["id"], changed["title"]) == (first.json()["id"], "Sport and play")
    await room.do("POST", f"/v1/co-production-labs/{changed['id']}:dissolve", {"why": "x"})
    assert (await room.ask("PUT", path, {**body, "title": "Sport and play"})).status == 200
    problem(await room.ask("PUT", path, body), 409, "illegal-state")
