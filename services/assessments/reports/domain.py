"""The gap report: what is asked of it, and how the atoms that lie within the question become rows.

    Invalid
    └── WrongGrouping        grouped by something unknown, by one thing twice, or by more than three

A row counts the atoms that lie wholly within it. What is merely counted together with others is not in it: the row
says so (`withheld`), without saying how much. For a category that is told from what is left over there, and from what
is counted together with other categories. For anything else it is told from whether the atoms around can be told apart
at all: whether one particular small language or area holds somebody is never told.

Only along the dimension that is kept for longest do fewer people than the threshold go missing. Elsewhere any number
may be counted together with others, and a row does not say "fewer than".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.assessments.reports.disclosure import Atom, Cell, Partition
from services.kernel.problems import Invalid

Dimension = Literal["category", "concept", "area", "language", "period"]
Period = Literal["quarter", "month"]
Key = tuple[str | None, ...]

DIMENSIONS: Sequence[Dimension] = ("category", "concept", "area", "language", "period")
MOST_DIMENSIONS = 3
COUNTED_ELSEWHERE = (
    "Some of what belongs here comes from too few people to be counted by itself. It is counted together with other "
    "cells, in a wider question, or not at all."
)


class WrongGrouping(Invalid):
    slug = "wrong-grouping"
    title = "The report cannot be grouped like that"


def grouping(text: str) -> Sequence[Dimension]:
    """Return the dimensions that a list such as `area,language` names. Raises WrongGrouping."""
    named = [part.strip() for part in text.split(",")]
    known = [dimension for name in named for dimension in DIMENSIONS if dimension == name]
    if len(known) != len(named):
        raise WrongGrouping(f"Group by any of {', '.join(DIMENSIONS)}.")
    if len(set(known)) != len(known) or len(known) > MOST_DIMENSIONS:
        raise WrongGrouping(f"Group by up to {MOST_DIMENSIONS} of them, each once.")
    return known


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the report: what it is grouped by, and what is left out. `since` and `until` are months."""

    group_by: Sequence[Dimension] = ("category",)
    period: Period = "quarter"
    equal: Mapping[Dimension, str] = field(default_factory=dict)
    since: str | None = None
    until: str | None = None

    def holds(self, cell: Cell) -> bool:
        """Say whether `cell` lies within what is asked."""
        wanted = self.equal.items()
        return self.in_time(cell) and all(self.value(cell, dimension) == value for dimension, value in wanted)

    def in_time(self, cell: Cell) -> bool:
        """Say whether `cell` lies within `since` and `until`."""
        return not ((self.since and cell.month < self.since) or (self.until and cell.month > self.until))

    def value(self, cell: Cell, dimension: Dimension) -> str | None:
        """Return where `cell` stands in one dimension."""
        if dimension == "period":
            return cell.quarter if self.period == "quarter" else cell.month
        found: str | None = getattr(cell, dimension)
        return found

    def key(self, cell: Cell) -> Key:
        """Return the row that `cell` belongs to."""
        return tuple(self.value(cell, dimension) for dimension in self.group_by)

    def place(self, cell: Cell) -> tuple[bool, Key]:
        """Return where `cell` stands in all that is told apart, whichever value of it is asked for."""
        return self.in_time(cell), tuple(self.value(cell, dimension) for dimension in (*self.group_by, *self.equal))

    def only(self, dimension: Dimension) -> bool:
        """Say whether nothing is told apart but `dimension`."""
        return {*self.group_by, *self.equal} == {dimension} and not (self.since or self.until)


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be read: the number, or none and words instead."""

    count: int | None
    shown: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One row of the report."""

    key: Mapping[Dimension, str | None]
    needs: Shown
    capabilities: Shown
    published: Shown
    met: Shown
    unmet: Shown
    unasked: Shown
    people: str
    withheld: bool


WITHHELD = Shown(None, "withheld")
_DONE, _PUBLISHED = 0, 1


def gaps(found: Partition, asked: Asked, *, threshold: int, rows: Iterable[Key] = ()) -> Sequence[Gap]:
    """Return the rows of the report: those of `rows`, and those in which at least one atom lies."""
    sorted_in: defaultdict[Key, list[Atom]] = defaultdict(list)
    for atom in found.atoms:
        keys = {asked.key(cell) for cell in atom.cells}
        if len(keys) == 1 and all(asked.holds(cell) for cell in atom.cells):
            sorted_in[keys.pop()].append(atom)
    if asked.only("category"):
        rows = [*rows, *_categories(found, asked)]
    wanted = sorted({*sorted_in, *rows}, key=lambda key: [(part is None, part or "") for part in key])
    return [_row(key, sorted_in[key], found, asked, threshold) for key in wanted]


def _categories(found: Partition, asked: Asked) -> Iterable[Key]:
    counted = {cell.category for atom in found.atoms for cell in atom.cells}
    left_over = {category for _, category in found.left_over}
    return [(one,) for one in counted | left_over if asked.equal.get("category", one) == one]


def _row(key: Key, atoms: Sequence[Atom], found: Partition, asked: Asked, threshold: int) -> Gap:
    named = dict(zip(asked.group_by, key, strict=True))
    category: str | Literal[False] | None = named.get("category", asked.equal.get("category", False))
    hidden = {kind: _hidden(kind, found, asked, category) for kind in ("need", "capability")}
    needs = [atom for atom in atoms if atom.kind == "need"]
    capabilities = [atom for atom in atoms if atom.kind == "capability"]
    words = Shown(None, f"fewer than {threshold}") if asked.only(found.keeps) else WITHHELD
    together = WITHHELD if all(hidden.values()) else words  # Twice fewer than the threshold may be more than it.
    return Gap(
        key=named,
        needs=_sum(needs, hidden["need"], words),
        capabilities=_sum(capabilities, hidden["capability"], words),
        published=_sum(atoms, any(hidden.values()), together, _PUBLISHED, True),
        met=_sum(needs, hidden["need"], words, _DONE, True),
        unmet=_sum(needs, hidden["need"], words, _DONE, False),
        unasked=_sum(capabilities, hidden["capability"], words, _DONE, True),
        people=f"at least {threshold}" if atoms else together.shown if any(hidden.values()) else "0",
        withheld=any(hidden.values()),
    )


def _hidden(kind: str, found: Partition, asked: Asked, category: str | Literal[False] | None) -> bool:
    """Say whether something of `kind` may be missing from a row, as far as that may be told.

    Of a row nothing is looked at but its category, so that all languages, areas and times of it look alike.
    """
    if any(kind == one and category in (False, of) for one, of in found.left_over):
        return True
    around = [atom for atom in found.atoms if atom.kind == kind and _touches(atom, category)]
    return any(len({asked.place(cell) for cell in atom.cells}) > 1 for atom in around)


def _touches(atom: Atom, category: str | Literal[False] | None) -> bool:
    return category is False or any(cell.category == category for cell in atom.cells)


def _sum(atoms: Sequence[Atom], hidden: bool, words: Shown, part: int | None = None, value: bool = True) -> Shown:
    """Return the sum over `atoms`, of one of their parts where one is asked for.

    A part that may not be told of one atom leaves that atom out, and the number becomes the least it can be.
    """
    counts = [_of(atom, part, value) for atom in atoms]
    told = [count for count in counts if count is not None]
    if not told and (counts or hidden):
        return WITHHELD if counts else words
    least = len(told) < len(counts)
    return Shown(sum(told), f"at least {sum(told)}" if least else str(sum(told)))


def _of(atom: Atom, part: int | None, value: bool) -> int | None:
    if part is None:
        return atom.total
    if any(key[part] is None for key in atom.parts):
        return None
    return sum(count for key, count in atom.parts.items() if key[part] is value)
