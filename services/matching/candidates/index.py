"""The listings of each community in memory, brought up to this service's own rows before every answer.

At each refresh the oldest transaction still under way is remembered; the next one reads again whatever was last
changed by that transaction or a later one. So nothing committed is missed, whoever committed it, and what is read
twice has its effect once. Each server numbers its own transactions: once another has taken over, all is read anew.

Every process of matching keeps an index of its own, and shares nothing with the others but the rows: so what any of
them has committed shows in the next answer of each. `Index.standing` says how far this one is able to keep up.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.kernel.lasting import lasting
from services.kernel.readiness import Standing
from services.kernel.work import Work
from services.matching.candidates import repository
from services.matching.candidates.records import as_listing
from services.matching.engine import Listing, Matcher, Policy, Result
from services.matching.engine.meaning import Meaning
from services.matching.fairness import operations as fairness
from services.matching.fairness import repository as turns
from services.matching.models import Need, Offer, Person
from services.vocabulary.gazetteer import Term
from services.vocabulary.linking import linker_with

_RECOUNT = timedelta(minutes=1)
_MANY = 1_000
"""Listings that, taken in at once, are kept from the collector of cycles."""


class _Turns(NamedTuple):
    """For how many listings each was shown, and how many hours each owner gave, at one moment."""

    at: datetime
    shown: Mapping[str, int]
    given: Mapping[str, float]


class Keeping:
    """How the keeping up of an index goes: what is under way, what the last took, since when nothing has succeeded."""

    def __init__(self) -> None:
        self._under_way: set[float] = set()
        self._failing_since: float | None = None
        self.last = 0.0
        self.slowest = 0.0

    @property
    def behind(self) -> float:
        """Return for how many seconds something has been under way, or everything has failed."""
        begun = [*self._under_way, *([] if self._failing_since is None else [self._failing_since])]
        return time.monotonic() - min(begun) if begun else 0.0

    @asynccontextmanager
    async def noted(self) -> AsyncIterator[None]:
        """Take note of one catching up."""
        begun = time.monotonic()
        self._under_way.add(begun)
        try:
            yield
        except Exception:
            self._failing_since = self._failing_since or begun
            raise
        else:
            self._failing_since = None
            self.last = time.monotonic() - begun
            self.slowest = max(self.slowest, self.last)
        finally:
            self._under_way.discard(begun)


class Community:
    """One tenant's matcher, and up to which transaction it is complete."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._kept: Matcher | None = None
        self._server: object = None
        self._complete_to = 0
        self._terms = (0, 0)
        self._turns: _Turns | None = None
        self._turn = asyncio.Lock()

    @property
    def policy(self) -> Policy:
        """Return how the community weighs, as it stood when it last caught up."""
        return self._matcher.policy

    async def rank(
        self, query: Listing, *, now: datetime, excluded: Collection[str], limit: int | None = None
    ) -> Result:
        """Return who fits `query` among what it has caught up to; `excluded` are neither ranked nor counted."""
        async with self._turn:
            return await asyncio.to_thread(self._matcher.candidates, query, now=now, excluded=excluded, limit=limit)

    async def interpreters(self, query: Listing) -> list[Listing]:
        """Return the offers of those who could be a bridge between the languages of `query` and others."""
        async with self._turn:
            return self._matcher.interpreters(query)

    async def catch_up(self, work: Work) -> None:
        """Take in whatever was committed before now: once for each answer, before anything is asked."""
        async with self._turn, self._keeping.noted():
            await self._catch_up(work)

    @property
    def _matcher(self) -> Matcher:
        assert self._kept is not None, "a community is asked before it has caught up"
        return self._kept

    async def _catch_up(self, work: Work) -> None:
        await self._read_terms(work)
        self._matcher.policy = fairness.weighing(await fairness.policy(work))
        await self._count_turns(work)
        horizon = await repository.horizon(work)
        rows = await repository.listings_changed_since(work, self._complete_to)
        owners = await repository.people(work, {row.participant_id for row in rows if row.participant_id})
        with lasting() if len(rows) > _MANY else nullcontext():
            await asyncio.to_thread(self._take, rows, owners)
        self._complete_to = horizon

    async def _read_terms(self, work: Work) -> None:
        """At first, where the community has changed its own terms, and where the server is another, begin anew."""
        mark, server = await repository.terms_mark(work), await repository.server(work)
        if self._kept is not None and (mark, server) == (self._terms, self._server):
            return
        terms = [Term(row.concept, row.text, row.language) for row in await repository.terms(work)]
        self._kept = await asyncio.to_thread(lambda: Matcher(meaning=Meaning(linker_with(terms))))
        self._complete_to, self._terms, self._server = 0, mark, server

    async def _count_turns(self, work: Work) -> None:
        """Once a minute, count who was shown and who has given hours of late."""
        if self._turns is not None and work.now - self._turns.at < _RECOUNT:
            return
        since = work.now - fairness.LATELY
        shown, given = await turns.exposure(work, since=since), await turns.load(work, since=since)
        self._turns = _Turns(work.now, {str(k): n for k, n in shown.items()}, {str(k): n for k, n in given.items()})
        self._matcher.note(shown=self._turns.shown, given=self._turns.given)

    def _take(self, rows: Sequence[Need | Offer], owners: Mapping[UUID, Person]) -> None:
        self._matcher.remove([str(row.id) for row in rows if not _stands(row, owners)])
        self._matcher.add([self._listing(row, owners) for row in rows if _stands(row, owners)])

    def _listing(self, row: Need | Offer, owners: Mapping[UUID, Person]) -> Listing:
        listing = as_listing(row, owners.get(row.owner))
        known = self._turns
        if known is None:
            return listing
        return replace(listing, shown=known.shown.get(listing.id, 0), given=known.given.get(listing.owner, 0.0))


def _stands(row: Need | Offer, owners: Mapping[UUID, Person]) -> bool:
    owner = owners.get(row.owner)
    gone = owner is not None and owner.gone
    return row.state == "open" and row.visibility != "private" and row.deleted_at is None and not gone


class Index:
    """The communities that this process keeps: the least recently used goes when there are too many."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._communities: OrderedDict[UUID, Community] = OrderedDict()
        self.keeping = Keeping()
        self.warming = False

    def __len__(self) -> int:
        return len(self._communities)

    def of(self, tenant: UUID) -> Community:
        """Return the community of a tenant, empty at first."""
        community = self._communities.setdefault(tenant, Community(self.keeping))
        self._communities.move_to_end(tenant)
        while len(self._communities) > self._most:
            self._communities.popitem(last=False)
        return community

    def standing(self, *, most: float) -> Standing:
        """Say whether this process should be asked: not while it warms, nor `most` seconds behind."""
        if self.warming:
            return Standing("warming", hinders="The index is warming.")
        behind = round(self.keeping.behind, 1)
        if behind > most:
            return Standing("behind here", behind, f"The index could not be brought up for {behind:.0f} s.")
        return Standing("kept up", behind)
