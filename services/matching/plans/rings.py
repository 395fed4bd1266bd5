"""Working out rings: people are nodes; an offer that fits a need leads from the one to the other."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from scipy.sparse import csr_array

from services.matching.engine import Ring, find_rings
from services.matching.plans.circle import Run, circle
from services.matching.plans.domain import why_empty, why_unserved
from services.matching.plans.repository import Wanted
from services.matching.plans.search import Searched, each_need, held_back

Step = tuple[UUID, UUID, float]
"""A need, an offer, and the score of the two."""


async def work_out(run: Run) -> dict[str, Any]:
    """Return the rings that help most people in all likelihood. Raises TooMuch and what the engine raises."""
    among = await circle(run)
    wanted = Wanted(now=run.kernel.clock(), category=run.asked["category"], people_only=True)
    searched = await each_need(run, among, wanted)
    async with run.opened() as work:
        await run.tell(work, 0.9, "choosing rings")
    return await asyncio.to_thread(_choose, int(run.asked["max_length"]), searched)


def _choose(longest: int, searched: Sequence[Searched]) -> dict[str, Any]:
    steps = _steps(searched)
    people = sorted({one for pair in steps for one in pair})
    number = {one: n for n, one in enumerate(people)}
    rows, columns = [number[giver] for giver, _ in steps], [number[taker] for _, taker in steps]
    likely = np.array([min(1.0, score) for _, _, score in steps.values()])
    found = find_rings(csr_array((likely, (rows, columns)), shape=(len(people), len(people))), longest)
    return {
        "rings": [_ring(ring, people, steps) for ring in found.rings],
        "possible": found.possible, "exact": found.exact, "held_back": dict(held_back(searched)),
        "empty": None if found.rings else _why(searched),
    }  # fmt: skip


def _steps(searched: Sequence[Searched]) -> dict[tuple[UUID, UUID], Step]:
    """Return for each who could help whom the best pair of offer and need."""
    best: dict[tuple[UUID, UUID], Step] = {}
    for need in searched:
        for one in need.possible if need.places > 0 else ():
            pair = (one.owner, need.owner)
            if pair not in best or best[pair][2] < one.score:
                best[pair] = (need.need, one.offer, one.score)
    return best


def _ring(ring: Ring, people: Sequence[UUID], steps: Mapping[tuple[UUID, UUID], Step]) -> dict[str, Any]:
    order = [people[n] for n in ring.people]
    taken = [steps[pair] for pair in zip(order, order[1:] + order[:1], strict=True)]
    told = [{"need": str(need), "offer": str(offer), "score": score} for need, offer, score in taken]
    return {"steps": told, "likely": round(ring.likely, 4), "worth": round(ring.worth, 4)}


def _why(searched: Sequence[Searched]) -> str:
    if any(need.possible for need in searched):
        return "no-ring"
    reasons = (why_unserved(found=False, weak=one.weak, refused=bool(one.refused)) for one in searched)
    return why_empty(reasons) or "no-needs"
