"""The benchmark itself runs, on a village, and writes a page that names every part."""

from pathlib import Path

import pytest

from tests.benchmarks import peers
from tests.benchmarks.__main__ import run


def test_the_whole_benchmark_runs_on_a_village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "missing", lambda *names: list(names))  # the extras are no part of the tests
    run(offers=2_000, queries=30, pairs=300, page=tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    for part in (
        "Top 20 by text",
        "within 5 km",
        "within 30 km",
        "next query",
        "Allocation",
        "Rings",
        "20 of 20 answers",
    ):
        assert part in page
