"""All listings of one kind, needs or offers, in columns: added, changed and withdrawn one at a time, searched at once.

A listing has a slot. A changed one gets a new slot and the old one dies; when a quarter of the slots are dead, the
living move together. Slots lie in blocks of 65,536, each with postings of its words, concepts and category; the last
few thousand have none yet and are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.engine import grid, kernels, spelling
from services.matching.engine.calendar import hours_of_week
from services.matching.engine.growing import Growing
from services.matching.engine.kernels import Asked
from services.matching.engine.lexicon import FEATURES, Lexicon
from services.matching.engine.meaning import Meaning
from services.matching.engine.postings import BLOCK, Map, Posted
from services.matching.engine.records import Listing, primary
from services.vocabulary import CATEGORIES
from services.vocabulary.normal import words

_TAIL = 4_096
_CATEGORY = {key: number for number, key in enumerate(CATEGORIES, start=1)}
_MEANS = {"in_person": 1, "phone": 2, "online": 4}
_SETTINGS = {"alone": 1, "group": 2}
_FAR_FUTURE = 2**62
_56 = 2**56 - 1
_MOST_NEAR = 60_000
"""With more than so many within reach it is quicker to ask first who has the words, and only then who is near."""
_LEAST_OF_STRONGEST = 0.35
"""A word that adds less than this part of what the best one adds does not help to find, only to weigh what is found."""
_LEAST_MEANT = 0.1
_TRACE = 1e-9
Slots = NDArray[np.int64]


class Codes:
    """Numbers for names; `bit` gives each of the first 63 a bit of its own, and all later ones share the last."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str | None) -> int:
        """Return a name's number, from 1; 0 for none."""
        return 0 if name is None else self._numbers.setdefault(name, len(self._numbers) + 1)

    def bits(self, names: Iterable[str]) -> int:
        """Return the bits of these names."""
        bits = 0
        for name in names:
            bits |= 1 << min(self.number(name) - 1, 63)
        return bits


class Books:
    """What both sides number alike, so that one can be asked from the other."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.lexicon = Lexicon()
        self.owners, self.languages, self.genders, self.checks = Codes(), Codes(), Codes(), Codes()


class Query(NamedTuple):
    """A listing made ready to be asked from."""

    asked: Asked
    words: NDArray[np.int32]
    word_weights: NDArray[np.float32]
    like: NDArray[np.float32]
    meant: NDArray[np.float32]

    def only_text(self) -> Query:
        """Return the same question about words alone."""
        asked = self.asked._replace(w_category=0.0, category=0)
        return self._replace(asked=asked, meant=np.zeros_like(self.meant))

    def without_least(self) -> Query:
        """Return the same question with nothing too little alike to be ranked."""
        return self._replace(asked=self.asked._replace(least_text=-1.0, least_concept=-1.0))

    @property
    def rest(self) -> tuple[Asked, NDArray[np.float32], NDArray[np.float32]]:
        """Return what weighing a single listing takes."""
        return self.asked, self.like, self.meant


class Side:
    """The listings of one kind."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._lexicon = books.lexicon
        self.listings: list[Listing | None] = []
        self.slots: dict[str, int] = {}
        self.of_owner: dict[str, set[str]] = {}
        self._rows: Growing[np.void] = Growing(kernels.COLUMNS)
        self._starts: Growing[np.int64] = Growing(np.int64, [0])
        self._terms: Growing[np.int32] = Growing(np.int32)
        self._map = Map()
        self._posted = Posted(concepts=len(books.meaning), loudest=1.0)
        self._changed = True

    def __len__(self) -> int:
        return len(self.slots)

    @property
    def columns(self) -> NDArray[np.void]:
        """Return what is known of every listing, dead ones included."""
        return self._rows.all

    @property
    def nbytes(self) -> int:
        """Return the bytes of all arrays, without the records themselves."""
        grown = (self._rows, self._starts, self._terms)
        return sum(one.nbytes for one in grown) + self._posted.nbytes + self._map.nbytes

    def add(self, listings: Sequence[Listing]) -> None:
        """Add listings that are not there."""
        for start in range(0, len(listings), _TAIL):
            self._add_some(listings[start : start + _TAIL])
        self._changed = True

    def _add_some(self, listings: Sequence[Listing]) -> None:
        first = len(self.listings)
        meant = self._books.meaning.of([(one.words, one.language) for one in listings])
        told = [self._row(one) for one in listings]
        rows = np.zeros(len(told), dtype=kernels.COLUMNS)
        for name in told[0] if told else ():
            rows[name] = [row[name] for row in told]
        rows["concepts"], rows["certainty"], rows["length"] = meant.concepts, meant.certainty, 1
        self._rows.extend(rows)
        for slot, one in enumerate(listings, start=first):
            self._terms.extend(np.array([self._lexicon.number(word) for word in words(one.words)], dtype=np.int32))
            self._starts.append(len(self._terms))
            self.listings.append(one)
            self.slots[one.id] = slot
            self.of_owner.setdefault(one.owner, set()).add(one.id)
        self._measure(first)

    def remove(self, name: str) -> bool:
        """Forget a listing; return whether it was there."""
        slot = self.slots.pop(name, None)
        if slot is None:
            return False
        gone = self.listings[slot]
        assert gone is not None
        self.columns["alive"][slot] = False
        self.listings[slot] = None
        self._changed = True
        mine = self.of_owner[gone.owner]
        mine.discard(name)
        if not mine:
            del self.of_owner[gone.owner]
        return True

    def foremost(self, name: str) -> int:
        """Return the number of the concept that a listing is most about."""
        return int(self.columns["concepts"][self.slots[name], 0])

    def note(self, *, shown: Mapping[str, int], given: Mapping[str, float]) -> None:
        """Take in how often each listing was shown and how many hours each owner gave; who is not named, none."""
        counted, hours = self.columns["shown"], self.columns["given"]
        counted[:] = 0
        hours[:] = 0
        for name in shown.keys() & self.slots.keys():
            counted[self.slots[name]] = shown[name]
        for owner in given.keys() & self.of_owner.keys():
            for name in self.of_owner[owner]:
                hours[self.slots[name]] = given[owner]

    def _row(self, one: Listing) -> dict[str, Any]:
        books, wants = self._books, one.conditions
        known = one.owner_kind == "organisation" or one.born is not None
        latitude, longitude = one.place or (np.nan, np.nan)
        return {
            "alive": True, "excluded": False, "owner": books.owners.number(one.owner),
            "expires": _FAR_FUTURE if one.expires_at is None else int(one.expires_at.timestamp()),
            "places": one.capacity_left > 0, "latitude": latitude, "longitude": longitude, "reach": one.reach,
            "means": _bits(_MEANS, one.means), "settings": _bits(_SETTINGS, one.settings),
            "languages": books.languages.bits(map(primary, one.languages)), "interpreter": one.interpreter,
            "hours": hour_words(one), "cost": -1 if one.cost is None else one.cost,
            "gender": min(books.genders.number(one.gender), 255),
            "wants_gender": min(books.genders.number(wants.gender), 255),
            "grown_up": known, "wants_grown_up": wants.grown_up,
            "checks": books.checks.bits(one.checks), "wants_checks": books.checks.bits(wants.checks),
            "category": _CATEGORY.get(one.category or "", 0), "given": one.given, "shown": one.shown,
        }  # fmt: skip

    def _measure(self, first: int) -> None:
        spelling.listing_lengths(
            self._starts.all, self._terms.all, self._lexicon.starts.all, self._lexicon.grams.all,
            self._lexicon.rarity, first, self.columns["length"],
        )  # fmt: skip

    def refresh(self) -> bool:
        """Close the gaps that removing left, where they are many; return whether anything changed since last time."""
        changed, self._changed = self._changed, False
        if changed and len(self.listings) > 2 * _TAIL and len(self.slots) < 0.75 * len(self.listings):
            self._move_together()
        return changed

    def seen(self) -> NDArray[np.int32]:
        """Return in how many listings each n-gram occurs."""
        lexicon = self._lexicon
        return spelling.count_listings_with(
            self._starts.all, self._terms.all, self.columns["alive"], lexicon.starts.all, lexicon.grams.all, FEATURES
        )

    def reweigh(self) -> None:
        """Take in that n-grams have new weights."""
        self._measure(0)
        self._forget_postings()

    def post(self) -> None:
        """Turn round what has no postings yet, unless it is so little that it can be looked at one by one."""
        last = len(self.listings)
        if last < 2 * _TAIL or last - self._posted.complete_to < _TAIL:
            return
        columns = self.columns
        first = self._posted.reopen()
        self._map.reopen(first)
        for begin in range(first, last, BLOCK):
            end = min(begin + BLOCK, last)
            self._posted.add(self._starts.all, self._terms.all, columns, end, words=len(self._lexicon))
            self._map.add(columns, end)

    def _forget_postings(self) -> None:
        lengths = self.columns["length"]
        self._posted = Posted(concepts=len(self._books.meaning), loudest=1 / float(lengths.min(initial=100.0)))
        self._map = Map()

    def _move_together(self) -> None:
        """Give the living new slots without gaps."""
        alive = [one for one in self.listings if one is not None]
        kept = self.columns["alive"].nonzero()[0]
        counts = np.diff(self._starts.all)
        terms = self._terms.all[np.repeat(self.columns["alive"], counts)]
        rows = self.columns[kept]
        self._rows.shorten(0)
        self._rows.extend(rows)
        self._terms.shorten(0)
        self._terms.extend(terms)
        self._starts.shorten(1)
        self._starts.extend(np.cumsum(counts[kept]))
        self.listings = list(alive)
        self.slots = {one.id: slot for slot, one in enumerate(alive)}
        self._forget_postings()

    def ask(self, listing: Listing, *, now: datetime, weights: Mapping[str, float], bridges: int) -> Query:
        """Make `listing`, of the other kind, ready to be asked from."""
        row, books = self._row(listing), self._books
        hours = row["hours"]
        asked = Asked(
            now=int(now.timestamp()), owner=row["owner"], has_place=listing.place is not None,
            latitude=row["latitude"], longitude=row["longitude"], reach=row["reach"], means=row["means"],
            settings=row["settings"], languages=row["languages"], bridges=bridges if listing.interpreter else 0,
            hours_0=hours[0], hours_1=hours[1], hours_2=hours[2], cost=row["cost"], is_need=listing.kind == "need",
            gender=row["gender"], wants_gender=row["wants_gender"], grown_up=row["grown_up"],
            wants_grown_up=row["wants_grown_up"], checks=row["checks"], wants_checks=row["wants_checks"],
            category=row["category"], **weights,
        )  # fmt: skip
        said = words(listing.words)
        terms, weighed = self._like(said)
        like = np.zeros(len(self._lexicon), dtype=np.float32)
        like[terms] = weighed
        meant = books.meaning.spread(listing.words, listing.language)
        return Query(asked, terms, weighed, like, meant)

    def _like(self, said: list[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the words of this side that are like those said, and what each adds to the cosine of a text."""
        if not said:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        found = [self._lexicon.like(word) for word in said]
        terms, where = np.unique(np.concatenate([one.terms for one in found]), return_inverse=True)
        weights = np.bincount(where, np.concatenate([one.weights for one in found]), len(terms))
        return terms, (weights / self._lexicon.length(said)).astype(np.float32)

    def best(
        self, query: Query, *, pool: int, refused: int, everybody: bool = False
    ) -> tuple[Slots, NDArray[np.float64], Slots]:
        """Return the slots of the best `pool` that may pass, with the most that each can score, and of the refused.

        Best first; the refused are the most relevant that a gate certainly holds back, and are looked for among all.
        """
        if everybody or refused > 0 or len(self.listings) < 2 * _TAIL:
            return self._look_at(np.arange(len(self.listings)), query, pool, refused)
        if query.asked.means == _MEANS["in_person"]:
            some, complete = grid.near(self._map.arrays, query.asked, _MOST_NEAR)
            if complete:
                return self._look_at(np.concatenate([some, self._tail()]), query, pool, 0)
        return self._look_at(np.concatenate([self._find(query, pool, gated=True), self._tail()]), query, pool, 0)

    def alike(self, query: Query, *, most: int, everybody: bool = False) -> tuple[Slots, NDArray[np.float64]]:
        """Return the listings nearest in what they say, best first, with their relevance; no gate is asked."""
        found = np.arange(self._posted.complete_to) if everybody else self._find(query, 5 * most, gated=False)
        some = np.concatenate([found, self._tail()])
        values = self.relevance(query, some)
        order = np.lexsort((some, -values))[:most]
        return some[order], values[order]

    def relevance(self, query: Query, some: Slots) -> NDArray[np.float64]:
        """Return the weighed relevance of some listings; below zero for those that are about something else."""
        return kernels.relevances(some, self._starts.all, self._terms.all, self.columns, *query.rest)

    def likenesses(self, query: Query, some: Slots) -> NDArray[np.float64]:
        """Return for each listing the cosines of text and concepts, and the number of the concept that counts most."""
        return kernels.likenesses(some, self._starts.all, self._terms.all, self.columns, query.like, query.meant)

    def _tail(self) -> Slots:
        return np.arange(self._posted.complete_to, len(self.listings))

    def _look_at(self, some: Slots, query: Query, pool: int, refused: int) -> tuple[Slots, NDArray[np.float64], Slots]:
        best, slots = np.zeros(pool), np.zeros(pool, dtype=np.int64)
        held, held_slots = np.zeros(refused), np.zeros(refused, dtype=np.int64)
        passed, kept = kernels.look_at(
            some, self._starts.all, self._terms.all, self.columns, *query.rest, best, slots, held, held_slots
        )
        order = np.lexsort((slots[:passed], -best[:passed]))
        behind = np.lexsort((held_slots[:kept], -held[:kept]))
        return slots[:passed][order], best[:passed][order], held_slots[:kept][behind]

    def _find(self, query: Query, most: int, *, gated: bool) -> Slots:
        asked = query.asked
        strong = query.word_weights >= _LEAST_OF_STRONGEST * query.word_weights.max(initial=0)
        told = query.meant >= _LEAST_MEANT
        others, weights = np.flatnonzero(told), query.meant[told] / 255
        if asked.category:  # no evidence of relevance, but who is in the category is looked at
            others, weights = np.append(others, len(query.meant) + asked.category), np.append(weights, _TRACE)
        word_weights = query.word_weights[strong] * (self._posted.loudest / 255)
        best, slots = np.zeros(most), np.zeros(most, dtype=np.int64)
        found = kernels.find(
            self._posted.arrays, query.words[strong], word_weights.astype(np.float32), others,
            weights.astype(np.float32), self.columns, asked, gated, np.zeros((2, BLOCK), dtype=np.float32), best, slots,
        )  # fmt: skip
        return slots[:found]

    def mark(self, ids: Iterable[str]) -> Slots:
        """Leave these listings, and those of these owners, out of the next searches; return them for `unmark`."""
        names = set(ids)
        for one in list(names):
            names |= self.of_owner.get(one, set())
        slots = np.array([self.slots[name] for name in names if name in self.slots], dtype=np.int64)
        self.columns["excluded"][slots] = True
        return slots

    def unmark(self, slots: Slots) -> None:
        """Let these listings be found again."""
        self.columns["excluded"][slots] = False


def hour_words(one: Listing) -> tuple[int, int, int]:
    """Return the hours of the week in which a listing's owner may have time, as three numbers of 56 bits."""
    if not one.windows:
        return kernels.EVERY_HOUR, _56, _56
    bits = hours_of_week(one.windows)
    return bits & _56, bits >> 56 & _56, bits >> 112


def _bits(known: dict[str, int], names: Iterable[str]) -> int:
    return sum(known.get(name, 0) for name in set(names))
