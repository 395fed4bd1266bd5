"""What importing means, whatever the format: entries and what is added to them, and flaws by line.

A reader yields items in the order of its files, the same ones each time, so that reading can go on after the n-th.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from services.kernel.problems import Conflict, IllegalState

Kind = Literal["organisation", "place", "service", "taxonomy", "term"]
Outcome = Literal["refused", "field_dropped", "field_changed", "left_out", "noted"]
"""`noted`: it is kept as it is, but somebody may want to look at it."""
RANKS: Mapping[str, int] = {"organisation": 0, "place": 1, "service": 2, "link": 3, "taxonomy": 4, "term": 5}
"""The order in which entries depend on each other; a link is a service at a place, and no entry of its own."""
COUNTED = frozenset({0, 1, 2})
"""The ranks of what is an entry of the directory."""
LIVE = frozenset({"uploading", "queued", "running", "suspect"})
ENDED = frozenset({"finished", "incomplete", "failed", "cancelled"})
"""`incomplete`: the source broke off or changed while it was read; what was read is in, nothing was deleted."""
UPLOAD_LIVES = timedelta(hours=24)


class ImportUnderWay(Conflict):
    slug = "import-under-way"
    title = "An import from this source is under way"


class ImportEnded(IllegalState):
    slug = "import-ended"
    title = "The import has ended"


class NothingToAccept(IllegalState):
    slug = "nothing-to-accept"
    title = "The import waits for no decision about deletions"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that could not be used: a whole line (`refused`), one field of it, what stays out; or `noted`."""

    file: str
    line: int
    outcome: Outcome
    reason: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to add or change. `name` is its id in the source; the others name what it belongs to there.

    An `embedded` entry stood inside another one; one that stands for itself says more and takes its place.
    """

    kind: Kind
    name: str
    file: str
    line: int
    facts: Mapping[str, Any]
    organisation: str | None = None
    places: Sequence[str] = ()
    parent: str | None = None
    embedded: bool = False

    def document(self) -> dict[str, Any]:
        """Return the facts with what the entry belongs to, under names that no fact has."""
        refers = {"_organisation": self.organisation, "_places": list(self.places), "_parent": self.parent}
        return {**self.facts, **{name: value for name, value in refers.items() if value}}


@dataclass(frozen=True, slots=True)
class Addition:
    """Something said elsewhere about an entry: a list is added to what is there, anything else takes its place."""

    kind: Literal["organisation", "place", "service", "link"]
    name: str
    file: str
    line: int
    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class Link:
    """A service at a place, by the id that other lines may call this pair."""

    name: str
    service: str
    place: str | None
    file: str
    line: int


Item = Entry | Addition | Link | Flaw


@dataclass(frozen=True, slots=True)
class File:
    """One uploaded file, by the name it had."""

    name: str
    content: str


@dataclass(slots=True)
class Reading:
    """What a reader made of some files, in memory."""

    entries: list[Entry] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    others: list[Addition | Link] = field(default_factory=list)

    @classmethod
    def of(cls, items: Iterator[Item]) -> "Reading":
        """Collect the items of a reader."""
        made = cls()
        for item in items:
            if isinstance(item, Entry):
                made.entries.append(item)
            elif isinstance(item, Flaw):
                made.flaws.append(item)
            else:
                made.others.append(item)
        return made


def too_many_gone(gone: int, known: int, stop_at_share: float) -> bool:
    """Say whether so many entries of a source would vanish that somebody should look first."""
    return known > 0 and gone / known > stop_at_share
