"""The queries of the report on evenings: over the organisation's own that took place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col

from services.assessments.access import held_by
from services.assessments.models import Attendance, Card, LanguageTable, RoundTable
from services.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which evenings: those that began from `since` and before `until`, in one part of town."""

    since: datetime | None
    until: datetime | None
    area: str | None


def _took_place(work: Work, chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions = [
        held_by(work, RoundTable),
        col(RoundTable.deleted_at).is_(None),
        col(RoundTable.state).in_(("open", "plenary", "closed")),
    ]
    if chosen.since is not None:
        conditions.append(col(RoundTable.starts_at) >= chosen.since)
    if chosen.until is not None:
        conditions.append(col(RoundTable.starts_at) < chosen.until)
    if chosen.area is not None:
        conditions.append(col(RoundTable.area) == chosen.area)
    return conditions


def _of_evenings(work: Work, chosen: Chosen, wanted: Select[Any], part: type[Any]) -> Select[Any]:
    joined = wanted.join(RoundTable, col(RoundTable.id) == col(part.round_table_id))
    return joined.where(*_took_place(work, chosen), col(part.deleted_at).is_(None))


async def count(work: Work, chosen: Chosen) -> int:
    """Return how many evenings there were."""
    wanted = select(func.count()).select_from(RoundTable).where(*_took_place(work, chosen))
    return int(await work.session.scalar(wanted) or 0)


async def attendance(work: Work, chosen: Chosen) -> Sequence[Attendance]:
    """Return who came."""
    wanted = _of_evenings(work, chosen, select(Attendance), Attendance)
    return (await work.session.scalars(wanted)).all()


async def tables(work: Work, chosen: Chosen) -> Sequence[tuple[UUID, str]]:
    """Return the evening and the language of each table."""
    columns: tuple[Any, ...] = (col(LanguageTable.round_table_id), col(LanguageTable.language))
    wanted: Select[Any] = select(*columns).select_from(LanguageTable)
    rows = await work.session.execute(_of_evenings(work, chosen, wanted, LanguageTable))
    return [(row[0], row[1]) for row in rows]


async def cards(work: Work, chosen: Chosen) -> Sequence[tuple[str, int, int]]:
    """Return how many cards were laid, by the language of the table and the question."""
    of_table: tuple[Any, ...] = (col(LanguageTable.language), col(Card.question))
    wanted: Select[Any] = (
        select(*of_table, func.count())
        .select_from(Card)
        .join(LanguageTable, col(LanguageTable.id) == col(Card.table_id))
        .group_by(*of_table)
    )
    rows = await work.session.execute(_of_evenings(work, chosen, wanted, Card))
    return [(row[0], row[1], row[2]) for row in rows]
