"""Allocation and rings beside their peers: OR-Tools' minimum-cost flow, and choosing greedily."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from services.matching.engine import allocate, find_rings
from tests.benchmarks.clock import seconds

_SCALE = 1_000_000


class Paired(NamedTuple):
    """One instance: seconds and totals of the engine and of its peers (None where one is not installed)."""

    name: str
    ours: float
    total: float
    theirs: float | None
    best: float | None
    greedy: float


def instance(needs: int, offers: int, each: int, *, seed: int) -> csr_array:
    """Return random scores: each need with so many possible offers."""
    draw = np.random.default_rng(seed)
    rows, columns = np.repeat(np.arange(needs), each), draw.integers(0, offers, needs * each)
    return csr_array((draw.random(needs * each), (rows, columns)), shape=(needs, offers))


def pair(name: str, scores: csr_array, places: NDArray[np.int64]) -> Paired:
    """Allocate one offer to each need, by the engine and by its peers."""
    wants = np.ones(scores.shape[0], dtype=np.int64)
    ours, found = seconds(lambda: allocate(scores, places, wants))
    try:
        theirs, best = seconds(lambda: _flow(scores, places))
    except ImportError:
        theirs, best = None, None
    return Paired(name, ours, found.total, theirs, best, _greedy(scores, places))


def _flow(scores: csr_array, places: NDArray[np.int64]) -> float:
    from ortools.graph.python import min_cost_flow

    edges = scores.tocoo()
    needs, offers = scores.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = needs + offers
    cost = -np.round(edges.data * _SCALE).astype(np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(edges.row, needs + edges.col, np.ones(edges.nnz, dtype=np.int64), cost)
    flow.add_arcs_with_capacity_and_unit_cost(
        needs + np.arange(offers), np.full(offers, sink), places, np.zeros(offers, dtype=np.int64)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(needs), np.full(needs, sink), np.ones(needs, dtype=np.int64), np.zeros(needs, dtype=np.int64)
    )
    flow.set_nodes_supplies(
        np.arange(needs + offers + 1), np.append(np.ones(needs), [0] * offers + [-needs]).astype(int)
    )
    flow.solve()
    return float(-flow.optimal_cost() / _SCALE)


def _greedy(scores: csr_array, places: NDArray[np.int64]) -> float:
    edges = scores.tocoo()
    left, waiting, total = places.copy(), np.ones(scores.shape[0], dtype=np.bool_), 0.0
    for n in np.argsort(-edges.data):
        need, offer = edges.row[n], edges.col[n]
        if waiting[need] and left[offer]:
            waiting[need] = False
            left[offer] -= 1
            total += float(edges.data[n])
    return total


def rings(people: int, *, seed: int) -> dict[str, Any]:
    """Choose rings among people of whom each could help about four, and greedily for comparison."""
    draw = np.random.default_rng(seed)
    rows, columns = np.repeat(np.arange(people), 4), draw.integers(0, people, people * 4)
    weights = csr_array((np.ones(people * 4), (rows, columns)), shape=(people, people))
    weights.data[:] = 1.0
    taken, found = seconds(lambda: find_rings(weights, 3))
    return {"people": people, "seconds": taken, "helped": found.helped, "greedy": _greedy_rings(weights)}


def _greedy_rings(weights: csr_array) -> int:
    steps = {n: set(weights[[n]].indices.tolist()) - {n} for n in range(weights.shape[0])}
    busy: set[int] = set()
    for one in steps:
        ring = next((r for r in _rings_of(one, steps) if not busy & set(r)), None) if one not in busy else None
        busy |= set(ring or ())
    return len(busy)


def _rings_of(one: int, steps: dict[int, set[int]]) -> list[tuple[int, ...]]:
    pairs = [(one, b) for b in steps[one] if one in steps[b]]
    return pairs + [(one, b, c) for b in steps[one] for c in steps[b] if c != one and one in steps[c]]
