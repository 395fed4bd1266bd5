"""Each gate on its own: what it lets through, what it holds back, and what it says."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from services.matching.engine import GATES, Conditions, Matcher, Pair, Person, Window, say
from tests.matching.engine.cast import NOW, SATURDAYS, SUNDAYS, need, offer

WOMEN = Conditions(gender="female")
CHECKED = Conditions(checks=frozenset({"dbs"}))
ADULTS = Conditions(grown_up=True)
TODAY = date(2026, 11, 22)
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("gender", {"conditions": WOMEN}, {"gender": "female"}, "gender.met"),
    ("gender", {"conditions": WOMEN}, {"gender": "male"}, "gender.unmet"),
    ("gender", {"conditions": WOMEN}, {}, "gender.unmet"),
    ("gender", {"conditions": WOMEN}, {"owner_kind": "organisation"}, "gender.unmet"),
    ("gender", {"gender": "female"}, {"conditions": WOMEN}, "gender.met"),
    ("gender", {}, {"gender": "male"}, "gender.not_asked"),
    ("checks", {"conditions": CHECKED}, {"checks": {"dbs": TODAY}}, "checks.met"),
    ("checks", {"conditions": CHECKED}, {"checks": {"dbs": date(2026, 11, 21)}}, "checks.unmet"),
    ("checks", {"conditions": CHECKED}, {"checks": {"first-aid": date(2030, 1, 1)}}, "checks.unmet"),
    ("checks", {}, {}, "checks.not_asked"),
    ("grown_up", {"conditions": ADULTS}, {"born": date(2008, 11, 22)}, "grown_up.met"),
    ("grown_up", {"conditions": ADULTS}, {"born": date(2008, 11, 23), "guardian": True}, "grown_up.unmet"),
    ("grown_up", {"conditions": ADULTS}, {}, "grown_up.unmet"),
    ("grown_up", {"conditions": ADULTS}, {"owner_kind": "organisation"}, "grown_up.met"),
    ("guardian", {"born": date(2010, 1, 1)}, {}, "guardian.missing"),
    ("guardian", {"born": date(2010, 1, 1), "guardian": True}, {}, "guardian.agreed"),
    ("guardian", {"born": date(1990, 1, 1)}, {}, "guardian.not_asked"),
    ("cost", {"cost": 500}, {"cost": 500}, "cost.stated"),
    ("cost", {"cost": 499}, {"cost": 500}, "cost.too_much"),
    ("cost", {"cost": 0}, {"cost": 1}, "cost.too_much"),
    ("cost", {}, {"cost": 500}, "cost.stated"),
    ("cost", {"cost": 0}, {}, "cost.none"),
    ("settings", {"settings": frozenset({"alone"})}, {"settings": frozenset({"group"})}, "settings.none"),
    ("settings", {"settings": frozenset({"alone"})}, {}, "settings.unstated"),
    ("settings", {"settings": frozenset({"alone"})}, {"settings": frozenset({"alone", "group"})}, "settings.shared"),
    ("capacity", {"capacity_left": 0}, {}, "capacity.none"),
    ("availability", {"windows": (SATURDAYS,)}, {"windows": (SATURDAYS,), "busy": (SATURDAYS,)}, "availability.none"),
    ("availability", {"windows": (SATURDAYS,)}, {"windows": (SATURDAYS,), "busy": (SUNDAYS,)}, "availability.shared"),
]


@pytest.mark.parametrize(("gate", "ours", "theirs", "code"), CASES)
def test_a_gate_says_what_it_should(gate: str, ours: dict[str, Any], theirs: dict[str, Any], code: str) -> None:
    verdict = GATES[gate](Pair(need(**ours), offer(**theirs), NOW))
    assert verdict.code == code
    assert all(say(verdict, tongue) for tongue in ("en", "de"))


@pytest.mark.parametrize(("gate", "ours", "theirs", "code"), [case for case in CASES if case[3].split(".")[1] in
                         {"unmet", "missing", "too_much", "none"} and case[3] != "cost.none"])  # fmt: skip
def test_what_a_gate_refuses_is_in_no_list_and_named_once(
    gate: str, ours: dict[str, Any], theirs: dict[str, Any], code: str
) -> None:
    asked = need(**ours)
    result = Matcher().fit([offer(**theirs), offer("fine")]).candidates(asked, now=NOW)
    if ours.get("capacity_left") == 0 or "born" in ours or ours.get("cost") == 0:
        result = Matcher().fit([offer(**theirs)]).candidates(asked, now=NOW)
    assert "o1" not in [one.id for one in result.candidates]
    assert [(one.gate, one.reason.code) for one in result.refusals if one.id == "o1"] == [(gate, code)]


def test_a_holiday_takes_its_week_out_of_every_week() -> None:
    week = Window(datetime(2026, 11, 28), 7 * 24 * 60, "Europe/London")  # noqa: DTZ001
    free = Pair(need(windows=(SATURDAYS,)), offer(windows=(SATURDAYS,), busy=(week,)), NOW)
    assert free.common_minutes == 7 * 120


def test_somebody_who_interprets_is_a_bridge_until_they_are_gone() -> None:
    asked = need(title="Somebody to talk to", languages=frozenset({"ti"}))
    helper = offer(title="Somebody to talk to, I listen", languages=frozenset({"en"}))
    bridge = offer("b", title="I interpret for you at the office", languages=frozenset({"ti", "en-GB"}))
    matcher = Matcher().fit([helper, bridge])
    (found,) = [one for one in matcher.candidates(asked, now=NOW).candidates if one.id == "o1"]
    assert "language.bridge" in [reason.code for reason in found.reasons]
    without = matcher.candidates(asked, now=NOW, excluded={"b"})
    assert [one.gate for one in without.refusals if one.id == "o1"] == ["language"]
    proud = replace(asked, interpreter=False)
    assert "o1" not in [one.id for one in matcher.candidates(proud, now=NOW).candidates]
    matcher.remove(["b"])
    assert "o1" not in [one.id for one in matcher.candidates(asked, now=NOW).candidates]


def test_who_somebody_is_comes_from_the_person_never_from_the_listing() -> None:
    person = Person("p", gender="female", born=date(1980, 1, 1), checks={"dbs": TODAY}, busy=(SUNDAYS,))
    filled = offer(gender="male", busy=(SATURDAYS,)).filled(person)
    assert (filled.gender, filled.born, dict(filled.checks)) == ("female", date(1980, 1, 1), {"dbs": TODAY})
    assert filled.busy == (SATURDAYS, SUNDAYS)


@pytest.mark.parametrize("text", ["", "x", "\x00\x01", "𐎀𐎁𐎂", "a" * 100_000, "😀 😀", "   ", "''''"])
def test_no_text_is_too_odd_to_be_asked_with(text: str) -> None:
    result = Matcher().fit([offer(title=text), offer("o2", title="a walk")]).candidates(need(title=text), now=NOW)
    assert {one.id for one in result.candidates} == {"o1", "o2"}


def test_an_empty_community_answers_with_nobody() -> None:
    result = Matcher().candidates(need(), now=NOW)
    assert (result.candidates, result.refusals) == ((), ())
