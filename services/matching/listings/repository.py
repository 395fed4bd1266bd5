"""Every query on needs and offers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlmodel import col

from services.kernel.work import Work
from services.matching.listings.domain import Kind
from services.matching.models import Need, Offer

TABLES: dict[Kind, type[Need] | type[Offer]] = {"need": Need, "offer": Offer}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of needs or offers is narrowed to."""

    state: str | None = None
    category: str | None = None
    participant_id: UUID | None = None
    updated_after: datetime | None = None
    ids: Collection[UUID] | None = None
    named: Select[UUID] | None = None


InCare = Collection[UUID] | None
"""Whose listings a member of staff may see; None for who is none."""


def mine(work: Work, table: type[Need] | type[Offer], in_care: InCare) -> ColumnElement[bool]:
    """Return the condition for what the caller may see: a person her own, an organisation what it holds.

    A member of its staff sees of that what is no person's, or somebody's who is in her care.
    """
    if work.caller.person is not None:
        return col(table.participant_id) == work.caller.person
    if work.caller.organisation is None:
        return false()
    held = col(table.held_by) == work.caller.organisation
    if in_care is None:
        return held
    return and_(held, or_(col(table.participant_id).is_(None), col(table.participant_id).in_(in_care)))


async def visible(work: Work, kind: Kind, listing_id: UUID, *, in_care: InCare) -> Need | Offer | None:
    """Return the listing if the caller may see it."""
    table = TABLES[kind]
    present = col(table.deleted_at).is_(None)
    found: Need | Offer | None = await work.session.scalar(
        select(table).where(col(table.id) == listing_id, present, mine(work, table, in_care))
    )
    return found


async def lock(work: Work, kind: Kind, listing_id: UUID) -> Need | Offer | None:
    """Return the listing, whoever's it is, and keep it from others until the transaction ends."""
    table = TABLES[kind]
    found: Need | Offer | None = await work.session.scalar(
        select(table).where(col(table.id) == listing_id).with_for_update().execution_options(populate_existing=True)
    )
    return found


async def page(
    work: Work, kind: Kind, wanted: Wanted, *, in_care: InCare, after: UUID | None, limit: int
) -> Sequence[Need | Offer]:
    """Return up to `limit` listings that the caller may see, after an id."""
    table = TABLES[kind]
    statement = select(table).where(col(table.deleted_at).is_(None), mine(work, table, in_care))
    exact = {"state": wanted.state, "category": wanted.category, "participant_id": wanted.participant_id}
    for name, value in exact.items():
        if value is not None:
            statement = statement.where(getattr(table, name) == value)
    if wanted.updated_after is not None:
        statement = statement.where(col(table.updated_at) > wanted.updated_after)
    if wanted.named is not None:
        statement = statement.where(col(table.id).in_(wanted.named))
    if wanted.ids is not None:
        statement = statement.where(col(table.id).in_(wanted.ids))
    if after is not None:
        statement = statement.where(col(table.id) > after)
    rows = await work.session.scalars(statement.order_by(col(table.id)).limit(limit))
    return cast(Sequence[Need | Offer], rows.all())


async def published_as(work: Work, kind: Kind, publication: UUID) -> Need | Offer | None:
    """Return the listing made from a publication, whatever its state, and keep it."""
    table = TABLES[kind]
    statement = select(table).where(col(table.publication_id) == publication).with_for_update()
    found: Need | Offer | None = await work.session.scalar(statement)
    return found


async def of_participant(work: Work, participant: UUID) -> list[Need | Offer]:
    """Return all live listings of a participant, and keep them."""
    found: list[Need | Offer] = []
    for table in TABLES.values():
        statement = select(table).where(col(table.participant_id) == participant, col(table.deleted_at).is_(None))
        found.extend(cast(Need | Offer, row) for row in await work.session.scalars(statement.with_for_update()))
    return found


async def by_ids(work: Work, kind: Kind, ids: Collection[UUID]) -> Sequence[Need | Offer]:
    """Return these listings, deleted ones too."""
    table = TABLES[kind]
    return cast(Sequence[Need | Offer], (await work.session.scalars(select(table).where(col(table.id).in_(ids)))).all())
