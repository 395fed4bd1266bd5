"""Finding candidates: gates and ranking in memory, then the authority on exactly the people in the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast
from uuid import UUID

from services.kernel.problems import NotFound
from services.kernel.work import Work
from services.matching import clients
from services.matching.candidates import repository
from services.matching.candidates.domain import coarse, may_be_shown
from services.matching.candidates.index import Index
from services.matching.candidates.records import as_listing
from services.matching.clients import Verdict
from services.matching.engine import Candidate, Listing, Policy, Refusal, Result
from services.matching.engine.score import value_of
from services.matching.listings import operations as listings
from services.matching.listings import repository as listing_rows
from services.matching.listings.domain import Kind
from services.matching.models import Need, Offer
from services.matching.settings import Settings

_MOST_REFUSED = 400
"""How many of those held back the authority is asked about. Beyond, nobody is counted: better too few than too many."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate and the row behind it."""

    candidate: Candidate
    row: Need | Offer


@dataclass(frozen=True, slots=True)
class Candidates:
    """The answer for one listing: the best first, and how many each gate held back."""

    listing: Need | Offer
    found: Sequence[Found]
    held_back: Mapping[str, int | str]


async def candidates(work: Work, kind: Kind, listing_id: UUID, *, index: Index, limit: int) -> Candidates:
    """Return who fits a listing that the caller may see. Raises NotFound, and ConsentUnknown when nobody can say.

    Those without consent, who are blocked or who asked not to be asked are left out of lists and counts alike.
    """
    listing = await listings.get(work, kind, listing_id)
    over = listing.expires_at is not None and listing.expires_at <= work.now
    if listing.state != "open" or over:
        return Candidates(listing, [], {})
    owners = await repository.people(work, {listing.owner})
    query = as_listing(listing, owners.get(listing.owner))
    excluded = await repository.matched_with(work, listing) | await repository.kept_from(work, listing)
    asked = _Asked(work, listing)
    community = index.of(work.tenant)
    await community.catch_up(work)
    interpreters = (await community.interpreters(query))[:_MOST_REFUSED]
    if interpreters:  # nobody is a bridge who has not agreed to be matched
        await asked.about(interpreters)
        excluded |= {one.owner for one in interpreters if not asked.allows(one)}
    result = await community.rank(query, now=work.now, excluded=excluded)
    refusals = result.refusals[:_MOST_REFUSED]
    await asked.about([*refusals, *result.candidates[: _over_fetched(limit)]])
    shown = await _allowed(asked, result, limit)
    found = await _rows(work, kind, shown)
    await _note(work, listing, found, community.policy)
    return Candidates(listing, found, coarse(one.gate for one in refusals if asked.allows(one)))


def _over_fetched(limit: int) -> int:
    return 2 * limit + 10


class _Asked:
    """What the authority has said so far, for one listing."""

    def __init__(self, work: Work, listing: Need | Offer) -> None:
        self._work = work
        self._listing = listing
        self._said: dict[UUID, Verdict] = {}

    async def about(self, some: Sequence[Candidate | Refusal | Listing]) -> None:
        """Ask about the people among them and about the listing's own owner. Raises NotFound if that one may not."""
        mine = self._listing.participant_id
        people = {UUID(one.owner) for one in some if one.owner_kind == "participant"} | ({mine} if mine else set())
        fresh = people - set(self._said)
        within = cast(Settings, self._work.kernel.settings).consent_timeout
        asked = await clients.verdicts(self._work, fresh, organisation=self._work.organisation, within=within)
        self._said |= asked
        if mine is not None and not self._said[mine].allowed and self._work.caller.person != mine:
            raise NotFound

    def knows(self, one: Candidate) -> bool:
        """Say whether the authority has been asked about the owner."""
        return one.owner_kind == "organisation" or UUID(one.owner) in self._said

    def allows(self, one: Candidate | Refusal | Listing) -> bool:
        """Say whether this one may appear at all."""
        if one.owner_kind == "organisation":
            return True
        owner, to = UUID(one.owner), self._listing.owner
        verdict = self._said.get(owner, Verdict())
        ours = self._said.get(to, Verdict()).blocks
        blocks = verdict.blocks | ({to} if owner in ours else frozenset())
        return may_be_shown(owner, to=to, allowed=verdict.allowed, ask=verdict.ask, blocks=blocks)


async def _allowed(asked: _Asked, result: Result, limit: int) -> list[Candidate]:
    """Return the best who may be shown; where some may not, ask about those who follow until the page is full."""
    kept: list[Candidate] = []
    waiting = iter(result.candidates)
    while len(kept) < limit:
        some = list(islice(waiting, _over_fetched(limit)))
        if not some:
            break
        if not all(map(asked.knows, some)):
            await asked.about(some)
        kept.extend(one for one in some if asked.allows(one))
    return kept[:limit]


async def _rows(work: Work, kind: Kind, shown: Sequence[Candidate]) -> list[Found]:
    other: Kind = "offer" if kind == "need" else "need"
    rows = {str(row.id): row for row in await listing_rows.by_ids(work, other, [UUID(one.id) for one in shown])}
    return [Found(one, rows[one.id]) for one in shown]


async def _note(work: Work, listing: Need | Offer, found: Sequence[Found], policy: Policy) -> None:
    """Log what was shown, where, beside what, and the value of each factor: what learning needs one day."""
    search, most = work.new_id(), policy.shares
    rows = [
        {"id": work.new_id(), "search_id": search, "listing_id": listing.id, "candidate_id": one.row.id, "rank": rank,
         "factors": value_of(one.candidate.factors, policy=most),
         "weights": policy.version, "score": one.candidate.score, "organisation_id": work.caller.organisation,
         "at": work.now}
        for rank, one in enumerate(found, start=1)
    ]  # fmt: skip
    await repository.note_shown(work, rows)
