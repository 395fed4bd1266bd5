"""Which of the entries that were ever given to a question counts, and where two stand against each other.

An entry names those that its author had seen (`replaces`): they no longer count. Of what one author gave on one
device the latest counts. What is left over are the *heads*. When heads differ, neither author saw the other: that is
a conflict, and somebody decides it. Until then the latest head is shown as the present answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Protocol, TypeVar
from uuid import UUID

from services.kernel.problems import Conflict, Invalid

FASTEST_CLOCK = timedelta(days=1)
"""How far a device's clock may be ahead before its times are not believed."""


class ClockAhead(Invalid):
    slug = "clock-ahead"
    title = "The answer is dated in the future: set the device's clock right"


class ClientIdReused(Invalid):
    slug = "client-id-reused"
    title = "This client_id was used for another answer"


class AnswersInConflict(Conflict):
    slug = "answers-in-conflict"
    title = "Two people have answered the same question differently"


class Entry(Protocol):
    """What the rules read of an entry."""

    id: UUID
    question_id: str
    value: Any
    language: str
    answered_at: datetime
    answered_by: str
    author: str | None
    caller: str
    device_id: str | None
    replaces: list[str]
    created_at: datetime


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Author:
    """Who gave an answer, on what, and with whose help. `kind` is person, caseworker, representative or app."""

    kind: str
    role: str | None = None
    device_id: str | None = None
    interpreter: str | None = None


def check_clock(answered_at: datetime, *, now: datetime) -> None:
    """Raise ClockAhead for a time that cannot have come yet."""
    if answered_at > now + FASTEST_CLOCK:
        raise ClockAhead(f"It is dated {answered_at.isoformat()}.")


def heads(entries: Sequence[E]) -> list[E]:
    """Return the entries of one question that nobody has replaced, the latest first."""
    by_id = {entry.id: entry for entry in entries}
    replaced = {UUID(one) for entry in entries for one in entry.replaces}
    latest_first: dict[tuple[str | None, ...], list[Entry]] = {}
    for entry in sorted(entries, key=_when, reverse=True):
        latest_first.setdefault(_author(entry), []).append(entry)
    left = [
        entry
        for entry in entries
        if entry.id not in replaced and not _outdone(entry, latest_first[_author(entry)], by_id)
    ]
    return sorted(left, key=_when, reverse=True)


def _outdone(entry: Entry, latest_first: Sequence[Entry], by_id: Mapping[UUID, Entry]) -> bool:
    """Say whether its own author has given a later answer, other than one that this entry goes back on.

    `latest_first` are all of that author: devices deliver thousands, and only the later ones are looked at.
    """
    seen = _seen(entry, by_id)
    later = takewhile(lambda other: _when(other) > _when(entry), latest_first)
    return any(other.id not in seen for other in later)


def _seen(entry: Entry, by_id: Mapping[UUID, Entry]) -> set[UUID]:
    """Return the entries that it replaces, and those that these have replaced."""
    seen: set[UUID] = set()
    left = [UUID(one) for one in entry.replaces]
    while left:
        one = left.pop()
        if one not in seen and one in by_id:
            seen.add(one)
            left += [UUID(before) for before in by_id[one].replaces]
    return seen


def _author(entry: Entry) -> tuple[str | None, ...]:
    return entry.answered_by, entry.author, entry.caller, entry.device_id


def in_conflict(found: Sequence[Entry]) -> bool:
    """Say whether the heads of one question say different things."""
    return any(entry.value != found[0].value for entry in found[1:])


def conflicts(entries: Sequence[E]) -> Mapping[str, list[E]]:
    """Return the heads of each question whose answers stand against each other."""
    by_question: dict[str, list[E]] = {}
    for entry in entries:
        by_question.setdefault(entry.question_id, []).append(entry)
    left = {question: heads(some) for question, some in by_question.items()}
    return {question: found for question, found in left.items() if in_conflict(found)}


def check_settled(entries: Sequence[Entry]) -> None:
    """Raise AnswersInConflict, naming the questions that still have two answers."""
    open_ones = sorted(conflicts(entries))
    if open_ones:
        raise AnswersInConflict(f"Still to be decided: {', '.join(open_ones)}.", questions=open_ones)


def _when(entry: Entry) -> tuple[datetime, datetime, UUID]:
    return entry.answered_at, entry.created_at, entry.id
