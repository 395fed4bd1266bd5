"""What refers to an asset or a participant, turned to another one, and turned back.

Each change is noted as `{table, id, column}`, and nothing else: the way back leads from the survivor to the absorbed.
A reference that has changed meanwhile is left alone and said to have stayed.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import cast, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from services.directory import events
from services.directory.assets.domain import goes_round
from services.directory.assets.repository import KINDS, NAMES, REFERRING, parents
from services.directory.duplicates.domain import PEOPLE
from services.directory.duplicates.repository import table_of
from services.directory.models import Check, HouseholdMember, Participant, Person, Place, Relation
from services.directory.search.index import in_batch, noted
from services.kernel.work import Work

_OF_PEOPLE: Final[Sequence[tuple[Any, str]]] = (
    (Check, "participant_id"), (Person, "participant_id"), (Relation, "participant_id"), (Relation, "other_id"),
)  # fmt: skip
_REFERRING: Final[Sequence[Any]] = (*KINDS.values(), Check, Person, Relation)
_TABLES: Final[Mapping[str, Any]] = {str(table.__tablename__): table for table in _REFERRING}
_TWO_ENDS: Final = {"participant_id": "other_id", "other_id": "participant_id"}
Note = dict[str, str]


def _single(kind: str) -> Sequence[tuple[Any, str]]:
    """Return which columns name one entry of a kind. Who has registered people is never absorbed."""
    if kind == PEOPLE:
        return _OF_PEOPLE
    named = REFERRING.get(table_of(kind), ())
    return [(table, column) for table, column in named if column != "place_ids" and table is not Participant]


async def turn(work: Work, kind: str, *, absorbed: UUID, survivor: UUID) -> list[Note]:
    """Turn what refers to `absorbed` to `survivor`; return what was turned."""
    async with in_batch(work):  # the search reads a thousand entries together much faster than one by one
        return await _turn(work, kind, absorbed, survivor)


async def _turn(work: Work, kind: str, absorbed: UUID, survivor: UUID) -> list[Note]:
    notes: list[Note] = []
    for table, column in _single(kind):
        rows = select(table).where(getattr(table, column) == absorbed).order_by(table.id).with_for_update()
        for row in (await work.session.scalars(rows)).all():
            if await _fits(work, row, column, survivor):
                await _set(work, row, column, survivor)
                notes.append(_note(row, column))
    if kind == "places":
        notes += [note async for note in _turn_lists(work, absorbed, survivor)]
    earlier = table_of(kind)
    rows = select(earlier).where(earlier.merged_into == absorbed).order_by(earlier.id).with_for_update()
    for row in (await work.session.scalars(rows)).all():
        row.merged_into = survivor
        notes.append(_note(row, "merged_into"))
    await work.session.flush()
    return notes


async def _fits(work: Work, row: Any, column: str, survivor: UUID) -> bool:
    """Say whether a reference can be turned: nothing refers to itself, and a participant shows herself once."""
    if row.id == survivor or (isinstance(row, Relation) and getattr(row, _TWO_ENDS[column]) == survivor):
        return False
    if isinstance(row, Person):
        shown = select(Person).where(col(Person.participant_id) == survivor, col(Person.deleted_at).is_(None))
        return row.deleted_at is not None or await work.session.scalar(shown) is None
    return True


async def _turn_lists(work: Work, absorbed: UUID, survivor: UUID) -> AsyncIterator[Note]:
    for table, _ in REFERRING[Place]:
        query = select(table).where(table.place_ids.op("@>")(cast([str(absorbed)], JSONB))).order_by(table.id)
        for row in (await work.session.scalars(query.with_for_update())).all():
            both = str(survivor) in row.place_ids
            turned = [str(survivor) if one == str(absorbed) else one for one in row.place_ids]
            await _set(work, row, "place_ids", list(dict.fromkeys(turned)))
            yield _note(row, "place_ids") | ({"had": "both"} if both else {})


def _note(row: Any, column: str) -> Note:
    return {"table": str(row.__tablename__), "id": str(row.id), "column": column}


async def _set(work: Work, row: Any, column: str, value: Any) -> None:
    """Set a reference; whoever follows the feed learns that the entry has changed."""
    row.change(work.now, **{column: value})
    if type(row) in KINDS.values():
        await noted(work, row)
        await work.record(events.asset(NAMES[type(row)], "changed"), row.id, version=row.version, held_by=row.held_by)


async def turn_back(work: Work, kind: str, notes: Sequence[Note], *, absorbed: UUID, survivor: UUID) -> list[str]:
    """Turn back what was turned; return as `table/id/column` what has changed since and therefore stayed."""
    async with in_batch(work):
        return await _turn_back(work, kind, notes, absorbed, survivor)


async def _turn_back(work: Work, kind: str, notes: Sequence[Note], absorbed: UUID, survivor: UUID) -> list[str]:
    stayed = []
    above = await parents(work) if any(note["column"] == "parent_id" for note in notes) else {}
    for note in notes:
        table = table_of(kind) if note["column"] == "merged_into" else _TABLES[note["table"]]
        row = await work.session.scalar(select(table).where(table.id == UUID(note["id"])).with_for_update())
        circle = note["column"] == "parent_id" and _is_above(above, UUID(note["id"]), absorbed)
        if row is None or circle or not await _turned_back(work, row, note, absorbed=absorbed, survivor=survivor):
            stayed.append(f"{note['table']}/{note['id']}/{note['column']}")
    await work.session.flush()
    return stayed


def _is_above(above: Mapping[UUID, UUID | None], one: UUID, other: UUID) -> bool:
    """Say whether `one` is among those above `other`: it cannot be put below it again."""
    return goes_round(one, {**above, one: other})


async def _turned_back(work: Work, row: Any, note: Note, *, absorbed: UUID, survivor: UUID) -> bool:
    column, now = note["column"], getattr(row, note["column"])
    if column == "place_ids":
        if str(survivor) not in now:
            return False
        kept = [str(survivor)] if "had" in note else []
        turned = [place for one in now for place in ([*kept, str(absorbed)] if one == str(survivor) else [one])]
        await _set(work, row, column, turned)
        return True
    if now != survivor:
        return False
    if column == "merged_into":
        row.merged_into = absorbed
    else:
        await _set(work, row, column, absorbed)
    return True


async def share_household(work: Work, *, absorbed: UUID, survivor: UUID) -> None:
    """Let a participant without a household have the one of her other record."""
    rows = await work.session.scalars(select(HouseholdMember).where(col(HouseholdMember.id).in_([absorbed, survivor])))
    members = {row.id: row for row in rows}
    if absorbed in members and survivor not in members:
        work.session.add(HouseholdMember(id=survivor, household_id=members[absorbed].household_id, created_at=work.now))
