"""Pairing a whole community at once: who best helps whom when places are few.

Small instances are solved exactly, as a linear or mixed-integer programme by HiGHS in SciPy; large ones by an auction
in which needs bid for places (`auction`), whose value is within a known part of the optimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, hstack, sparray, spmatrix, vstack

from services.matching.engine.auction import hold

MOST_EXACT = 150_000
"""So many possible pairs are paired exactly; more go to auction."""
CLOSE = 5e-4
"""What one bid raises a price by, as a part of the highest score: it bounds what the auction can lose."""
_PATIENCE = 60.0
_EVEN = 1e-9
Floor = float | Literal["max"] | None


class Unsolvable(ValueError):
    """What was asked cannot be: a size that does not fit, a score that is not a number, places below zero."""


class TooLarge(ValueError):
    """A floor or a least size for groups was asked of more pairs than can be weighed exactly."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who was paired with whom.

    `needs[k]` was given a place at `offers[k]` with `scores[k]`; `unserved` are needs with demand that got nothing;
    `below` are needs that could not be brought to the floor asked for. `floor` is the one that was reached, `total`
    the sum of scores. `exact` says that no better total exists; else it is at most `gap` (a part of it) too low.
    """

    needs: NDArray[np.int64]
    offers: NDArray[np.int64]
    scores: NDArray[np.float64]
    unserved: NDArray[np.int64]
    below: NDArray[np.int64]
    floor: float | None
    exact: bool
    gap: float

    @property
    def total(self) -> float:
        """Return the sum of all scores."""
        return float(self.scores.sum())


def allocate(
    scores: sparray | spmatrix,
    capacity: ArrayLike,
    demand: ArrayLike,
    floor: Floor = None,
    *,
    least: ArrayLike | None = None,
) -> Allocation:
    """Pair needs with offers so that the sum of scores is greatest.

    `scores` is sparse, needs by offers, positive where a pair is possible; an offer has `capacity` places, a need
    takes up to `demand` of them, from different offers. `floor` is what every need should get at least, the sum of its
    scores: as many needs as possible are brought to it before the total counts; "max" asks for the highest floor at
    which no fewer needs are served. `least` says, per offer, how many must come together for a group to take place.

    Raises Unsolvable for what cannot be meant and TooLarge for a floor or groups beyond 150,000 possible pairs.
    """
    edges, places, wants = _checked(scores, capacity, demand)
    groups = _whole(least, edges.shape[1], "least") if least is not None else np.ones(edges.shape[1], dtype=np.int64)
    grouped = bool((groups > 1).any())
    if (floor is not None or grouped) and edges.nnz > MOST_EXACT:
        raise TooLarge(f"A floor or groups can be weighed for {MOST_EXACT} possible pairs; these are {edges.nnz}.")
    problem = _Problem(edges, places, wants, groups)
    if floor is None and not grouped:
        chosen = problem.linear() if edges.nnz <= MOST_EXACT else None
        return problem.told(chosen, None) if chosen is not None else problem.auctioned()
    if floor == "max":
        floor = problem.highest_floor()
    return problem.told(problem.whole(floor), floor)


def _checked(
    scores: sparray | spmatrix, capacity: ArrayLike, demand: ArrayLike
) -> tuple[coo_array, NDArray[np.int64], NDArray[np.int64]]:
    edges = coo_array(scores)
    edges.sum_duplicates()
    if not np.isfinite(edges.data).all():
        raise Unsolvable("A score is not a finite number.")
    if (edges.data < 0).any():
        raise Unsolvable("A score is below zero; leave out pairs that are not possible.")
    edges.eliminate_zeros()
    return edges, _whole(capacity, edges.shape[1], "capacity"), _whole(demand, edges.shape[0], "demand")


def _whole(values: ArrayLike, size: int, name: str) -> NDArray[np.int64]:
    given = np.asarray(values, dtype=np.float64)
    if given.shape != (size,):
        raise Unsolvable(f"{name} has the shape {given.shape} where ({size},) is needed.")
    if not np.isfinite(given).all() or (given < 0).any() or (given != np.round(given)).any():
        raise Unsolvable(f"{name} must be whole numbers, none below zero.")
    return given.astype(np.int64)


class _Problem:
    """One instance: possible pairs, places of offers, wants of needs, and least sizes of groups."""

    def __init__(
        self, edges: coo_array, places: NDArray[np.int64], wants: NDArray[np.int64], groups: NDArray[np.int64]
    ) -> None:
        possible = (wants[edges.row] > 0) & (places[edges.col] > 0) & (groups[edges.col] <= places[edges.col])
        self.rows, self.columns = edges.row[possible].astype(np.int64), edges.col[possible].astype(np.int64)
        self.values = edges.data[possible].astype(np.float64)
        self.places, self.wants, self.groups = places, wants, groups

    def _incidence(self) -> tuple[csr_array, csr_array]:
        many, ones = range(len(self.rows)), np.ones(len(self.rows))
        of_need = csr_array((ones, (self.rows, many)), shape=(len(self.wants), len(ones)))
        return of_need, csr_array((ones, (self.columns, many)), shape=(len(self.places), len(ones)))

    def linear(self) -> NDArray[np.bool_]:
        """Return which pairs an exact solution takes. The corners of this polytope are whole numbers."""
        if not len(self.values):
            return np.zeros(0, dtype=np.bool_)
        limits = np.concatenate([self.wants, self.places])
        solved = linprog(-self.values, vstack(self._incidence()), limits, bounds=(0, 1), method="highs-ds")
        return np.asarray(solved.x > 0.5)

    def whole(self, floor: float | None) -> NDArray[np.bool_]:
        """Return which pairs a solution with groups and a floor takes: first as many at the floor, then the total."""
        if not len(self.values):
            return np.zeros(0, dtype=np.bool_)
        program = _Program(self, *self._incidence(), floor)
        reached = program.solve(first=True) if floor is not None else None
        return program.solve(first=False, reached=reached)[: len(self.values)] > 0.5

    def highest_floor(self) -> float:
        """Return the highest floor at which as many needs are served as without one."""
        heights = np.unique(self.values)
        served = len(np.unique(self.rows[self.whole(_EVEN)])) if len(heights) else 0
        low, high = 0, len(heights) - 1
        while low < high:
            middle = (low + high + 1) // 2
            chosen = self.whole(float(heights[middle]))
            enough = int((self._sums(chosen) >= heights[middle] - _EVEN).sum()) >= served
            low, high = (middle, high) if enough else (low, middle - 1)
        return float(heights[low]) if len(heights) else 0.0

    def _sums(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(self.rows[chosen], self.values[chosen], len(self.wants)).astype(np.float64)

    def auctioned(self) -> Allocation:
        """Return an allocation by auction, and how far from the optimum it can be at the most."""
        order = np.lexsort((self.columns, self.rows))
        starts = np.searchsorted(self.rows[order], np.arange(len(self.wants) + 1))
        step = CLOSE * float(self.values.max(initial=0.0))
        taken, prices = hold(starts, self.columns[order], self.values[order], self.wants, self.places, step)
        chosen = np.zeros(len(self.values), dtype=np.bool_)
        chosen[order[taken]] = True
        total = float(self.values[chosen].sum())
        best = self._bound(prices)
        gap = 0.0 if best <= 0 else max(0.0, (best - total) / best)
        return self.told(chosen, None, exact=gap < _EVEN, gap=gap)

    def _bound(self, prices: NDArray[np.float64]) -> float:
        """Return a total that nothing can exceed: the value of the dual problem at these prices."""
        gains = np.maximum(self.values - prices[self.columns], 0)
        order = np.lexsort((-gains, self.rows))
        rows = self.rows[order]
        place = np.arange(len(rows)) - np.searchsorted(rows, rows)
        return float(gains[order][place < self.wants[rows]].sum() + (prices * self.places).sum())

    def told(
        self, chosen: NDArray[np.bool_], floor: float | None, *, exact: bool = True, gap: float = 0.0
    ) -> Allocation:
        """Return the allocation that takes these pairs."""
        order = np.lexsort((self.columns[chosen], self.rows[chosen]))
        rows = self.rows[chosen][order]
        unserved = np.setdiff1d(np.flatnonzero(self.wants > 0), rows)
        short = self._sums(chosen) < floor - _EVEN if floor is not None else np.zeros(len(self.wants), dtype=np.bool_)
        below = np.flatnonzero(short & (self.wants > 0))
        return Allocation(
            rows, self.columns[chosen][order], self.values[chosen][order], unserved, below, floor, exact, gap
        )


class _Program:
    """The mixed-integer programme: pairs, then which offers take place, then which needs reach the floor."""

    def __init__(self, problem: _Problem, of_need: csr_array, of_offer: csr_array, floor: float | None) -> None:
        pairs, needs, offers = len(problem.values), len(problem.wants), len(problem.places)
        values = csr_array((problem.values, (problem.rows, range(pairs))), shape=(needs, pairs))
        size = pairs + offers + needs
        self._pairs, self._offers = pairs, offers
        self._values = np.concatenate([problem.values, np.zeros(offers + needs)])
        self._rules = [
            _rule([of_need, None, None], (needs, offers, needs), 0, problem.wants),
            _rule([of_offer, -_diagonal(problem.places), None], (needs, offers, needs), -np.inf, 0),
            _rule([of_offer, -_diagonal(problem.groups), None], (needs, offers, needs), 0, np.inf),
            _rule([values, None, -_diagonal(np.full(needs, floor or 0.0))], (needs, offers, needs), -_EVEN, np.inf),
        ]
        highest = np.ones(size)
        if floor is None:
            highest[pairs + offers :] = 0
        self._bounds = Bounds(0, highest)

    def solve(self, *, first: bool, reached: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the variables: of the most needs at the floor, or of the greatest total with as many of them."""
        at_floor = np.zeros(len(self._values))
        at_floor[self._pairs + self._offers :] = 1
        rules = list(self._rules)
        if reached is not None:
            rules.append(LinearConstraint(at_floor, float(at_floor @ reached) - 0.5, np.inf))
        goal = at_floor if first else self._values
        solved = milp(
            -goal, constraints=rules, bounds=self._bounds, integrality=np.ones(len(goal)),
            options={"time_limit": _PATIENCE, "mip_rel_gap": 1e-4},
        )  # fmt: skip
        if solved.x is None:
            raise TooLarge("No solution was found in a minute; ask for fewer pairs at once.")
        return np.asarray(np.round(solved.x))


def _rule(parts: Sequence[Any], sizes: tuple[int, int, int], low: Any, high: Any) -> LinearConstraint:
    """Return a constraint over pairs, offers and needs, of which those named None have no part in it."""
    rows = next(part.shape[0] for part in parts if part is not None)
    _, offers, needs = sizes
    widths = (parts[0].shape[1], offers, needs)
    filled = [csr_array((rows, width)) if part is None else part for part, width in zip(parts, widths, strict=True)]
    return LinearConstraint(hstack(filled, format="csr"), low, high)


def _diagonal(values: NDArray[Any]) -> csr_array:
    many = range(len(values))
    return csr_array((values.astype(np.float64), (many, many)), shape=(len(values), len(values)))
