"""What became of each line that another system pushed, and of all of them together: the shapes of the answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.origins import Rule
from services.kernel.problems import FieldError, Problem

Outcome = Literal[
    "created", "updated", "unchanged", "stale", "deleted", "unlinked", "renamed", "refused"
]  # fmt: skip
OUTCOMES: tuple[Outcome, ...] = (
    "created", "updated", "unchanged", "stale", "deleted", "unlinked", "renamed", "refused",
)  # fmt: skip


class KeptField(BaseModel):
    """A field that stays as it is: by which rule, and who set it when."""

    rule: Rule
    system: str = Field(description="The system that set it; `here` for what was changed here.")
    at: datetime


class RefusedBecause(BaseModel):
    """Why a line was refused; `slug` is the end of a problem's type."""

    slug: str
    title: str
    detail: str = ""
    errors: list[FieldError] = []


class ImportedLine(BaseModel):
    """What became of one line."""

    line: int | None = Field(description="The number of the line, from 1; none for what a complete list did not have.")
    id: str | None = Field(description="The id that the line named, in the other system.")
    outcome: Outcome
    resource_id: UUID | None = Field(None, description="Our id of it.")
    fields: list[str] = Field([], description="What was overwritten.")
    kept: dict[str, KeptField] = Field({}, description="What was said and did not count, and why.")
    problem: RefusedBecause | None = None


class ImportSummary(BaseModel):
    """The last line: how many lines came to what. Without it the answer is not complete: send the rest again."""

    lines: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    deleted: int = 0
    unlinked: int = 0
    renamed: int = 0
    refused: int = 0
    dry_run: bool = False
    missing_here: int | None = Field(None, description="After a complete list: what it had and we had not.")
    extra_here: int | None = Field(None, description="After a complete list: what we had and it had not.")
    drifted: int | None = Field(None, description="After a complete list: what was otherwise here than there.")
    repaired: int | None = Field(None, description="How many of these three are as they should be now.")


class FieldOrigin(BaseModel):
    """Where one field came from, and the rule that decides whose word counts."""

    field: str
    rule: Rule
    system: str = Field(description="The system that set it last; `here` for what was changed here.")
    at: datetime | None = Field(description="When, by that system's clock.")


class RecordOrigins(BaseModel):
    """Where a record came from, and each of its fields."""

    system: str = Field(description="The system that the record came from; `here` for one that was made here.")
    fields: list[FieldOrigin]


class FieldRule(BaseModel):
    """The rule of one field, where another system pushes it and somebody changes it here."""

    field: str
    rule: Rule


class FieldRules(BaseModel):
    """The rules of all fields that other systems may push."""

    rules: dict[str, str] = Field(description="What each rule means.")
    fields: list[FieldRule]


@dataclass(slots=True)
class Result:
    """What became of a line."""

    number: int | None
    name: str | None
    outcome: Outcome
    resource: UUID | None = None
    fields: Sequence[str] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)
    problem: Problem | None = None

    def shown(self) -> dict[str, Any]:
        """Return it as `ImportedLine` describes, without what is empty."""
        found: dict[str, Any] = {"line": self.number, "id": self.name, "outcome": self.outcome}
        if self.resource is not None:
            found["resource_id"] = str(self.resource)
        if self.fields:
            found["fields"] = sorted(self.fields)
        if self.kept:
            found["kept"] = dict(self.kept)
        if self.problem is not None:
            found["problem"] = because(self.problem)
        return found


def because(problem: Problem) -> dict[str, Any]:
    """Return a problem as it stands in a line."""
    body = problem.body()
    kept: dict[str, Any] = {name: body[name] for name in ("title", "detail", "errors") if name in body}
    return {"slug": problem.slug} | kept


@dataclass(slots=True)
class Tally:
    """The sum of an answer, as it goes."""

    counts: Counter[str] = field(default_factory=Counter)
    extra: int = 0
    taken_away: int = 0

    def add(self, results: Sequence[Result]) -> None:
        """Count some lines."""
        self.counts.update(one.outcome for one in results)
        extra = [one for one in results if one.number is None]
        self.extra += len(extra)
        self.taken_away += sum(one.outcome in ("deleted", "unlinked") for one in extra)

    def shown(self, *, dry_run: bool, complete: bool) -> dict[str, Any]:
        """Return it as `ImportSummary` describes."""
        found: dict[str, Any] = {"lines": sum(self.counts.values()) - self.extra, "dry_run": dry_run}
        found |= {name: self.counts[name] for name in OUTCOMES}
        if complete:
            missing, drifted = self.counts["created"], self.counts["updated"]
            repaired = 0 if dry_run else missing + drifted + self.taken_away
            found |= {"missing_here": missing, "extra_here": self.extra, "drifted": drifted, "repaired": repaired}
        return found
