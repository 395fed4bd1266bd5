"""Reading the sentences and measuring every pair of languages."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from services.matching.engine.evaluate import Figures, Set, measure, rank
from services.matching.engine.records import Listing

LANGUAGES = ("en", "de", "fr", "ar", "prs", "ti", "uk", "tr", "pl", "ur")
Part = Literal["development", "held"]
PARTS: tuple[Part, ...] = ("development", "held")


class Sentence(NamedTuple):
    """One sentence of the set."""

    topic: str
    part: str
    about: str
    language: str
    kind: str
    text: str


class Table(NamedTuple):
    """MRR@10 for each language of the need (first) and of the offer (second)."""

    figures: Mapping[tuple[str, str], Figures]

    @property
    def within(self) -> float:
        """Return the mean over the languages of needs and offers in one language."""
        return float(np.mean([self.figures[one, one].mrr for one in LANGUAGES]))

    @property
    def across(self) -> float:
        """Return the mean over all pairs of two different languages."""
        return float(np.mean([self.figures[a, b].mrr for a in LANGUAGES for b in LANGUAGES if a != b]))


@cache
def sentences() -> Sequence[Sentence]:
    """Return all sentences."""
    with Path(__file__).with_name("sentences.csv").open(encoding="utf-8", newline="") as lines:
        return [Sentence(**row) for row in csv.DictReader(lines)]


def listings(part: Part | None, language: str, kind: Literal["need", "offer"]) -> list[Listing]:
    """Return the sentences of one kind in a language as listings, named by their topics."""
    return [
        Listing(id=one.topic, kind=kind, owner=f"{kind} {one.topic}", title=one.text, language=language)
        for one in sentences()
        if (one.language, one.kind) == (language, kind) and part in (None, one.part)
    ]


def table(part: Part, *, among_all: bool = False) -> Table:
    """Measure every pair of languages; `among_all` looks for each offer among all hundred, not only its part's."""
    return Table(dict(_pairs(part, None if among_all else part)))


def _pairs(part: Part, among: Part | None) -> Iterator[tuple[tuple[str, str], Figures]]:
    for ours in LANGUAGES:
        needs = listings(part, ours, "need")
        for theirs in LANGUAGES:
            some = Set(needs, listings(among, theirs, "offer"), {need.id: {need.id: 1} for need in needs})
            yield (ours, theirs), measure(rank(some), some.grades)
