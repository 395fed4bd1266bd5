"""The concepts of the vocabulary and what they are called: read from `concepts.csv` and `languages/*.csv`.

Both are tables for a spreadsheet. A row of a language says of one text which concept it belongs to and what it is:

    label      what the concept is called, once for each concept
    also       another name for it, as people say it
    misspelt   a spelling that is met though it is wrong
    word       something people mention when they talk about it
    need       how somebody speaks who needs it
    offer      how somebody speaks who offers it

`review` says whether a native speaker has read the row; `shares` names other concepts that have the same name.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

Kind = Literal["label", "also", "misspelt", "word", "need", "offer"]
Review = Literal["unreviewed", "reviewed"]
NAMES: frozenset[Kind] = frozenset({"label", "also", "misspelt"})
"""The kinds of rows that name a concept; the others are examples of how people talk about it."""
FOLDER = files(__package__)


@dataclass(frozen=True, slots=True)
class Concept:
    """One everyday thing that people need or can do.

    `broader` is another concept or a category; `category` is where that leads in the end. `esco` is a URI of the ESCO
    classification, `open_referral` are terms of Open Referral UK's taxonomies. `about` says in English what is meant.
    """

    id: str
    icon: str
    broader: str
    category: str
    related: frozenset[str]
    esco: str | None
    open_referral: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Text:
    """One row of a language: a name of a concept, or an example of how people talk about it."""

    concept: str
    kind: Kind
    text: str
    review: Review
    shares: frozenset[str] = frozenset()


@cache
def concepts() -> Mapping[str, Concept]:
    """Return all concepts by their ids, in the order of the file; what is related is so both ways."""
    rows = list(_table("concepts.csv"))
    above = {row["id"]: row["broader"] for row in rows}
    related: dict[str, set[str]] = {row["id"]: set(row["related"].split()) for row in rows}
    for one, others in list(related.items()):
        for other in others & related.keys():
            related[other].add(one)
    return MappingProxyType({row["id"]: _concept(row, above, related) for row in rows})


def _concept(row: dict[str, str], above: Mapping[str, str], related: Mapping[str, set[str]]) -> Concept:
    return Concept(
        id=row["id"],
        icon=row["icon"],
        broader=row["broader"],
        category=_top(row["id"], above),
        related=frozenset(related[row["id"]]),
        esco=row["esco"] or None,
        open_referral=tuple(row["open_referral"].split()),
        about=row["about"],
    )


def _top(key: str, above: Mapping[str, str]) -> str:
    for _ in range(len(above) + 1):
        if key not in above:
            return key
        key = above[key]
    raise ValueError(f"{key} is broader than itself")


def texts(language: str) -> Iterator[Text]:
    """Yield every row of a language. Raises FileNotFoundError for a language that has no file."""
    for row in _table("languages", f"{language}.csv"):
        kind, review = cast(Kind, row["kind"]), cast(Review, row["review"])
        yield Text(row["concept"], kind, row["text"], review, frozenset(row["shares"].split()))


def _table(*path: str) -> Iterator[dict[str, str]]:
    with FOLDER.joinpath(*path).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


@cache
def names(language: str) -> Mapping[str, tuple[Text, ...]]:
    """Return the names of each concept in a language, its label first."""
    found: dict[str, list[Text]] = {}
    for one in texts(language):
        if one.kind in NAMES:
            found.setdefault(one.concept, []).append(one)
    for some in found.values():
        some.sort(key=lambda one: one.kind != "label")
    return MappingProxyType({concept: tuple(some) for concept, some in found.items()})
