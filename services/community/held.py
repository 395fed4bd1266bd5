"""What the collections of this room have in common: one organisation holds each thing, and gives it names of its own.

A name that one organisation gives must not tell that another one's thing exists, so each has a collection for itself.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.community.access import held_by
from services.community.models import ActionPlan, Council, Lab, Project, Rota
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.pages import After, after_cursor
from services.kernel.problems import NotFound
from services.kernel.work import Work

Thing = TypeVar("Thing", ActionPlan, Council, Lab, Project, Rota)


async def get(work: Work, table: type[Thing], thing_id: UUID, *, lock: bool = False, share: bool = False) -> Thing:
    """Return one that the caller's organisation holds. Raises NotFound.

    With `lock` nobody else changes it meanwhile, and what was read of it before is read anew; with `share` others may
    hold it in the same way, but not change it.
    """
    wanted = select(table).where(col(table.id) == thing_id, col(table.deleted_at).is_(None), held_by(work, table))
    if lock or share:
        wanted = wanted.with_for_update(read=share).execution_options(populate_existing=True)
    found: Thing | None = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def page(
    work: Work,
    table: type[Thing],
    *,
    ids: Collection[UUID] | None,
    updated_after: datetime | None,
    after: After,
    limit: int,
    **equal: object,
) -> Sequence[Thing]:
    """Return up to `limit` + 1 that the caller's organisation holds, oldest first; what is None is not asked for."""
    wanted = select(table).where(col(table.deleted_at).is_(None), held_by(work, table))
    for name, value in equal.items():
        if value is not None:
            wanted = wanted.where(getattr(table, name) == value)
    if ids is not None:
        wanted = wanted.where(col(table.id).in_(ids))
    if updated_after is not None:
        wanted = wanted.where(col(table.updated_at) > updated_after)
    return (await work.session.scalars(after_cursor(wanted, table, after, limit))).all()


def kept(names: Sequence[ExternalId]) -> list[dict[str, str]]:
    """Return names in other systems as a row keeps them."""
    return external_ids.merged([one.model_dump() for one in names])


async def claim(work: Work, thing: Thing, names: Sequence[ExternalId]) -> None:
    """Give a thing its names in other systems. Raises a Conflict for one that another thing has."""
    await external_ids.claim(work, _collection(work, type(thing)), thing.id, names)


async def called(
    work: Work, table: type[Thing], external: ExternalId, others: Sequence[ExternalId]
) -> tuple[UUID | None, list[ExternalId]]:
    """Return the id of what `external` names, if it is there, and all the names that it is to have."""
    names = [external, *(one for one in others if one.system != external.system)]
    return await external_ids.find(work, _collection(work, table), external), names


async def renamed(work: Work, thing: Thing, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `changes` as the row keeps them, with new names claimed, where there are any."""
    names: Sequence[ExternalId] | None = changes.get("external_ids")
    if names is None:
        return dict(changes)
    await claim(work, thing, names)
    return {**changes, "external_ids": kept(names)}


async def remove(work: Work, thing: Thing) -> None:
    """Mark a thing as deleted; its names are free again."""
    await external_ids.release(work, _collection(work, type(thing)), thing.id)
    thing.change(work.now, deleted_at=work.now)


def _collection(work: Work, table: type[Thing]) -> str:
    return f"{table.__tablename__}/{work.organisation}"
