"""What other systems call our things: one row per tenant, collection, system and value."""

from collections.abc import Collection, Iterable
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.kernel.fields import ExternalId, Line
from services.kernel.problems import Conflict, Invalid
from services.kernel.tables import external_ids as t
from services.kernel.work import Work


class ExternalIdTaken(Conflict):
    slug = "external-id-taken"
    title = "Another resource already carries this external id"


async def find(work: Work, collection: str, external: ExternalId) -> UUID | None:
    """Return the resource that `external` names, and hold the name until the transaction ends.

    Two upserts of the same unknown name therefore come one after the other.
    """
    await work.hold(f"{collection}/{external.system}/{external.value}")
    statement = select(t.c.resource_id).where(
        t.c.collection == collection, t.c.system == external.system, t.c.value == external.value
    )
    found: UUID | None = await work.session.scalar(statement)
    return found


async def find_all(work: Work, collection: str, system: str, values: Collection[str]) -> dict[str, UUID]:
    """Return what these names of one system stand for, as far as they do, and hold them all as `find` holds one."""
    await work.hold_all([f"{collection}/{system}/{value}" for value in values])
    mine = (t.c.collection == collection, t.c.system == system, t.c.value.in_(values))
    rows = await work.session.execute(select(t.c.value, t.c.resource_id).where(*mine))
    return {row.value: row.resource_id for row in rows}


AskedSystem = Annotated[Line | None, Query(description="Only what your system calls `value`: name both.")]
AskedValue = Annotated[Line | None, Query(description="What it is called in `system`.")]


def asked(system: str | None, value: str | None) -> ExternalId | None:
    """Return the name that a list is narrowed to, if any. Raises Invalid for half a name."""
    if system is None and value is None:
        return None
    if system is None or value is None:
        raise Invalid.field("/value" if value is None else "/system", "goes with the other", source="query")
    return ExternalId(system=system, value=value)


def named(collection: str, external: ExternalId) -> Select[UUID]:
    """Return the query for the id of what `external` names, for a list that is narrowed to it."""
    return select(t.c.resource_id).where(
        t.c.collection == collection, t.c.system == external.system, t.c.value == external.value
    )


async def claim(work: Work, collection: str, resource: UUID, externals: Iterable[ExternalId]) -> None:
    """Give `resource` exactly these names. Raises ExternalIdTaken when one belongs to another resource."""
    await release(work, collection, resource)
    for external in sorted(
        externals, key=lambda one: (one.system, one.value)
    ):  # one order, or two may wait in a circle
        row = {"collection": collection, "resource_id": resource, **external.model_dump()}
        done = await work.session.execute(upsert(t).values(row).on_conflict_do_nothing().returning(t.c.resource_id))
        if done.first() is None:
            raise ExternalIdTaken(f"In the system {external.system}.")


def merged(*named: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return the names of all lists as they are kept, the last of each system, in a steady order."""
    latest = {one["system"]: one for names in named for one in names}
    return [latest[system] for system in sorted(latest)]


async def give(work: Work, collection: str, names: Iterable[tuple[UUID, ExternalId]]) -> None:
    """Give new resources their names, all at once. Raises ExternalIdTaken when one of them is taken already."""
    rows = [{"collection": collection, "resource_id": resource, **one.model_dump()} for resource, one in names]
    rows.sort(key=lambda row: (row["system"], row["value"]))  # one order, or two may wait in a circle
    if rows:
        made = upsert(t).values(rows).on_conflict_do_nothing().returning(t.c.system, t.c.value)
        given = {(row.system, row.value) for row in await work.session.execute(made)}
        for row in rows:
            if (row["system"], row["value"]) not in given:
                raise ExternalIdTaken(f"In the system {row['system']}.")
            given.discard((row["system"], row["value"]))  # named twice at once, it is given once


async def release(work: Work, collection: str, resource: UUID) -> None:
    """Take all names from `resource`."""
    await release_all(work, [collection], [resource])


async def release_all(work: Work, collections: Collection[str], resources: Collection[UUID]) -> None:
    """Take all names that these collections have for some resources."""
    await work.session.execute(delete(t).where(t.c.collection.in_(collections), t.c.resource_id.in_(resources)))


async def drop(work: Work, collection: str, resource: UUID, system: str) -> None:
    """Take the name that one system gave from `resource`."""
    mine = (t.c.collection == collection, t.c.resource_id == resource, t.c.system == system)
    await work.session.execute(delete(t).where(*mine))
