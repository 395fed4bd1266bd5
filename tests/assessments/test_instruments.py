"""Instruments: shipped as data, shown in a language, and strict about what is an answer."""

from typing import Any

import pytest

from services.assessments.instruments.domain import Instrument, Question, UnknownQuestion, WrongAnswer, checked
from services.assessments.instruments.operations import all_of_them
from services.assessments.instruments.repository import built
from tests.assessments.conftest import Room, problem


def _first() -> Instrument:
    return all_of_them()[0]


def _paths(key: str, value: Any) -> list[str]:
    with pytest.raises(WrongAnswer) as wrong:
        checked(_first().question(key), value)
    return [error.path for error in wrong.value.errors]


def test_the_id_of_an_instrument_is_the_same_everywhere() -> None:
    assert str(_first().id) == "5c6d7823-0b90-55e3-a586-a8a8accacb26"


def test_every_text_of_the_instrument_is_there_in_english_and_german() -> None:
    def questions(some: Any) -> Any:
        for question in some:
            yield question
            yield from questions(question.parts)

    for question in questions(_first().questions):
        assert {"en", "de"} <= set(question.texts), question.id
        assert all({"en", "de"} <= set(option.texts) for option in question.options), question.id
        for lists in (question.prompts, question.examples):
            assert not lists or {"en", "de"} <= set(lists), question.id


def test_the_four_sections_of_needs_and_capabilities_are_asked() -> None:
    assert {question.section for question in _first().questions} == {"activities", "could_do", "sharing", "needs"}


def test_a_short_entry_is_kept_in_its_long_form() -> None:
    assert checked(_first().question("could_do"), [" cook "]) == [{"text": "cook"}]


def test_an_entry_may_say_what_is_known_of_its_parts() -> None:
    entry = {"text": "bake", "category": "food", "willing": "perhaps", "means": ["in_person"]}
    assert checked(_first().question("activities"), [entry]) == [entry]


@pytest.mark.parametrize(
    ("question", "value", "path"),
    [
        ("needs", "a text", "/value"),
        ("needs", None, "/value"),
        ("needs", [""], "/value/0/text"),
        ("needs", ["fine", 7], "/value/1"),
        ("needs", [{"category": "food"}], "/value/0/text"),
        ("needs", [{"text": "x", "category": "astrology"}], "/value/0/category"),
        ("needs", [{"text": "x", "colour": "red"}], "/value/0"),
        ("needs", [{"text": "x", "urgency": ["now"]}], "/value/0/urgency"),
        ("needs", ["x"] * 51, "/value"),
        ("willing", "maybe", "/value"),
        ("willing", True, "/value"),
        ("means", "phone", "/value"),
        ("means", ["phone", "pigeon"], "/value/1"),
        ("means", ["phone", "phone"], "/value"),
        ("conditions", "nul\x00", "/value"),
        ("conditions", "half \ud800", "/value"),
        ("conditions", "x" * 10_001, "/value"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused_at_its_place(question: str, value: Any, path: str) -> None:
    assert _paths(question, value) == [path]


def test_every_wrong_place_is_named_at_once() -> None:
    assert _paths("needs", [7, {"text": "x", "category": "y"}]) == ["/value/0", "/value/1/category"]


def test_an_unknown_question_is_not_found() -> None:
    with pytest.raises(UnknownQuestion):
        _first().question("shoe_size")


def test_an_instrument_with_a_type_nobody_can_read_is_not_shipped() -> None:
    raw: dict[str, Any] = {"name": "x", "version": 1, "titles": {}, "sections": [], "options": {}}
    question = {"id": "a", "section": "s", "type": "telepathy", "texts": {}}
    with pytest.raises(ValueError, match="telepathy"):
        built({**raw, "questions": [question], "strength_prompts": {}})


def test_a_question_of_one_category_takes_a_key_of_the_vocabulary() -> None:
    raw: dict[str, Any] = {"name": "x", "version": 1, "titles": {}, "sections": [], "options": {}}
    asked = {"id": "a", "section": "s", "type": "category", "texts": {}}
    question: Question = built({**raw, "questions": [asked], "strength_prompts": {}}).question("a")
    assert checked(question, "garden") == "garden"


async def test_an_instrument_says_which_language_was_asked_and_which_is_shown(room: Room) -> None:
    key = await room.instrument()
    german = await room.do("GET", f"/v1/instruments/{key}?language=de-AT")
    assert (german["language"], german["shown"]) == ("de-AT", "de")
    tigrinya = await room.do("GET", f"/v1/instruments/{key}?language=ti")
    assert (tigrinya["language"], tigrinya["shown"]) == ("ti", "en")
    assert tigrinya["questions"][0]["text"].startswith("What do you do already")
    assert german["questions"][0]["text"].startswith("Was tun Sie schon")


async def test_an_unknown_instrument_and_an_unknown_language_are_told_apart(room: Room) -> None:
    problem(await room.ask("GET", f"/v1/instruments/{room.tenant}"), 404, "not-found")
    key = await room.instrument()
    problem(await room.ask("GET", f"/v1/instruments/{key}?language=zzzz9"), 422, "invalid-request")
