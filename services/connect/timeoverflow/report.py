"""What became of each line of each file: numbers of lines and members, never a name or a word of theirs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["created", "updated", "unchanged", "skipped", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("created", "updated", "unchanged", "skipped", "refused")


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line; `why` says it where it was not simply done."""

    file: str
    line: int
    outcome: Outcome
    what: str
    why: str = ""

    def __str__(self) -> str:
        said = f"{self.file}:{self.line} {self.outcome} {self.what}"
        return f"{said}: {self.why}" if self.why else said


@dataclass(slots=True)
class Report:
    """The lines so far, and the seconds that came or went."""

    lines: list[Line] = field(default_factory=list)
    seconds: int = 0

    def note(self, file: str, line: int, outcome: Outcome, what: str, why: str = "") -> None:
        """Add what became of a line."""
        self.lines.append(Line(file, line, outcome, what, why))

    def counts(self, file: str) -> dict[Outcome, int]:
        """Return how many lines of a file had each outcome."""
        found = Counter(one.outcome for one in self.lines if one.file == file)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def refused(self) -> bool:
        """Say whether any line was refused."""
        return any(one.outcome == "refused" for one in self.lines)

    def summary(self, file: str) -> str:
        """Return the counts of a file in one line."""
        return f"{file}: " + ", ".join(f"{number} {outcome}" for outcome, number in self.counts(file).items())
