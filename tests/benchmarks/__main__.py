"""Run every benchmark and write docs/benchmarks.md: `python -m tests.benchmarks [engine|http] [--offers N] [--queries N]`."""

from __future__ import annotations

import argparse
import resource
from pathlib import Path

import numpy as np

from services.matching.engine import Matcher
from tests.benchmarks import engine, http, pages, report, solvers
from tests.benchmarks.clock import seconds
from tests.benchmarks.country import Country

_OFFERS_OVER_HTTP = 100_000


def run(*, offers: int, queries: int, pairs: int, page: Path) -> None:
    """Run every benchmark with so many offers and write the page."""
    country = Country()
    made = list(country.listings("offer", offers))
    needs = list(country.listings("need", queries))
    before = _megabytes()
    taken, matcher = seconds(lambda: Matcher().fit(made))
    build = report.Build(offers, taken, matcher.nbytes >> 20, _megabytes() - before, matcher.words)
    draw = np.random.default_rng(3)
    tight = (draw.random(pairs) < 0.6).astype(np.int64)
    small = min(3_000, pairs)
    page.write_text(
        report.page(
            build,
            text=engine.by_text(matcher, made, needs),
            recall=engine.recall(matcher, needs),
            gated=engine.gated(matcher, made, needs),
            exact=engine.exact(matcher, needs),
            changes=engine.changes(matcher, made, needs[0]),
            paired=[
                solvers.pair(f"{pairs:,} × 20, tight", solvers.instance(pairs, pairs, 20, seed=1), tight),
                solvers.pair(f"{pairs:,} × 20, loose", solvers.instance(pairs, pairs, 20, seed=2), tight * 0 + 20),
                solvers.pair(
                    f"{small:,} × {small:,}, 40 each", solvers.instance(small, small, 40, seed=3),
                    np.ones(small, dtype=np.int64),
                ),
            ],
            rings=solvers.rings(300, seed=4),
        )
        + pages.kept(page),
        encoding="utf-8",
    )  # fmt: skip


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("engine", "http", "all"), default="all")
    parser.add_argument("--offers", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=15, help="for each peer and question over HTTP")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--page", type=Path, default=pages.PAGE)
    told = parser.parse_args()
    if told.what != "http":
        run(offers=told.offers, queries=told.queries, pairs=told.pairs, page=told.page)
    if told.what != "engine":
        seen = http.measure(
            seconds=told.seconds, connections=told.connections, offers=min(told.offers, _OFFERS_OVER_HTTP)
        )
        pages.put("HTTP", http.section(seen), told.page)
    print(told.page.read_text(encoding="utf-8"))  # noqa: T201
