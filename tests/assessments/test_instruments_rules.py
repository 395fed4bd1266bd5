"""What is asked when, what counts for how much, and what is shown in which language."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.assessments.instruments.domain import (
    DefinitionWrong,
    Instrument,
    TextsMissing,
    check_complete,
    completeness,
    missing,
    scores,
    shipped_id,
    sound,
    unscored,
    visible,
)
from services.assessments.instruments.operations import get_shipped
from services.assessments.instruments.shipped_files import cards, read

AGREEMENT = ["strongly", "rather", "not_sure", "hardly", "not_at_all"]


def made(*questions: dict[str, Any], sections: Any = ({"key": "s"},), **more: Any) -> Instrument:
    """An instrument of these questions, all in one section unless they say otherwise."""
    raw = {"name": "small", "sections": list(sections), "choices": {"agreement": AGREEMENT, "abc": ["a", "b", "c"]},
           "questions": [{"section": "s", **question} for question in questions], **more}  # fmt: skip
    return sound(raw, cards(), id=shipped_id("small", 1), version=1)


FIRST = (
    {"id": "text", "type": "text"},
    {"id": "one", "type": "single", "choices": "abc"},
    {"id": "many", "type": "several", "choices": "abc"},
    {"id": "number", "type": "number"},
    {"id": "yes", "type": "consent"},
    {"id": "list", "type": "text", "repeats": True},
)


def asked(condition: Any, **answers: Any) -> bool:
    instrument = made(*FIRST, {"id": "last", "type": "text", "show_if": condition})
    return "last" in [question.id for question in visible(instrument, answers)]


@pytest.mark.parametrize(
    ("condition", "answers", "shown"),
    [
        ({"question": "one", "is": "a"}, {"one": "a"}, True),
        ({"question": "one", "is": "a"}, {"one": "b"}, False),
        ({"question": "one", "is": "a"}, {}, False),
        ({"question": "one", "is_not": "a"}, {"one": "b"}, True),
        ({"question": "one", "is_not": "a"}, {}, True),
        ({"question": "yes", "is": True}, {"yes": True}, True),
        ({"question": "number", "is": 1}, {"number": True}, False),
        ({"question": "many", "includes": "a"}, {"many": ["b", "a"]}, True),
        ({"question": "many", "includes": "a"}, {"many": []}, False),
        ({"question": "list", "includes": "bread"}, {"list": [{"text": "bread"}]}, True),
        ({"question": "text", "answered": True}, {"text": "x"}, True),
        ({"question": "text", "answered": False}, {"text": "x"}, False),
        ({"question": "text", "answered": False}, {}, True),
        ({"question": "number", "at_least": 3}, {"number": 3}, True),
        ({"question": "number", "at_least": 3}, {"number": 2.5}, False),
        ({"question": "number", "at_most": 3}, {}, False),
        ({"question": "many", "at_least": 2}, {"many": ["a", "b"]}, True),
        ({"all": [{"question": "one", "is": "a"}, {"question": "yes", "is": True}]}, {"one": "a", "yes": True}, True),
        ({"all": [{"question": "one", "is": "a"}, {"question": "yes", "is": True}]}, {"one": "a"}, False),
        ({"any": [{"question": "one", "is": "a"}, {"question": "yes", "is": True}]}, {"one": "a"}, True),
        ({"not": {"question": "one", "is": "a"}}, {"one": "a"}, False),
    ],
)
def test_a_question_is_asked_when_its_condition_holds(condition: Any, answers: dict[str, Any], shown: bool) -> None:
    assert asked(condition, **answers) is shown


def test_the_answer_to_a_hidden_question_is_not_looked_at() -> None:
    instrument = made(
        {"id": "one", "type": "single", "choices": "abc"},
        {"id": "two", "type": "text", "show_if": {"question": "one", "is": "a"}},
        {"id": "three", "type": "text", "show_if": {"question": "two", "answered": True}},
    )
    assert len(visible(instrument, {"one": "a", "two": "x"})) == 3
    assert [question.id for question in visible(instrument, {"one": "b", "two": "x"})] == ["one"]


def test_a_section_is_hidden_as_a_whole() -> None:
    instrument = made(
        {"id": "yes", "type": "consent"},
        {"id": "more", "section": "t", "type": "text", "required": True},
        sections=[{"key": "s"}, {"key": "t", "show_if": {"question": "yes", "is": True}}],
    )
    assert missing(instrument, {"yes": False}) == []
    assert missing(instrument, {"yes": True}) == ["more"]


def test_required_questions_that_are_asked_are_missed_and_no_others() -> None:
    instrument = made(
        {"id": "a", "type": "text", "required": True},
        {"id": "b", "type": "consent", "required": True},
        {"id": "c", "type": "text", "required": True, "show_if": {"question": "b", "is": True}},
        {"id": "d", "type": "text", "repeats": True, "required": True,
         "parts": [{"id": "why", "type": "text", "required": True}]},
    )  # fmt: skip
    assert missing(instrument, {}) == ["a", "b", "d"]
    assert missing(instrument, {"a": "x", "b": False, "d": []}) == []
    assert missing(instrument, {"a": "x", "b": True, "d": [{"text": "x"}]}) == ["c", "d/0/why"]


def _scored(method: str, *questions: dict[str, Any], answers: dict[str, Any], **score: Any) -> float | None:
    named = [question["id"] for question in questions]
    instrument = made(*questions, scores=[{"key": "k", "method": method, "questions": named, **score}])
    return scores(instrument, answers)["k"]


LIKERT = ({"id": "a", "type": "likert", "choices": "agreement"}, {"id": "b", "type": "likert", "choices": "agreement"})
SCALES = ({"id": "a", "type": "scale", "least": 0, "most": 10}, {"id": "b", "type": "scale", "least": 1, "most": 5})


@pytest.mark.parametrize(
    ("method", "questions", "answers", "score", "result"),
    [
        ("sum", LIKERT, {"a": "strongly", "b": "hardly"}, {}, 5),
        ("mean", LIKERT, {"a": "strongly", "b": "hardly"}, {}, 2.5),
        ("sum", LIKERT, {"a": "strongly", "b": "hardly"}, {"reversed": ["b"]}, 3),
        (
            "sum",
            LIKERT,
            {"a": "strongly", "b": "rather"},
            {"values": dict(zip(AGREEMENT, range(5, 0, -1), strict=True))},
            9,
        ),
        ("share", LIKERT, {"a": "not_at_all", "b": "not_sure"}, {}, 0.75),
        ("sum", SCALES, {"a": 4, "b": 2}, {}, 6),
        ("sum", SCALES, {"a": 4, "b": 2}, {"reversed": ["a", "b"]}, 10),
        ("share", SCALES, {"a": 5, "b": 5}, {"reversed": ["b"]}, 0.25),
        ("sum", ({"id": "m", "type": "several", "choices": "abc"},), {"m": ["a", "c"]}, {}, 2),
        ("sum", ({"id": "m", "type": "several", "choices": "abc"},), {"m": []}, {}, 0),
        ("share", ({"id": "m", "type": "several", "choices": "abc"},), {"m": ["a"]}, {}, 1 / 3),
        ("sum", ({"id": "m", "type": "several", "choices": "abc"},), {"m": ["a", "c"]}, {"values": {"c": 0}}, 1),
        ("mean", ({"id": "y", "type": "consent"},), {"y": True}, {}, 1),
    ],
)
def test_answers_are_counted_together(method: str, questions: Any, answers: Any, score: Any, result: float) -> None:
    assert _scored(method, *questions, answers=answers, **score) == pytest.approx(result)


def test_a_score_without_all_its_answers_is_none_and_says_what_is_missing() -> None:
    instrument = made(*LIKERT, scores=[{"key": "k", "method": "sum", "questions": ["a", "b"]}])
    assert scores(instrument, {"a": "strongly"}) == {"k": None}
    assert unscored(instrument, {"a": "strongly"}) == {"k": ["b"]}
    assert unscored(instrument, {"a": "strongly", "b": "rather"}) == {}


def test_a_question_that_was_not_asked_is_left_out_of_the_score() -> None:
    second = {**LIKERT[1], "show_if": {"question": "a", "is": "strongly"}}
    instrument = made(LIKERT[0], second, scores=[{"key": "k", "method": "mean", "questions": ["a", "b"]}])
    assert scores(instrument, {"a": "rather", "b": "not_at_all"}) == {"k": 2}


def test_a_share_of_an_open_number_is_refused() -> None:
    with pytest.raises(DefinitionWrong, match="least and most"):
        _scored("share", {"id": "n", "type": "number"}, answers={})


WORDS = {
    "en": {
        "review": "original",
        "texts": {"title": "Small", "section.s": "All", "question.a": "A?", "question.a.hint": "So"},
    },
    "de": {"review": "unreviewed", "reviews": {"title": "reviewed"}, "texts": {"title": "Klein", "section.s": "Alles"}},
}


def test_a_text_falls_back_to_the_primary_and_then_to_the_default_language() -> None:
    instrument = made({"id": "a", "type": "text"}, translations=WORDS)
    assert (instrument.text("title", "de-AT").text, instrument.text("title", "de-AT").language) == ("Klein", "de")
    shown = instrument.text("question.a", "de")
    assert (shown.text, shown.language, shown.review) == ("A?", "en", "original")
    assert instrument.text("question.a.examples", "de").lines == ()


def test_a_review_is_of_one_text_in_one_language() -> None:
    instrument = made({"id": "a", "type": "text"}, translations=WORDS)
    assert instrument.review_of("de", "title") == "reviewed"
    assert instrument.review_of("de", "section.s") == "unreviewed"
    assert instrument.review_of("de", "question.a") == "unreviewed"
    assert instrument.review_of("en", "question.a") == "original"
    read = instrument.reviewed([("de", "section.s"), ("en", "title")])
    assert (read.review_of("de", "section.s"), read.review_of("en", "title")) == ("reviewed", "original")
    assert (instrument.wordings["de"].state, read.wordings["de"].state) == ("unreviewed", "reviewed")


def test_completeness_counts_what_is_needed_and_what_the_default_language_has() -> None:
    found = completeness(made({"id": "a", "type": "text"}, translations=WORDS), "de")
    assert (found.texts, found.there, found.reviewed, found.missing) == (4, 2, 1, ["question.a", "question.a.hint"])


def test_an_instrument_without_a_text_in_its_default_language_is_not_complete() -> None:
    instrument = made({"id": "a", "type": "text"}, translations={"de": WORDS["de"]})
    with pytest.raises(TextsMissing) as lacking:
        check_complete(instrument)
    assert [error.path for error in lacking.value.errors] == [
        "/translations/en/texts/title", "/translations/en/texts/section.s", "/translations/en/texts/question.a",
    ]  # fmt: skip


def test_only_the_newest_shipped_version_is_got_without_a_number() -> None:
    assert get_shipped("needs-and-capabilities").version == 2
    assert get_shipped("needs-and-capabilities", 1).version == 1


def _folder(at: Path, **changes: Any) -> Path:
    """A shipped instrument's folder, as the room's own are."""
    definition = {"name": "tiny", "version": 3, "sections": [{"key": "s"}],
                  "questions": [{"id": "a", "section": "s", "type": "text"}], **changes}  # fmt: skip
    (at / "instrument.json").write_text(json.dumps(definition), encoding="utf-8")
    (at / "languages").mkdir()
    rows = "key,text,review\ntitle,Tiny,original\nsection.s,All,original\nquestion.a,A?,original\n"
    prompts = "question.a.prompts,One,original\nquestion.a.prompts,Two,unreviewed\n"
    (at / "languages" / "en.csv").write_text(rows + prompts, encoding="utf-8")
    return at


def test_a_folder_is_read_with_its_words(tmp_path: Path) -> None:
    found = read(_folder(tmp_path))
    assert (found.id, found.shipped, found.state) == (shipped_id("tiny", 3), True, "published")
    assert found.text("question.a.prompts", "en").lines == ("One", "Two")
    assert (found.review_of("en", "title"), found.review_of("en", "question.a.prompts")) == ("original", "unreviewed")
    assert found.wordings["en"].state == "unreviewed"


def test_a_folder_that_does_not_hold_together_or_lacks_words_is_refused(tmp_path: Path) -> None:
    asked = [{"id": "a", "section": "s", "type": "text"}, {"id": "b", "section": "s", "type": "text"}]
    with pytest.raises(TextsMissing, match=r"question\.b"):
        read(_folder(tmp_path, questions=asked))
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(DefinitionWrong, match="telepathy"):
        read(_folder(other, questions=[{"id": "a", "section": "s", "type": "telepathy"}]))
