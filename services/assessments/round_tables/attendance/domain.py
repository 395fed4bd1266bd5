"""The rules of attendance: when it can be noted, and how it is counted.

Conflict
├── AlreadyAttending     this person's attendance is noted already
Invalid
└── NamedCrowd           a name stands for one person only
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.kernel.problems import Conflict, FieldError, IllegalState, Invalid


class AlreadyAttending(Conflict):
    slug = "already-attending"
    title = "This person's attendance is noted already"


class NamedCrowd(Invalid):
    slug = "named-crowd"
    title = "An attendance by name is of one person"


class AttendanceLike(Protocol):
    """What is counted."""

    kind: str
    language: str | None
    people: int
    participant_id: UUID | None


@dataclass(frozen=True, slots=True)
class Attendances:
    """People who came, of each kind and language; by name or by a count only."""

    people: int
    by_kind: dict[str, int]
    by_language: dict[str, int]
    named: int
    counted: int


def attendances(lines: Iterable[AttendanceLike]) -> Attendances:
    """Return the people of all lines; a line without a language adds to no language."""
    kinds: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    named = 0
    for line in lines:
        kinds[line.kind] += line.people
        if line.language is not None:
            languages[line.language] += line.people
        if line.participant_id is not None:
            named += line.people
    people = kinds.total()
    return Attendances(people, dict(kinds), dict(languages), named, people - named)


def check_attendance(state: str, *, people: int, named: bool) -> None:
    """Raise IllegalState before the evening has begun, NamedCrowd for a name that stands for several people."""
    if state in ("planned", "inviting"):
        raise IllegalState("Nobody has attended before the round table is open.")
    if named and people != 1:
        message = "must be 1 where a participant is named"
        raise NamedCrowd(message, errors=[FieldError(source="body", path="/people", message=message)])
