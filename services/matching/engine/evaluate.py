"""How well the engine ranks by what people write, measured on sets of your own.

    python -m services.matching.engine.evaluate NEEDS.jsonl OFFERS.jsonl QRELS.txt [--encoder NAME]

A line of the first two is `{"id", "text", "lang"?}`; judgements are TREC's: `need 0 offer grade`. Printed are, over all
needs that have a relevant offer, MRR@10 (one over the rank of the first relevant offer), recall@10 (which part of the
relevant ones is among ten) and NDCG@10 (gain 2^grade - 1). No gate is asked: only text and language count here.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from services.matching.engine.encoders import Encoder, encoder
from services.matching.engine.fusion import fused
from services.matching.engine.matcher import Matcher
from services.matching.engine.records import Listing

DEPTH = 10
_AT_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
Grades = Mapping[str, Mapping[str, int]]


class Unreadable(ValueError):
    """A file of the set cannot be read; says which line and why."""


class Figures(NamedTuple):
    """Means over `needs` needs, each from 0 to 1."""

    mrr: float
    recall: float
    ndcg: float
    needs: int

    def __str__(self) -> str:
        return f"MRR@10 {self.mrr:.4f}  recall@10 {self.recall:.4f}  NDCG@10 {self.ndcg:.4f}  ({self.needs} needs)"


@dataclass(frozen=True, slots=True)
class Set:
    """Needs, offers and which offer is relevant to which need, by how much."""

    needs: Sequence[Listing]
    offers: Sequence[Listing]
    grades: Grades


def read(needs: Path, offers: Path, judgements: Path) -> Set:
    """Read a set. Raises Unreadable."""
    return Set(_listings(needs, "need"), _listings(offers, "offer"), _grades(judgements))


def _listings(path: Path, kind: Literal["need", "offer"]) -> list[Listing]:
    found: dict[str, Listing] = {}
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = json.loads(line)
            name, text, language = str(row["id"]), row["text"], row.get("lang")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Unreadable(f'{path}, line {number}: must be {{"id", "text", "lang"?}}') from None
        if not isinstance(text, str) or not isinstance(language, str | None):
            raise Unreadable(f"{path}, line {number}: text and lang must be texts")
        if name in found:
            raise Unreadable(f"{path}, line {number}: the id {name!r} is there twice")
        found[name] = Listing(id=name, kind=kind, owner=f"{kind} {name}", title=text, language=language)
    return list(found.values())


def _grades(path: Path) -> Grades:
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), start=1):
        try:
            need, _, offer, grade = line.split()
            found.setdefault(need, {})[offer] = int(grade)
        except ValueError:
            raise Unreadable(f"{path}, line {number}: must be `need 0 offer grade`") from None
    return found


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from None


def rank(some: Set, *, deep: int = DEPTH, with_encoder: Encoder | None = None) -> dict[str, list[str]]:
    """Return, for each judged need, the ids of the best offers, best first."""
    matcher = Matcher().fit(some.offers)
    judged = [need for need in some.needs if any(grade > 0 for grade in some.grades.get(need.id, {}).values())]
    many = len(some.offers) if with_encoder else deep
    found = {need.id: [name for name, _ in matcher.alike(need, now=_AT_ANY_TIME, limit=many)] for need in judged}
    if with_encoder is None:
        return found
    return {name: ranked[:deep] for name, ranked in fused(found, judged, some.offers, with_encoder).items()}


def measure(ranked: Mapping[str, Sequence[str]], grades: Grades) -> Figures:
    """Return the figures of a ranking."""
    each = [_of_one(found[:DEPTH], grades[need]) for need, found in ranked.items()]
    if not each:
        return Figures(0.0, 0.0, 0.0, 0)
    mrr, recall, ndcg = (math.fsum(column) / len(each) for column in zip(*each, strict=True))
    return Figures(mrr, recall, ndcg, len(each))


def _of_one(found: Sequence[str], grades: Mapping[str, int]) -> tuple[float, float, float]:
    relevant = {offer for offer, grade in grades.items() if grade > 0}
    first = next((rank for rank, offer in enumerate(found, start=1) if offer in relevant), 0)
    recall = len(relevant & set(found)) / len(relevant)
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    return (1 / first if first else 0.0), recall, _gain([grades.get(offer, 0) for offer in found]) / best


def _gain(grades: Iterable[int]) -> float:
    return math.fsum((2 ** max(0, grade) - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 2 when something cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("needs", type=Path)
    parser.add_argument("offers", type=Path)
    parser.add_argument("qrels", type=Path)
    parser.add_argument("--encoder", metavar="NAME", help="rank with this sentence encoder too; see encoders.py")
    told = parser.parse_args(arguments)
    try:
        some = read(told.needs, told.offers, told.qrels)
        chosen = encoder(told.encoder) if told.encoder else None
    except (Unreadable, LookupError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    print(measure(rank(some, with_encoder=chosen), some.grades))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
