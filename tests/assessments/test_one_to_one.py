"""One-to-one assessments: started with consent, answered, completed, reviewed; seen by who may see them."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.assessments.instruments.operations import get_shipped
from services.assessments.one_to_one.domain import AnswersMissing, Said, check_complete, check_step, drawn_from
from services.kernel.caller import Caller
from services.kernel.problems import IllegalState
from tests.assessments.conftest import Room, problem

INSTRUMENT = get_shipped("needs-and-capabilities", 1)


def _drawn(**answers: Any) -> Any:
    return drawn_from(INSTRUMENT, {key: Said(value, "en") for key, value in answers.items()})


def test_activities_are_done_already_and_the_others_could_be() -> None:
    drawn = _drawn(activities=[{"text": "bake"}], could_do=[{"text": "teach"}], willing="yes")
    assert [(one["activity"], one["done_already"]) for one in drawn.capabilities] == [("bake", True), ("teach", False)]


def test_what_is_named_twice_is_one_capability_that_is_done_already() -> None:
    drawn = _drawn(activities=[{"text": "Bake"}], could_do=[{"text": "bake"}])
    assert [(one["activity"], one["done_already"]) for one in drawn.capabilities] == [("Bake", True)]


def test_an_entry_goes_before_what_was_said_of_sharing_in_general() -> None:
    drawn = _drawn(
        activities=[{"text": "bake"}, {"text": "sing", "willing": "not_now"}],
        willing="perhaps", for_whom="neighbours", conditions="mornings", means=["in_person"],
    )  # fmt: skip
    bake, sing = drawn.capabilities
    assert (bake["willing"], bake["for_whom"], bake["conditions"], bake["means"]) == (
        "perhaps", "neighbours", "mornings", ["in_person"],
    )  # fmt: skip
    assert sing["willing"] == "not_now"


def test_willingness_that_nobody_stated_is_not_assumed() -> None:
    assert _drawn(activities=[{"text": "bake"}]).capabilities[0]["willing"] == "not_now"


def test_needs_carry_what_is_done_about_them_and_no_conditions_of_sharing() -> None:
    need = _drawn(needs=[{"text": "company", "category": "company"}], own_effort="I phone", willing="yes").needs[0]
    assert need == {
        "text": "company", "language": "en", "category": "company", "why": None, "own_effort": "I phone",
        "urgency": None,
    }  # fmt: skip


def test_every_missing_required_answer_is_listed_and_an_empty_list_is_an_answer() -> None:
    with pytest.raises(AnswersMissing) as missing:
        check_complete(INSTRUMENT, {})
    assert [error.path for error in missing.value.errors] == ["/willing", "/needs"]
    check_complete(INSTRUMENT, {"willing": Said("not_now", "en"), "needs": Said([], "en")})


@pytest.mark.parametrize(
    ("state", "to"), [("completed", "completed"), ("draft", "reviewed"), ("reviewed", "completed")]
)
def test_a_step_that_does_not_follow_is_illegal(state: str, to: str) -> None:
    with pytest.raises(IllegalState):
        check_step(state, to)


async def test_an_assessment_is_started_as_a_draft_and_the_first_answer_sets_it_going(room: Room) -> None:
    started = await room.started(interpreter="interpreter B")
    assert (started["state"], started["version"]) == ("draft", 1)
    answer = await room.ask("PUT", f"/v1/assessments/{started['id']}/answers/willing", {"value": "yes"})
    assert answer.status == 201
    assert answer.headers["location"].endswith("/answers/willing")
    now = await room.do("GET", f"/v1/assessments/{started['id']}")
    assert now["state"] == "in_progress"


@pytest.mark.parametrize("who", ["unknown", "matching-only", "another organisation's"])
async def test_nobody_is_assessed_without_consent_and_all_reasons_look_the_same(room: Room, who: str) -> None:
    people = {
        "unknown": str(uuid4()),
        "matching-only": room.participant("matching"),
        "another organisation's": room.participant("assessment", organisation=uuid4()),
    }
    body = {"participant_id": people[who], "instrument_id": await room.instrument(), "language": "en"}
    answer = await room.ask("POST", "/v1/assessments", body)
    said = problem(answer, 422, "invalid-request")
    assert said["errors"] == [
        {"source": "body", "path": "/participant_id",
         "message": "is unknown here, or has not consented to this towards your organisation "
         "(purpose assessment or matching)"}
    ]  # fmt: skip


async def test_without_the_directorys_word_nothing_is_started(room: Room) -> None:
    body = {"participant_id": room.participant(), "instrument_id": await room.instrument(), "language": "en"}
    room.neighbours.directory_answers = False
    problem(await room.ask("POST", "/v1/assessments", body), 503, "consent-unknown")
    assert (await room.do("GET", "/v1/assessments"))["items"] == []


async def test_a_person_starts_an_assessment_of_herself_only(room: Room) -> None:
    herself, other = room.participant(), room.participant()
    body = {"participant_id": other, "instrument_id": await room.instrument(), "language": "en"}
    problem(await room.ask("POST", "/v1/assessments", body, caller=room.person(herself)), 422, "invalid-request")
    made = await room.ask("POST", "/v1/assessments", {**body, "participant_id": herself}, caller=room.person(herself))
    assert made.status == 201


async def test_only_the_organisation_that_started_it_and_the_person_see_an_assessment(room: Room) -> None:
    person = room.participant()
    started = await room.completed(person, activities=["bake"], needs=["company"])
    capability = (await room.items(started, "capabilities"))[0]["id"]
    home = f"/v1/assessments/{started['id']}"
    await room.do("GET", home, caller=room.person(person))
    foreign: list[Caller] = [room.app_of(uuid4()), room.person(room.participant())]
    reads = ["", "/answers", "/answers/willing", "/capabilities", "/needs", f"/capabilities/{capability}"]
    for caller in foreign:
        for path in reads:
            problem(await room.ask("GET", home + path, caller=caller), 404, "not-found")
        problem(await room.ask("PATCH", home, {"language": "de"}, caller=caller), 404, "not-found")
        problem(await room.ask("DELETE", home, caller=caller), 404, "not-found")
        problem(await room.ask("POST", home + ":review", caller=caller), 404, "not-found")
        body = {"title": "x"}
        publish = f"{home}/capabilities/{capability}:publish"
        problem(await room.ask("POST", publish, body, caller=caller), 404, "not-found")
        assert (await room.do("GET", "/v1/assessments", caller=caller))["items"] == []


async def test_another_tenants_assessment_is_not_there_at_all(room: Room) -> None:
    started = await room.started()
    elsewhere = Room(room.app, room.neighbours, room.admin, organisation=room.organisation)
    problem(await elsewhere.ask("GET", f"/v1/assessments/{started['id']}"), 404, "not-found")


async def test_reading_an_assessment_leaves_a_row_that_says_who_read_it(room: Room) -> None:
    started = await room.started()
    await room.do("GET", f"/v1/assessments/{started['id']}/answers")
    with psycopg.connect(room.admin) as connection:
        rows = connection.execute(
            "select actor, action from assessments.audit where subject = %s", (started["participant_id"],)
        ).fetchall()
    assert rows == [(str(room.organisation), "assessment.read")]


async def test_an_answer_that_is_put_again_changes_nothing_and_is_no_fact(room: Room) -> None:
    started = await room.started()
    path = f"/v1/assessments/{started['id']}/answers/needs"
    await room.do("PUT", path, {"value": ["company"]})
    before = len(await room.facts())
    again = await room.ask("PUT", path, {"value": [{"text": "company"}]})
    assert (again.status, again.json()["version"]) == (200, 1)
    assert len(await room.facts()) == before
    other = await room.ask("PUT", path, {"value": ["a lift"], "language": "de"})
    assert (other.json()["version"], other.json()["language"]) == (2, "de")


async def test_a_stale_answer_is_refused(room: Room) -> None:
    started = await room.started()
    path = f"/v1/assessments/{started['id']}/answers/willing"
    await room.do("PUT", path, {"value": "yes"})
    problem(await room.ask("PUT", path, {"value": "not_now"}, if_match='"7"'), 412, "stale-version")


async def test_a_wrong_answer_and_an_unknown_question_are_told_apart(room: Room) -> None:
    started = await room.started()
    home = f"/v1/assessments/{started['id']}/answers"
    said = problem(await room.ask("PUT", f"{home}/willing", {"value": 3}), 422, "wrong-answer")
    assert said["errors"][0]["path"] == "/value"
    problem(await room.ask("PUT", f"{home}/shoe_size", {"value": 3}), 404, "unknown-question")
    problem(await room.ask("PUT", f"{home}/willing", {}), 422, "invalid-request")
    problem(await room.ask("GET", f"{home}/willing"), 404, "not-found")


async def test_completing_lists_what_is_missing_and_leaves_everything_as_it_was(room: Room) -> None:
    started = await room.started()
    said = problem(await room.ask("POST", f"/v1/assessments/{started['id']}:complete"), 422, "answers-missing")
    assert [error["path"] for error in said["errors"]] == ["/willing", "/needs"]
    assert (await room.do("GET", f"/v1/assessments/{started['id']}"))["state"] == "draft"


async def test_completing_draws_capabilities_and_needs_from_the_answers(room: Room) -> None:
    done = await room.completed(
        activities=[{"text": "I bake bread", "category": "food"}], could_do=["teach chess"], needs=["company"]
    )
    assert (done["state"], done["strength_prompts"]) == ("completed", [])
    bread, chess = await room.items(done, "capabilities")
    assert (bread["activity"], bread["category"], bread["done_already"]) == ("I bake bread", "food", True)
    assert (chess["category"], chess["willing"]) == (None, "yes")
    assert [need["text"] for need in await room.items(done, "needs")] == ["company"]


async def test_when_no_strength_was_named_prompts_help_to_come_back_to_it(room: Room) -> None:
    done = await room.completed(willing="not_now", needs=["company"])
    assert done["state"] == "completed"
    assert len(done["strength_prompts"]) >= 3
    again = await room.do("GET", f"/v1/assessments/{done['id']}")
    assert again["strength_prompts"] == done["strength_prompts"]


async def test_a_completed_assessment_takes_no_answers_and_can_be_reviewed_once(room: Room) -> None:
    done = await room.completed()
    path = f"/v1/assessments/{done['id']}"
    problem(await room.ask("PUT", f"{path}/answers/willing", {"value": "yes"}), 409, "illegal-state")
    problem(await room.ask("POST", f"{path}:complete"), 409, "illegal-state")
    assert (await room.do("POST", f"{path}:review"))["state"] == "reviewed"
    problem(await room.ask("POST", f"{path}:review"), 409, "illegal-state")


async def test_an_assessment_put_by_its_external_id_twice_is_one(room: Room) -> None:
    body = {"participant_id": room.participant(), "instrument_id": await room.instrument(), "language": "en"}
    path = "/v1/assessments/by-external-id?system=crm&value=17"
    first, second = await room.ask("PUT", path, body), await room.ask("PUT", path, body)
    assert (first.status, second.status) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert second.json()["version"] == 1
    created = [fact for fact in await room.facts() if fact["type"].startswith("assessment.")]
    assert len(created) == 1
    changed = await room.ask("PUT", path, {**body, "interpreter": "interpreter C"})
    assert (changed.status, changed.json()["version"]) == (200, 2)
    problem(await room.ask("PUT", path, {**body, "participant_id": str(uuid4())}), 422, "invalid-request")


async def test_another_organisation_may_use_the_same_external_id(room: Room) -> None:
    other = uuid4()
    path, key = "/v1/assessments/by-external-id?system=crm&value=18", await room.instrument()
    mine = {"participant_id": room.participant(), "instrument_id": key, "language": "en"}
    theirs = {**mine, "participant_id": room.participant(organisation=other)}
    assert (await room.ask("PUT", path, mine)).status == 201
    assert (await room.ask("PUT", path, theirs, caller=room.app_of(other))).status == 201


async def test_capabilities_and_needs_can_be_added_put_right_and_deleted(room: Room) -> None:
    started = await room.started()
    home = f"/v1/assessments/{started['id']}"
    window = {"starts": "2026-11-28T10:00:00", "minutes": 120, "time_zone": "Europe/London", "rule": "FREQ=WEEKLY"}
    added = await room.do("POST", f"{home}/capabilities", {"activity": "bake", "availability": [window]})
    assert (added["language"], added["willing"], added["availability"]) == ("en", "not_now", [window])
    path = f"{home}/capabilities/{added['id']}"
    changed = await room.do("PATCH", path, {"category": "food", "willing": "yes"}, if_match='"1"')
    assert (changed["category"], changed["version"], changed["activity"]) == ("food", 2, "bake")
    problem(await room.ask("PATCH", path, {"category": "garden"}, if_match='"1"'), 412, "stale-version")
    problem(await room.ask("PATCH", path, {"activity": None}), 422, "invalid-request")
    await room.do("DELETE", path)
    problem(await room.ask("GET", path), 404, "not-found")
    need = await room.do("POST", f"{home}/needs", {"text": "company", "urgency": "soon"})
    assert (await room.do("PATCH", f"{home}/needs/{need['id']}", {"urgency": None}))["urgency"] is None


async def test_a_start_repeated_with_its_key_starts_one_assessment(room: Room) -> None:
    body = {"participant_id": room.participant(), "instrument_id": await room.instrument(), "language": "en"}
    first = await room.ask("POST", "/v1/assessments", body, idempotency_key="k-1")
    again = await room.ask("POST", "/v1/assessments", body, idempotency_key="k-1")
    assert first.json() == again.json()
    assert len((await room.do("GET", "/v1/assessments"))["items"]) == 1


async def test_assessments_are_paged_without_losing_or_repeating_one(room: Room) -> None:
    made = {(await room.started())["id"] for _ in range(5)}
    found: list[str] = []
    cursor = ""
    while True:
        page = await room.do("GET", f"/v1/assessments?limit=2{cursor}")
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert (len(found), set(found)) == (5, made)


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WyIyMDI2LTAxLTAxIiwgIngiXQ", "participant_id=%00", "state=%00"])
async def test_a_query_that_makes_no_sense_is_refused(room: Room, query: str) -> None:
    problem(await room.ask("GET", f"/v1/assessments?{query}"), 422, "invalid-request")


async def test_a_deleted_assessment_is_gone_and_leaves_a_fact(room: Room) -> None:
    started = await room.started()
    path = f"/v1/assessments/{started['id']}"
    await room.do("DELETE", path)
    problem(await room.ask("GET", path), 404, "not-found")
    assert (await room.facts())[-1]["type"] == "assessment.deleted"


async def test_no_fact_carries_a_word_of_anybody(room: Room) -> None:
    await room.completed(activities=["CANARY bakes"], needs=[{"text": "CANARY", "why": "CANARY"}])
    assert "CANARY" not in str(await room.facts())
