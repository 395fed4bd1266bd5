"""The kinds of field refuse what the database or a reader could not bear."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.kernel.fields import ExternalIds, Language, Line, Moment, Point, Text, Window, preferred


def refused(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return str(caught.value)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x1b[31m", "", "   ", "x" * 201])
def test_a_line_refuses_what_cannot_be_kept_or_read(text: str) -> None:
    refused(Line, text)


def test_a_text_keeps_line_breaks_and_joiners() -> None:
    text = "می‌خواهم\nکمک کنم"
    assert TypeAdapter(Text).validate_python(text) == text


@pytest.mark.parametrize(("given", "kept"), [("EN_gb", "en-GB"), ("fa-AF", "prs"), ("prs", "prs"), ("ti", "ti")])
def test_a_language_is_standardised_and_dari_is_prs(given: str, kept: str) -> None:
    assert TypeAdapter(Language).validate_python(given) == kept


@pytest.mark.parametrize("tag", ["klingon-empire-of-doom", "zz", "e", "en\x00"])
def test_an_unknown_language_is_refused(tag: str) -> None:
    refused(Language, tag)


@pytest.mark.parametrize(
    "moment", ["2026-02-30T10:00:00Z", "2026-01-01T10:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"]
)
def test_an_impossible_or_zoneless_time_is_refused(moment: str) -> None:
    refused(Moment, moment)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 91, "52", True])
def test_a_latitude_is_a_finite_number_on_the_globe(number: object) -> None:
    refused(Point, {"latitude": number, "longitude": 0})


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "BYDAY=SA",
        "FREQ=WEEKLY;BYEASTER=1",
        "FREQ=WEEKLY;INTERVAL=0000000001",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;UNTIL=SOON",
        "x",
    ],
)
def test_a_window_refuses_rules_that_are_wrong_or_too_costly(rule: str) -> None:
    refused(Window, {"starts": "2026-01-03T10:00:00", "minutes": 60, "time_zone": "Europe/London", "rule": rule})


def test_a_window_is_local_and_repeats() -> None:
    window = Window.model_validate(
        {"starts": "2026-01-03T10:00:00", "minutes": 60, "time_zone": "Europe/Berlin", "rule": "FREQ=WEEKLY;BYDAY=SA"}
    )
    assert window.starts.tzinfo is None


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("fr, de-CH;q=0.8, en;q=0.5", "de"),
        ("de;q=0.3,en-GB;q=0.9", "en"),
        ("de;q=x", "de"),
        ("*", "en"),
    ],
)
def test_a_reader_gets_the_language_she_likes_best_of_those_there_are(header: str, language: str) -> None:
    assert preferred(header, ("en", "de")) == language


def test_two_names_in_one_system_are_refused() -> None:
    refused(ExternalIds, [{"system": "crm", "value": "1"}, {"system": "crm", "value": "2"}])
