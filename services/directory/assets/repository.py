"""Every query about organisations, places and services."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select, text
from sqlmodel import col

from services.directory.models import Organisation, Participant, Place, Service
from services.kernel.work import Work

A = TypeVar("A", Organisation, Place, Service)


async def asset(work: Work, kind: type[A], asset_id: UUID, *, lock: bool = False) -> A | None:
    """Return an asset of `kind` that has not been deleted."""
    query = select(kind).where(col(kind.id) == asset_id, col(kind.deleted_at).is_(None))
    found: A | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def page(
    work: Work,
    kind: type[A],
    *,
    after: UUID | None,
    limit: int,
    words: str | None,
    updated_after: datetime | None,
    organisation_id: UUID | None,
    category: str | None,
) -> Sequence[A]:
    """Return up to `limit` assets in the order of their ids; `words` must stand in name or description, as they are."""
    query = select(kind).where(col(kind.deleted_at).is_(None)).order_by(col(kind.id)).limit(limit)
    if after is not None:
        query = query.where(col(kind.id) > after)
    if updated_after is not None:
        query = query.where(col(kind.updated_at) > updated_after)
    for word in (words or "").lower().split():
        hay = func.lower(col(kind.name) + " " + func.coalesce(col(kind.description), ""))
        query = query.where(func.strpos(hay, word) > 0)
    owner = getattr(kind, "organisation_id", None)
    if organisation_id is not None and owner is not None:
        query = query.where(owner == organisation_id)
    if category is not None and kind is Service:
        query = query.where(col(Service.category) == category)
    return (await work.session.scalars(query)).all()


async def organisation_exists(work: Work, organisation_id: UUID) -> bool:
    """Say whether there is such an organisation here."""
    return await asset(work, Organisation, organisation_id) is not None


async def known_places(work: Work, ids: Collection[UUID]) -> set[UUID]:
    """Return those of `ids` that are places here."""
    query = select(col(Place.id)).where(col(Place.id).in_(ids), col(Place.deleted_at).is_(None))
    return set(await work.session.scalars(query))


async def parents(work: Work) -> dict[UUID, UUID | None]:
    """Return every organisation's parent; nobody else can change one until the transaction ends."""
    await work.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
                               {"name": f"{work.tenant}/organisation-parents"})  # fmt: skip
    query = select(col(Organisation.id), col(Organisation.parent_id))
    return {row[0]: row[1] for row in await work.session.execute(query)}


async def in_use(work: Work, organisation_id: UUID) -> bool:
    """Say whether anything that is not deleted still refers to an organisation."""
    for referring in (
        select(col(Service.id)).where(
            col(Service.organisation_id) == organisation_id, col(Service.deleted_at).is_(None)
        ),
        select(col(Place.id)).where(col(Place.organisation_id) == organisation_id, col(Place.deleted_at).is_(None)),
        select(col(Organisation.id)).where(
            col(Organisation.parent_id) == organisation_id, col(Organisation.deleted_at).is_(None)
        ),
        select(col(Participant.id)).where(
            col(Participant.registered_by) == organisation_id, col(Participant.deleted_at).is_(None)
        ),
    ):
        if (await work.session.execute(referring.limit(1))).first() is not None:
            return True
    return False
