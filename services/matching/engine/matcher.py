"""The matcher: keeps all listings of one community and says which fit one of them, in either direction alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from services.matching.engine.gates import verdicts
from services.matching.engine.records import Candidate, Listing, Pair, Reason, Refusal, Result
from services.matching.engine.score import candidate, relevance
from services.matching.engine.text import TextIndex


class Matcher:
    """Answers from the listings it was given, and from nothing else: equal listings, equal answers."""

    def __init__(self) -> None:
        self._listings: dict[str, Listing] = {}
        self._texts = TextIndex()

    def __len__(self) -> int:
        return len(self._listings)

    def fit(self, listings: Iterable[Listing]) -> Matcher:
        """Forget everything and take these."""
        self._listings, self._texts = {}, TextIndex()
        return self.add(listings)

    def add(self, listings: Iterable[Listing]) -> Matcher:
        """Add listings; one that is there already is replaced."""
        fresh = {listing.id: listing for listing in listings}
        changed = [one for one in fresh.values() if one.id not in self._listings or self._differs(one)]
        self._texts.add([(listing.id, listing.words) for listing in changed])
        self._listings.update(fresh)
        return self

    def remove(self, ids: Iterable[str]) -> Matcher:
        """Forget these listings, where they are there."""
        for name in ids:
            self._listings.pop(name, None)
            self._texts.remove(name)
        return self

    def candidates(
        self, query: Listing, *, now: datetime, limit: int | None = None, excluded: Collection[str] = frozenset()
    ) -> Result:
        """Return who fits `query` at `now`, best first, and who was held back by which gate.

        `excluded` are ids of listings or of owners; they are left out before anything is ranked or counted.
        """
        passed, refusals = self._through_the_gates(query, now, excluded)
        alike = self._texts.similarities(query.words, [other.id for _, other in passed])
        ranked: list[Candidate] = []
        for (pair, other), cosine in zip(passed, alike, strict=True):
            verdict = relevance(pair, alike=cosine)
            if verdict.passed:
                ranked.append(candidate(pair, other, alike=cosine))
            else:
                refusals.append(_refusal(other, "relevance", verdict))
        ranked.sort(key=lambda one: (-one.score, one.id))
        return Result(tuple(ranked[:limit]), tuple(sorted(refusals, key=lambda one: one.id)))

    def _through_the_gates(
        self, query: Listing, now: datetime, excluded: Collection[str]
    ) -> tuple[list[tuple[Pair, Listing]], list[Refusal]]:
        passed: list[tuple[Pair, Listing]] = []
        refusals: list[Refusal] = []
        for other in self._others(query, now, excluded):
            pair = Pair(query, other, now) if query.kind == "need" else Pair(other, query, now)
            refusal = _refused(pair)
            if refusal is None:
                passed.append((pair, other))
            else:
                refusals.append(_refusal(other, *refusal))
        return passed, refusals

    def _others(self, query: Listing, now: datetime, excluded: Collection[str]) -> Iterator[Listing]:
        for other in self._listings.values():
            over = other.expires_at is not None and other.expires_at <= now
            if other.kind == query.kind or other.owner == query.owner or over:
                continue
            if other.id not in excluded and other.owner not in excluded:
                yield other

    def _differs(self, listing: Listing) -> bool:
        return self._listings[listing.id].words != listing.words


def _refusal(other: Listing, gate: str, verdict: Reason) -> Refusal:
    return Refusal(other.id, other.owner, other.owner_kind, gate, verdict)


def _refused(pair: Pair) -> tuple[str, Reason] | None:
    for name, verdict in verdicts(pair):
        if not verdict.passed:
            return name, verdict
    return None
