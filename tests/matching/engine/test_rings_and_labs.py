"""Rings and labs: as good as brute force where that can be done, and never somebody in two of them."""

from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array

from services.matching.engine import find_rings, form_labs, rings
from services.matching.engine.labs import NoLabsPossible
from services.matching.engine.rings import NoRingsPossible, TooManyRings


def _best_by_brute_force(weights: np.ndarray, longest: int) -> float:
    possible = []
    for size in range(2, longest + 1):
        for people in combinations(range(len(weights)), size):
            for order in permutations(people[1:]):
                ring = (people[0], *order)
                likely = np.prod([weights[a, b] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)])
                if likely > 0:
                    possible.append((frozenset(people), size * likely))

    def best(rest: list[tuple[frozenset[int], float]], used: frozenset[int]) -> float:
        return max((worth + best(rest[n + 1 :], used | people) for n, (people, worth) in enumerate(rest)
                    if not people & used), default=0.0)  # fmt: skip

    return best(possible, frozenset())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("longest", [2, 3, 4])
def test_rings_are_as_good_as_the_best_by_brute_force(seed: int, longest: int) -> None:
    weights = random_array((7, 7), density=0.35, random_state=seed).toarray()
    np.fill_diagonal(weights, 0)
    found = find_rings(csr_array(weights), longest)
    assert found.exact
    assert sum(ring.worth for ring in found.rings) == pytest.approx(_best_by_brute_force(weights, longest), rel=1e-4)
    people = [person for ring in found.rings for person in ring.people]
    assert sorted([*people, *found.alone]) == list(range(7))


def test_one_likely_ring_of_two_beats_an_unlikely_one_of_three() -> None:
    weights = csr_array([[0, 0.9, 0.3], [0.9, 0, 0.3], [0.3, 0, 0]])
    (ring,) = find_rings(weights).rings
    assert ring.people == (0, 1)
    assert ring.likely == pytest.approx(0.81)


def test_nobody_helps_themselves_round() -> None:
    assert find_rings(csr_array([[1.0]])).rings == ()
    assert find_rings(csr_array((0, 0))).alone == ()


@pytest.mark.parametrize("weights", [[[float("nan")]], [[1.5]], [[-0.1]], [[0.5, 0.5]]])
def test_weights_that_are_no_likelihoods_are_refused(weights: list[list[float]]) -> None:
    with pytest.raises(NoRingsPossible):
        find_rings(csr_array(weights))


@pytest.mark.parametrize("length", [1, 5])
def test_rings_have_two_to_four_people(length: int) -> None:
    with pytest.raises(NoRingsPossible):
        find_rings(csr_array((2, 2)), length)


def test_more_rings_than_can_be_weighed_are_refused_and_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "MOST_RINGS", 5)
    with pytest.raises(TooManyRings):
        find_rings(csr_array(np.ones((6, 6))), 3)


def test_a_lab_has_staff_a_fair_size_and_nobody_twice() -> None:
    interests = random_array((60, 8), density=0.3, random_state=2, format="csr")
    found = form_labs(interests, np.arange(60) < 6, least=4, most=7)
    assert found.labs
    for lab in found.labs:
        assert 4 <= len(lab.people) <= 7
        assert lab.staff
        assert all(interests.toarray()[person, lab.interest] > 0 for person in lab.people)
    people = [person for lab in found.labs for person in lab.people]
    assert sorted([*people, *found.left]) == list(range(60))


def test_people_who_must_not_meet_are_in_no_lab_together() -> None:
    interests = csr_array(np.ones((4, 1)))
    assert len(form_labs(interests, [True, False, False, False], least=3).labs[0].people) == 4
    apart = form_labs(interests, [True, False, False, False], least=3, apart=[(1, 2)])
    assert not {1, 2} <= set(apart.labs[0].people)


def test_without_staff_there_is_no_lab() -> None:
    assert form_labs(csr_array(np.ones((5, 1))), [False] * 5).labs == ()


@pytest.mark.parametrize(("least", "most", "staff"), [(1, 5, [True]), (4, 3, [True]), (2, 5, [True, False])])
def test_labs_that_cannot_be_are_refused(least: int, most: int, staff: list[bool]) -> None:
    with pytest.raises(NoLabsPossible):
        form_labs(csr_array([[1.0]]), staff, least=least, most=most)
