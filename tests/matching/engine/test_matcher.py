"""What the matcher promises: no gate is crossed, shares add up, equal listings give equal answers."""

import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.engine import GATES, Listing, Matcher, Pair, Person, say
from services.matching.engine.messages import CATALOGUE
from tests.matching.engine.cast import HAZELBROOK, NOW, SATURDAYS, SUNDAYS, need, north, offer

facts = st.fixed_dictionaries(
    {
        "category": st.sampled_from([None, "company", "garden", "repair"]),
        "title": st.sampled_from(["a walk and a chat", "walking and talking", "mend a bicycle", "مرافقة", ""]),
        "languages": st.frozensets(st.sampled_from(["en", "en-GB", "de", "prs", "ti"]), max_size=3),
        "means": st.frozensets(st.sampled_from(["in_person", "phone", "online"]), max_size=3),
        "place": st.sampled_from([None, HAZELBROOK, north(1.5), north(6), north(25)]),
        "travel": st.frozensets(st.sampled_from(["foot", "bicycle", "bus"]), max_size=2),
        "reach_km": st.sampled_from([None, None, 0.0, 3.0]),
        "windows": st.sampled_from([(), (SATURDAYS,), (SUNDAYS,), (SATURDAYS, SUNDAYS)]),
        "minutes": st.sampled_from([None, 60, 121]),
        "capacity_left": st.integers(0, 2),
        "owner": st.sampled_from(["amal", "brook", "corin", "dara"]),
    }
)
communities = st.lists(st.tuples(st.sampled_from(["need", "offer"]), facts), min_size=1, max_size=12)


def settle(made: list[tuple[Any, dict[str, Any]]]) -> list[Listing]:
    return [Listing(id=f"l{number:02}", kind=kind, **these) for number, (kind, these) in enumerate(made)]


@settings(max_examples=120, deadline=None)
@given(made=communities, excluded=st.frozensets(st.sampled_from(["amal", "l01", "l02"])))
def test_no_candidate_crosses_a_gate_and_nobody_is_lost_or_counted_twice(
    made: list[tuple[Any, dict[str, Any]]], excluded: frozenset[str]
) -> None:
    everybody = settle(made)
    query, by_id = everybody[0], {one.id: one for one in everybody}
    result = Matcher().fit(everybody).candidates(query, now=NOW, excluded=excluded)
    for found in result.candidates:
        other = by_id[found.id]
        pair = Pair(query, other, NOW) if query.kind == "need" else Pair(other, query, NOW)
        assert all(gate(pair).passed for gate in GATES.values())
        assert math.isclose(math.fsum(found.factors.values()), found.score, abs_tol=1e-9)
        assert 0 <= found.score <= 1
        assert all(say(reason, tongue) for reason in found.reasons for tongue in ("en", "de-AT", "ti"))
    seen = [one.id for one in result.candidates] + [one.id for one in result.refusals]
    eligible = {
        one.id for one in everybody
        if one.kind != query.kind and one.owner != query.owner and not {one.id, one.owner} & excluded
    }  # fmt: skip
    assert sorted(seen) == sorted(eligible)
    assert sum(result.held_back.values()) == len(result.refusals)


@settings(max_examples=60, deadline=None)
@given(made=communities, data=st.data())
def test_the_answer_depends_on_the_listings_alone_not_on_how_they_came(
    made: list[tuple[Any, dict[str, Any]]], data: st.DataObject
) -> None:
    everybody = settle(made)
    once = Matcher().fit(everybody)
    other = Matcher().add([need("gone", title="somebody who was here before")])
    for listing in data.draw(st.permutations(everybody)):
        other.add([listing])
    other.remove(["gone", "never-was"])
    assert once.candidates(everybody[0], now=NOW) == other.candidates(everybody[0], now=NOW)


@settings(max_examples=60, deadline=None)
@given(ours=facts, theirs=facts)
def test_both_directions_see_the_same_pair_alike(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    one, two = settle([("need", {**ours, "owner": "amal"}), ("offer", {**theirs, "owner": "brook"})])
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
