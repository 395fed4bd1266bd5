"""Surveys: anonymous answers, wave after wave, whose published shares come out as they were printed."""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.assessments.instruments.operations import get_shipped
from services.assessments.surveys.domain import percent
from services.kernel.clock import system_clock
from tests.assessments.conftest import Room, problem

STATEMENTS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")
CHOICES = ("strongly_agree", "agree", "not_sure", "disagree", "strongly_disagree")
JANUARY = (
    (22, 46, 15, 17, 0), (57, 39, 2, 2, 0), (2, 27, 5, 46, 20), (5, 24, 14, 52, 5), (0, 7, 0, 64, 29),
    (3, 15, 15, 61, 6), (0, 3, 7, 73, 17),
)  # fmt: skip
APRIL = (
    (19, 61, 4, 16, 0), (28, 66, 2, 4, 0), (2, 38, 2, 44, 14), (6, 35, 6, 52, 2), (0, 2, 4, 55, 39),
    (2, 39, 19, 40, 0), (0, 8, 10, 68, 14),
)  # fmt: skip
ASKED = 120


def _counts(shares: tuple[int, ...]) -> list[int]:
    """Return counts of ASKED answers that are printed as `shares`."""

    def search(rest: tuple[int, ...], left: int) -> list[int] | None:
        if not rest:
            return [] if left == 0 else None
        for count in (count for count in range(left + 1) if percent(count, ASKED) == rest[0]):
            found = search(rest[1:], left - count)
            if found is not None:
                return [count, *found]
        return None

    found = search(shares, ASKED)
    assert found is not None, shares
    return found


def _responses(table: tuple[tuple[int, ...], ...]) -> list[dict[str, Any]]:
    columns = []
    for row in table:
        counts = _counts(row)
        columns.append([choice for choice, count in zip(CHOICES, counts, strict=True) for _ in range(count)])
    return [_response(answers=dict(zip(STATEMENTS, said, strict=True))) for said in zip(*columns, strict=True)]


def _response(**more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "language": "en", "answers": {"s1": "agree"}, **more}


def _views() -> str:
    return str(get_shipped("co-production-views", 1).id)


async def _survey(room: Room, **more: Any) -> dict[str, Any]:
    body = {"instrument_id": _views(), "title": "Views on co-production", **more}
    made: dict[str, Any] = await room.do("POST", "/v1/surveys", body)
    return made


async def _answered(room: Room, survey: dict[str, Any], count: int) -> None:
    for _ in range(count):
        await room.do("POST", f"/v1/surveys/{survey['id']}/responses", _response())


async def _results(room: Room, survey: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await room.do("GET", f"/v1/surveys/{survey['id']}/results", **more)
    return found


async def test_the_published_percentages_of_january_and_april_come_out_exactly(room: Room) -> None:
    waves = []
    for wave, table in (("January", JANUARY), ("April", APRIL)):
        survey = await _survey(room, wave=wave)
        body = {"responses": _responses(table)}
        taken = await room.do("POST", f"/v1/surveys/{survey['id']}/responses:import", body)
        assert (taken["taken"], taken["known"]) == (ASKED, 0)
        await room.do("POST", f"/v1/surveys/{survey['id']}:close")
        found = await _results(room, survey)
        assert found["responses"] == ASKED
        shares = {
            one["id"]: tuple(choice["percent"] for choice in one["choices"])
            for one in found["questions"]
            if one["id"] in STATEMENTS
        }
        assert shares == dict(zip(STATEMENTS, table, strict=True))
        waves.append(survey["id"])
    compared = await room.do("GET", f"/v1/surveys/compare?ids={','.join(waves)}")
    first = next(one for one in compared["questions"] if one["id"] == "s1")
    assert [[share["percent"] for share in one["waves"]] for one in first["choices"]] == [
        [january, april] for january, april in zip(JANUARY[0], APRIL[0], strict=True)
    ]
    assert [wave["wave"] for wave in compared["waves"]] == ["January", "April"]
    table_text = (await room.ask("GET", f"/v1/surveys/compare?ids={','.join(waves)}&format=csv")).body.decode()
    assert table_text.splitlines()[0] == "question,text,choice,label,January,April"


@pytest.mark.parametrize(
    ("count", "of", "shown"), [(1, 200, 0), (3, 200, 2), (1, 8, 12), (3, 8, 38), (0, 5, 0), (0, 0, 0)]
)
def test_a_half_goes_to_the_even_neighbour(count: int, of: int, shown: int) -> None:
    assert percent(count, of) == shown


async def test_a_response_delivered_twice_counts_once(room: Room) -> None:
    survey = await _survey(room)
    body = _response()
    path = f"/v1/surveys/{survey['id']}/responses"
    assert [(await room.ask("POST", path, body)).status for _ in range(3)] == [201, 200, 200]
    again = await room.do("POST", f"{path}:import", {"responses": [body, _response(), body]})
    assert (again["taken"], again["known"]) == (1, 2)


async def test_nothing_in_a_response_tells_who_gave_it_or_at_what_time(room: Room) -> None:
    survey = await _survey(room)
    before = len(await room.facts())
    answer = await room.ask("POST", f"/v1/surveys/{survey['id']}/responses", _response(), idempotency_key="k1")
    assert set(answer.json()) == {"survey_id", "client_id", "state"}
    assert "location" not in answer.headers
    assert len(await room.facts()) == before
    tenant = room.tenant
    async with room.app.state.kernel.database.transaction(tenant) as session:
        connection = await session.connection()
        row = (await connection.exec_driver_sql("select * from survey_responses")).mappings().one()
    assert set(row) == {
        "tenant_id", "id", "survey_id", "client_id", "language", "answers", "respondent_kind", "organisation_id",
        "batch", "day",
    }  # fmt: skip
    assert UUID(str(row["id"])).version == 4
    assert row["day"] == system_clock().date()


async def test_of_too_few_responses_nothing_is_shown(room: Room) -> None:
    survey = await _survey(room)
    await _answered(room, survey, 4)
    await room.do("POST", f"/v1/surveys/{survey['id']}:close")
    found = await _results(room, survey)
    assert (found["responses"], found["withheld"], found["questions"], found["scores"]) == (None, True, [], [])


async def test_reading_after_every_response_never_shows_one_come_in(room: Room) -> None:
    survey = await _survey(room)
    seen = []
    for _ in range(17):
        await _answered(room, survey, 1)
        seen.append((await _results(room, survey))["responses"] or 0)
    await room.do("POST", f"/v1/surveys/{survey['id']}:close")
    seen.append((await _results(room, survey))["responses"])
    assert seen[-1] == 17
    steps = [later - earlier for earlier, later in pairwise(seen) if later != earlier]
    assert steps
    assert all(step >= 5 for step in steps)


async def test_a_question_that_few_have_answered_is_withheld_alone(room: Room) -> None:
    survey = await _survey(room)
    path = f"/v1/surveys/{survey['id']}/responses"
    for place in range(6):
        more = {"s2": "agree"} if place < 4 else {}
        await room.do("POST", path, _response(answers={"s1": "agree", **more}))
    await room.do("POST", f"/v1/surveys/{survey['id']}:close")
    found = {one["id"]: one for one in (await _results(room, survey))["questions"]}
    assert (found["s1"]["n"], found["s2"]["n"], found["s3"]["n"]) == (6, None, 0)
    assert (found["s2"]["withheld"], found["s2"]["choices"]) == (True, [])


async def _own(room: Room) -> str:
    definition = {
        "name": "short", "use": "survey", "default_language": "en", "sections": [{"key": "a"}],
        "questions": [
            {"id": "words", "section": "a", "type": "text"},
            {"id": "mark", "section": "a", "type": "scale", "least": 0, "most": 10, "step": 1, "required": True},
        ],
        "scores": [{"key": "mood", "method": "mean", "questions": ["mark"]}],
        "translations": {"en": {"review": "original", "texts": {
            "title": "Short", "section.a": "A", "question.words": "Words?", "question.mark": "Mark?",
            "question.mark.least": "low", "question.mark.most": "high", "score.mood": "Mood",
        }}},
    }  # fmt: skip
    made = await room.do("POST", "/v1/instruments", definition)
    await room.do("POST", f"/v1/instruments/{made['id']}:publish")
    return str(made["id"])


async def test_free_texts_are_for_the_holder_alone_and_scales_have_means(room: Room) -> None:
    survey = await _survey(room, instrument_id=await _own(room))
    for mark in range(1, 7):
        answers = {"words": f"text {mark}", "mark": mark}
        await room.do("POST", f"/v1/surveys/{survey['id']}/responses", _response(answers=answers))
    await room.do("POST", f"/v1/surveys/{survey['id']}:close")
    words, mark = (await _results(room, survey))["questions"]
    assert sorted(words["texts"]) == [f"text {place}" for place in range(1, 7)]
    assert (mark["mean"], [one["key"] for one in mark["choices"]]) == (3.5, ["1", "2", "3", "4", "5", "6"])
    (score,) = (await _results(room, survey))["scores"]
    assert (score["n"], score["mean"], len(score["spread"])) == (6, 3.5, 6)
    for other in (room.app_of(uuid4()), room.person(room.participant())):
        assert (await _results(room, survey, caller=other))["questions"][0]["texts"] is None


async def test_wrong_answers_are_refused_by_name_and_an_import_is_taken_whole_or_not_at_all(room: Room) -> None:
    survey = await _survey(room, instrument_id=await _own(room))
    path = f"/v1/surveys/{survey['id']}/responses"
    wrong = problem(await room.ask("POST", path, _response(answers={"mark": 99})), 422, "wrong-answer")
    assert wrong["errors"][0]["path"] == "/answers/mark"
    problem(await room.ask("POST", path, _response(answers={"nothing": 1})), 404, "unknown-question")
    lacking = problem(await room.ask("POST", path, _response(answers={})), 422, "response-incomplete")
    assert lacking["errors"][0]["path"] == "/answers/mark"
    rows = [_response(answers={"mark": 3}), _response(answers={"mark": "x"})]
    refused = problem(await room.ask("POST", f"{path}:import", {"responses": rows}), 422, "wrong-answer")
    assert refused["errors"][0]["path"] == "/responses/1/answers/mark"
    assert (await room.do("POST", f"{path}:import", {"responses": rows[:1]}))["taken"] == 1


async def test_a_survey_takes_responses_only_in_its_time(room: Room) -> None:
    for more in ({"opens": "2150-01-01"}, {"closes": "2020-01-01"}):
        survey = await _survey(room, **more)
        problem(await room.ask("POST", f"/v1/surveys/{survey['id']}/responses", _response()), 409, "survey-closed")
    survey = await _survey(room)
    path = f"/v1/surveys/{survey['id']}"
    late = {"responses": [_response(day="2150-01-01")]}
    problem(await room.ask("POST", f"{path}/responses:import", late), 422, "invalid-request")
    await room.do("POST", f"{path}:close")
    problem(await room.ask("POST", f"{path}/responses", _response()), 409, "survey-closed")
    problem(await room.ask("POST", f"{path}:close"), 409, "illegal-state")
    backwards = {"instrument_id": _views(), "title": "x", "opens": "2026-02-01", "closes": "2026-01-01"}
    problem(await room.ask("POST", "/v1/surveys", backwards), 422, "invalid-request")


async def test_only_named_organisations_are_listed_and_only_for_the_holder(room: Room) -> None:
    survey = await _survey(room)
    path = f"/v1/surveys/{survey['id']}/responses"
    choir = str(uuid4())
    await _answered(room, survey, 3)
    await room.do("POST", path, _response(organisation_id=choir, respondent_kind="organisation"))
    items = (await room.do("GET", path))["items"]
    assert [one["organisation_id"] for one in items] == [choir]
    problem(await room.ask("GET", path, caller=room.app_of(uuid4())), 404, "not-found")
    problem(await room.ask("GET", path, caller=room.person(room.participant())), 404, "not-found")


async def test_named_organisations_do_not_make_the_anonymous_ones_enough(room: Room) -> None:
    survey = await _survey(room)
    path = f"/v1/surveys/{survey['id']}"
    await _answered(room, survey, 2)
    for _ in range(6):
        await room.do("POST", f"{path}/responses", _response(organisation_id=str(uuid4())))
    await room.do("POST", f"{path}:close")
    assert (await _results(room, survey))["withheld"] is True


async def test_a_survey_is_its_holders_to_change_and_invisible_to_another_tenant(room: Room) -> None:
    survey = await _survey(room)
    path = f"/v1/surveys/{survey['id']}"
    stranger = room.app_of(uuid4())
    assert (await room.ask("GET", path, caller=stranger)).status == 200
    for method, where, body in (
        ("PATCH", path, {"title": "x"}), ("DELETE", path, None), ("POST", f"{path}:close", None),
        ("POST", f"{path}/responses:import", {"responses": [_response()]}),
    ):  # fmt: skip
        problem(await room.ask(method, where, body, caller=stranger), 404, "not-found")
    elsewhere = Room(room.app, room.neighbours, room.admin)
    for where in (path, f"{path}/results", f"{path}/responses", f"/v1/surveys/compare?ids={survey['id']}"):
        problem(await elsewhere.ask("GET", where), 404, "not-found")
    assert (await room.do("PATCH", path, {"wave": "April"}, if_match='"1"'))["wave"] == "April"
    problem(await room.ask("PATCH", path, {"wave": "May"}, if_match='"1"'), 412, "stale-version")
    await room.do("DELETE", path)
    problem(await room.ask("GET", path), 404, "not-found")


async def test_a_survey_is_put_by_the_callers_own_id(room: Room) -> None:
    path = "/v1/surveys/by-external-id?system=forms&value=7"
    body = {"instrument_id": _views(), "title": "Views"}
    assert [(await room.ask("PUT", path, body)).status for _ in range(2)] == [201, 200]
    assert len((await room.do("GET", "/v1/surveys"))["items"]) == 1
    other = {**body, "instrument_id": await _own(room)}
    problem(await room.ask("PUT", path, other), 422, "invalid-request")


async def test_an_instrument_for_something_else_or_unknown_is_refused(room: Room) -> None:
    assessment = {"instrument_id": await room.instrument(), "title": "x"}
    problem(await room.ask("POST", "/v1/surveys", assessment), 422, "not-a-survey")
    problem(
        await room.ask("POST", "/v1/surveys", {**assessment, "instrument_id": str(uuid4())}), 422, "invalid-request"
    )
    waves = [await _survey(room), await _survey(room, instrument_id=await _own(room))]
    ids = ",".join(wave["id"] for wave in waves)
    problem(await room.ask("GET", f"/v1/surveys/compare?ids={ids}"), 422, "surveys-not-alike")
    for wrong in ("", "x", f"{waves[0]['id']},{waves[0]['id']}"):
        problem(await room.ask("GET", f"/v1/surveys/compare?ids={wrong}"), 422, "invalid-request")


async def test_nobody_answers_in_the_name_of_another_organisation(room: Room) -> None:
    survey = await _survey(room)
    path = f"/v1/surveys/{survey['id']}/responses"
    choir, club = uuid4(), uuid4()
    for caller in (room.app_of(club), room.person(room.participant())):
        borrowed = _response(organisation_id=str(choir))
        problem(await room.ask("POST", path, borrowed, caller=caller), 422, "invalid-request")
    await room.do("POST", path, _response(organisation_id=str(choir)), caller=room.app_of(choir))
    assert [one["organisation_id"] for one in (await room.do("GET", path))["items"]] == [str(choir)]


async def test_named_organisations_do_not_uncover_the_one_who_has_answered_a_question(room: Room) -> None:
    survey = await _survey(room)
    path = f"/v1/surveys/{survey['id']}"
    await _answered(room, survey, 4)
    await room.do("POST", f"{path}/responses", _response(answers={"s1": "agree", "s2": "disagree"}))
    for _ in range(5):
        named = _response(answers={"s2": "agree"}, organisation_id=str(room.organisation))
        await room.do("POST", f"{path}/responses", named)
    await room.do("POST", f"{path}:close")
    found = {one["id"]: one for one in (await _results(room, survey))["questions"]}
    assert (found["s1"]["n"], found["s2"]["n"]) == (5, None)


async def test_a_question_that_few_answer_never_shows_one_answer_come_in(room: Room) -> None:
    survey = await _survey(room)
    seen = []
    for place in range(32):
        more = {"s2": "agree"} if place < 5 or place % 3 == 0 else {}
        body = _response(answers={"s1": "agree", **more})
        await room.do("POST", f"/v1/surveys/{survey['id']}/responses", body)
        found = {one["id"]: one for one in (await _results(room, survey))["questions"]}
        seen.append(found["s2"]["n"] or 0 if found else 0)
    await room.do("POST", f"/v1/surveys/{survey['id']}:close")
    seen.append({one["id"]: one for one in (await _results(room, survey))["questions"]}["s2"]["n"])
    steps = [later - earlier for earlier, later in pairwise(seen) if later != earlier]
    assert len(steps) > 1
    assert all(step >= 5 for step in steps)
    assert seen[-1] == 14
