"""Starting: who may ask whom, who decides with the person, which instrument, and the right not to be asked again."""

from typing import Any
from uuid import uuid4

import pytest

from services.assessments.instruments.operations import get_shipped
from tests.assessments.conftest import Room, problem

MOTHER = {"role": "mother", "basis": "parent", "since": "2019-04-01"}


async def _body(room: Room, person: str, **more: Any) -> dict[str, Any]:
    return {"participant_id": person, "instrument_id": await room.instrument(), "language": "en", **more}


async def test_nobody_is_asked_who_asked_not_to_be_and_she_may_still_start_herself(room: Room) -> None:
    person = room.participant()
    started = await room.started(person)
    declined = await room.do("POST", f"/v1/assessments/{started['id']}:do-not-ask", {"until": "2027-01-01T00:00:00Z"})
    assert declined["state"] == "declined"
    assert room.neighbours.not_asked == {person: "2027-01-01T00:00:00+00:00"}
    body = await _body(room, person)
    problem(await room.ask("POST", "/v1/assessments", body), 409, "do-not-ask")
    assert (await room.ask("POST", "/v1/assessments", body, caller=room.person(person))).status == 201


async def test_a_declined_assessment_takes_no_answers_and_can_still_be_read(room: Room) -> None:
    started = await room.started()
    home = f"/v1/assessments/{started['id']}"
    await room.do("PUT", f"{home}/answers/willing", {"value": "yes"})
    await room.do("POST", f"{home}:do-not-ask", {})
    problem(await room.ask("PUT", f"{home}/answers/willing", {"value": "perhaps"}), 409, "illegal-state")
    problem(await room.ask("POST", f"{home}:complete"), 409, "illegal-state")
    assert (await room.do("GET", f"{home}/answers/willing"))["value"] == "yes"
    assert [one["id"] for one in (await room.do("GET", "/v1/assessments?state=declined"))["items"]] == [started["id"]]


async def test_a_completed_assessment_stays_what_it_is_when_she_asks_not_to_be_asked_again(room: Room) -> None:
    done = await room.completed()
    assert (await room.do("POST", f"/v1/assessments/{done['id']}:do-not-ask", {}))["state"] == "completed"
    assert room.neighbours.not_asked == {done["participant_id"]: None}


async def test_when_the_directory_does_not_answer_nothing_is_declined(room: Room) -> None:
    started = await room.started()
    room.neighbours.directory_answers = False
    answer = await room.ask("POST", f"/v1/assessments/{started['id']}:do-not-ask", {})
    assert answer.status == 503
    room.neighbours.directory_answers = True
    assert (await room.do("GET", f"/v1/assessments/{started['id']}"))["state"] == "draft"


@pytest.mark.parametrize("why", ["under_18", "decides_with_representative"])
async def test_no_answer_is_taken_before_a_needed_representative_is_on_record(room: Room, why: str) -> None:
    needed: dict[str, Any] = {why: True}
    started = await room.started(**needed)
    home = f"/v1/assessments/{started['id']}"
    problem(await room.ask("PUT", f"{home}/answers/willing", {"value": "yes"}), 409, "representative-missing")
    line = {"client_id": str(uuid4()), "question_id": "willing", "value": "yes", "answered_at": "2026-11-20T10:00:00Z"}
    problem(await room.ask("POST", f"{home}/answers:merge", {"answers": [line]}), 409, "representative-missing")
    told = await room.do("PATCH", home, {"representative": MOTHER})
    assert told["representative"] == {**MOTHER, "participant_id": None}
    await room.do("PUT", f"{home}/answers/willing", {"value": "yes", "answered_by": "representative"})


async def test_a_representative_is_a_role_with_a_known_basis(room: Room) -> None:
    body = await _body(room, room.participant(), representative={"role": "friend", "basis": "friendship"})
    problem(await room.ask("POST", "/v1/assessments", body), 422, "invalid-request")


async def test_an_assessment_put_twice_with_a_representative_is_not_changed(room: Room) -> None:
    body = await _body(room, room.participant(), representative=MOTHER, area="Mill Lane", review_on="2027-05-01")
    path = "/v1/assessments/by-external-id?system=crm&value=77"
    assert (await room.ask("PUT", path, body)).status == 201
    again = await room.ask("PUT", path, body)
    assert (again.status, again.json()["version"], again.json()["area"]) == (200, 1, "Mill Lane")


@pytest.mark.parametrize("instrument", ["a survey", "unknown"])
async def test_only_an_instrument_for_assessments_starts_one(room: Room, instrument: str) -> None:
    keys = {"a survey": str(get_shipped("co-production-views").id), "unknown": str(uuid4())}
    body = {**await _body(room, room.participant()), "instrument_id": keys[instrument]}
    said = problem(await room.ask("POST", "/v1/assessments", body), 422, "invalid-request")
    assert said["errors"][0]["path"] == "/instrument_id"


async def test_assessments_that_are_due_for_review_are_found(room: Room) -> None:
    due = await room.started(review_on="2026-12-01")
    await room.started(review_on="2027-12-01")
    await room.started()
    found = (await room.do("GET", "/v1/assessments?review_before=2026-12-24"))["items"]
    assert [one["id"] for one in found] == [due["id"]]
    problem(await room.ask("GET", "/v1/assessments?review_before=soon"), 422, "invalid-request")


async def _own(room: Room) -> str:
    """Return an organisation's own instrument, published: a required question that is asked of few."""
    definition = {
        "name": "a-short-talk", "use": "assessment", "default_language": "en", "sections": [{"key": "all"}],
        "questions": [
            {"id": "activities", "section": "all", "type": "text", "repeats": True, "makes": "capability"},
            {"id": "children", "section": "all", "type": "number", "required": True, "fills": "capability.for_whom"},
            {"id": "ages", "section": "all", "type": "text", "required": True,
             "show_if": {"question": "children", "at_least": 1}},
        ],
        "translations": {"en": {"review": "original", "texts": {
            "title": "A short talk", "section.all": "All", "question.activities": "What do you do?",
            "question.children": "How many children?", "question.ages": "How old are they?"}}},
    }  # fmt: skip
    made = await room.do("POST", "/v1/instruments", definition)
    await room.do("POST", f"/v1/instruments/{made['id']}:publish")
    return str(made["id"])


async def test_what_was_not_shown_is_not_missing_and_what_does_not_fit_a_field_stays_an_answer(room: Room) -> None:
    started = await room.started(instrument_id=await _own(room))
    home = f"/v1/assessments/{started['id']}"
    await room.do("PUT", f"{home}/answers/activities", {"value": ["bake"]})
    await room.do("PUT", f"{home}/answers/children", {"value": 2})
    said = problem(await room.ask("POST", f"{home}:complete"), 422, "answers-missing")
    assert [one["path"] for one in said["errors"]] == ["/ages"]
    await room.do("PUT", f"{home}/answers/children", {"value": 0})
    await room.do("POST", f"{home}:complete")
    able = (await room.items(started, "capabilities"))[0]
    assert (able["activity"], able["for_whom"], able["willing"]) == ("bake", None, "not_now")


async def test_a_withdrawn_instrument_is_not_asked_from_and_what_was_said_can_be_completed(room: Room) -> None:
    key = await _own(room)
    started = await room.started(instrument_id=key)
    home = f"/v1/assessments/{started['id']}"
    await room.do("PUT", f"{home}/answers/children", {"value": 0})
    await room.do("POST", f"/v1/instruments/{key}:withdraw")
    body = {**await _body(room, room.participant()), "instrument_id": key}
    problem(await room.ask("POST", "/v1/assessments", body), 409, "instrument-withdrawn")
    problem(await room.ask("PUT", f"{home}/answers/children", {"value": 1}), 409, "instrument-withdrawn")
    assert (await room.do("POST", f"{home}:complete"))["state"] == "completed"


async def test_a_person_cannot_lift_her_own_protection(room: Room) -> None:
    person = room.participant()
    mother = {"role": "mother", "basis": "parent"}
    made = await room.started(person, under_18=True, representative=mother)
    home, me = f"/v1/assessments/{made['id']}", room.person(person)
    for change in ({"under_18": False}, {"representative": None}, {"decides_with_representative": True}):
        problem(await room.ask("PATCH", home, change, caller=me), 403, "forbidden")
    assert (await room.do("PATCH", home, {"language": "de", "under_18": True}, caller=me))["language"] == "de"


async def test_not_to_be_asked_until_yesterday_is_refused(room: Room) -> None:
    made = await room.started()
    path = f"/v1/assessments/{made['id']}:do-not-ask"
    problem(await room.ask("POST", path, {"until": "2020-01-01T00:00:00Z"}), 422, "invalid-request")
    assert room.neighbours.not_asked == {}
