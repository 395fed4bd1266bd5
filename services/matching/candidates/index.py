"""The listings of each community in memory, brought up to this service's own rows before every answer.

At each refresh the oldest transaction still under way is remembered; the next one reads again whatever was last
changed by that transaction or a later one. So nothing committed is missed, whoever committed it, and what is read
twice has its effect once.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from services.kernel.work import Work
from services.matching.candidates import repository
from services.matching.candidates.records import as_listing
from services.matching.engine import Listing, Matcher, Result
from services.matching.models import Need, Offer, Person


class Community:
    """One tenant's matcher, and up to which transaction it is complete."""

    def __init__(self) -> None:
        self._matcher = Matcher()
        self._complete_to = 0
        self._turn = asyncio.Lock()

    async def rank(self, work: Work, query: Listing, *, excluded: Collection[str]) -> Result:
        """Return everybody who fits `query`, after catching up; `excluded` are neither ranked nor counted."""
        async with self._turn:
            await self._catch_up(work)
            return await asyncio.to_thread(self._matcher.candidates, query, now=work.now, excluded=excluded)

    async def _catch_up(self, work: Work) -> None:
        horizon = await repository.horizon(work)
        rows = await repository.listings_changed_since(work, self._complete_to)
        owners = await repository.people(work, {row.participant_id for row in rows if row.participant_id})
        await asyncio.to_thread(self._take, rows, owners)
        self._complete_to = horizon

    def _take(self, rows: Sequence[Need | Offer], owners: Mapping[UUID, Person]) -> None:
        self._matcher.remove([str(row.id) for row in rows if not _stands(row, owners)])
        self._matcher.add([as_listing(row, owners.get(row.owner)) for row in rows if _stands(row, owners)])


def _stands(row: Need | Offer, owners: Mapping[UUID, Person]) -> bool:
    owner = owners.get(row.owner)
    gone = owner is not None and owner.gone
    return row.state == "open" and row.visibility != "private" and row.deleted_at is None and not gone


class Index:
    """The communities that this process keeps: the least recently used goes when there are too many."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._communities: OrderedDict[UUID, Community] = OrderedDict()

    def of(self, tenant: UUID) -> Community:
        """Return the community of a tenant, empty at first."""
        community = self._communities.setdefault(tenant, Community())
        self._communities.move_to_end(tenant)
        while len(self._communities) > self._most:
            self._communities.popitem(last=False)
        return community
