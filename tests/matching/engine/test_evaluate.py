"""The measuring tool: known figures for a known ranking, and clear words about files that cannot be read."""

import json
from pathlib import Path

import numpy as np
import pytest

from services.matching.engine.evaluate import main, measure, rank, read

NEEDS = [("n1", "My bicycle has a flat tyre", "en"), ("n2", "Wer hilft mir im Garten?", "de")]
OFFERS = [
    ("o1", "I mend bicycles", "en"),
    ("o2", "Ich mähe gern den Rasen im Garten", "de"),
    ("o3", "Choir on Mondays", None),
]


def _written(
    folder: Path, *, needs: object = NEEDS, judgements: str = "n1 0 o1 1\nn2 0 o2 2\nn2 0 o3 0\n"
) -> list[str]:
    for name, rows in (("needs", needs), ("offers", OFFERS)):
        lines = (
            rows
            if isinstance(rows, str)
            else "\n".join(
                json.dumps({"id": i, "text": text} | ({"lang": lang} if lang else {}))
                for i, text, lang in rows  # type: ignore[attr-defined]
            )
        )
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels.txt").write_text(judgements)
    return [str(folder / name) for name in ("needs.jsonl", "offers.jsonl", "qrels.txt")]


def test_figures_are_what_their_definitions_say() -> None:
    figures = measure({"a": ["x", "y"], "b": ["z"]}, {"a": {"y": 1, "w": 1}, "b": {"z": 2}})
    assert figures.mrr == pytest.approx((1 / 2 + 1) / 2)
    assert figures.recall == pytest.approx((1 / 2 + 1) / 2)
    ideal = 1 + 1 / np.log2(3)
    assert figures.ndcg == pytest.approx((1 / np.log2(3) / ideal + 1) / 2)


def test_a_set_is_read_ranked_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = _written(tmp_path)
    assert main(paths) == 0
    assert capsys.readouterr().out.startswith("MRR@10 1.0000  recall@10 1.0000  NDCG@10 1.0000  (2 needs)")


def letters() -> object:
    """A tiny encoder: how often each letter occurs."""

    class Letters:
        def encode(self, texts: list[str]) -> np.ndarray:
            return np.array([[text.lower().count(chr(97 + n)) for n in range(26)] for text in texts])

    return Letters()


def test_an_encoder_of_ones_own_ranks_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*_written(tmp_path), "--encoder", f"{__name__}:letters"]) == 0
    assert "2 needs" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nothing", "no.such.module:encoder", f"{__name__}:missing"])
def test_an_encoder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main([*_written(tmp_path), "--encoder", name]) == 2
    assert name.partition(":")[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("needs", "judgements", "says"),
    [
        ("{", "", "needs.jsonl, line 1"), ('{"id": "n1"}', "", "needs.jsonl, line 1"), ('{"id": "n1", "text": 4}', "", "text"),
        ('{"id": "n", "text": "a"}\n{"id": "n", "text": "b"}', "", "twice"), ("[]", "", "line 1"), (NEEDS, "n1 o1 1", "qrels.txt, line 1"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], needs: object, judgements: str, says: str
) -> None:
    assert main(_written(tmp_path, needs=needs, judgements=judgements)) == 2
    assert says in capsys.readouterr().err


def test_empty_sets_and_offers_nobody_knows_are_no_error(tmp_path: Path) -> None:
    paths = [Path(path) for path in _written(tmp_path, judgements="n1 0 o9 1\n")]
    some = read(*paths)
    assert measure(rank(some), some.grades).mrr == 0
    paths[1].write_text("")
    some = read(*paths)
    assert measure(rank(some), some.grades).mrr == 0
