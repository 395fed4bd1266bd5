"""Working out an allocation: the holder's open needs with everybody's offers, all at once."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from scipy.sparse import csr_array

from services.matching.engine import Allocation, allocate
from services.matching.plans import repository
from services.matching.plans.circle import Circle, Run, circle
from services.matching.plans.domain import why_empty, why_unserved
from services.matching.plans.repository import Wanted
from services.matching.plans.search import Possible, Searched, each_need, held_back


async def work_out(run: Run) -> dict[str, Any]:
    """Return the result of an allocation. Raises TooMuch and what the engine raises."""
    among = await circle(run)
    asked, named = run.asked, run.asked["need_ids"]
    ids = None if named is None else frozenset(map(UUID, named))
    wanted = Wanted(now=run.kernel.clock(), category=asked["category"], held_by=run.held_by, ids=ids)
    searched = await each_need(run, among, wanted)
    offers = {one.offer for need in searched for one in need.possible}
    async with run.opened() as work:
        rows = await repository.by_their_ids(work, "offer", offers)
        places = {
            row.id: row.capacity - row.taken for row in rows.values() if row.state == "open" and row.deleted_at is None
        }
        await run.tell(work, 0.9, "choosing the best for all together")
    return await asyncio.to_thread(_choose, asked, _Possible(searched, places, among))


@dataclass(frozen=True, slots=True)
class _Possible:
    """All pairs that could be, and how many places each offer has left."""

    searched: Sequence[Searched]
    places: Mapping[UUID, int]
    circle: Circle

    def pairs(self) -> dict[tuple[int, UUID], Possible]:
        """Return the possible pairs by the number of the need and the offer.

        An offer with several places brings people together: of two needs whose owners are kept from each other only
        the one that scores more can come.
        """
        every = {
            (row, one.offer): one
            for row, need in enumerate(self.searched) for one in need.possible if self.places.get(one.offer, 0) > 0
        }  # fmt: skip
        coming: dict[UUID, set[UUID]] = {}
        kept: dict[tuple[int, UUID], Possible] = {}
        for (row, offer), one in sorted(every.items(), key=lambda pair: (-pair[1].score, pair[0])):
            owner = self.searched[row].owner
            together = coming.setdefault(offer, set())
            if self.places[offer] > 1 and together & self.circle.apart(owner):
                continue
            together.add(owner)
            kept[row, offer] = one
        return kept


def _choose(asked: Mapping[str, Any], possible: _Possible) -> dict[str, Any]:
    pairs = possible.pairs()
    offers = sorted({offer for _, offer in pairs})
    found = _allocate(asked, possible, pairs, offers)
    chosen = [(int(row), offers[column]) for row, column in zip(found.needs, found.offers, strict=True)]
    served = {row for row, _ in chosen}
    unserved = [_unserved(one) for row, one in enumerate(possible.searched) if row not in served]
    return {
        "pairs": [_pair(possible.searched[row], pairs[row, offer]) for row, offer in chosen],
        "unserved": unserved,
        "below": [str(possible.searched[row].need) for row in found.below.tolist()],
        "floor": found.floor, "exact": found.exact, "gap": round(found.gap, 6),
        "held_back": dict(held_back(possible.searched)),
        "empty": None if chosen else why_empty(one["why"] for one in unserved) or "no-needs",
    }  # fmt: skip


def _allocate(
    asked: Mapping[str, Any], possible: _Possible, pairs: Mapping[tuple[int, UUID], Possible], offers: Sequence[UUID]
) -> Allocation:
    column = {offer: number for number, offer in enumerate(offers)}
    rows, columns = [row for row, _ in pairs], [column[offer] for _, offer in pairs]
    size = (len(possible.searched), len(offers))
    scores = csr_array((np.array([one.score for one in pairs.values()]), (rows, columns)), shape=size)
    places = [possible.places[offer] for offer in offers]
    demand = [max(0, min(asked["per_need"], need.places)) for need in possible.searched]
    together = asked["groups_of_at_least"]
    least = None if together is None else [together if many > 1 else 1 for many in places]
    return allocate(scores, places, demand, asked["floor"], least=least)


def _pair(need: Searched, one: Possible) -> dict[str, Any]:
    return {"need": str(need.need), "offer": str(one.offer), "score": one.score, **json.loads(one.told)}


def _unserved(need: Searched) -> dict[str, Any]:
    why = why_unserved(found=bool(need.possible), weak=need.weak, refused=bool(need.refused))
    return {"need": str(need.need), "why": why, "held_back": dict(need.held_back)}
