"""An organisation's own instruments: drafts that hold together, published versions that never change, reviews."""

import time
from typing import Any
from uuid import uuid4

import pytest

from services.assessments.instruments.operations import get_shipped
from services.kernel.paging import encode
from tests.assessments.conftest import Room, problem

SHIPPED = get_shipped("needs-and-capabilities", 2)


def small(**changes: Any) -> dict[str, Any]:
    """A definition that holds together and is complete in English."""
    texts = {"title": "Mood", "section.day": "Today", "question.mood": "How are you?", "question.why": "Why?",
             "choice.moods.good": "Good", "choice.moods.low": "Low"}  # fmt: skip
    return {
        "name": "mood", "sections": [{"key": "day"}], "choices": {"moods": ["good", "low"]},
        "questions": [
            {"id": "mood", "section": "day", "type": "single", "choices": "moods", "required": True},
            {"id": "why", "section": "day", "type": "text", "show_if": {"question": "mood", "is": "low"}},
        ],
        "translations": {"en": {"review": "original", "texts": texts}},
        **changes,
    }  # fmt: skip


async def drafted(room: Room, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = await room.do("POST", "/v1/instruments", small(**changes))
    return made


async def published(room: Room) -> dict[str, Any]:
    draft = await drafted(room)
    made: dict[str, Any] = await room.do("POST", f"/v1/instruments/{draft['id']}:publish")
    return made


def _without(key: str) -> dict[str, Any]:
    words = small()["translations"]["en"]
    return {"en": {**words, "texts": {name: text for name, text in words["texts"].items() if name != key}}}


async def test_a_draft_is_made_read_and_listed(room: Room) -> None:
    answer = await room.ask("POST", "/v1/instruments", small())
    made = answer.json()
    assert (answer.status, answer.headers["location"]) == (201, f"/v1/instruments/{made['id']}")
    assert answer.headers["etag"] == '"1"'
    assert (made["state"], made["version"], made["shipped"]) == ("draft", 1, False)
    assert made["held_by"] == str(room.organisation)
    read = await room.do("GET", f"/v1/instruments/{made['id']}")
    assert [one["id"] for one in read["questions"]] == ["mood", "why"]
    assert read["questions"][1]["show_if"] == {"question": "mood", "is": "low"}
    assert [one["id"] for one in (await room.do("GET", "/v1/instruments?name=mood"))["items"]] == [made["id"]]
    assert [one["id"] for one in (await room.do("GET", "/v1/instruments?state=draft"))["items"]] == [made["id"]]


async def test_a_definition_is_given_back_as_it_can_be_posted_again(room: Room) -> None:
    first = await drafted(room, scores=[{"key": "calm", "method": "sum", "questions": ["mood"]}])
    whole = await room.do("GET", f"/v1/instruments/{first['id']}/definition")
    again = await room.do("POST", "/v1/instruments", whole)
    assert again["version"] == 2
    assert await room.do("GET", f"/v1/instruments/{again['id']}/definition") == whole


async def test_a_shipped_definition_can_be_posted_as_ones_own(room: Room) -> None:
    whole = await room.do("GET", f"/v1/instruments/{SHIPPED.id}/definition")
    made = await room.do("POST", "/v1/instruments", whole)
    assert await room.do("GET", f"/v1/instruments/{made['id']}/definition") == whole


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"questions": []}, "/questions"),
        ({"sections": [{"key": "day"}, {"key": "day"}]}, "/sections/1/key"),
        ({"choices": {"moods": ["good", "good"]}}, "/choices/moods/1"),
        ({"choices": {"cando_moods": ["good"], "moods": ["good", "low"]}}, "/choices/cando_moods"),
        ({"scores": [{"key": "s", "method": "sum", "questions": ["why"]}]}, "/scores/0/questions/0"),
        ({"scores": [{"key": "s", "method": "sum", "questions": ["mood"], "reversed": ["x"]}]}, "/scores/0/reversed"),
        ({"scores": [{"key": "s", "method": "sum", "questions": ["mood"], "values": {"x": 1}}]}, "/scores/0/values/x"),
        ({"translations": {"en": {"texts": {"title": "T", "question.x": "?"}}}}, "/translations/en/texts/question.x"),
    ],
)
async def test_a_definition_that_does_not_hold_together_is_refused(room: Room, changes: Any, path: str) -> None:
    refused = problem(await room.ask("POST", "/v1/instruments", small(**changes)), 422, "definition-wrong")
    assert [error["path"] for error in refused["errors"]] == [path]


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ({"id": "mood"}, "id"),
        ({"type": "telepathy"}, "type"),
        ({"type": "single"}, "choices"),
        ({"type": "several", "choices": "nowhere"}, "choices"),
        ({"choices": "moods"}, "choices"),
        ({"type": "scale"}, ""),
        ({"type": "scale", "least": 5, "most": 1}, "most"),
        ({"type": "number", "step": 0}, "step"),
        ({"least": 1}, "least"),
        ({"type": "concepts", "concepts": ["astrology"]}, "concepts/0"),
        ({"type": "date", "makes": "need"}, "makes"),
        ({"fills": "everything"}, "fills"),
        ({"parts": [{"id": "p", "type": "text"}]}, "parts"),
        ({"repeats": True, "parts": [{"id": "hint", "type": "text"}]}, "parts/0/id"),
        ({"repeats": True, "parts": [{"id": "p", "type": "single"}]}, "parts/0/choices"),
        ({"show_if": {"question": "later", "is": "x"}}, "show_if/question"),
        ({"show_if": {"question": "nobody", "is": "x"}}, "show_if/question"),
        ({"show_if": {"question": "mood", "is": "purple"}}, "show_if/is"),
        ({"show_if": {"question": "mood"}}, "show_if"),
        ({"show_if": {"question": "mood", "is": "low", "is_not": "good"}}, "show_if"),
        ({"show_if": {"all": []}}, "show_if"),
        ({"show_if": {"not": {"any": [{"question": "mood", "at_least": 1}, {}]}}}, "show_if/not/any/1"),
    ],
)
async def test_a_fault_in_a_question_is_named_with_its_place(room: Room, question: Any, path: str) -> None:
    asked = [
        small()["questions"][0],
        {"id": "odd", "section": "day", "type": "text", **question},
        {"id": "later", "section": "day", "type": "text"},
    ]
    answer = await room.ask("POST", "/v1/instruments", small(questions=asked, translations={}))
    refused = problem(answer, 422, "definition-wrong")
    assert [error["path"] for error in refused["errors"]] == [f"/questions/1/{path}".rstrip("/")]


async def test_the_questions_of_a_section_stand_together_and_in_a_section_that_is_there(room: Room) -> None:
    asked = [{"id": str(name), "section": section, "type": "text"} for name, section in zip("abc", "xyx", strict=True)]
    answer = await room.ask("POST", "/v1/instruments", small(sections=[{"key": "x"}], questions=asked))
    places = [error["path"] for error in problem(answer, 422, "definition-wrong")["errors"]]
    assert places == ["/questions/2/section", "/questions/1/section"]


async def test_every_fault_is_named_at_once(room: Room) -> None:
    asked = [{"id": "a", "section": "x", "type": "y"}, {"id": "a", "section": "day", "type": "single"}]
    refused = problem(await room.ask("POST", "/v1/instruments", small(questions=asked)), 422, "definition-wrong")
    assert {error["path"] for error in refused["errors"]} == {
        "/questions/0/section", "/questions/0/type", "/questions/1/id", "/questions/1/choices",
    }  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "No Slug"},
        {"choices": None},
        {"questions": [{"id": "a\x00", "section": "day", "type": "text"}]},
        {"questions": [{"id": "a", "section": "day", "type": "number", "least": "1"}]},
        {"questions": [{"id": "a", "section": "day", "type": "number", "least": 1e300}]},
        {"questions": [{"id": "a", "section": "day", "type": "text", "show_if": {"question": "a", "is": "\x00"}}]},
        {"translations": {"en": {"texts": {"title": "\x00"}}}},
        {"translations": {"zzzz9": {"texts": {}}}},
        {"translations": {"en-GB": {"texts": {"title": "A"}}, "EN-gb": {"texts": {"title": "B"}}}},
        {"questions": [{"id": "a", "section": "day", "type": "number", "least": 10**400}]},
        {"surprise": 1},
    ],
)
async def test_bodies_that_no_table_could_bear_are_refused(room: Room, odd: dict[str, Any]) -> None:
    problem(await room.ask("POST", "/v1/instruments", small(**odd)), 422, "invalid-request")


@pytest.mark.parametrize("position", [("x\x00", 1), ("x\ud800", 1), ("mood", 10**30), ("mood", -1), ("mood", "x")])
async def test_a_cursor_that_is_made_up_is_refused(room: Room, position: Any) -> None:
    cursor = encode(*position, uuid4())
    problem(await room.ask("GET", f"/v1/instruments?cursor={cursor}"), 422, "invalid-request")


async def test_a_draft_is_changed_with_the_version_that_was_read(room: Room) -> None:
    draft = await drafted(room)
    path = f"/v1/instruments/{draft['id']}"
    changed = await room.do("PATCH", path, {"use": "survey"}, if_match='"1"')
    assert changed["use"] == "survey"
    problem(await room.ask("PATCH", path, {"use": "assessment"}, if_match='"1"'), 412, "stale-version")
    problem(await room.ask("PATCH", path, {"sections": None}), 422, "invalid-request")
    problem(await room.ask("PUT", path, small(name="other")), 422, "invalid-request")


async def test_the_words_of_a_question_that_is_gone_go_with_it(room: Room) -> None:
    draft = await drafted(room)
    path = f"/v1/instruments/{draft['id']}"
    await room.do("PATCH", path, {"questions": small()["questions"][:1]})
    texts = (await room.do("GET", f"{path}/definition"))["translations"]["en"]["texts"]
    assert "question.why" not in texts
    assert texts["question.mood"] == "How are you?"


async def test_a_change_that_changes_nothing_is_no_event(room: Room) -> None:
    draft = await drafted(room)
    await room.do("PUT", f"/v1/instruments/{draft['id']}", small())
    assert [fact["type"] for fact in await room.facts()] == ["instrument.created"]


async def test_a_draft_can_be_deleted_and_its_version_is_not_used_again(room: Room) -> None:
    draft = await drafted(room)
    assert (await room.ask("DELETE", f"/v1/instruments/{draft['id']}")).status == 204
    problem(await room.ask("GET", f"/v1/instruments/{draft['id']}"), 404, "not-found")
    assert (await drafted(room))["version"] == 2
    assert "instrument.deleted" in [fact["type"] for fact in await room.facts()]


async def test_a_draft_that_lacks_a_text_in_its_default_language_is_not_published(room: Room) -> None:
    draft = await drafted(room, translations=_without("choice.moods.low"))
    path = f"/v1/instruments/{draft['id']}"
    refused = problem(await room.ask("POST", f"{path}:publish"), 422, "texts-missing")
    assert [error["path"] for error in refused["errors"]] == ["/translations/en/texts/choice.moods.low"]
    assert (await room.do("GET", path))["state"] == "draft"
    await room.do("PUT", f"{path}/translations/en", small()["translations"]["en"])
    assert (await room.do("POST", f"{path}:publish"))["state"] == "published"


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("PUT", "", small()),
        ("PATCH", "", {"use": "survey"}),
        ("PUT", "/translations/de", {"texts": {"title": "Stimmung"}}),
        ("DELETE", "", None),
        ("POST", ":publish", None),
    ],
)
async def test_a_published_version_never_changes(room: Room, method: str, below: str, body: Any) -> None:
    made = await published(room)
    before = await room.do("GET", f"/v1/instruments/{made['id']}/definition")
    for instrument in (made["id"], SHIPPED.id):
        problem(await room.ask(method, f"/v1/instruments/{instrument}{below}", body), 409, "instrument-published")
    assert await room.do("GET", f"/v1/instruments/{made['id']}/definition") == before


async def test_a_shipped_instrument_cannot_be_withdrawn(room: Room) -> None:
    problem(await room.ask("POST", f"/v1/instruments/{SHIPPED.id}:withdraw"), 409, "instrument-published")


async def test_a_withdrawn_instrument_stays_readable_but_is_not_asked_from(room: Room) -> None:
    made = await published(room)
    path = f"/v1/instruments/{made['id']}"
    body = {"participant_id": room.participant(), "instrument_id": made["id"], "language": "en"}
    begun = await room.do("POST", "/v1/assessments", body)
    assert (await room.do("POST", f"{path}:withdraw"))["state"] == "withdrawn"
    problem(await room.ask("POST", "/v1/assessments", body), 409, "instrument-withdrawn")
    answering = f"/v1/assessments/{begun['id']}/answers/mood"
    problem(await room.ask("PUT", answering, {"value": "good"}), 409, "instrument-withdrawn")
    assert (await room.do("GET", path))["state"] == "withdrawn"
    problem(await room.ask("POST", f"{path}:withdraw"), 409, "illegal-state")
    problem(await room.ask("POST", f"{path}:publish"), 409, "instrument-published")


async def test_nobody_is_asked_from_a_draft(room: Room) -> None:
    draft = await drafted(room)
    body = {"participant_id": room.participant(), "instrument_id": draft["id"], "language": "en"}
    problem(await room.ask("POST", "/v1/assessments", body), 409, "instrument-not-published")


async def test_a_revision_is_a_draft_of_the_next_version(room: Room) -> None:
    made = await published(room)
    answer = await room.ask("POST", f"/v1/instruments/{made['id']}:revise")
    revised = answer.json()
    assert (answer.status, revised["version"], revised["state"]) == (201, 2, "draft")
    assert [one["text"] for one in revised["questions"]] == ["How are you?", "Why?"]
    problem(await room.ask("POST", f"/v1/instruments/{revised['id']}:revise"), 409, "illegal-state")
    shipped = await room.do("POST", f"/v1/instruments/{SHIPPED.id}:revise")
    assert (shipped["name"], shipped["version"], shipped["shipped"]) == ("needs-and-capabilities", 3, False)


async def test_others_see_what_is_published_but_no_draft_and_change_neither(room: Room) -> None:
    draft, made = await drafted(room), await published(room)
    other = room.app_of(uuid4())
    problem(await room.ask("GET", f"/v1/instruments/{draft['id']}", caller=other), 404, "not-found")
    problem(await room.ask("PATCH", f"/v1/instruments/{draft['id']}", {}, caller=other), 404, "not-found")
    listed = await room.do("GET", "/v1/instruments?name=mood", caller=other)
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    problem(await room.ask("POST", f"/v1/instruments/{made['id']}:withdraw", caller=other), 403, "forbidden")


async def test_another_tenants_instrument_is_as_an_unknown_one(room: Room) -> None:
    made = await published(room)
    elsewhere = Room(room.app, room.neighbours, room.admin)
    for path in (made["id"], f"{made['id']}/definition", f"{made['id']}/translations", f"{made['id']}/xlsform"):
        problem(await elsewhere.ask("GET", f"/v1/instruments/{path}"), 404, "not-found")
    problem(await elsewhere.ask("POST", f"/v1/instruments/{made['id']}:withdraw"), 404, "not-found")
    problem(await elsewhere.ask("POST", f"/v1/instruments/{made['id']}:revise"), 404, "not-found")
    assert (await elsewhere.do("GET", "/v1/instruments?name=mood"))["items"] == []


async def test_a_person_reads_instruments_but_makes_none(room: Room) -> None:
    draft, made = await drafted(room), await published(room)
    person = room.person(room.participant())
    assert (await room.do("GET", f"/v1/instruments/{made['id']}", caller=person))["name"] == "mood"
    problem(await room.ask("GET", f"/v1/instruments/{draft['id']}", caller=person), 404, "not-found")
    problem(await room.ask("POST", "/v1/instruments", small(), caller=person), 403, "forbidden")
    problem(await room.ask("POST", f"/v1/instruments/{made['id']}:revise", caller=person), 403, "forbidden")
    review = f"/v1/instruments/{made['id']}/translations/en:review"
    problem(await room.ask("POST", review, {"by": "interpreter A"}, caller=person), 403, "forbidden")


async def test_the_completeness_of_each_language_is_reported(room: Room) -> None:
    draft = await drafted(room)
    path = f"/v1/instruments/{draft['id']}"
    await room.do("PUT", f"{path}/translations/de", {"texts": {"title": "Stimmung", "question.why": "Warum?"}})
    english, german = sorted(
        (await room.do("GET", f"{path}/translations"))["items"], key=lambda one: str(one["language"]), reverse=True
    )
    assert (english["texts"], english["there"], english["missing"], english["review"]) == (6, 6, [], "original")
    assert (german["texts"], german["there"], german["reviewed"], german["review"]) == (6, 2, 0, "unreviewed")
    assert german["missing"] == ["section.day", "question.mood", "choice.moods.good", "choice.moods.low"]


async def test_texts_that_belong_to_nothing_are_refused(room: Room) -> None:
    path = f"/v1/instruments/{(await drafted(room))['id']}/translations/de"
    refused = problem(await room.ask("PUT", path, {"texts": {"question.x": "?"}}), 422, "definition-wrong")
    assert refused["errors"][0]["path"] == "/texts/question.x"


async def _german(room: Room, instrument: str) -> dict[str, Any]:
    items = (await room.do("GET", f"/v1/instruments/{instrument}/translations"))["items"]
    return next(one for one in items if one["language"] == "de")


async def test_a_native_speaker_reviews_texts_and_a_changed_text_is_to_be_read_again(room: Room) -> None:
    instrument = (await drafted(room))["id"]
    words = f"/v1/instruments/{instrument}/translations/de"
    await room.do("PUT", words, {"texts": {"title": "Stimmung", "question.why": "Warum?"}})
    await room.do("POST", f"{words}:review", {"keys": ["title"], "by": "interpreter A"})
    assert ((await _german(room, instrument))["reviewed"], (await _german(room, instrument))["review"]) == (
        1,
        "unreviewed",
    )
    await room.do("POST", f"{words}:review", {"by": "interpreter A"})
    assert (await _german(room, instrument))["review"] == "reviewed"
    shown = await room.do("GET", f"/v1/instruments/{instrument}?language=de")
    assert (shown["review"], shown["unreviewed"]) == ("reviewed", [])
    await room.do("PUT", words, {"texts": {"title": "Stimmung", "question.why": "Weshalb?"}})
    assert (await _german(room, instrument))["reviewed"] == 1


async def test_shipped_texts_are_reviewed_for_ones_own_tenant_only(room: Room) -> None:
    language = next(tongue for tongue, words in SHIPPED.wordings.items() if words.state == "unreviewed")
    path = f"/v1/instruments/{SHIPPED.id}"
    await room.do("POST", f"{path}/translations/{language}:review", {"by": "interpreter A"})
    assert (await room.do("GET", f"{path}?language={language}"))["review"] == "reviewed"
    elsewhere = Room(room.app, room.neighbours, room.admin)
    assert (await elsewhere.do("GET", f"{path}?language={language}"))["review"] == "unreviewed"


async def test_only_texts_that_are_there_can_be_reviewed(room: Room) -> None:
    path = f"/v1/instruments/{SHIPPED.id}/translations"
    problem(await room.ask("POST", f"{path}/sv:review", {"by": "interpreter A"}), 404, "not-found")
    unknown = await room.ask("POST", f"{path}/de:review", {"by": "interpreter A", "keys": ["question.x"]})
    assert problem(unknown, 422, "invalid-request")["errors"][0]["path"] == "/keys/0"


async def test_every_step_of_an_instrument_is_a_fact(room: Room) -> None:
    made = await published(room)
    await room.do("POST", f"/v1/instruments/{made['id']}:withdraw")
    facts = [(fact["type"], fact["ids"]["state"]) for fact in await room.facts()]
    assert facts == [
        ("instrument.created", "draft"), ("instrument.published", "published"), ("instrument.withdrawn", "withdrawn"),
    ]  # fmt: skip


async def test_a_retried_creation_makes_one_draft(room: Room) -> None:
    first = await room.ask("POST", "/v1/instruments", small(), idempotency_key="k1")
    again = await room.ask("POST", "/v1/instruments", small(), idempotency_key="k1")
    assert (first.json()["id"], again.headers["idempotency-replayed"]) == (again.json()["id"], "true")


async def test_a_list_of_very_many_choices_is_refused_at_once(room: Room) -> None:
    many = {"moods": [f"k{number}" for number in range(80_000)]}
    started = time.process_time()
    found = await room.ask("POST", "/v1/instruments", small(choices=many))
    assert problem(found, 422, "definition-wrong")["errors"][0]["path"] == "/choices/moods"
    assert time.process_time() - started < 5


async def test_conditions_that_would_be_looked_at_for_too_long_are_refused(room: Room) -> None:
    twenty = {"any": [{"question": "mood", "is": "low"}] * 20}
    thousands = {"any": [{"any": [twenty] * 20}] * 6}
    why = {"id": "why", "section": "day", "type": "text", "show_if": thousands}
    mood = small()["questions"][0]
    found = await room.ask("POST", "/v1/instruments", small(questions=[mood, why]))
    assert problem(found, 422, "definition-wrong")["errors"][0]["path"] == "/questions"
