"""What may be counted so that nobody can be recognised, not even by subtracting one answer from another.

Every number that is published is a sum of *grains*. A grain is a set of entries behind which stand at least
`threshold` people. Which grains there are depends on the entries alone, never on what is asked; so the difference of
any two answers is made of whole grains again (docs/decisions/0011-reports-are-sums-of-atoms.md).

Needs and capabilities are parted first. The smallest cells that are too small alone are joined in one fixed order:
concepts of a category, months of a quarter, languages, areas, quarters (the older waits for the next). A set that has
enough people, but too few on one side of met and unmet, is joined on too: what is lacking matters more than where. What
cannot be parted so even in the whole of a category is counted without being parted, from its smallest cells on, in the
end across categories. What is still too small then is withheld for good. Such a joined set is an *atom*.

A tenant may keep languages or areas apart for longest instead of categories (`keeps`); the others are then joined
first. It is one choice at a time for every report, and no question brings one of its own: the atoms of two orders side
by side could be subtracted from one another.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

Kind = Literal["need", "capability"]
Keeps = Literal["category", "language", "area"]
"""Which dimension is kept apart for longest when small cells are joined."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest cell that can be asked for. `month` is such as `2026-11`; None is "not known"."""

    month: str
    area: str | None
    language: str
    category: str | None
    concept: str | None

    @property
    def quarter(self) -> str:
        """Return the quarter of the month, such as `2026-Q4`."""
        year, _, month = self.month.partition("-")
        return f"{year}-Q{(int(month) + 2) // 3}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One need or capability. `done` is met for a need, willing but unasked for a capability."""

    kind: Kind
    cell: Cell
    contributor: Hashable
    done: bool = False
    published: bool = False


Part = tuple[bool | None, bool | None]
"""Whether what is counted is done and published; None where that must not be told."""


@dataclass(frozen=True, slots=True)
class Atom:
    """Entries that are counted together or not at all: the cells they lie in, and how many of each part."""

    kind: Kind
    cells: frozenset[Cell]
    parts: Mapping[Part, int]

    @property
    def total(self) -> int:
        """Return how many entries there are."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Partition:
    """All atoms, the kind and category of what is withheld for good, and what was kept apart for longest."""

    atoms: Sequence[Atom]
    left_over: frozenset[tuple[Kind, str | None]]
    keeps: Keeps = "category"


_FIRST: Sequence[Sequence[str]] = (
    ("month", "area", "language", "category", "concept"),
    ("month", "area", "language", "category"),
    ("quarter", "area", "language", "category"),
)
_THEN: Mapping[Keeps, Sequence[Sequence[str]]] = {
    "category": (("quarter", "area", "category"), ("quarter", "category")),
    "language": (("quarter", "language", "category"), ("quarter", "language")),
    "area": (("quarter", "area", "category"), ("quarter", "area")),
}


def partition(entries: Iterable[Entry], *, threshold: int, keeps: Keeps = "category") -> Partition:
    """Return the atoms of `entries`, each with at least `threshold` contributors, and what is left over.

    `keeps` is the tenant's standing choice. Whoever could read one population in two orders could subtract them.
    """
    by_kind: dict[Kind, list[Entry]] = {"need": [], "capability": []}
    for entry in entries:
        by_kind[entry.kind].append(entry)
    atoms: list[Atom] = []
    left_over: set[tuple[Kind, str | None]] = set()
    for kind, rest in by_kind.items():
        for least in (_Least(threshold, parted=True), _Least(threshold, parted=False)):
            for level in (*_FIRST, *_THEN[keeps]):
                rest = _join(rest, _in_cell(*level), least, atoms)
            rest = _through_time(rest, _in_cell(keeps), least, atoms)
        rest = _join(rest, lambda _: None, least, atoms)
        left_over |= {(kind, entry.cell.category) for entry in rest}
    return Partition(atoms, frozenset(left_over), keeps)


def _in_cell(*names: str) -> Callable[[Entry], Any]:
    return attrgetter(*(f"cell.{name}" for name in names))


@dataclass(frozen=True, slots=True)
class _Least:
    """What a set of entries needs to be an atom: enough people, and enough on either side of done and not."""

    people: int
    parted: bool

    def reached_by(self, entries: Sequence[Entry]) -> bool:
        """Say whether `entries` may be an atom."""
        parts = _grouped(entries, lambda entry: entry.done).values() if self.parted else [entries]
        return all(_people(part) >= self.people for part in parts)


def _join(entries: Iterable[Entry], key: Callable[[Entry], Hashable], least: _Least, atoms: list[Atom]) -> list[Entry]:
    """Add an atom for each group of entries that is large enough; return the entries of all others."""
    rest: list[Entry] = []
    for group in _grouped(entries, key).values():
        if least.reached_by(group):
            atoms.append(_atom(group, least.people))
        else:
            rest.extend(group)
    return rest


def _through_time(
    entries: Iterable[Entry], kept: Callable[[Entry], Hashable], least: _Least, atoms: list[Atom]
) -> list[Entry]:
    """Let what is too small in one quarter wait for the next; so what comes later leaves older atoms alone."""
    rest: list[Entry] = []
    for kept_apart in _grouped(entries, kept).values():
        waiting: list[Entry] = []
        quarters = _grouped(kept_apart, lambda entry: entry.cell.quarter)
        for quarter in sorted(quarters):
            waiting += quarters[quarter]
            if least.reached_by(waiting):
                atoms.append(_atom(waiting, least.people))
                waiting = []
        rest += waiting
    return rest


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], Any]) -> Mapping[Any, list[Entry]]:
    groups: defaultdict[Any, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[key(entry)].append(entry)
    return groups


def _people(entries: Iterable[Entry]) -> int:
    return len({entry.contributor for entry in entries})


_SPLITS: Sequence[Callable[[Entry], Part]] = (
    lambda entry: (entry.done, entry.published),
    lambda entry: (entry.done, None),
    lambda entry: (None, entry.published),
    lambda _: (None, None),
)


def _atom(entries: Sequence[Entry], threshold: int) -> Atom:
    """Return the atom of `entries`, parted as far as each part has enough people.

    Both questions are parted together: published and met told separately could be subtracted from each other.
    """
    cells = frozenset(entry.cell for entry in entries)
    for split in _SPLITS:
        parts = _grouped(entries, split)
        if all(_people(part) >= threshold for part in parts.values()):
            return Atom(entries[0].kind, cells, {part: len(some) for part, some in parts.items()})
    raise ValueError("An atom has fewer people than the threshold.")
