"""What other systems call our things: one row per tenant, collection, system and value."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.kernel.fields import ExternalId
from services.kernel.problems import Conflict
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


async def release(work: Work, collection: str, resource: UUID) -> None:
    """Take all names from `resource`."""
    await work.session.execute(delete(t).where(t.c.collection == collection, t.c.resource_id == resource))
