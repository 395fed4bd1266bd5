"""Instruments: shipped as data, shown in a language, and strict about what is an answer."""

from typing import Any

import pytest

from services.assessments.instruments.domain import (
    DefinitionWrong,
    Instrument,
    UnknownQuestion,
    WrongAnswer,
    checked,
    completeness,
    shipped_id,
    sound,
)
from services.assessments.instruments.operations import all_of_them, get_shipped
from services.assessments.instruments.shipped_files import cards
from tests.assessments.conftest import Room, problem

DAWN = {"starts": "2026-11-28T10:00:00", "minutes": 120, "time_zone": "Europe/London", "rule": "FREQ=WEEKLY;BYDAY=SA"}


def _first() -> Instrument:
    return get_shipped("needs-and-capabilities", 1)


def one_question(**question: Any) -> Instrument:
    """An instrument that asks a single question."""
    raw: dict[str, Any] = {
        "name": "one-question", "sections": [{"key": "only"}], "choices": {"colours": ["red", "blue", "none"]},
        "questions": [{"id": "a", "section": "only", **question}],
    }  # fmt: skip
    return sound(raw, cards(), id=shipped_id("one-question", 1), version=1)


def _wrong(instrument: Instrument, key: str, value: Any) -> list[str]:
    with pytest.raises(WrongAnswer) as wrong:
        checked(instrument.question(key), value)
    return [error.path for error in wrong.value.errors]


def test_the_id_of_an_instrument_is_the_same_everywhere() -> None:
    assert str(_first().id) == "5c6d7823-0b90-55e3-a586-a8a8accacb26"


@pytest.mark.parametrize("instrument", all_of_them(), ids=lambda one: f"{one.name}-{one.version}")
def test_every_text_of_every_shipped_instrument_is_there_in_english_and_german(instrument: Instrument) -> None:
    for language in ("en", "de"):
        assert completeness(instrument, language).missing == [], language


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
    assert _wrong(_first(), question, value) == [path]


def test_every_wrong_place_is_named_at_once() -> None:
    assert _wrong(_first(), "needs", [7, {"text": "x", "category": "y"}]) == ["/value/0", "/value/1/category"]


@pytest.mark.parametrize(
    ("question", "value", "kept"),
    [
        ({"type": "number", "whole": True}, 3.0, 3),
        ({"type": "number", "least": 0.5, "step": 0.25}, 1.75, 1.75),
        ({"type": "scale", "least": 0, "most": 10}, 0, 0),
        ({"type": "date"}, "2026-11-28", "2026-11-28"),
        ({"type": "place"}, {"text": "the library"}, {"text": "the library"}),
        ({"type": "availability"}, [DAWN], [DAWN]),
        (
            {"type": "languages"},
            [{"language": "fa-AF", "level": "native"}, {"language": "de"}],
            [{"language": "prs", "level": "native"}, {"language": "de"}],
        ),
        ({"type": "concepts"}, ["food", "garden", "food"], ["food", "garden"]),
        (
            {"type": "conditions"},
            {"grown_up": True, "checks": ["dbs-enhanced", "dbs-enhanced"]},
            {"gender": None, "grown_up": True, "checks": ["dbs-enhanced"]},
        ),
        ({"type": "consent"}, False, False),
        ({"type": "likert", "choices": "colours"}, "red", "red"),
        ({"type": "category"}, "garden", "garden"),
    ],
)
def test_each_type_keeps_an_answer_in_its_form(question: dict[str, Any], value: Any, kept: Any) -> None:
    assert checked(one_question(**question).question("a"), value) == kept


def test_a_place_is_kept_as_the_middle_of_its_cell() -> None:
    asked = one_question(type="place").question("a")
    kept = checked(asked, {"text": "home", "latitude": 52.5861, "longitude": -1.9823})
    assert kept != {"text": "home", "latitude": 52.5861, "longitude": -1.9823}
    assert checked(asked, kept) == kept


@pytest.mark.parametrize(
    ("question", "value", "path"),
    [
        ({"type": "number"}, "3", "/value"),
        ({"type": "number"}, True, "/value"),
        ({"type": "number"}, float("nan"), "/value"),
        ({"type": "number"}, 10**400, "/value"),
        ({"type": "number", "whole": True}, 2.5, "/value"),
        ({"type": "number", "least": 1, "most": 5}, 0, "/value"),
        ({"type": "number", "least": 1, "most": 5}, 6, "/value"),
        ({"type": "scale", "least": 0, "most": 10, "step": 2}, 3, "/value"),
        ({"type": "date"}, "28.11.2026", "/value"),
        ({"type": "date"}, "0001-01-01", "/value"),
        ({"type": "date"}, "2026-02-30", "/value"),
        ({"type": "place"}, "the library", "/value"),
        ({"type": "place"}, {"text": "x", "latitude": 91, "longitude": 0}, "/value/latitude"),
        ({"type": "place"}, {"text": "x", "latitude": 52}, "/value/longitude"),
        ({"type": "availability"}, [{**DAWN, "rule": "FREQ=SECONDLY"}], "/value/0"),
        ({"type": "availability"}, [{**DAWN, "time_zone": "Mars/Base"}], "/value/0/time_zone"),
        ({"type": "languages"}, [{"language": "zzzz9"}], "/value/0/language"),
        ({"type": "languages"}, [{"language": "de"}, {"language": "de"}], "/value"),
        ({"type": "concepts"}, ["food", "astrology"], "/value/1"),
        ({"type": "concepts", "concepts": ["food"]}, ["garden"], "/value/0"),
        ({"type": "conditions"}, {"gender": "any"}, "/value/gender"),
        ({"type": "conditions"}, {"colour": "red"}, "/value/colour"),
        ({"type": "consent"}, "yes", "/value"),
        ({"type": "likert", "choices": "colours"}, 1, "/value"),
    ],
)
def test_each_type_refuses_what_is_not_of_it(question: dict[str, Any], value: Any, path: str) -> None:
    assert _wrong(one_question(**question), "a", value) == [path]


def test_an_unknown_question_is_not_found() -> None:
    with pytest.raises(UnknownQuestion):
        _first().question("shoe_size")


def test_an_instrument_with_a_type_nobody_can_read_is_refused() -> None:
    with pytest.raises(DefinitionWrong, match="telepathy"):
        one_question(type="telepathy")


async def test_an_instrument_says_which_language_was_asked_and_which_is_shown(room: Room) -> None:
    key = _first().id
    german = await room.do("GET", f"/v1/instruments/{key}?language=de-AT")
    assert (german["language"], german["shown"]) == ("de-AT", "de")
    assert german["questions"][0]["text"].startswith("Was tun Sie schon")
    assert german["fallbacks"] == {}
    unknown = await room.do("GET", f"/v1/instruments/{key}?language=sv")
    assert (unknown["language"], unknown["shown"]) == ("sv", "en")
    assert unknown["questions"][0]["text"].startswith("What do you do already")


async def test_each_text_that_is_not_in_the_asked_language_is_marked(room: Room) -> None:
    shown = await room.do("GET", f"/v1/instruments/{_first().id}?language=sv")
    assert shown["fallbacks"]["title"] == "en"
    assert shown["fallbacks"]["question.activities"] == "en"
    assert shown["fallbacks"]["choice.means.phone"] == "en"
    assert shown["fallbacks"]["vocabulary.food"] == "en"


async def test_an_unknown_instrument_and_an_unknown_language_are_told_apart(room: Room) -> None:
    problem(await room.ask("GET", f"/v1/instruments/{room.tenant}"), 404, "not-found")
    problem(await room.ask("GET", f"/v1/instruments/{_first().id}?language=zzzz9"), 422, "invalid-request")


async def test_the_list_can_be_narrowed_by_name_use_and_state(room: Room) -> None:
    named = await room.do("GET", "/v1/instruments?name=needs-and-capabilities")
    assert [one["version"] for one in named["items"]] == [1, 2]
    surveys = await room.do("GET", "/v1/instruments?use=survey")
    assert {one["use"] for one in surveys["items"]} <= {"survey"}
    assert (await room.do("GET", "/v1/instruments?state=withdrawn"))["items"] == []
    assert (await room.do("GET", "/v1/instruments"))["items"][0]["version"] == 1


async def test_the_list_is_paged_without_gaps(room: Room) -> None:
    whole = [one["id"] for one in (await room.do("GET", "/v1/instruments"))["items"]]
    found, cursor = [], ""
    while True:
        page = await room.do("GET", f"/v1/instruments?limit=1{cursor}")
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == whole
