"""Under which ids a participant is known: her own, and those of records that were merged into hers.

A merge points every older alias of the absorbed record at the new survivor, so that one step is always enough.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col

from services.directory.models import Participant
from services.kernel import external_ids, tables
from services.kernel.hot import among
from services.kernel.work import Work


async def aliases(work: Work, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return, for those of `ids` that were absorbed, the participant they are now."""
    if not ids:
        return {}
    query = select(col(Participant.id), col(Participant.merged_into)).where(
        col(Participant.id).in_(ids), col(Participant.merged_into).is_not(None)
    )
    return {row[0]: row[1] for row in await work.session.execute(query) if row[1] is not None}


async def living_id(work: Work, participant_id: UUID) -> UUID:
    """Return the id under which a participant lives: her own, or the survivor's. An unknown one is her own."""
    return (await aliases(work, [participant_id])).get(participant_id, participant_id)


async def all_names(work: Work, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return every id under which one of `ids` is known, with the id she lives under: `{alias: survivor}`.

    Somebody who was never merged stands for herself. Erasure, export and unions of consents ask for this.
    """
    if not ids:
        return {}
    living = select(func.coalesce(col(Participant.merged_into), col(Participant.id))).where(
        among(col(Participant.id), ids)
    )
    query = select(col(Participant.id), col(Participant.merged_into)).where(col(Participant.merged_into).in_(living))
    absorbed = {row[0]: row[1] for row in await work.session.execute(query) if row[1] is not None}
    return {one: one for one in {*ids, *absorbed.values()} - absorbed.keys()} | absorbed


async def same_person(work: Work, participant_id: UUID) -> list[UUID]:
    """Return the other ids of a person: of records that were merged into hers, or into which hers was."""
    return sorted(one for one in await all_names(work, [participant_id]) if one != participant_id)


async def kept_apart(
    work: Work, named: Mapping[UUID, UUID], pairs: Mapping[UUID, Collection[UUID]]
) -> dict[UUID, set[UUID]]:
    """Return for each id in `named` (of `all_names`) from whom she is kept, given who asked it of whom (`pairs`).

    What one of her records asked for holds for all, towards all records of the other. And her own records are kept
    apart from each other: nobody is matched with herself.
    """
    others = await all_names(work, {one for apart in pairs.values() for one in apart} - named.keys())
    where = {**others, **named}
    records: dict[UUID, set[UUID]] = defaultdict(set)
    for one, survivor in where.items():
        records[survivor].add(one)
    apart: dict[UUID, set[UUID]] = defaultdict(set)
    for one, from_whom in pairs.items():
        for other in from_whom:
            apart[where.get(one, one)] |= records[where.get(other, other)]
    return {one: apart[survivor] | records[survivor] - {one} for one, survivor in named.items()}


async def names_to_carry(
    work: Work, kind: Any, resource: UUID, kept: Iterable[dict[str, str]], said: Iterable[dict[str, str]]
) -> list[dict[str, str]]:
    """Return the names in other systems that a resource carries: what it has and what is `said` of it.

    A name under which it is known by way of an absorbed record stays with that record, so that an undoing finds it.
    """
    t = tables.external_ids
    absorbed = select(kind.id).where(kind.merged_into == resource)
    rows = await work.session.execute(select(t.c.system, t.c.value).where(t.c.resource_id.in_(absorbed)))
    others = {(row.system, row.value) for row in rows}
    return external_ids.merged(kept, [one for one in said if (one["system"], one["value"]) not in others])


def lives_as(participant_id: UUID) -> ColumnElement[UUID]:
    """Return, for a query, the id under which a participant lives: her own, or the survivor's."""
    absorbed = Participant.__table__.alias()  # type: ignore[attr-defined]
    into = select(absorbed.c.merged_into).where(absorbed.c.id == participant_id).scalar_subquery()
    return func.coalesce(into, participant_id)


def absorbed_by_her() -> Select[UUID]:
    """Return, for a query about participants, the ids that each of them has absorbed."""
    absorbed = Participant.__table__.alias()  # type: ignore[attr-defined]
    found: Select[UUID] = (
        select(absorbed.c.id).where(absorbed.c.merged_into == col(Participant.id)).correlate(Participant)
    )
    return found
