"""The engine's own part of the benchmark: text, gates, what changes in the next query, and whether answers are right."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from deploy import embedded
from services.matching.engine import Listing, Matcher
from tests.benchmarks import peers, postgresql
from tests.benchmarks.clock import Times, in_turn, seconds
from tests.benchmarks.country import NOW

TOP = 20
_JUDGED = 40


class Change(NamedTuple):
    """Milliseconds that the engine needs for one change, and for the next query, which must see it."""

    what: str
    change: Times
    next_query: Times


def by_text(matcher: Matcher, offers: Sequence[Listing], needs: Sequence[Listing]) -> dict[str, Times]:
    """Return how long the engine and each installed peer take for the top 20 by text."""
    texts = [one.words for one in offers]
    asked: dict[str, Callable[[Listing], Any]] = {
        "engine": lambda one: matcher.alike(one, now=NOW, limit=TOP, text_only=True),
        "engine, concepts too": lambda one: matcher.alike(one, now=NOW, limit=TOP),
    }
    plain = peers.naive(texts)
    made: dict[str, peers.Answer] = {"scikit-learn, naive": plain}
    if not peers.missing("sparse_dot_topn"):
        made["sparse_dot_topn"] = peers.sparse_dot_topn(plain)
    if not peers.missing("bm25s"):
        made["bm25s (numba)"] = peers.bm25(texts)
    if not peers.missing("tantivy"):
        made["tantivy"] = peers.tantivy(texts)
    for name, answer in made.items():
        asked[name] = lambda one, answer=answer: answer(one.words)  # type: ignore[misc]
    return in_turn(asked, needs)


def recall(matcher: Matcher, needs: Sequence[Listing]) -> float:
    """Return which part of the 20 best by text, found by weighing every offer, the index finds too."""
    found = []
    for one in needs[:_JUDGED]:
        quick = {name for name, _ in matcher.alike(one, now=NOW, limit=TOP)}
        exact = {name for name, _ in matcher.alike(one, now=NOW, limit=TOP, everybody=True)}
        found.append(len(quick & exact) / max(1, len(exact)))
    return float(np.mean(found))


def gated(matcher: Matcher, offers: Sequence[Listing], needs: Sequence[Listing]) -> dict[str, dict[str, Times]]:
    """Return, by kilometres, how long the engine and PostgreSQL take for the top 20 through every gate."""
    folder = Path(tempfile.mkdtemp(prefix="cando-bench-"))
    folder.chmod(0o755)
    server = embedded.start(folder, settings={"shared_buffers": "1GB", "fsync": "off", "jit": "off"})
    try:
        connection = postgresql.filled(server.get_uri(), offers)
        ask = postgresql.asking(connection)
        found = {}
        for km in (5, 30):
            asked = near(needs, km)
            found[f"{km} km"] = in_turn(
                {
                    "engine": lambda one: matcher.ranked(one, now=NOW, limit=TOP),
                    "engine, with reasons": lambda one: matcher.candidates(one, now=NOW, limit=TOP, refusals=0),
                    "PostgreSQL": ask,
                },
                asked,
            )
        connection.close()
        return found
    finally:
        server.cleanup()


def near(needs: Sequence[Listing], km: float) -> list[Listing]:
    """Return the needs as of people who would meet in person and can go so far."""
    return [replace(one, means=frozenset({"in_person"}), reach_km=km, travel=frozenset()) for one in needs]


def exact(matcher: Matcher, needs: Sequence[Listing]) -> tuple[int, int]:
    """Return how many of the answers through every gate are exactly those of asking every offer, and of how many."""
    asked = [*near(needs[:10], 5), *near(needs[10:20], 30)]
    same = 0
    for one in asked:
        quick = matcher.ranked(one, now=NOW, limit=TOP)
        full = matcher.ranked(one, now=NOW, limit=TOP, everybody=True)
        same += quick == full
    return same, len(asked)


def changes(matcher: Matcher, offers: Sequence[Listing], need: Listing) -> list[Change]:
    """Return how long adding, changing and withdrawing an offer take, and the query after it."""
    some = [replace(one, id=f"new {one.id}") for one in offers[:60]]
    steps: dict[str, Callable[[Listing], Any]] = {
        "added": lambda one: matcher.add([one]),
        "changed": lambda one: matcher.add([replace(one, title=f"{one.title} again")]),
        "withdrawn": lambda one: matcher.remove([one.id]),
    }
    found = []
    for what, step in steps.items():
        taken, asked = [], []
        for one in some:
            taken.append(1e3 * seconds(partial(step, one))[0])
            asked.append(1e3 * seconds(partial(matcher.alike, need, now=NOW, limit=TOP))[0])
        found.append(Change(what, *(Times(*np.percentile(values, [50, 99]).tolist()) for values in (taken, asked))))
    return found
