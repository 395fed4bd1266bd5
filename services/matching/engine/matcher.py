"""The matcher: keeps all listings of one community and says which fit one of them, in either direction alike."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.engine import grid
from services.matching.engine.gates import verdicts
from services.matching.engine.meaning import Meaning
from services.matching.engine.records import Listing, Pair, Reason, Refusal, Result, primary
from services.matching.engine.score import (
    AKIN,
    ALIKE,
    Likeness,
    Policy,
    candidate,
    fairness,
    relevance,
    shares,
    total,
)
from services.matching.engine.side import Books, Query, Side, Slots

MOST_REFUSED = 400
_SMALL = 5_000
_AT_ONCE = 4_096
_WIDER = 4
_ROUNDING = 5e-4
"""Seven numbers, each rounded to four places, are not farther than this from what was not rounded."""
INTERPRETING = frozenset({"interpret_in_person", "interpret_at_doctor", "interpret_by_phone"})
"""Who offers one of these concepts can be a bridge between the languages they speak."""
Bridges = frozenset[frozenset[str]]


class Matcher:
    """Answers from the listings it was given, and from nothing else.

    `policy` is what the community has decided about the score; `meaning` is its vocabulary.
    """

    def __init__(self, *, policy: Policy | None = None, meaning: Meaning | None = None) -> None:
        self.policy = policy or Policy()
        self._meaning = meaning or Meaning()
        self._interpreting = {self._meaning.names.index(one) for one in INTERPRETING}
        self._empty()

    def _empty(self) -> None:
        self._books = Books(self._meaning)
        self._sides = {"need": Side(self._books), "offer": Side(self._books)}
        self._interpreters: dict[frozenset[str], dict[str, None]] = {}
        self._weighed_at = 0

    def __len__(self) -> int:
        return sum(map(len, self._sides.values()))

    @property
    def nbytes(self) -> int:
        """Return the bytes of the index, without the records that it was given."""
        return self._books.lexicon.nbytes + sum(side.nbytes for side in self._sides.values())

    def fit(self, listings: Iterable[Listing], *, progress: Callable[[int], None] | None = None) -> Matcher:
        """Forget everything and take these; `progress` is told how many have been taken so far."""
        self._empty()
        taken = 0
        for some in _in_parts(sorted(listings, key=_where)):
            self.add(some)
            taken += len(some)
            if progress is not None:
                progress(taken)
        self._refresh()
        return self

    def add(self, listings: Iterable[Listing]) -> Matcher:
        """Add listings; one that is there already is replaced, and the next query sees it."""
        fresh = list({listing.id: listing for listing in listings}.values())
        self.remove(listing.id for listing in fresh)
        for kind, side in self._sides.items():
            some = [listing for listing in fresh if listing.kind == kind]
            side.add(some)
            if kind == "offer":
                self._note_interpreters(some)
        return self

    def remove(self, ids: Iterable[str]) -> Matcher:
        """Forget these listings, where they are there."""
        for name in ids:
            for side in self._sides.values():
                if side.remove(name):
                    self._forget_interpreter(name)
        return self

    def note(self, *, shown: Mapping[str, int], given: Mapping[str, float]) -> None:
        """Take in for how many listings each was shown of late, and how many hours each owner gave; others none."""
        for side in self._sides.values():
            side.note(shown=shown, given=given)

    def candidates(
        self,
        query: Listing,
        *,
        now: datetime,
        limit: int | None = None,
        excluded: Collection[str] = frozenset(),
        refusals: int = MOST_REFUSED,
    ) -> Result:
        """Return who fits `query` at `now`, best first, and the most relevant of those whom a gate held back.

        `excluded` are ids of listings or of owners; they are left out before anything is ranked or counted. `limit`
        None returns everybody who fits. With `refusals` 0 nobody is looked at who cannot be among the best.
        """
        side = self._sides["offer" if query.kind == "need" else "need"]
        self._refresh()
        marked = side.mark(excluded)
        try:
            return _Search(self, side, query, now, excluded).run(limit=limit, refusals=refusals)
        finally:
            side.unmark(marked)

    def ranked(self, query: Listing, *, now: datetime, limit: int, everybody: bool = False) -> list[tuple[str, float]]:
        """Return ids and scores of the best that pass every gate, as `candidates` does, but without their reasons.

        With `everybody` each listing is looked at, which is slow: it is for checking the index.
        """
        side = self._sides["offer" if query.kind == "need" else "need"]
        self._refresh()
        found = _Search(self, side, query, now, frozenset(), everybody=everybody).scored(limit)
        return [(one.other.id, one.score) for one in found]

    def alike(
        self, query: Listing, *, now: datetime, limit: int = 10, text_only: bool = False, everybody: bool = False
    ) -> list[tuple[str, float]]:
        """Return the listings of the other kind whose words and concepts are nearest; no gate is asked.

        `text_only` leaves concepts out; with `everybody` each listing is weighed, which is slow, for checking.
        """
        side = self._sides["offer" if query.kind == "need" else "need"]
        self._refresh()
        asked = self.asked(side, query, now, frozenset()).without_least()
        slots, values = side.alike(asked.only_text() if text_only else asked, most=limit, everybody=everybody)
        found = [(side.listings[slot], value) for slot, value in zip(slots, values, strict=True) if value > -2]
        return [(listing.id, float(value)) for listing, value in found if listing is not None]

    def _refresh(self) -> None:
        """Make ready for a query what adding and removing left undone.

        How rare words are is counted anew with every change; in a large community, as it grows or shrinks by a tenth.
        """
        changed = [side.refresh() for side in self._sides.values()]
        drifted = abs(len(self) - self._weighed_at) > len(self) / 10
        if drifted or (any(changed) and len(self) <= _SMALL):
            seen = sum(side.seen() for side in self._sides.values())
            self._books.lexicon.weigh((np.log((1 + len(self)) / (1 + seen)) + 1).astype(np.float32))
            for side in self._sides.values():
                side.reweigh()
            self._weighed_at = len(self)
        for side in self._sides.values():
            side.post()

    def asked(self, side: Side, query: Listing, now: datetime, bridges: Bridges) -> Query:
        """Return `query` made ready for a side."""
        shares = self.policy.shares
        weights = {f"w_{name}": share for name, share in shares.items()}
        reached = {other for one in query.languages for pair in bridges if primary(one) in pair for other in pair}
        bits = self._books.languages.bits(sorted(reached))
        return side.ask(query, now=now, bridges=bits, weights={**weights, "least_text": ALIKE, "least_concept": AKIN})

    @property
    def words(self) -> int:
        """Return how many different words all listings have together."""
        return len(self._books.lexicon)

    def name(self, concept: int) -> str:
        """Return a concept's name by its number."""
        return self._meaning.names[concept]

    def interpreters(self, query: Listing) -> list[Listing]:
        """Return the offers of those who could interpret between a language of `query` and another."""
        spoken = set(map(primary, query.languages))
        names = {name for pair, some in self._interpreters.items() if pair & spoken for name in some}
        side = self._sides["offer"]
        return [one for name in sorted(names) if (one := side.listings[side.slots[name]]) is not None]

    def bridges(self, query: Listing, *, excluded: Collection[str], now: datetime) -> Bridges:
        """Return between which languages of `query` and others somebody offers to interpret.

        Whoever is excluded, has no place left or whose offer is over is no bridge.
        """
        spoken = set(map(primary, query.languages))
        side = self._sides["offer"]

        def stands(name: str) -> bool:
            one = side.listings[side.slots[name]]
            assert one is not None
            over = one.expires_at is not None and one.expires_at <= now
            return name not in excluded and one.owner not in excluded and one.capacity_left > 0 and not over

        return frozenset(
            pair for pair, names in self._interpreters.items() if pair & spoken and any(map(stands, names))
        )

    def _note_interpreters(self, offers: Sequence[Listing]) -> None:
        several = [one for one in offers if len(one.languages) > 1]
        for one in several:
            if self._sides["offer"].foremost(one.id) in self._interpreting:
                for pair in combinations(sorted(set(map(primary, one.languages))), 2):
                    self._interpreters.setdefault(frozenset(pair), {})[one.id] = None

    def _forget_interpreter(self, name: str) -> None:
        for names in self._interpreters.values():
            names.pop(name, None)


class _Scored(NamedTuple):
    """One that passed every gate, before its reasons are put together."""

    score: float
    pair: Pair
    other: Listing
    like: Likeness
    factors: Mapping[str, float]
    seldom: bool


class _Search:
    """One question to one side."""

    def __init__(
        self,
        matcher: Matcher,
        side: Side,
        query: Listing,
        now: datetime,
        excluded: Collection[str],
        *,
        everybody: bool = False,
    ) -> None:
        self._everybody = everybody
        self._matcher, self._side, self._query, self._now = matcher, side, query, now
        self._shares = matcher.policy.shares
        self._bridges = matcher.bridges(query, excluded=excluded, now=now)
        self._asked = matcher.asked(side, query, now, self._bridges)

    def run(self, *, limit: int | None, refusals: int) -> Result:
        """Return the best with their reasons, and the most relevant of those refused."""
        found, refused, held = self._look(limit, refusals)
        refused += [self._refusal(slot, like) for slot, like in zip(held.tolist(), self._likenesses(held), strict=True)]
        best = [candidate(one.pair, one.other, one.like, one.factors, seldom=one.seldom) for one in found[:limit]]
        return Result(tuple(best), tuple(sorted(refused[:refusals], key=lambda one: one.id)))

    def scored(self, limit: int) -> list[_Scored]:
        """Return the best, without reasons."""
        return self._look(limit, 0)[0][:limit]

    def _look(self, limit: int | None, refusals: int) -> tuple[list[_Scored], list[Refusal], Slots]:
        """Look at ever more of the best until none who was not looked at could still be among them."""
        most = len(self._side.listings)
        wanted = most if limit is None else limit
        pool = min(most, _WIDER * wanted + 50)
        while True:
            slots, bounds, held = self._side.best(
                self._asked, pool=max(1, pool), refused=min(refusals, most), everybody=self._everybody
            )
            found, refused = self._weigh(slots, bounds, wanted)
            done = len(slots) < pool or pool >= most
            if done or (len(found) >= wanted and found[wanted - 1].score >= float(bounds[-1]) + _ROUNDING):
                return found, refused, held
            pool = min(most, _WIDER * pool)

    def _weigh(self, slots: Slots, bounds: NDArray[np.float64], wanted: int) -> tuple[list[_Scored], list[Refusal]]:
        """Ask the exact gates and work the exact score out, as long as somebody could still be among the best."""
        found: list[_Scored] = []
        refused: list[Refusal] = []
        best: list[float] = []
        likes = self._likenesses(slots)
        for slot, bound, like in zip(slots.tolist(), bounds.tolist(), likes, strict=True):
            if len(best) == wanted and bound + _ROUNDING < best[0]:
                break
            pair, other = self._pair(slot)
            refusal = _refused(pair)
            if refusal is not None:
                refused.append(Refusal(other.id, other.owner, other.owner_kind, *refusal))
                continue
            scored = self._score(pair, other, like, slot)
            found.append(scored)
            (heapq.heappush if len(best) < wanted else heapq.heappushpop)(best, scored.score)
        found.sort(key=lambda one: (-one.score, one.other.id))
        return found, refused

    def _score(self, pair: Pair, other: Listing, like: Likeness, slot: int) -> _Scored:
        row = self._side.columns[slot]
        shown, given = float(row["shown"]), float(row["given"]) if other.kind == "offer" else 0.0
        factors = shares(pair, like, policy=self._shares, turn=fairness(shown=shown, given=given))
        return _Scored(total(factors), pair, other, like, factors, shown == 0 and given == 0)

    def _pair(self, slot: int) -> tuple[Pair, Listing]:
        other = self._side.listings[slot]
        assert other is not None
        need, offer = (self._query, other) if self._query.kind == "need" else (other, self._query)
        return Pair(need, offer, self._now, self._bridges), other

    def _likenesses(self, slots: Slots) -> list[Likeness]:
        ours = self._matcher.name(int(np.argmax(self._asked.meant)))
        rows = self._side.likenesses(self._asked, slots).tolist()
        return [Likeness(text, concept, ours, self._matcher.name(int(theirs))) for text, concept, theirs in rows]

    def _refusal(self, slot: int, like: Likeness) -> Refusal:
        pair, other = self._pair(slot)
        gate = _refused(pair) or ("relevance", relevance(pair, like))
        return Refusal(other.id, other.owner, other.owner_kind, *gate)


def _refused(pair: Pair) -> tuple[str, Reason] | None:
    for name, verdict in verdicts(pair):
        if not verdict.passed:
            return name, verdict
    return None


def _where(listing: Listing) -> tuple[int, float]:
    """Sort neighbours together: they are asked about together."""
    if listing.place is None:
        return 10_000, 0.0
    return int((listing.place[0] + 90) // grid.ROW), listing.place[1]


def _in_parts(listings: Iterable[Listing]) -> Iterator[list[Listing]]:
    some: list[Listing] = []
    for one in listings:
        some.append(one)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
