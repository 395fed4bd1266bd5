"""Working out labs: what people's open needs and offers are about is their interest; staff are spread among them."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from scipy.sparse import csr_array

from services.kernel.work import Work
from services.matching.candidates.records import as_listing, as_person
from services.matching.candidates.repository import people as facts_of
from services.matching.candidates.repository import terms
from services.matching.engine import Lab, Listing, Pair, form_labs
from services.matching.engine import gates as gate
from services.matching.models import Need, Offer
from services.matching.plans import repository
from services.matching.plans.circle import Circle, Run, circle
from services.matching.plans.domain import MOST_LISTINGS, TooMuch
from services.matching.plans.repository import Wanted
from services.vocabulary.gazetteer import Term
from services.vocabulary.linking import Linker, linker_with

_AT_ONCE = 100
_READING = "reading what people are interested in"
_LIKELY = 0.3
"""From this likelihood on, a listing is about a concept."""
_ANYWHERE = 1e-3
"""The interest of staff who have nothing open themselves: enough to come, too little to count against anybody's."""
_SAFETY = (gate.guardian, gate.gender, gate.grown_up, gate.checks)
_TABLES: tuple[repository.Table, ...] = (Need, Offer)
Interests = dict[UUID, dict[str, float]]
Apart = set[tuple[UUID, UUID]]


@dataclass(slots=True)
class _Gathered:
    """Who is interested in what: interests by person, and the listings that show them by person and concept."""

    interests: Interests = field(default_factory=dict)
    shown_by: dict[tuple[UUID, str], list[tuple[str, UUID]]] = field(default_factory=dict)
    listings: dict[UUID, list[Listing]] = field(default_factory=dict)

    @property
    def many(self) -> int:
        """Return how many listings have been taken in."""
        return sum(map(len, self.listings.values()))

    def add(self, row: Need | Offer, listing: Listing, about: Mapping[str, float]) -> None:
        """Take in one listing and what it is about."""
        theirs = self.interests.setdefault(row.owner, {})
        self.listings.setdefault(row.owner, []).append(listing)
        for concept, likely in about.items():
            theirs[concept] = max(likely, theirs.get(concept, 0.0))
            self.shown_by.setdefault((row.owner, concept), []).append((listing.kind, row.id))


async def work_out(run: Run) -> dict[str, Any]:
    """Return the labs in which interests are greatest. Raises TooMuch and what the engine raises."""
    staff = frozenset(map(UUID, run.asked["staff"]))
    among = await circle(run, also=staff)
    now = run.kernel.clock()
    wanted = Wanted(now=now, category=run.asked["category"], people_only=True)
    gathered = await _gather(run, among, wanted, staff & among.allowed)
    async with run.opened() as work:
        await run.tell(work, 0.9, "forming labs")
    sizes = int(run.asked["least"]), int(run.asked["most"])
    return await asyncio.to_thread(_choose, gathered, among, staff & among.allowed, sizes, now)


async def _gather(run: Run, among: Circle, wanted: Wanted, staff: Iterable[UUID]) -> _Gathered:
    gathered = _Gathered()
    async with run.opened() as work:
        many = sum([among.many(await repository.counts(work, table, wanted)) for table in _TABLES])
        own = [Term(row.concept, row.text, row.language) for row in await terms(work)]
        for one, facts in (await facts_of(work, set(staff))).items():
            gathered.listings[one] = [Listing(id=str(one), kind="offer", owner=str(one)).filled(as_person(facts))]
    if many > MOST_LISTINGS:
        raise TooMuch(f"There are {many} open needs and offers; {MOST_LISTINGS} can be weighed. Name a category.")
    linker = await asyncio.to_thread(linker_with, own)
    for table in _TABLES:
        after: UUID | None = None
        while True:
            async with run.opened() as work:
                rows = await repository.listings(work, table, wanted, after=after, limit=_AT_ONCE)
                await _take(work, gathered, linker, [row for row in rows if row.owner in among.allowed])
                await run.tell(work, 0.05 + 0.85 * min(1.0, gathered.many / max(1, many)), _READING)
            if len(rows) < _AT_ONCE:
                break
            after = rows[-1].id
    return gathered


async def _take(work: Work, gathered: _Gathered, linker: Linker, rows: Sequence[Need | Offer]) -> None:
    facts = await facts_of(work, {row.owner for row in rows})
    listings = [as_listing(row, facts.get(row.owner)) for row in rows]
    for row, one, about in zip(rows, listings, await _about(linker, listings), strict=True):
        gathered.add(row, one, about)


async def _about(linker: Linker, listings: Sequence[Listing]) -> list[dict[str, float]]:
    texts = [(one.words, one.language) for one in listings]
    likely = await asyncio.to_thread(linker.profiles, texts, softened=1.0) if texts else np.zeros((0, 0))
    return [
        {linker.concepts[n]: float(row[n]) for n in np.flatnonzero(row >= _LIKELY).tolist()} for row in likely
    ]  # fmt: skip


def _choose(
    gathered: _Gathered, among: Circle, staff: frozenset[UUID], sizes: tuple[int, int], now: datetime
) -> dict[str, Any]:
    interests = _with_staff(gathered.interests, staff, least=sizes[0])
    people, concepts = sorted(interests), sorted({concept for theirs in interests.values() for concept in theirs})
    number = {concept: n for n, concept in enumerate(concepts)}
    edges = [(row, number[c], value) for row, one in enumerate(people) for c, value in interests[one].items()]
    rows, columns, values = zip(*edges, strict=True) if edges else ((), (), ())
    matrix = csr_array((np.array(values, dtype=float), (rows, columns)), shape=(len(people), len(concepts)))
    row = {one: n for n, one in enumerate(people)}
    apart = {(row[one], row[other]) for one, other in _apart(interests, gathered.listings, among, now)}
    found = form_labs(matrix, [one in staff for one in people], least=sizes[0], most=sizes[1], apart=apart)
    spare = staff - set(gathered.interests)
    labs = [_told(lab, concepts[lab.interest], people, gathered, spare, sizes[0]) for lab in found.labs]
    kept = [one for one in labs if one is not None]
    return {"labs": kept, "exact": found.exact, "empty": None if kept else _why(gathered, staff)}


def _with_staff(interests: Interests, staff: Iterable[UUID], *, least: int) -> Interests:
    """Return interests that a lab could share; staff who have nothing open may come wherever there is one.

    No more of those than there can be labs, else they would only keep each other company.
    """
    counts = Counter(concept for theirs in interests.values() for concept in theirs)
    shared = {concept for concept, many in counts.items() if many >= max(2, least - 1)}
    known = {one: {c: v for c, v in theirs.items() if c in shared} for one, theirs in interests.items()}
    spare = sorted(one for one in staff if one not in interests)[: max(1, len(known) // max(1, least - 1))]
    return {**known, **{one: dict.fromkeys(sorted(shared), _ANYWHERE) for one in spare}}


def _apart(interests: Interests, listings: Mapping[UUID, Sequence[Listing]], among: Circle, now: datetime) -> Apart:
    """Return who must not meet: by a block, by a suspension, or because a condition for safety is not met."""
    apart = {(one, other) for one in interests for other in among.apart(one) if other in interests}
    sharing: dict[str, list[UUID]] = {}
    for one, theirs in interests.items():
        for concept in theirs:
            sharing.setdefault(concept, []).append(one)
    for one, theirs in interests.items():
        if any(_asks(listing, now) for listing in listings.get(one, ())):
            others = {other for concept in theirs for other in sharing[concept]} - {one}
            apart |= {(one, other) for other in others if not _safe(one, other, listings, now)}
    return {(min(pair), max(pair)) for pair in apart}


def _asks(listing: Listing, now: datetime) -> bool:
    return bool(listing.conditions) or listing.under_age(now.date())


def _safe(one: UUID, other: UUID, listings: Mapping[UUID, Sequence[Listing]], now: datetime) -> bool:
    # Of whom nothing is known, nothing has been declared: no condition is met.
    theirs = listings.get(other) or (Listing(id=str(other), kind="offer", owner=str(other)),)
    return all(
        rule(Pair(mine, that, now)).passed for mine in listings.get(one, ()) for that in theirs for rule in _SAFETY
    )


def _told(
    lab: Lab, concept: str, people: Sequence[UUID], gathered: _Gathered, spare: frozenset[UUID], least: int
) -> dict[str, Any] | None:
    """Return a lab without more spare staff than it needs, or None where fewer than two share the interest."""
    members = [people[n] for n in lab.people]
    staff = [people[n] for n in lab.staff]
    for one in [one for one in staff if one in spare]:
        if len(staff) > 1 and len(members) > least:
            staff.remove(one)
            members.remove(one)
    if len([one for one in members if one not in spare]) < min(2, least - 1):
        return None
    shown = [listing for one in members for listing in gathered.shown_by.get((one, concept), ())]
    return {
        "concept": concept, "participants": len(members), "staff": [str(one) for one in staff],
        "needs": [str(name) for kind, name in shown if kind == "need"],
        "offers": [str(name) for kind, name in shown if kind == "offer"],
    }  # fmt: skip


def _why(gathered: _Gathered, staff: frozenset[UUID]) -> str:
    if not staff:
        return "no-staff"
    return "no-lab" if gathered.interests else "no-listings"
