"""What the matcher promises: no gate is crossed, shares add up, equal listings give equal answers."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from services.matching.engine import Matcher, Person, say
from services.matching.engine.messages import CATALOGUE
from tests.matching.engine.cast import HAZELBROOK, NOW, SATURDAYS, SUNDAYS, need, north, offer
from tests.matching.engine.populations import facts, settle


@settings(max_examples=60, deadline=None)
@given(ours=facts, theirs=facts)
def test_both_directions_see_the_same_pair_alike(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    one, two = settle(
        [
            ("need", {**ours, "owner": "amal", "expires_at": None}),
            ("offer", {**theirs, "owner": "brook", "expires_at": None}),
        ]
    )
    matcher = Matcher().fit([one, two])
    there, back = matcher.candidates(one, now=NOW), matcher.candidates(two, now=NOW)
    assert [c.score for c in there.candidates] == [c.score for c in back.candidates]
    assert there.held_back == back.held_back


@pytest.mark.parametrize(
    ("gate", "ours", "theirs"),
    [
        ("capacity", {}, {"capacity_left": 0}),
        ("capacity", {"capacity_left": 0}, {}),
        ("means", {"means": frozenset({"phone"})}, {"means": frozenset({"in_person"})}),
        ("language", {"languages": frozenset({"ti"})}, {"languages": frozenset({"de", "en"})}),
        ("distance", {"place": HAZELBROOK, "travel": frozenset({"foot"})}, {"place": north(3), "reach_km": 1}),
        ("availability", {"windows": (SATURDAYS,)}, {"windows": (SUNDAYS,)}),
        ("availability", {"windows": (SATURDAYS,), "minutes": 150}, {"windows": (SATURDAYS,)}),
        ("relevance", {"category": "garden", "title": "hedge"}, {"category": "work", "title": "tax form"}),
    ],
)
def test_each_gate_alone_holds_back_and_says_so(gate: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    query = need(**ours)
    result = Matcher().fit([query, offer(**theirs)]).candidates(query, now=NOW)
    assert result.candidates == ()
    assert result.held_back == {gate: 1}
    assert say(result.refusals[0].reason, "de")


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        ({"languages": frozenset({"ti"})}, {}, "language.unstated"),
        ({"windows": (SATURDAYS,)}, {}, "availability.unstated"),
        ({"place": HAZELBROOK}, {}, "distance.unstated"),
        ({"means": frozenset({"phone"})}, {}, "means.unstated"),
        ({"languages": frozenset({"en-GB"})}, {"languages": frozenset({"en"})}, "language.shared"),
        ({"place": HAZELBROOK, "means": frozenset({"phone"})}, {"place": north(90), "means": frozenset({"phone"})},
         "distance.remote"),
        ({"place": HAZELBROOK, "travel": frozenset({"foot"})}, {"place": north(12), "travel": frozenset({"bus"})},
         "distance.near"),
    ],
)  # fmt: skip
def test_what_is_not_stated_or_does_not_matter_excludes_nobody_and_says_so(
    ours: dict[str, Any], theirs: dict[str, Any], code: str
) -> None:
    query = need(**ours)
    (found,) = Matcher().fit([offer(**theirs)]).candidates(query, now=NOW).candidates
    assert code in {reason.code for reason in found.reasons}


def test_whoever_is_excluded_is_neither_ranked_nor_counted() -> None:
    query = need(languages=frozenset({"de"}))
    hidden, speechless = offer("o1", owner="amal"), offer("o2", languages=frozenset({"ti"}))
    result = Matcher().fit([hidden, speechless]).candidates(query, now=NOW, excluded={"amal", "o2"})
    assert (result.candidates, result.held_back) == ((), {})


def test_nobody_is_a_candidate_for_themselves_and_nothing_expired_is_shown() -> None:
    query = need(owner="amal", category="repair")
    mine, over = offer("o1", owner="amal", category="repair"), offer("o2", category="repair", expires_at=NOW)
    later = offer("o3", category="repair", expires_at=NOW + timedelta(minutes=1))
    found = Matcher().fit([mine, over, later]).candidates(query, now=NOW)
    assert [one.id for one in found.candidates] == ["o3"]


def test_nearer_and_alike_comes_first_and_ties_are_settled_by_id() -> None:
    query = need(title="help with my bicycle", category="repair", place=HAZELBROOK)
    near = offer("o9", title="I mend bicycles", category="repair", place=HAZELBROOK)
    far = offer("o1", title="I mend bicycles", category="repair", place=north(1))
    other = offer("o2", title="I paint walls", category="repair", place=HAZELBROOK)
    twin = offer("o3", title="I paint walls", category="repair", place=HAZELBROOK)
    found = Matcher().fit([twin, other, far, near]).candidates(query, now=NOW)
    assert [one.id for one in found.candidates] == ["o9", "o1", "o2", "o3"]
    assert len(Matcher().fit([twin, other, far, near]).candidates(query, now=NOW, limit=2).candidates) == 2


def test_a_listing_states_its_own_and_takes_the_rest_from_its_owner() -> None:
    person = Person("amal", frozenset({"ar"}), HAZELBROOK, frozenset({"bus"}), 4.0, (SATURDAYS,))
    filled = offer(languages=frozenset({"de"}), reach_km=0.0).filled(person)
    assert (filled.languages, filled.place, filled.reach) == (frozenset({"de"}), HAZELBROOK, 0.0)
    assert (filled.windows, offer().filled(person).reach) == ((SATURDAYS,), 4.0)


def test_both_catalogues_have_the_same_sentences() -> None:
    assert set(CATALOGUE["en"]) == set(CATALOGUE["de"])
