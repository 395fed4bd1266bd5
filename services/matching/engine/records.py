"""What the engine is given and what it answers: immutable records, the same for both directions.

What is left empty is not stated. What is not stated never excludes anybody, and the reasons say so; only where one
side has set a condition for its safety must the other have declared that it is met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from services.matching.engine import calendar
from services.matching.engine.calendar import Window
from services.matching.engine.places import kilometres

__all__ = ["Candidate", "Conditions", "Listing", "Pair", "Person", "Reason", "Refusal", "Result", "Window"]

Kind = Literal["need", "offer"]
OwnerKind = Literal["participant", "organisation"]
SHORTEST_MEETING = 30
GROWN_UP = 18
_REACH_BY_TRAVEL = {"foot": 2.0, "wheelchair": 2.0, "bicycle": 7.0, "bus": 15.0, "car": 30.0}
_REACH_UNSTATED = 5.0
_NOTHING: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Conditions:
    """What one side asks of the other before it will meet: `checks` by their kind, `gender` as people declare it."""

    gender: str | None = None
    grown_up: bool = False
    checks: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.gender or self.grown_up or self.checks)


@dataclass(frozen=True, slots=True)
class Person:
    """The facts of a person that hold for all their listings unless a listing says otherwise.

    `checks` are held until the given day, that day included. Gender and day of birth are as the person declared them
    and serve the safety gates alone; `guardian` says that one has agreed for a person under 18.
    """

    id: str
    languages: frozenset[str] = frozenset()
    place: tuple[float, float] | None = None
    travel: frozenset[str] = frozenset()
    reach_km: float | None = None
    availability: tuple[Window, ...] = ()
    busy: tuple[Window, ...] = ()
    gender: str | None = None
    born: date | None = None
    guardian: bool = False
    checks: Mapping[str, date] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Listing:
    """A need or an offer.

    `place` is latitude and longitude; `minutes` is how long one meeting takes; `busy` are windows in which its owner
    cannot, although `windows` says so: block-outs and what is booked already. `cost` is what an offer costs the
    person, and the most that a need can pay, both in hundredths of the currency. `settings` are `alone` and `group`.
    `person` says who the owner is, for the gates that ask. `given` are the owner's hours of late and `shown` how
    often the listing was suggested lately: fairness weighs both.
    """

    id: str
    kind: Kind
    owner: str
    owner_kind: OwnerKind = "participant"
    title: str = ""
    text: str = ""
    language: str | None = "en"
    category: str | None = None
    place: tuple[float, float] | None = None
    reach_km: float | None = None
    travel: frozenset[str] = frozenset()
    means: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    interpreter: bool = True
    windows: tuple[Window, ...] = ()
    busy: tuple[Window, ...] = ()
    minutes: int | None = None
    capacity_left: int = 1
    cost: int | None = None
    settings: frozenset[str] = frozenset()
    conditions: Conditions = Conditions()
    gender: str | None = None
    born: date | None = None
    guardian: bool = False
    checks: Mapping[str, date] = field(default_factory=lambda: _NOTHING)
    exchange: Literal["gift", "credit"] = "gift"
    expires_at: datetime | None = None
    given: float = 0.0
    shown: int = 0

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
        """Return it with the owner's facts: where it states its own they stand, who the owner is never changes."""
        return replace(
            self,
            place=self.place or person.place,
            travel=self.travel or person.travel,
            reach_km=person.reach_km if self.reach_km is None else self.reach_km,
            languages=self.languages or person.languages,
            windows=self.windows or person.availability,
            busy=self.busy + person.busy,
            gender=person.gender,
            born=person.born,
            guardian=person.guardian,
            checks=person.checks,
        )

    def under_age(self, day: date) -> bool:
        """Say whether the owner is known to be under 18 on `day`."""
        if self.born is None:
            return False
        return (day.year - self.born.year) - ((day.month, day.day) < (self.born.month, self.born.day)) < GROWN_UP


@dataclass(frozen=True)
class Pair:
    """One need and one offer, looked at from one moment. What several gates and factors ask is worked out once.

    `bridges` are the pairs of languages between which somebody in the community offers to interpret.
    """

    need: Listing
    offer: Listing
    now: datetime
    bridges: frozenset[frozenset[str]] = frozenset()

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
        return frozenset(map(primary, self.need.languages)) & frozenset(map(primary, self.offer.languages))

    @cached_property
    def bridge(self) -> tuple[str, str] | None:
        """Return a language of the need's side and one of the offer's between which somebody could interpret."""
        if not (self.need.interpreter and self.offer.interpreter):
            return None
        ours, theirs = (sorted(set(map(primary, one.languages))) for one in (self.need, self.offer))
        return next(((a, b) for a in ours for b in theirs if frozenset((a, b)) in self.bridges), None)

    @property
    def minutes(self) -> int:
        """Return how long a meeting must be: the need says it, else the offer."""
        return self.need.minutes or self.offer.minutes or SHORTEST_MEETING

    @cached_property
    def common_minutes(self) -> int:
        """Return the minutes of all common stretches of the coming weeks that are long enough for a meeting."""
        ours = calendar.Times(self.need.windows, self.need.busy)
        theirs = calendar.Times(self.offer.windows, self.offer.busy)
        return calendar.common_minutes(ours, theirs, now=self.now, at_least=self.minutes)


def primary(tag: str) -> str:
    """Return a language tag's first part, in lower case."""
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
    """The best first, and who was held back by which gate. Excluded ids appear in neither.

    `refusals` names the most relevant of those held back, as many as were asked for.
    """

    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]

    @property
    def held_back(self) -> dict[str, int]:
        """Return how many of the named refusals each gate held back."""
        counts: dict[str, int] = {}
        for refusal in self.refusals:
            counts[refusal.gate] = counts.get(refusal.gate, 0) + 1
        return counts
