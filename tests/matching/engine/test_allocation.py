"""Allocation: exact where it says so, within its stated gap where it does not, and no place given twice."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array, random_array

from services.matching.engine import allocate, allocation
from services.matching.engine.allocation import TooLarge, Unsolvable


def _random(needs: int, offers: int, each: int, *, seed: int) -> csr_array:
    made = random_array((needs, offers), density=min(1.0, each / offers), random_state=seed, format="csr")
    return csr_array(made)


@pytest.mark.parametrize("seed", range(5))
def test_one_to_one_is_as_good_as_the_best_assignment(seed: int) -> None:
    scores = _random(40, 50, 50, seed=seed)
    rows, columns = linear_sum_assignment(scores.toarray(), maximize=True)
    found = allocate(scores, [1] * 50, [1] * 40)
    assert found.exact
    assert found.total == pytest.approx(scores.toarray()[rows, columns].sum())


@pytest.mark.parametrize(("many", "seed"), [(60, 1), (300, 2), (2_000, 3)])
def test_an_auction_is_within_a_thousandth_of_the_exact_solution(
    many: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores, draw = _random(many, many, 20, seed=seed), np.random.default_rng(seed)
    places, wants = draw.integers(0, 3, many), draw.integers(0, 3, many)
    exact = allocate(scores, places, wants)
    monkeypatch.setattr(allocation, "MOST_EXACT", 0)
    bid = allocate(scores, places, wants)
    assert not bid.exact
    assert exact.total * 0.999 <= bid.total <= exact.total + 1e-9
    assert exact.total <= bid.total / (1 - bid.gap) + 1e-9
    assert (np.bincount(bid.offers, minlength=many) <= places).all()
    assert (np.bincount(bid.needs, minlength=many) <= wants).all()
    assert len(set(zip(bid.needs.tolist(), bid.offers.tolist(), strict=True))) == len(bid.needs)


def test_where_there_is_room_for_all_an_auction_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = _random(200, 100, 10, seed=4)
    monkeypatch.setattr(allocation, "MOST_EXACT", 0)
    found = allocate(scores, [1_000] * 100, [1] * 200)
    assert found.total == pytest.approx(scores.toarray().max(axis=1).sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_highest_floor_lifts_the_worst_off_and_serves_no_fewer(seed: int) -> None:
    scores = _random(25, 15, 6, seed=seed)
    free, even = allocate(scores, [2] * 15, [1] * 25), allocate(scores, [2] * 15, [1] * 25, "max")
    assert len(even.needs) >= len(free.needs)
    assert even.scores.min() >= free.scores.min()
    assert even.scores.min() == pytest.approx(even.floor)
    heights = np.unique(scores.data)
    assert even.floor is not None
    higher = heights[heights > even.floor + 1e-9]
    if len(higher):
        above = allocate(csr_array(np.where(scores.toarray() >= higher[0], scores.toarray(), 0)), [2] * 15, [1] * 25)
        assert len(above.needs) < len(even.needs)


def test_a_floor_that_not_all_can_reach_names_those_below() -> None:
    scores = csr_array([[0.9, 0.2], [0.8, 0.0], [0.0, 0.3]])
    found = allocate(scores, [1, 1], [1, 1, 1], 0.5)
    assert found.floor == 0.5
    assert found.below.tolist() == [n for n in range(3) if n not in found.needs or scores.toarray()[n].max() < 0.5]
    assert (found.scores >= 0.5).sum() == 1


def test_a_group_takes_place_only_with_enough_people() -> None:
    scores = csr_array([[0.9, 0.5], [0.0, 0.5], [0.0, 0.5]])
    found = allocate(scores, [3, 3], [1, 1, 1], least=[2, 2])
    assert found.offers.tolist() == [1, 1, 1]
    assert allocate(scores, [3, 3], [1, 1, 1]).total == pytest.approx(1.9)


def test_somebody_who_wants_two_gets_two_different_people() -> None:
    found = allocate(csr_array([[0.9, 0.4]]), [5, 5], [2])
    assert found.offers.tolist() == [0, 1]


def test_no_places_no_needs_and_no_pairs_give_an_empty_allocation_that_says_who_was_not_served() -> None:
    assert allocate(csr_array([[0.5]]), [0], [1]).unserved.tolist() == [0]
    assert allocate(csr_array((0, 0)), [], []).total == 0
    assert allocate(csr_array((2, 3)), [1] * 3, [1, 0]).unserved.tolist() == [0]
    assert allocate(csr_array((2, 3)), [1] * 3, [1, 0], "max").unserved.tolist() == [0]


@pytest.mark.parametrize(
    ("scores", "capacity", "demand"),
    [
        ([[float("nan")]], [1], [1]), ([[float("inf")]], [1], [1]), ([[-0.5]], [1], [1]), ([[0.5]], [-1], [1]),
        ([[0.5]], [1, 1], [1]), ([[0.5]], [1], [0.5]), ([[0.5]], [float("nan")], [1]),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(scores: list[list[float]], capacity: list[float], demand: list[float]) -> None:
    with pytest.raises(Unsolvable):
        allocate(csr_array(scores), capacity, demand)


def test_a_floor_over_too_many_pairs_is_refused_and_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation, "MOST_EXACT", 3)
    with pytest.raises(TooLarge):
        allocate(csr_array(np.ones((2, 2))), [1, 1], [1, 1], 0.5)
