"""Timing: everybody answers the same questions in turn, after a warm-up, with the garbage collector at rest."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

Question = TypeVar("Question")
_WARM = 15


class Times(NamedTuple):
    """Milliseconds: half of the answers took at most `p50`, all but one in a hundred at most `p99`."""

    p50: float
    p99: float


def in_turn(
    peers: Mapping[str, Callable[[Question], Any]], questions: Sequence[Question], *, warm: int = _WARM
) -> dict[str, Times]:
    """Ask every peer each question, one peer after the other, and return how long each took."""
    for question in questions[:warm]:
        for answer in peers.values():
            answer(question)
    taken: dict[str, list[float]] = {name: [] for name in peers}
    gc.disable()
    try:
        for question in questions[warm:]:
            for name, answer in peers.items():
                begun = time.perf_counter()
                answer(question)
                taken[name].append((time.perf_counter() - begun) * 1e3)
    finally:
        gc.enable()
    return {name: Times(*np.percentile(values, [50, 99]).tolist()) for name, values in taken.items()}


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds something took, and what it returned."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result
