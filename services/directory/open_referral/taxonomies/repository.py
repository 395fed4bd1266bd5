"""Every query about the taxonomies that imports brought."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, String, cast, func, or_, select
from sqlmodel import col

from services.directory.models import Taxonomy, TaxonomyTerm
from services.kernel.work import Work

K = TypeVar("K", Taxonomy, TaxonomyTerm)


async def one(work: Work, kind: type[K], id: UUID, *, lock: bool = False) -> K | None:
    """Return a taxonomy or a term that is not deleted."""
    query = select(kind).where(col(kind.id) == id, col(kind.deleted_at).is_(None))
    found: K | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def taxonomies(work: Work, *, after: UUID | None = None, limit: int | None = None) -> Sequence[Taxonomy]:
    """Return taxonomies in the order of their ids."""
    query = select(Taxonomy).where(col(Taxonomy.deleted_at).is_(None)).order_by(col(Taxonomy.id)).limit(limit)
    if after is not None:
        query = query.where(col(Taxonomy.id) > after)
    return (await work.session.scalars(query)).all()


def _terms(taxonomy: UUID | None, words: Sequence[str]) -> Select[Any]:
    query = select(TaxonomyTerm).where(col(TaxonomyTerm.deleted_at).is_(None))
    if taxonomy is not None:
        query = query.where(col(TaxonomyTerm.taxonomy_id) == taxonomy)
    hay = func.lower(col(TaxonomyTerm.name) + " " + func.coalesce(col(TaxonomyTerm.description), ""))
    return query.where(*(func.strpos(hay, word) > 0 for word in words))


async def count_terms(work: Work, *, taxonomy: UUID | None = None, words: Sequence[str] = ()) -> int:
    """Return how many terms there are."""
    return await work.session.scalar(select(func.count()).select_from(_terms(taxonomy, words).subquery())) or 0


async def terms(
    work: Work,
    *,
    taxonomy: UUID | None = None,
    words: Sequence[str] = (),
    after: UUID | None = None,
    offset: int = 0,
    limit: int,
) -> Sequence[TaxonomyTerm]:
    """Return terms in the order of their ids."""
    query = _terms(taxonomy, words).order_by(col(TaxonomyTerm.id)).offset(offset).limit(limit)
    if after is not None:
        query = query.where(col(TaxonomyTerm.id) > after)
    return (await work.session.scalars(query)).all()


async def called(work: Work, names: Collection[str]) -> Sequence[TaxonomyTerm]:
    """Return the terms that have one of these codes, or one of these ids."""
    if not names:
        return []
    ids = [UUID(name) for name in names if _is_id(name)]
    query = select(TaxonomyTerm).where(
        col(TaxonomyTerm.deleted_at).is_(None),
        or_(col(TaxonomyTerm.code).in_(names), col(TaxonomyTerm.id).in_(ids)),
    )
    return (await work.session.scalars(query.order_by(col(TaxonomyTerm.id)))).all()


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def names_of(query: Select[Any]) -> Select[Any]:
    """Return codes and ids of the terms of a query, as they stand in a service's `codes`."""
    found = query.subquery()
    codes = select(found.c.code)
    return select(codes.union_all(select(cast(found.c.id, String))).subquery().c[0])
