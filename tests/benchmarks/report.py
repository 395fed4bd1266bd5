"""The page that a benchmark writes: what was measured, beside whom, and which goal it meets."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

from tests.benchmarks.clock import Times
from tests.benchmarks.engine import Change
from tests.benchmarks.peers import missing
from tests.benchmarks.solvers import Paired

_PACKAGES = ("numpy", "scipy", "numba", "scikit-learn", "sparse-dot-topn", "bm25s", "tantivy", "ortools", "psycopg")
_HEAD = """# Benchmarks

Written by `make bench`; do not edit. Machines differ and are shared: only ratios within one run count. Every peer
answered the same questions in turn. The offers are a synthetic country (`tests/benchmarks/country.py`).
"""
_NOTES = """
## What each computes

- **engine**: the 20 offers nearest by words alone, over character n-grams within words, so that spelling and inflection
  count; words like those asked for are looked up once and then remembered. *Concepts too* adds what the texts mean.
- **scikit-learn, naive**: word tf-idf, the whole matrix times the question, argpartition. **sparse_dot_topn**: the same
  matrix, top-n multiplication. **bm25s**, **tantivy**: BM25 over words. None of them bridges spellings or languages.
- **PostgreSQL**: the same filters by columns and indexes, then category and distance; no concepts, no text, no exact
  calendar. The engine's figure is for ids and scores after every exact gate; *with reasons* adds the sentences' data.
- **all pairs**: the engine has no batch path yet; its figure is its single answers, times their number.
"""


class Build(NamedTuple):
    """How long the index took, and what it occupies, in megabytes."""

    offers: int
    seconds: float
    megabytes: int
    grown: int
    words: int


def page(
    build: Build, *, text: Mapping[str, Times], recall: float, gated: Mapping[str, Mapping[str, Times]],
    exact: tuple[int, int], changes: Sequence[Change], paired: Sequence[Paired], rings: Mapping[str, Any],
) -> str:  # fmt: skip
    """Return the page."""
    parts = [_HEAD, _machine(build), "\n## Top 20 by text\n", _times(text)]
    parts.append(_goals_of_text(text))
    parts.append(
        f"\nOf the 20 best by exact weighing of every offer, words and concepts, the index finds {recall:.1%}.\n"
    )
    for km, times in gated.items():
        parts += [f"\n## Top 20 through every gate, within {km}\n", _times(times), _goal_of_gates(km, times)]
    parts.append(f"\n{exact[0]} of {exact[1]} answers are exactly those of asking every offer every gate.\n")
    parts += ["\n## What changes counts in the next query\n", _changes(changes)]
    parts += ["\n## Allocation\n", _allocation(paired), _goal_of_allocation(paired)]
    parts.append(
        f"\n## Rings\n\n{rings['people']} people, rings of at most three: {rings['helped']} helped, choosing greedily "
        f"{rings['greedy']}; {rings['seconds']:.2f} s.\n"
    )
    return "".join([*parts, _NOTES])


def _machine(build: Build) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    versions = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    gone = missing("sparse_dot_topn", "bm25s", "tantivy", "ortools")
    absent = f" Missing peers: {', '.join(gone)}." if gone else ""
    return f"""
{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {memory} GB, Python {platform.python_version()}; {versions}.{absent}

{build.offers:,} offers of {build.words:,} different words: taken in within {build.seconds:.0f} s
({build.offers / build.seconds:,.0f} a second); the index occupies {build.megabytes:,} MB, the process grew by {build.grown:,} MB
while it was built (the records themselves were there before).
"""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _times(times: Mapping[str, Times]) -> str:
    ours = times["engine"].p50
    rows = [
        f"| {name} | {one.p50:.2f} | {one.p99:.2f} | {'' if name == 'engine' else f'{ours / one.p50:.3f}'} |"
        for name, one in times.items()
    ]
    return "\n| | p50 ms | p99 ms | engine is × of it |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _goals_of_text(times: Mapping[str, Times]) -> str:
    ours, lines = times["engine"].p50, []
    for name, goal in (("tantivy", 0.25), ("tantivy", 0.1), ("scikit-learn, naive", 0.02)):
        if name in times:
            lines.append(_goal(f"≤ {goal} × {name}", ours / times[name].p50 <= goal))
    if "sparse_dot_topn" in times:
        lines.append(
            _goal("all pairs ≤ 0.5 × sparse_dot_topn, by single answers", ours <= 0.5 * times["sparse_dot_topn"].p50)
        )
    return "\n" + "\n".join(lines) + "\n"


def _goal_of_gates(km: str, times: Mapping[str, Times]) -> str:
    part = {"5 km": 1 / 8, "30 km": 1 / 25}[km]
    met = times["engine"].p50 / times["PostgreSQL"].p50 <= part
    return "\n" + _goal(f"≤ 1/{round(1 / part)} of PostgreSQL", met) + "\n"


def _goal(says: str, met: bool) -> str:
    return f"- goal {says}: {'met' if met else '**missed**'}"


def _changes(changes: Sequence[Change]) -> str:
    rows = [
        f"| {one.what} | {one.change.p50:.2f} / {one.change.p99:.2f} | {one.next_query.p50:.2f} / {one.next_query.p99:.2f} |"
        for one in changes
    ]
    met = all(one.change.p50 <= 1 for one in changes)
    head = "\n| an offer is | p50 / p99 ms | the next query, p50 / p99 ms |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n\n" + _goal("≤ 1 ms of engine time", met) + "\n"


def _allocation(paired: Sequence[Paired]) -> str:
    head = (
        "\n| instance | engine s | OR-Tools s | engine below the optimum | greedy below it |\n|---|---|---|---|---|\n"
    )
    rows = []
    for one in paired:
        best = one.best or one.total
        theirs = "missing" if one.theirs is None else f"{one.theirs:.2f}"
        rows.append(
            f"| {one.name} | {one.ours:.2f} | {theirs} | {1 - one.total / best:.4%} | {1 - one.greedy / best:.2%} |"
        )
    return head + "\n".join(rows) + "\n"


def _goal_of_allocation(paired: Sequence[Paired]) -> str:
    tight = paired[0]
    if tight.theirs is None or tight.best is None:
        return "\n- no goal can be judged without OR-Tools\n"
    met = tight.ours < tight.theirs and 1 - tight.total / tight.best <= 1e-3
    return "\n" + _goal("tight: gap ≤ 0.1 %, faster than OR-Tools", met) + "\n"
