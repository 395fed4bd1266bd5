"""Every query on publications."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import col

from services.assessments.access import seen_by
from services.assessments.models import Publication
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

LIVE = col(Publication.state) == "published"


async def add(work: Work, publication: Publication) -> None:
    """Store a new publication."""
    work.session.add(publication)
    await work.session.flush()


async def of_source(work: Work, source_id: UUID) -> Publication | None:
    """Return the publication of a capability, need or card, locked until the transaction ends."""
    statement = select(Publication).where(col(Publication.source_id) == source_id).with_for_update()
    found: Publication | None = await work.session.scalar(statement)
    return found


async def get(work: Work, publication_id: UUID) -> Publication | None:
    """Return a publication that the caller may see."""
    statement = select(Publication).where(col(Publication.id) == publication_id, seen_by(work, Publication))
    found: Publication | None = await work.session.scalar(statement)
    return found


async def page(
    work: Work,
    *,
    kind: str | None,
    state: str | None,
    participant_id: UUID | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[Publication]:
    """Return up to `limit` + 1 of the publications that the caller may see, oldest first."""
    wanted = select(Publication).where(seen_by(work, Publication))
    filters = ((Publication.kind, kind), (Publication.state, state), (Publication.participant_id, participant_id))
    for column, value in filters:
        if value is not None:
            wanted = wanted.where(col(column) == value)
    if ids is not None:
        wanted = wanted.where(col(Publication.id).in_(ids))
    if updated_after is not None:
        wanted = wanted.where(col(Publication.updated_at) > updated_after)
    return (await work.session.scalars(after_cursor(wanted, Publication, after, limit))).all()


async def by_ids(work: Work, ids: Collection[UUID]) -> Sequence[Publication]:
    """Return the publications with these ids, for other services."""
    return (await work.session.scalars(select(Publication).where(col(Publication.id).in_(ids)))).all()


async def of_parent(work: Work, parent: UUID) -> Sequence[Publication]:
    """Return everything that was ever published out of one assessment or round table."""
    return (await work.session.scalars(select(Publication).where(col(Publication.source_parent) == parent))).all()


async def offered_categories(work: Work, *, least: int, but: UUID) -> Sequence[str]:
    """Return what at least `least` people other than `but` offer, the most frequent first: categories, no words."""
    people = func.count(func.distinct(col(Publication.participant_id)))
    wanted = (
        select(col(Publication.category))
        .where(LIVE, col(Publication.kind) == "offer", col(Publication.participant_id) != but)
        .group_by(col(Publication.category))
        .having(people >= least)
        .order_by(people.desc(), col(Publication.category))
    )
    return (await work.session.scalars(wanted)).all()


async def live_of_parent(work: Work, parent: UUID) -> Sequence[Publication]:
    """Return what is published out of one assessment or round table."""
    return (await work.session.scalars(select(Publication).where(LIVE, col(Publication.source_parent) == parent))).all()


async def live_of_people(work: Work, people: Collection[UUID]) -> Sequence[Publication]:
    """Return what is published of these people, by any organisation, locked."""
    statement = select(Publication).where(LIVE, col(Publication.participant_id).in_(people))
    return (await work.session.scalars(statement.order_by(col(Publication.id)).with_for_update())).all()


async def of_listings(work: Work, listings: Collection[UUID], named: Collection[UUID]) -> Sequence[Publication]:
    """Return the publications that these listings of matching were made of, or that are named, locked."""
    statement = select(Publication).where(
        or_(col(Publication.listing_id).in_(listings), col(Publication.id).in_(named))
    )
    return (await work.session.scalars(statement.order_by(col(Publication.id)).with_for_update())).all()
