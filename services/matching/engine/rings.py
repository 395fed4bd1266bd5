"""Rings: A helps B, B helps C, C helps A. Everybody gives and everybody gets, and nobody owes anything.

All rings up to a length are listed and those are chosen that help most people in all likelihood, no person in two of
them. One refusal breaks a ring, so a ring is worth its length times the chance that all of it comes true.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, sparray, spmatrix

SHORTEST, LONGEST = 2, 4
MOST_RINGS = 400_000
_PATIENCE = 60.0


class NoRingsPossible(ValueError):
    """What was asked cannot be: a weight that is no likelihood, a matrix that is not square, a length out of range."""


class TooManyRings(ValueError):
    """There are more possible rings than can be weighed; keep fewer of each person's best."""


@dataclass(frozen=True, slots=True)
class Ring:
    """People in a ring: each helps the next, the last the first. `likely` is the chance that all of it comes true."""

    people: tuple[int, ...]
    likely: float

    @property
    def worth(self) -> float:
        """Return how many people it helps, in all likelihood."""
        return len(self.people) * self.likely


@dataclass(frozen=True, slots=True)
class Rings:
    """The chosen rings, worthiest first; `possible` is how many there were, `alone` are people who are in none.

    `exact` says that no better choice exists; else the search ended after a minute with the best it had.
    """

    rings: tuple[Ring, ...]
    possible: int
    alone: tuple[int, ...]
    exact: bool

    @property
    def helped(self) -> int:
        """Return how many people are in a ring."""
        return sum(len(ring.people) for ring in self.rings)


def find_rings(weights: sparray | spmatrix, max_length: int = 3) -> Rings:
    """Choose rings of at most `max_length` people (2 to 4) so that most people are helped in all likelihood.

    `weights` is sparse and square: at (i, j) how likely it is (above 0, at most 1) that i's help for j comes true.
    Raises NoRingsPossible for what cannot be meant and TooManyRings beyond 400,000 possible rings.
    """
    edges = _checked(weights, max_length)
    rings = _possible(edges, max_length)
    chosen, exact = _choose(rings, edges.shape[0])
    best = sorted((rings[n] for n in chosen), key=lambda ring: (-ring.worth, ring.people))
    busy = {person for ring in best for person in ring.people}
    return Rings(tuple(best), len(rings), tuple(n for n in range(edges.shape[0]) if n not in busy), exact)


def _checked(weights: sparray | spmatrix, max_length: int) -> coo_array:
    if not SHORTEST <= max_length <= LONGEST:
        raise NoRingsPossible(f"A ring has {SHORTEST} to {LONGEST} people.")
    edges = coo_array(weights)
    edges.sum_duplicates()
    if edges.shape[0] != edges.shape[1]:
        raise NoRingsPossible(f"Everybody gives and gets: {edges.shape} is not square.")
    if not np.isfinite(edges.data).all() or (edges.data < 0).any() or (edges.data > 1).any():
        raise NoRingsPossible("A weight is a likelihood, from 0 to 1.")
    edges.eliminate_zeros()
    return edges


def _possible(edges: coo_array, max_length: int) -> list[Ring]:
    graph = nx.DiGraph()
    triples = zip(edges.row.tolist(), edges.col.tolist(), edges.data.tolist(), strict=True)
    graph.add_weighted_edges_from((i, j, weight) for i, j, weight in triples if i != j)
    cycles = list(islice(nx.simple_cycles(graph, length_bound=max_length), MOST_RINGS + 1))
    if len(cycles) > MOST_RINGS:
        raise TooManyRings(f"There are more than {MOST_RINGS} possible rings.")
    return [Ring(_from_least(cycle), _likely(graph, cycle)) for cycle in cycles]


def _from_least(cycle: list[int]) -> tuple[int, ...]:
    at = cycle.index(min(cycle))
    return tuple(cycle[at:] + cycle[:at])


def _likely(graph: nx.DiGraph, cycle: list[int]) -> float:
    steps = zip(cycle, cycle[1:] + cycle[:1], strict=True)
    return float(np.prod([graph.edges[step]["weight"] for step in steps]))


def _choose(rings: list[Ring], people: int) -> tuple[NDArray[np.int64], bool]:
    if not rings:
        return np.zeros(0, dtype=np.int64), True
    rows = [person for ring in rings for person in ring.people]
    columns = [number for number, ring in enumerate(rings) for _ in ring.people]
    member = csr_array((np.ones(len(rows)), (rows, columns)), shape=(people, len(rings)))
    solved = milp(
        -np.array([ring.worth for ring in rings]), constraints=LinearConstraint(member, -np.inf, 1),
        bounds=Bounds(0, 1), integrality=np.ones(len(rings)), options={"time_limit": _PATIENCE},
    )  # fmt: skip
    if solved.x is None:
        raise TooManyRings("No choice was found in a minute; keep fewer of each person's best.")
    return np.flatnonzero(solved.x > 0.5), solved.status == 0
