"""No gate is ever crossed, in random communities: by a list, by an allocation or by a ring. `make trust` runs 10,000."""

import math
import os
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from services.matching.engine import GATES, Listing, Matcher, Pair, allocate, find_rings, say
from tests.matching.engine.cast import NOW
from tests.matching.engine.populations import communities, settle

MANY = int(os.environ.get("CANDO_POPULATIONS", "150"))
thorough = settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))


def _pair(matcher: Matcher, query: Listing, other: Listing, excluded: frozenset[str] = frozenset()) -> Pair:
    bridges = matcher.bridges(query, excluded=excluded, now=NOW)
    return Pair(query, other, NOW, bridges) if query.kind == "need" else Pair(other, query, NOW, bridges)


@thorough
@given(made=communities, excluded=st.frozensets(st.sampled_from(["amal", "l01", "l02"])))
def test_no_candidate_crosses_a_gate_and_nobody_is_lost_or_counted_twice(
    made: list[tuple[Any, dict[str, Any]]], excluded: frozenset[str]
) -> None:
    everybody = settle(made)
    query, by_id = everybody[0], {one.id: one for one in everybody}
    matcher = Matcher().fit(everybody)
    result = matcher.candidates(query, now=NOW, excluded=excluded)
    for found in result.candidates:
        pair = _pair(matcher, query, by_id[found.id], excluded)
        assert all(gate(pair).passed for gate in GATES.values())
        assert math.isclose(math.fsum(found.factors.values()), found.score, abs_tol=1e-9)
        assert 0 <= found.score <= 1
        assert all(say(reason, tongue) for reason in found.reasons for tongue in ("en", "de-AT", "ti"))
    for refusal in result.refusals:
        if refusal.gate != "relevance":
            assert not GATES[refusal.gate](_pair(matcher, query, by_id[refusal.id], excluded)).passed
        assert say(refusal.reason, "en")
    seen = [one.id for one in result.candidates] + [one.id for one in result.refusals]
    eligible = {
        one.id for one in everybody
        if one.kind != query.kind and one.owner != query.owner and not {one.id, one.owner} & excluded
        and (one.expires_at is None or one.expires_at > NOW)
    }  # fmt: skip
    assert sorted(seen) == sorted(eligible)
    assert sum(result.held_back.values()) == len(result.refusals)


@thorough
@given(made=communities, data=st.data())
def test_the_answer_depends_on_the_listings_alone_not_on_how_they_came(
    made: list[tuple[Any, dict[str, Any]]], data: st.DataObject
) -> None:
    everybody = settle(made)
    once = Matcher().fit(everybody)
    other = Matcher().add([Listing("gone", "need", "nobody", title="somebody who was here before")])
    for listing in data.draw(st.permutations(everybody)):
        other.add([listing])
    other.remove(["gone", "never-was"])
    assert once.candidates(everybody[0], now=NOW) == other.candidates(everybody[0], now=NOW)


@thorough
@given(made=communities)
def test_no_allocation_and_no_ring_crosses_a_gate(made: list[tuple[Any, dict[str, Any]]]) -> None:
    everybody = settle(made)
    matcher = Matcher().fit(everybody)
    needs = [one for one in everybody if one.kind == "need"]
    offers = {one.id: number for number, one in enumerate(one for one in everybody if one.kind == "offer")}
    listed = [one for one in everybody if one.kind == "offer"]
    people = sorted({one.owner for one in everybody})
    scores, helps = np.zeros((len(needs), len(listed))), np.zeros((len(people), len(people)))
    for row, need in enumerate(needs):
        for found in matcher.candidates(need, now=NOW).candidates:
            scores[row, offers[found.id]] = found.score
            giver = people.index(found.owner)
            helps[giver, people.index(need.owner)] = max(helps[giver, people.index(need.owner)], found.score)
    paired = allocate(csr_array(scores), [one.capacity_left for one in listed], [1] * len(needs))
    for row, column in zip(paired.needs, paired.offers, strict=True):
        pair = _pair(matcher, needs[row], listed[column])
        assert all(gate(pair).passed for gate in GATES.values())
    used = np.bincount(paired.offers, minlength=len(listed)) if len(listed) else np.zeros(0)
    assert all(used[n] <= one.capacity_left for n, one in enumerate(listed))
    for ring in find_rings(csr_array(helps), 4).rings:
        assert len(set(ring.people)) == len(ring.people)
        assert all(helps[a, b] > 0 for a, b in zip(ring.people, ring.people[1:] + ring.people[:1], strict=True))
