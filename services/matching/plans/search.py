"""Looking for every need's candidates, a hundred needs to a transaction, all gates in force."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from services.kernel.work import Work
from services.matching.candidates.domain import coarse
from services.matching.candidates.records import as_listing
from services.matching.candidates.repository import people
from services.matching.engine import Candidate
from services.matching.models import Need
from services.matching.plans import repository
from services.matching.plans.circle import Circle, Run
from services.matching.plans.domain import MOST_NEEDS, TooMuch
from services.matching.plans.repository import Wanted

_AT_ONCE = 100
_FIRST, _WHOLE = 0.05, 0.85
_LOOKING = "looking for candidates"


@dataclass(frozen=True, slots=True)
class Possible:
    """A pair that could be: `told` says with which factors and reasons, as one text, because there are many."""

    offer: UUID
    owner: UUID
    score: float
    told: str


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found for one need: possible pairs best first, whether others scored too little, who was refused."""

    need: UUID
    owner: UUID
    places: int
    possible: tuple[Possible, ...]
    weak: bool
    refused: tuple[tuple[str, str], ...]

    @property
    def held_back(self) -> Mapping[str, int | str]:
        """Return how many each gate held back, coarsely."""
        return coarse(gate for gate, _ in self.refused)


async def each_need(run: Run, circle: Circle, wanted: Wanted) -> list[Searched]:
    """Return what was found for each need that `wanted` names and whose owner may be in the plan.

    Raises TooMuch, and Stopped when the plan is gone.
    """
    found: list[Searched] = []
    organisations = frozenset[str]()
    async with run.opened() as work:
        many = circle.many(await repository.counts(work, Need, wanted))
        if many > MOST_NEEDS:
            raise TooMuch(
                f"There are {many} open needs; {MOST_NEEDS} can be weighed at once. Name some, or a category."
            )
        if wanted.people_only:
            organisations = await repository.organisations(work)
    search = _Search(run, circle, circle.left_out | organisations)
    after: UUID | None = None
    while True:
        async with run.opened() as work:
            needs = cast(Sequence[Need], await repository.listings(work, Need, wanted, after=after, limit=_AT_ONCE))
            found += await search.of(work, needs)
            await run.tell(work, _FIRST + _WHOLE * min(1.0, len(found) / max(1, many)), _LOOKING)
        if len(needs) < _AT_ONCE:
            return found
        after = needs[-1].id


@dataclass(frozen=True, slots=True)
class _Search:
    run: Run
    circle: Circle
    left_out: frozenset[str]

    async def of(self, work: Work, needs: Sequence[Need]) -> list[Searched]:
        """Return what is found for these needs. Ranking only reads, so that the feed of events is not held up."""
        owners = await people(work, {need.owner for need in needs})
        matched = await repository.matched(work, {need.id for need in needs})
        community = self.run.index.of(work.tenant)
        await community.catch_up(work)
        found = []
        for need in needs:
            if not self.circle.may(need.owner, person=need.participant_id is not None):
                continue
            theirs = {str(offer) for of, offer in matched if of == need.id}
            apart = {str(one) for one in self.circle.apart(need.owner)}
            result = await community.rank(
                as_listing(need, owners.get(need.owner)), now=work.now, excluded=self.left_out | theirs | apart,
                limit=int(self.run.asked["candidates_each"]),
            )  # fmt: skip
            refused = [one for one in result.refusals if self._may(one.owner, one.owner_kind)]
            found.append(self._searched(need, result.candidates, [(one.gate, one.id) for one in refused]))
        return found

    def _may(self, owner: str, kind: str) -> bool:
        # Somebody may have come since the authority was asked.
        return self.circle.may(UUID(owner), person=kind == "participant")

    def _searched(self, need: Need, candidates: Iterable[Candidate], refused: Collection[tuple[str, str]]) -> Searched:
        least = float(self.run.asked["least_score"])
        fit = [one for one in candidates if self._may(one.owner, one.owner_kind)]
        good = tuple(_possible(one) for one in fit if one.score >= least and one.score > 0)
        return Searched(need.id, need.owner, need.capacity - need.taken, good, len(good) < len(fit), tuple(refused))


def _possible(one: Candidate) -> Possible:
    reasons = [[reason.code, dict(reason.values)] for reason in one.reasons]
    told = json.dumps({"factors": dict(one.factors), "reasons": reasons})
    return Possible(UUID(one.id), UUID(one.owner), one.score, told)


def held_back(searched: Iterable[Searched]) -> Mapping[str, int | str]:
    """Return how many different offers each gate held back, coarsely."""
    return coarse(gate for gate, _ in {pair for one in searched for pair in one.refused})
