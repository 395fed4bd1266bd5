"""When an entry, or anything that is shown with it, last changed.

One list of what counts serves both questions: which entries have changed since, and when did this one change.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ARRAY, ColumnElement, Select, func, select
from sqlmodel import col

from services.directory.models import (
    AssetAtPlace,
    Group,
    MicroProvider,
    Organisation,
    Place,
    Service,
    Taxonomy,
    TaxonomyTerm,
)
from services.kernel.work import Work

_BEHIND = {"organisation_id": Organisation, "group_id": Group, "micro_provider_id": MicroProvider}


class _Changes(NamedTuple):
    """Entries beside moments at which something that is shown with them changed."""

    entry: Any
    moment: Any
    rows: Select[Any]


def _made(entry: Any, moment: Any, joined: Any = None) -> _Changes:
    query: Any = select(entry.label("entry"), moment.label("moment")).correlate(None)
    return _Changes(entry, moment, query if joined is None else query.select_from(joined))


def _counting(kind: Any) -> Iterator[_Changes]:
    """Return what counts as a change of the entries of a kind: what is deleted meanwhile, or merged, counts as well."""
    own, table = col(kind.id), sa.inspect(kind).local_table
    yield _made(own, col(kind.updated_at))
    yield _made(own, col(kind.confirmed_at))
    if kind is not MicroProvider:
        for column, provider in _BEHIND.items():
            if hasattr(kind, column):
                there = sa.inspect(provider).local_table
                yield _made(own, there.c.updated_at, table.join(there, there.c.id == table.c[column]))
    at, place = sa.inspect(AssetAtPlace).local_table, sa.inspect(Place).local_table
    placed = _made(at.c.asset_id, place.c.updated_at, at.join(place, place.c.id == at.c.place_id))
    yield placed._replace(rows=placed.rows.where(at.c.kind == kind.__tablename__))
    if kind is Service:
        yield from _of_terms()


def _of_terms() -> Iterator[_Changes]:
    """Return the changes of the terms that services carry by code or by id, and of their taxonomies."""
    service, term = sa.inspect(Service).local_table, sa.inspect(TaxonomyTerm).local_table
    taxonomy = sa.inspect(Taxonomy).local_table
    for name in (term.c.code, sa.cast(term.c.id, sa.String)):
        code = func.jsonb_array_elements_text(service.c.codes).table_valued("value").lateral()
        carried = service.join(code, sa.true()).join(term, name == code.c.value)
        carried = carried.join(taxonomy, taxonomy.c.id == term.c.taxonomy_id)
        yield _made(service.c.id, func.greatest(term.c.updated_at, taxonomy.c.updated_at), carried)


def changed_since(kind: Any, since: datetime) -> ColumnElement[bool]:
    """Return the condition that an entry has changed since."""
    changes = (one.rows.with_only_columns(one.entry).where(one.moment >= since) for one in _counting(kind))
    return col(kind.id).in_(sa.union_all(*changes))


async def changed(work: Work, kind: Any, ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when entries of a kind last changed."""
    if not ids:
        return {}
    asked = sa.bindparam("entries", list(ids), type_=ARRAY(sa.Uuid()))
    known = sa.union_all(*(one.rows.where(one.entry == sa.any_(asked)) for one in _counting(kind))).subquery()
    query = select(known.c.entry, func.max(known.c.moment)).group_by(known.c.entry)
    return {row[0]: row[1] for row in await work.session.execute(query)}
