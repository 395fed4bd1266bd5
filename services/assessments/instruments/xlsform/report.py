"""What an XLSForm carries of an instrument, and what not: listed place by place, never dropped in silence."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that could not be carried over: where it stands, what it is, and why."""

    sheet: str
    row: int | None
    column: str
    what: str
    why: str


@dataclass(slots=True)
class Report:
    """What was carried over, by kind, and what was not."""

    carried: Counter[str] = field(default_factory=Counter)
    not_carried: list[Loss] = field(default_factory=list)

    def lose(self, sheet: str, row: int | None, column: str, what: str, why: str) -> None:
        """Note that something is not carried over."""
        self.not_carried.append(Loss(sheet, row, column, what, why))
