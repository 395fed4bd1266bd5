"""What a line of an import asks for, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from services.kernel.problems import Problem
from services.timebank.domain import Owner

MOST_LINES = 1000
LONGEST_LINE = 8_000
REASON = "Opening balance"

Outcome = Literal["created", "updated", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account as another system had it, by its `name` there. `opening` is signed seconds; None says nothing."""

    name: str
    owner: Owner
    opening: int | None = None
    limits: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that says nothing, and why."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one line: a refused one has left nothing behind, and says why."""

    name: str | None
    outcome: Outcome
    account: UUID | None = None
    transfer: UUID | None = None
    problem: Problem | None = None
