"""Every query about a community's own terms."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.directory.models import OwnTerm
from services.kernel.work import Work


async def term(work: Work, term_id: UUID, *, lock: bool = False) -> OwnTerm | None:
    """Return a term that has not been deleted."""
    query = select(OwnTerm).where(col(OwnTerm.id) == term_id, col(OwnTerm.deleted_at).is_(None))
    return await work.session.scalar(query.with_for_update() if lock else query)


async def page(work: Work, *, after: UUID | None = None, limit: int | None = None) -> Sequence[OwnTerm]:
    """Return terms in the order of their ids, up to `limit` or all."""
    query = select(OwnTerm).where(col(OwnTerm.deleted_at).is_(None)).order_by(col(OwnTerm.id)).limit(limit)
    if after is not None:
        query = query.where(col(OwnTerm.id) > after)
    return (await work.session.scalars(query)).all()


async def of_concept(work: Work, concept: str) -> Sequence[OwnTerm]:
    """Return the terms of a concept; nobody else can add one to any until the transaction ends."""
    await work.hold("terms")
    query = select(OwnTerm).where(col(OwnTerm.concept) == concept, col(OwnTerm.deleted_at).is_(None))
    return (await work.session.scalars(query)).all()


async def change(work: Work) -> tuple[int, int]:
    """Return how many terms were ever added, and how many of them deleted: another pair means other terms."""
    row = (
        await work.session.execute(select(func.count(), func.count(col(OwnTerm.deleted_at))).select_from(OwnTerm))
    ).one()
    return row[0], row[1]
