"""The queries for what devices deliver."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.assessments.models import Card
from services.kernel.work import Work


async def add_new(work: Work, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Store those cards whose numbers are not known at their evening; return the numbers that were new.

    A number that another transaction is storing at this moment is waited for.
    """
    if not rows:
        return set()
    statement = upsert(Card).values(list(rows)).on_conflict_do_nothing(constraint="one_card_per_device_card")
    made = await work.session.scalars(statement.returning(col(Card.device_card_id)))
    return {number for number in made if number is not None}


async def by_device_ids(work: Work, round_table_id: UUID, numbers: Sequence[UUID]) -> dict[UUID, Card]:
    """Return the cards with these numbers, those that were taken off the table too, locked in a steady order."""
    wanted = (
        select(Card)
        .where(col(Card.round_table_id) == round_table_id, col(Card.device_card_id).in_(numbers))
        .order_by(col(Card.device_card_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    await work.session.flush()
    found = await work.session.scalars(wanted)
    return {card.device_card_id: card for card in found if card.device_card_id is not None}
