"""Every query on round tables, their tables, invitations and cards."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.assessments.access import held_by
from services.assessments.models import Attendance, Card, CardGroup, Invitation, LanguageTable, RoundTable
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

Part = TypeVar("Part", LanguageTable, Invitation, Card, Attendance, CardGroup)
Row = TypeVar("Row", RoundTable, LanguageTable, Invitation, Card, Attendance, CardGroup)


async def add(work: Work, row: Row) -> Row:
    """Store a new row and return it."""
    work.session.add(row)
    await work.session.flush()
    return row


async def get(work: Work, round_table_id: UUID, *, lock: bool = False, share: bool = False) -> RoundTable | None:
    """Return a round table of the caller's organisation.

    With `lock` nobody else changes it meanwhile; with `share` others may lay cards too, but not close the evening.
    """
    wanted = select(RoundTable).where(
        col(RoundTable.id) == round_table_id, col(RoundTable.deleted_at).is_(None), held_by(work, RoundTable)
    )
    if lock or share:
        wanted = wanted.with_for_update(read=share)
    found: RoundTable | None = await work.session.scalar(wanted)
    return found


async def page(
    work: Work,
    *,
    state: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[RoundTable]:
    """Return up to `limit` + 1 of the organisation's round tables, oldest first."""
    wanted = select(RoundTable).where(col(RoundTable.deleted_at).is_(None), held_by(work, RoundTable))
    if state is not None:
        wanted = wanted.where(col(RoundTable.state) == state)
    if ids is not None:
        wanted = wanted.where(col(RoundTable.id).in_(ids))
    if updated_after is not None:
        wanted = wanted.where(col(RoundTable.updated_at) > updated_after)
    return (await work.session.scalars(after_cursor(wanted, RoundTable, after, limit))).all()


async def part(work: Work, kind: type[Part], round_table_id: UUID, part_id: UUID, *, lock: bool) -> Part | None:
    """Return one table, invitation or card of a round table; with `lock` nobody else changes it meanwhile."""
    wanted = select(kind).where(
        col(kind.id) == part_id, col(kind.round_table_id) == round_table_id, col(kind.deleted_at).is_(None)
    )
    found: Part | None = await work.session.scalar(wanted.with_for_update() if lock else wanted)
    return found


async def parts(work: Work, kind: type[Part], round_table_id: UUID) -> Sequence[Part]:
    """Return all tables, invitations or cards of a round table, oldest first."""
    wanted = select(kind).where(col(kind.round_table_id) == round_table_id, col(kind.deleted_at).is_(None))
    return (await work.session.scalars(wanted.order_by(col(kind.created_at), col(kind.id)))).all()


async def part_page(
    work: Work, kind: type[Part], round_table_id: UUID, /, *, after: After, limit: int, **equal: object
) -> Sequence[Part]:
    """Return up to `limit` + 1 of them, where the named columns equal what is given."""
    wanted = select(kind).where(col(kind.round_table_id) == round_table_id, col(kind.deleted_at).is_(None))
    for name, value in equal.items():
        if value is not None:
            wanted = wanted.where(getattr(kind, name) == value)
    return (await work.session.scalars(after_cursor(wanted, kind, after, limit))).all()


async def named_cards(work: Work, round_table_id: UUID) -> Sequence[Card]:
    """Return the cards whose writer is known, locked, in the order of their ids."""
    wanted = select(Card).where(
        col(Card.round_table_id) == round_table_id,
        col(Card.deleted_at).is_(None),
        col(Card.participant_id).is_not(None),
    )
    return (await work.session.scalars(wanted.order_by(col(Card.id)).with_for_update())).all()
