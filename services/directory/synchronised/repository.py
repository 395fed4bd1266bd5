"""The queries on whom other systems call what, and on the people of a batch: read at once, written at once."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, tuple_
from sqlmodel import col

from services.directory.models import Consent, Participant
from services.directory.people.repository import present
from services.kernel import tables
from services.kernel.fields import ExternalId
from services.kernel.work import Work


async def named(work: Work, collection: str, names: Collection[ExternalId]) -> list[tuple[ExternalId, UUID]]:
    """Return what each of these names stands for, as far as it stands for something."""
    t = tables.external_ids
    wanted = [(one.system, one.value) for one in names]
    query = select(t.c.system, t.c.value, t.c.resource_id).where(
        t.c.collection == collection, tuple_(t.c.system, t.c.value).in_(wanted)
    )
    return [
        (ExternalId(system=row.system, value=row.value), row.resource_id) for row in await work.session.execute(query)
    ]


async def locked(work: Work, ids: Collection[UUID]) -> dict[UUID, Participant]:
    """Return those of `ids` who are present, whoever may see them, and keep them from others, in one order."""
    query = present().where(col(Participant.id).in_(ids)).order_by(col(Participant.id))
    held = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {row.id: row for row in await work.session.scalars(held)}


async def add(work: Work, made: Sequence[Participant | Consent]) -> None:
    """Add rows of one table with as few statements as it takes."""
    if made:
        table: Any = type(made[0])
        rows = [one.model_dump(exclude={"tenant_id"}) for one in made]
        await work.session.execute(insert(table.__table__), rows)
