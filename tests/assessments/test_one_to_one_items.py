"""Capabilities and needs: linked to concepts, agreed to one by one, negotiated, their risks weighed."""

import asyncio
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.assessments.instruments.operations import get_shipped
from tests.assessments.conftest import AGREED, Room, problem

RISK = {"risk": "heavy pans", "weighed_by": "caseworker B", "mitigation": "two people lift", "decided": "mitigate"}


async def _baker(room: Room, person: str | None = None, **more: Any) -> tuple[str, str]:
    """Return the paths of a capability (baking) and a need (a lift) of a completed assessment."""
    entry = {"text": "I bake bread", "category": "food", "willing": "yes", **more}
    done = await room.completed(person, activities=[entry], needs=[{"text": "a lift to the clinic"}])
    home = f"/v1/assessments/{done['id']}"
    able, need = (await room.items(done, "capabilities"))[0], (await room.items(done, "needs"))[0]
    return f"{home}/capabilities/{able['id']}", f"{home}/needs/{need['id']}"


async def test_concepts_are_suggested_and_count_when_a_person_has_confirmed_them(room: Room) -> None:
    able, need = await _baker(room)
    found = await room.do("GET", able)
    assert found["concepts_suggested"][0]["concept"] == "baking"
    assert 0 < found["concepts_suggested"][0]["share"] <= 1
    assert (found["concepts"], found["concepts_confirmed_by"]) == ([], None)
    body = {"concepts": ["baking", "baking"], "by": "person"}
    confirmed = await room.do("POST", f"{able}:confirm-concepts", body)
    assert (confirmed["concepts"], confirmed["concepts_confirmed_by"]) == (["baking"], "person")
    lift = (await room.do("GET", need))["concepts_suggested"][0]["concept"]
    told = await room.do("POST", f"{need}:confirm-concepts", {"concepts": [lift], "by": "person"})
    assert told["category"] is not None
    unknown = {"concepts": ["nonsense"], "by": "person"}
    problem(await room.ask("POST", f"{able}:confirm-concepts", unknown), 422, "invalid-request")


async def test_other_words_are_suggested_anew_and_wait_to_be_confirmed(room: Room) -> None:
    able, _ = await _baker(room)
    await room.do("POST", f"{able}:confirm-concepts", {"concepts": ["baking"], "by": "person"})
    same = await room.do("PATCH", able, {"how_often": "weekly"})
    assert (same["concepts"], same["how_often"], same["encouragement"]) == (["baking"], "weekly", "done_already")
    changed = await room.do("PATCH", able, {"activity": "I play chess"})
    assert (changed["concepts"], changed["concepts_confirmed_by"]) == ([], None)
    assert changed["concepts_suggested"][0]["concept"] != "baking"


async def test_what_was_picked_from_the_cards_is_confirmed_by_that(room: Room) -> None:
    entry = {"text": "I bake bread", "concepts": ["baking"], "how_often": "weekly", "support_wanted": "an oven"}
    started = await room.started(instrument_id=str(get_shipped("needs-and-capabilities", 2).id))
    home = f"/v1/assessments/{started['id']}"
    for question, value in (
        ("consent_record", True), ("activities", [entry]), ("could_do", ["teach chess"]), ("willing", "yes"),
        ("sharing_conditions", {"grown_up": True}), ("needs", []),
    ):  # fmt: skip
        await room.do("PUT", f"{home}/answers/{question}", {"value": value})
    await room.do("POST", f"{home}:complete")
    able, chess = await room.items(started, "capabilities")
    assert (able["concepts"], able["category"], able["how_often"]) == (["baking"], "food", "weekly")
    assert (able["support_wanted"], able["concepts_confirmed_by"]) == ("an oven", "picked from the cards")
    assert able["sharing"] == {"gender": None, "grown_up": True, "checks": []}
    assert (chess["encouragement"], chess["concepts"]) == ("could_do", [])


async def test_nothing_is_published_before_the_person_has_agreed_to_this_one(room: Room) -> None:
    able, _ = await _baker(room)
    problem(await room.ask("POST", f"{able}:publish", {"title": "Baking"}), 409, "item-consent-missing")
    problem(
        await room.ask("POST", f"{able}:publish", {"title": "x", "consent": {**AGREED, "given": False}}),
        409, "item-consent-missing",
    )  # fmt: skip
    assert (await room.do("GET", able))["agreed"] is None
    agreed = await room.do("POST", f"{able}:agree", AGREED)
    assert (agreed["agreed"], agreed["agreed_at"] is None) == (True, False)
    assert (await room.do("POST", f"{able}:publish", {"title": "Baking"}))["state"] == "published"


async def test_to_take_consent_back_withdraws_what_is_published_at_once(room: Room) -> None:
    able, _ = await _baker(room)
    made = await room.do("POST", f"{able}:publish", {"title": "Baking", "consent": AGREED})
    back = {"given": False, "method": "gesture", "language": "en", "by": "person"}
    assert (await room.do("POST", f"{able}:agree", back))["agreed"] is False
    assert (await room.do("GET", f"/v1/publications/{made['id']}"))["state"] == "withdrawn"
    problem(await room.ask("POST", f"{able}:publish", {"title": "Baking"}), 409, "item-consent-missing")
    said = (await room.do("GET", f"{able}/agreements"))["items"]
    assert [(one["given"], one["method"]) for one in said] == [(True, "spoken"), (False, "gesture")]


async def test_a_person_who_publishes_with_her_own_token_agrees_by_that(room: Room) -> None:
    person = room.participant()
    able, _ = await _baker(room, person)
    await room.do("POST", f"{able}:publish", {"title": "Baking"}, caller=room.person(person))
    assert [one["method"] for one in (await room.do("GET", f"{able}/agreements"))["items"]] == ["app"]


async def test_consent_in_another_language_needs_an_interpreter_and_a_representative_one_on_record(room: Room) -> None:
    able, _ = await _baker(room)
    body = {**AGREED, "language": "so"}
    problem(await room.ask("POST", f"{able}:agree", body), 422, "consent-not-understood")
    assert (await room.do("POST", f"{able}:agree", {**body, "interpreter": "interpreter C"}))["agreed"] is True
    by = {**AGREED, "by": "representative"}
    problem(await room.ask("POST", f"{able}:agree", by), 409, "representative-missing")
    assert (await room.do("POST", f"{able}:agree", {**body, "given": False}))["agreed"] is False


async def test_what_was_said_to_an_item_can_be_added_to_and_never_changed(room: Room) -> None:
    able, _ = await _baker(room)
    await room.do("POST", f"{able}:agree", AGREED)
    with psycopg.connect(room.admin) as connection:
        connection.execute('set role "cando_assessments"')
        for table in ("agreements", "answer_entries", "negotiations", "weighed_risks", "outcome_ratings"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"delete from assessments.{table}")


async def test_a_need_is_recognised_when_both_agree_and_otherwise_it_says_why_not(room: Room) -> None:
    _, need = await _baker(room)
    assert (await room.do("GET", need))["state"] == "stated"
    alone = {"outcome": "recognised", "person_agrees": False, "worker": "caseworker B"}
    problem(await room.ask("POST", f"{need}:negotiate", alone), 409, "not-agreed-by-both")
    no = {"outcome": "not_agreed", "person_agrees": True, "worker": "caseworker B", "why_not": "the bus goes there"}
    assert (await room.do("POST", f"{need}:negotiate", no))["state"] == "not_agreed"
    assert (await room.do("POST", f"{need}:negotiate", {**alone, "person_agrees": True}))["state"] == "recognised"
    told = (await room.do("GET", f"{need}/negotiations"))["items"]
    assert [(one["outcome"], one["why_not"]) for one in told] == [
        ("not_agreed", "the bus goes there"), ("recognised", None),
    ]  # fmt: skip
    facts = [fact["type"] for fact in await room.facts() if fact["subject"] == need.rpartition("/")[2]]
    assert facts == ["stated_need.created", "stated_need.not_agreed", "stated_need.recognised"]


async def test_what_is_repeated_with_its_key_is_done_once_and_shown_again(room: Room) -> None:
    able, _ = await _baker(room)
    home = able.partition("/capabilities")[0]
    for path, body in (
        (f"{able}/risks", RISK), (f"{home}/sittings", {"started_at": "2026-11-20T10:00:00Z"}),
        (f"{home}/outcomes", {"text": "to get out"}), (f"{able}:agree", AGREED),
    ):  # fmt: skip
        first, again = [await room.ask("POST", path, body, idempotency_key=path[-30:]) for _ in range(2)]
        assert (again.status, again.json()) == (first.status, first.json())
        if first.status == 201:
            assert len((await room.do("GET", path))["items"]) == 1


@pytest.mark.parametrize("left_out", ["weighed_by", "mitigation"])
async def test_a_risk_says_who_weighed_it_and_what_is_done_about_it(room: Room, left_out: str) -> None:
    able, _ = await _baker(room)
    body = {name: value for name, value in RISK.items() if name != left_out}
    said = problem(await room.ask("POST", f"{able}/risks", body), 422, "invalid-request")
    assert said["errors"][0]["path"] == f"/{left_out}"


async def test_a_risk_is_on_record_and_hinders_nothing_by_itself(room: Room) -> None:
    able, need = await _baker(room)
    for item in (able, need):
        await room.do("POST", f"{item}/risks", {**RISK, "likelihood": "low", "decided": "not_now"})
        kept = (await room.do("GET", f"{item}/risks"))["items"]
        assert [(one["risk"], one["decided"]) for one in kept] == [("heavy pans", "not_now")]
    assert (await room.do("POST", f"{able}:publish", {"title": "Baking", "consent": AGREED}))["state"] == "published"
    assert "heavy pans" not in str(await room.facts())


async def test_confirmed_concepts_and_conditions_go_where_matching_reads_them(room: Room) -> None:
    able, _ = await _baker(room)
    await room.do("PATCH", able, {"sharing": {"grown_up": True, "checks": ["dbs-enhanced"]}})
    made = await room.do("POST", f"{able}:publish", {"title": "Baking", "consent": AGREED})
    await room.do("POST", f"{able}:confirm-concepts", {"concepts": ["baking"], "by": "person"})
    path = f"/internal/publications?ids={made['id']}"
    found = (await room.do("GET", path, caller=room.service()))[0]
    assert (found["concepts"], found["version"]) == (["baking"], 2)
    assert found["conditions"] == {"gender": None, "grown_up": True, "checks": ["dbs-enhanced"]}


@pytest.mark.parametrize("step", ["agree", "confirm-concepts", "negotiate", "risks", "agreements"])
async def test_another_organisation_finds_none_of_it(room: Room, step: str) -> None:
    _, need = await _baker(room)
    bodies: dict[str, Any] = {
        "agree": AGREED, "confirm-concepts": {"concepts": [], "by": "x"}, "risks": RISK,
        "negotiate": {"outcome": "not_agreed", "person_agrees": False, "worker": "x"},
    }  # fmt: skip
    path = f"{need}/{step}" if step in {"risks", "agreements"} else f"{need}:{step}"
    method = "GET" if step == "agreements" else "POST"
    problem(await room.ask(method, path, bodies.get(step), caller=room.app_of(uuid4())), 404, "not-found")


async def test_what_the_worker_notes_is_not_for_the_persons_own_token(room: Room) -> None:
    person = room.participant()
    done = await room.completed(person, needs=[{"text": "somebody to talk to", "category": "family"}])
    home, me = f"/v1/assessments/{done['id']}", room.person(person)
    need = f"{home}/needs/{(await room.items(done, 'needs'))[0]['id']}"
    agreed = {"outcome": "recognised", "person_agrees": True, "worker": "caseworker B"}
    problem(await room.ask("POST", f"{need}:negotiate", agreed, caller=me), 403, "forbidden")
    risk = {"risk": "x", "weighed_by": "caseworker B", "mitigation": "none", "decided": "accept"}
    problem(await room.ask("POST", f"{need}/risks", risk, caller=me), 403, "forbidden")
    problem(await room.ask("POST", f"{home}:review", caller=me), 403, "forbidden")
    assert (await room.do("GET", need))["state"] == "stated"


async def test_a_need_is_not_refused_without_saying_why(room: Room) -> None:
    _, need = await _baker(room)
    no = {"outcome": "not_agreed", "person_agrees": True, "worker": "caseworker B"}
    problem(await room.ask("POST", f"{need}:negotiate", no), 422, "invalid-request")


async def test_nothing_is_published_of_somebody_whose_representative_is_not_on_record(room: Room) -> None:
    able, need = await _baker(room)
    await room.do("POST", f"{able}:agree", AGREED)
    home = able.partition("/capabilities/")[0]
    await room.do("PATCH", home, {"under_18": True})
    problem(await room.ask("POST", f"{able}:publish", {"title": "Baking"}), 409, "representative-missing")
    problem(await room.ask("POST", f"{need}:agree", AGREED), 409, "representative-missing")
    await room.do("POST", f"{able}:agree", {**AGREED, "given": False})
    mother = {"role": "mother", "basis": "parent"}
    await room.do("PATCH", home, {"representative": mother})
    await room.do("POST", f"{able}:publish", {"title": "Baking", "consent": {**AGREED, "by": "representative"}})


async def test_an_assessment_that_is_deleted_while_something_is_published_leaves_nothing_behind(room: Room) -> None:
    for _ in range(3):
        able, _ = await _baker(room)
        body = {"title": "Baking", "consent": AGREED}
        home = able.partition("/capabilities/")[0]
        await asyncio.gather(room.ask("POST", f"{able}:publish", body), room.ask("DELETE", home))
    left = (await room.do("GET", "/v1/publications?state=published"))["items"]
    assert left == []


async def test_other_words_than_those_she_agreed_to_need_her_consent_again(room: Room) -> None:
    person = room.participant()
    path, _ = await _baker(room, person)
    await room.do("POST", f"{path}:agree", AGREED)
    await room.do("PATCH", path, {"for_whom": "neighbours"})
    assert (await room.do("GET", path))["agreed"] is True
    assert (await room.do("PATCH", path, {"activity": "I bake for the whole street"}))["agreed"] is None
    problem(await room.ask("POST", f"{path}:publish", {"title": "Baking"}), 409, "item-consent-missing")
    again = await room.do("PATCH", path, {"activity": "I bake rolls"}, caller=room.person(person))
    assert again["agreed"] is None, "her own words are hers, but she has not been asked about them"


async def test_a_need_in_other_words_is_stated_again(room: Room) -> None:
    _, path = await _baker(room)
    said = {"outcome": "recognised", "person_agrees": True, "worker": "caseworker B"}
    await room.do("POST", f"{path}:negotiate", said)
    assert (await room.do("PATCH", path, {"urgency": "soon"}))["state"] == "recognised"
    assert (await room.do("PATCH", path, {"text": "a different thing"}))["state"] == "stated"
