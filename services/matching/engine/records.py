"""What the engine is given and what it answers: immutable records, the same for both directions.

What is left empty is not stated. What is not stated never excludes anybody, and the reasons say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from services.matching.engine import calendar
from services.matching.engine.calendar import Window
from services.matching.engine.places import kilometres

__all__ = ["Candidate", "Listing", "Pair", "Person", "Reason", "Refusal", "Result", "Window"]

Kind = Literal["need", "offer"]
OwnerKind = Literal["participant", "organisation"]
SHORTEST_MEETING = 30
_REACH_BY_TRAVEL = {"foot": 2.0, "wheelchair": 2.0, "bicycle": 7.0, "bus": 15.0, "car": 30.0}
_REACH_UNSTATED = 5.0


@dataclass(frozen=True, slots=True)
class Person:
    """The facts of a person that hold for all their listings unless a listing says otherwise."""

    id: str
    languages: frozenset[str] = frozenset()
    place: tuple[float, float] | None = None
    travel: frozenset[str] = frozenset()
    reach_km: float | None = None
    availability: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A need or an offer. `place` is latitude and longitude; `minutes` is how long one meeting takes."""

    id: str
    kind: Kind
    owner: str
    owner_kind: OwnerKind = "participant"
    title: str = ""
    text: str = ""
    language: str = "en"
    category: str | None = None
    place: tuple[float, float] | None = None
    reach_km: float | None = None
    travel: frozenset[str] = frozenset()
    means: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()
    minutes: int | None = None
    capacity_left: int = 1
    exchange: Literal["gift", "credit"] = "gift"
    expires_at: datetime | None = None

    @property
    def reach(self) -> float:
        """Return how many kilometres its owner can go: as stated, or by the best means of travel they have."""
        if self.reach_km is not None:
            return self.reach_km
        return max((_REACH_BY_TRAVEL.get(way, 0.0) for way in self.travel), default=_REACH_UNSTATED)

    @property
    def words(self) -> str:
        """Return all its words, for comparing."""
        return f"{self.title}\n{self.text}"

    def filled(self, person: Person) -> "Listing":
        """Return it with the owner's facts wherever it does not state its own."""
        return replace(
            self,
            place=self.place or person.place,
            travel=self.travel or person.travel,
            reach_km=person.reach_km if self.reach_km is None else self.reach_km,
            languages=self.languages or person.languages,
            windows=self.windows or person.availability,
        )


@dataclass(frozen=True)
class Pair:
    """One need and one offer, looked at from one moment. What several gates and factors ask is worked out once."""

    need: Listing
    offer: Listing
    now: datetime

    @cached_property
    def distance(self) -> float | None:
        """Return kilometres between the two, or None when one of them states no place."""
        if self.need.place is None or self.offer.place is None:
            return None
        return kilometres(self.need.place, self.offer.place)

    @cached_property
    def means(self) -> frozenset[str]:
        """Return the ways in which both could meet; where neither says, in person."""
        if self.need.means and self.offer.means:
            return self.need.means & self.offer.means
        return self.need.means or self.offer.means or frozenset({"in_person"})

    @property
    def remote(self) -> bool:
        """Say whether both would also meet by phone or online."""
        return bool(self.means & {"phone", "online"})

    @property
    def reach(self) -> float:
        """Return how far apart they may live: either may be the one who travels."""
        return max(self.need.reach, self.offer.reach)

    @cached_property
    def languages(self) -> frozenset[str]:
        """Return the languages both speak, as primary subtags."""
        return frozenset(map(_primary, self.need.languages)) & frozenset(map(_primary, self.offer.languages))

    @property
    def minutes(self) -> int:
        """Return how long a meeting must be: the need says it, else the offer."""
        return self.need.minutes or self.offer.minutes or SHORTEST_MEETING

    @cached_property
    def common_minutes(self) -> int:
        """Return the minutes of all common stretches of the coming weeks that are long enough for a meeting."""
        return calendar.common_minutes(self.need.windows, self.offer.windows, now=self.now, at_least=self.minutes)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against a pair: `code` names the sentence, `values` fill it in."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))
    passed: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listing that passed every gate; the shares in `factors` add up to `score` (0 to 1)."""

    id: str
    owner: str
    owner_kind: OwnerKind
    score: float
    factors: Mapping[str, float]
    reasons: tuple[Reason, ...]
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A listing that a gate held back."""

    id: str
    owner: str
    owner_kind: OwnerKind
    gate: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Result:
    """The best first, and who was held back by which gate. Excluded ids appear in neither."""

    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]

    @property
    def held_back(self) -> dict[str, int]:
        """Return how many each gate held back."""
        counts: dict[str, int] = {}
        for refusal in self.refusals:
            counts[refusal.gate] = counts.get(refusal.gate, 0) + 1
        return counts
