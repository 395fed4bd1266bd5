"""Reading what another system pushes: one JSON object a line (NDJSON), each about one of its records.

    {"id": "4711", "updated_at": "2026-05-04T10:00:00Z", "data": {…}}              as it is now
    {"id": "4711", "updated_at": "2026-05-04T10:00:00Z", "deleted": true}          it is gone
    {"id": "4711", "updated_at": "2026-05-04T10:00:00Z", "renamed_to": "4712"}     it has another id from now on

A line that cannot be read is refused by itself; the others are taken. They are taken in the order of `updated_at`,
whatever order they come in; of two of the same time the one further down counts as later. A line that stands there
twice, to the last letter, is taken once, where it stands last: a sender whose pages loop does no harm.

A time more than five minutes ahead of ours is refused: were it kept, no later change would count until then.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import ValidationError, model_validator

from services.kernel.fields import Body, Line, Moment
from services.kernel.problems import Conflict, Invalid, Malformed, Problem, TooLarge, field_errors

MOST = 50_000
LONGEST = 200_000
AHEAD = timedelta(minutes=5)
AT_ONCE = 250


class ClockAhead(Conflict):
    status = 422
    slug = "change-ahead"
    title = "The time of the change lies ahead of our clock"


class UnknownRecord(Conflict):
    status = 422
    slug = "unknown-record"
    title = "Nothing was ever said of what is said to have another id now"


@dataclass(frozen=True, slots=True)
class Change:
    """What a line says of one record: its data as it is now, that it is gone, or its new id.

    `extra` is a deletion that nobody said: a complete list did not have the record.
    """

    number: int | None
    name: str
    at: datetime
    data: dict[str, Any] | None = None
    renamed_to: str | None = None
    extra: bool = False

    @property
    def deleted(self) -> bool:
        return self.data is None and self.renamed_to is None

    def counts_from(self, last: datetime | None) -> datetime:
        """Return when it counts from, given the time of the `last` word about the record.

        A deletion that nobody said counts from just before that: a list that has the record again brings it back.
        """
        if not self.extra:
            return self.at
        return datetime.min.replace(tzinfo=UTC) if last is None else last - timedelta(microseconds=1)

    @property
    def names(self) -> set[str]:
        """Return every id that it is about."""
        return {self.name} if self.renamed_to is None else {self.name, self.renamed_to}


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is refused before anything is looked up; `name` is its id, if at least that could be read."""

    number: int
    name: str | None
    problem: Problem


@dataclass(slots=True)
class Read:
    """What a body says: changes in the order in which they are taken, lines refused, and lines that repeat others."""

    changes: list[Change] = field(default_factory=list)
    refused: list[Unread] = field(default_factory=list)
    repeated: list[Change] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return len(self.changes) + len(self.refused) + len(self.repeated)


class _Said(Body):
    id: Line
    updated_at: Moment
    data: dict[str, Any] | None = None
    deleted: Literal[True] | None = None
    renamed_to: Line | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> "_Said":
        if sum(part is not None for part in (self.data, self.deleted, self.renamed_to)) != 1:
            raise ValueError("needs one of data, deleted and renamed_to")
        if self.renamed_to == self.id:
            raise ValueError("renamed_to is the id itself")
        return self


def check_clock(said_at: datetime, now: datetime) -> None:
    """Raise ClockAhead for a time that ours is not near yet."""
    if said_at > now + AHEAD:
        raise ClockAhead("More than five minutes. Is the clock of the sender right, and its time zone?")


def read(body: bytes, *, now: datetime) -> Read:
    """Return what a body says at `now`. Raises TooLarge for more lines than are taken at once."""
    found, taken = Read(), dict[bytes, Change]()
    lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) > MOST:
        raise TooLarge(f"At most {MOST} lines at once.")
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        one = _read_line(number, raw, now)
        if isinstance(one, Unread):
            found.refused.append(one)
        else:
            if raw in taken:
                found.repeated.append(taken[raw])
            taken[raw] = one
    found.changes = sorted(taken.values(), key=lambda one: (one.at, one.number))
    return found


def _read_line(number: int, raw: bytes, now: datetime) -> Change | Unread:
    name: str | None = None
    try:
        content = _object(raw)
        given = content.get("id")
        name = given if isinstance(given, str) and 0 < len(given) <= 200 else None
        said = _Said.model_validate(content)
        check_clock(said.updated_at, now)
    except ValidationError as error:
        wrong = field_errors(error.errors(), source="body")
        return Unread(number, name, Invalid("The line is not as it should be.", errors=wrong))
    except Problem as problem:
        return Unread(number, name, problem)
    return Change(number, said.id, said.updated_at, said.data, said.renamed_to)


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST:
        raise TooLarge(f"At most {LONGEST} bytes a line.")
    try:
        content = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Malformed("The line is not valid JSON.") from None
    if not isinstance(content, dict):
        raise Malformed("The line is not a JSON object.")
    return content


def _no_number(_: str) -> Any:
    raise ValueError


def batches(changes: Iterable[Change], *, most: int = AT_ONCE) -> Iterator[Sequence[Change]]:
    """Cut changes into batches in which no record is named twice: each sees what the one before has done."""
    batch: list[Change] = []
    named: set[str] = set()
    for change in changes:
        if batch and (len(batch) == most or change.names & named):
            yield batch
            batch, named = [], set()
        batch.append(change)
        named |= change.names
    if batch:
        yield batch
