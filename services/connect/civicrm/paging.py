"""Reading theirs page by page in the order of ids: nothing shifts when something is added or goes meanwhile.

A page is asked for after the last id, never by a number of rows to pass over. An empty page is the end, since a server
may give fewer than it was asked for. A page that does not go on from the one before is refused: it would go round.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from services.connect.civicrm.api import CiviBusy, Record
from services.connect.civicrm.domain import number_of
from services.connect.civicrm.run import Run
from services.connect.connections import repository
from services.connect.models import ConnectionLink
from services.kernel.work import as_service

PAGE = 200


async def by_id(
    run: Run, entity: str, *, select: Sequence[str], where: Sequence[Any], after: int = 0
) -> AsyncIterator[list[Record]]:
    """Yield pages of records with ids after `after`, each id a number. Raises CiviBusy `pages-loop`, CiviFailed."""
    while True:
        asked = [*where, ["id", ">", after]]
        page = await run.civi.get(entity, select=select, where=asked, limit=PAGE, order_by={"id": "ASC"})
        if not page:
            return
        for record in page:
            number = number_of(record.get("id"))
            if number is None or number <= after:
                raise CiviBusy("pages-loop")
            record["id"] = after = number
        yield page


async def numbers(run: Run, entity: str, where: Sequence[Any], *, field: str = "id") -> dict[int, Any]:
    """Return the ids of what fits, each with one field of it: all of them, however few a server gives at once."""
    found: dict[int, Any] = {}
    async for page in by_id(run, entity, select=list(dict.fromkeys(["id", field])), where=where):
        found |= {one["id"]: one.get(field) for one in page}
    return found


async def known(run: Run, entities: Sequence[str]) -> AsyncIterator[list[ConnectionLink]]:
    """Yield what is known on both sides, some at a time."""
    after = None
    while True:
        async with as_service(run.kernel, run.tenant) as work:
            found = await repository.links(work, run.connection_id, entities=entities, after=after, limit=PAGE)
        if not found:
            return
        after = found[-1].id
        yield list(found)
