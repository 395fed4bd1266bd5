"""What importing means, whatever the format: entries in the order they depend on each other, and flaws by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["organisation", "place", "service"]
Outcome = Literal["refused", "field_dropped", "left_out"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that could not be used: a whole line (`refused`), one field of it, or what we do not take at all."""

    file: str
    line: int
    outcome: Outcome
    reason: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to add or change. `name` is its id in the source; the other two name what it belongs to there."""

    kind: Kind
    name: str
    file: str
    line: int
    facts: Mapping[str, Any]
    organisation: str | None = None
    places: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class File:
    """One uploaded file, by the name it had."""

    name: str
    content: str


@dataclass(slots=True)
class Reading:
    """What a reader made of some files."""

    entries: list[Entry] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)

    def in_order(self) -> Iterator[Entry]:
        """Yield organisations before places before services, each as they were read."""
        for kind in ("organisation", "place", "service"):
            yield from (entry for entry in self.entries if entry.kind == kind)
