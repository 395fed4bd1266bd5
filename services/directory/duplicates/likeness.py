"""How likely two entries are the same thing, and why, in words.

Each thing that can be compared says for how much it speaks, for or against, as a logarithm of odds; their sum is the
score. The weights were set on the development part of `tests/quality/duplicates.py`; the held-out part was only
measured. No reason quotes what it compared: it can be shown to whoever may see that the two entries exist.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from rapidfuzz import fuzz

from services.directory.duplicates.names import likeness, words
from services.directory.gazetteer.domain import distance_km

LIKELY = 0.85
POSSIBLE = 0.5
_NAMES = ((0.5, -7.0), (0.65, -4.0), (0.75, -0.5), (0.85, 2.0), (0.95, 3.5), (1.0, 4.0))
_ASSETS_BEFORE, _PEOPLE_BEFORE = -2.5, -3.8


class Reason(NamedTuple):
    """One thing that speaks for or against: what was compared, what it says, and how much (logarithm of odds)."""

    factor: str
    says: str
    weight: float


class Spot(NamedTuple):
    """Where something is, as far as it is known."""

    postcode: str | None = None
    street: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of an asset. `host` is whose it is: another name, for services, groups and the like."""

    id: UUID
    kind: str
    name: str
    description: str | None = None
    website: str | None = None
    spots: Sequence[Spot] = ()
    identifiers: frozenset[tuple[str, str]] = frozenset()
    external_ids: Mapping[str, str] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    source: str | None = None
    host_id: UUID | None = None
    host: str | None = None
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Somebody:
    """What is compared of a participant. `contacts` are keyed hashes, never what they were made of."""

    id: UUID
    name: str
    registered_by: UUID
    languages: frozenset[str] = frozenset()
    latitude: float | None = None
    longitude: float | None = None
    contacts: frozenset[str] = frozenset()
    born_on: date | None = None
    seen: int = 0


class Verdict(NamedTuple):
    """How likely, 0 to 1, and why."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def likelihood(self) -> str:
        """Return the word for the score."""
        return likelihood(self.score)


def likelihood(score: float) -> str:
    """Return the word for a score: `likely`, `possible` or `unlikely`."""
    return "likely" if score >= LIKELY else "possible" if score >= POSSIBLE else "unlikely"


def compare(one: Entry, other: Entry) -> Verdict:
    """Return how likely two assets of one kind are the same."""
    found = [
        _names(one.name, other.name),
        _identifiers(one, other),
        _spots(one, other),
        _websites(one, other),
        _hosts(one, other),
        _external_ids(one, other),
        _sources(one, other),
        _descriptions(one, other),
        _languages(one.languages, other.languages, same=0.0, different=-0.5),
    ]
    return _verdict(found, before=_ASSETS_BEFORE)


def compare_people(one: Somebody, other: Somebody) -> Verdict:
    """Return how likely two participants are one person.

    How to reach her and when she was born count only where one organisation registered both, and so reads both: the
    score of two organisations' records must not tell the one what the other was told in confidence.
    """
    found = [
        _names(one.name, other.name, of_people=True),
        _cells(one, other),
        _languages(one.languages, other.languages, same=0.5, different=-1.5),
    ]
    if one.registered_by == other.registered_by:
        found += [_contacts(one, other), _births(one, other)]
    return _verdict(found, before=_PEOPLE_BEFORE)


def _verdict(found: Sequence[Reason | None], *, before: float) -> Verdict:
    reasons = tuple(sorted((one for one in found if one is not None and one.weight), key=lambda one: -abs(one.weight)))
    odds = before + sum(one.weight for one in reasons)
    return Verdict(round(1 / (1 + math.exp(-max(-20.0, min(20.0, odds)))), 3), reasons)


def _names(one: str, other: str, *, of_people: bool = False) -> Reason:
    alike = likeness(one, other, of_people=of_people)
    weight = _between(alike)
    if of_people and weight > 0 and min(len(words(name, of_people=True)) for name in (one, other)) == 1:
        weight -= 1.5
    says = (
        "The names are the same." if alike == 1
        else "The names differ only in spelling, script or order." if alike >= 0.85
        else "The names are similar." if alike >= 0.75
        else "The names differ."
    )  # fmt: skip
    return Reason("name", says, round(weight, 2))


def _between(alike: float) -> float:
    """Return the weight of how alike two names are: straight lines between the points of `_NAMES`."""
    if alike <= _NAMES[0][0]:
        return _NAMES[0][1]
    for (left, low), (right, high) in pairwise(_NAMES):
        if alike <= right:
            return low + (high - low) * (alike - left) / (right - left)
    return _NAMES[-1][1]


def _identifiers(one: Entry, other: Entry) -> Reason | None:
    if one.identifiers & other.identifiers:
        return Reason("identifier", "They carry the same official number.", 12.0)
    if {scheme for scheme, _ in one.identifiers} & {scheme for scheme, _ in other.identifiers}:
        return Reason("identifier", "They carry different official numbers of one register.", -6.0)
    return None


def _spots(one: Entry, other: Entry) -> Reason | None:
    told = [word for word in (_spot(a, b) for a in one.spots for b in other.spots) if word is not None]
    return max(told, key=lambda reason: reason.weight) if told else None


def _spot(one: Spot, other: Spot) -> Reason | None:
    if one.postcode and one.postcode == other.postcode:
        street = fuzz.token_sort_ratio(one.street or "", other.street or "") if one.street and other.street else None
        if street is not None and street >= 85:
            return Reason("place", "They have the same address.", 2.5)
        return Reason("place", "They share a postcode.", 1.5 if street is None else 0.5)
    away = _km(one, other)
    if away is not None and away <= 0.15:
        return Reason("place", "They are at the same spot.", 2.0)
    if away is not None and away <= 1:
        return Reason("place", "They are within a kilometre.", 0.3)
    if away is None and not (one.postcode and other.postcode):
        return None
    return Reason("place", "They are at different places.", -2.5)


def _km(one: Spot | Somebody, other: Spot | Somebody) -> float | None:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    return distance_km((one.latitude, one.longitude), (other.latitude, other.longitude))


def _websites(one: Entry, other: Entry) -> Reason | None:
    if not one.website or not other.website:
        return None
    if one.website == other.website:
        return Reason("website", "They name the same page.", 1.5)
    if one.website.partition("/")[0] == other.website.partition("/")[0]:
        return Reason("website", "They name pages of one website.", 0.2)
    return Reason("website", "They name different websites.", -0.7)


def _hosts(one: Entry, other: Entry) -> Reason | None:
    if one.host_id is None or other.host_id is None:
        return None
    if one.host_id == other.host_id:
        return Reason("host", "One organisation stands behind both.", 0.5)
    alike = likeness(one.host or "", other.host or "")
    if alike >= 0.85:
        return Reason("host", "The organisations behind them have the same name but for spelling.", 1.0)
    return Reason("host", "Different organisations stand behind them.", -2.0)


def _external_ids(one: Entry, other: Entry) -> Reason | None:
    both = one.external_ids.keys() & other.external_ids.keys()
    if any(one.external_ids[system] != other.external_ids[system] for system in both):
        return Reason("external-id", "One system keeps them as two.", -1.5)
    long = [{value for value in entry.external_ids.values() if len(value) >= 8} for entry in (one, other)]
    if long[0] & long[1]:
        return Reason("external-id", "Two systems call them by the same id.", 3.0)
    return None


def _sources(one: Entry, other: Entry) -> Reason | None:
    if one.source is None or other.source is None:
        return None
    if one.source == other.source:
        return Reason("source", "One source lists both.", -1.0)
    return Reason("source", "They come from different sources.", 0.5)


def _descriptions(one: Entry, other: Entry) -> Reason | None:
    if len(one.description or "") < 40 or len(other.description or "") < 40:
        return None
    alike = fuzz.token_sort_ratio((one.description or "")[:1000], (other.description or "")[:1000])
    if alike >= 85:
        return Reason("description", "They are described in the same words.", 1.0)
    return Reason("description", "They are described differently.", -0.5) if alike < 45 else None


def _languages(one: frozenset[str], other: frozenset[str], *, same: float, different: float) -> Reason | None:
    if not one or not other:
        return None
    if one & other:
        return Reason("languages", "They share a language.", same)
    return Reason("languages", "They share no language.", different)


def _cells(one: Somebody, other: Somebody) -> Reason | None:
    away = _km(one, other)
    if away is None:
        return None
    if away < 0.1:
        return Reason("place", "They live in the same square kilometre.", 1.2)
    return Reason("place", "They live near each other.", 0.2) if away < 2.5 else Reason(
        "place", "They live apart.", -1.0
    )  # fmt: skip


def _contacts(one: Somebody, other: Somebody) -> Reason | None:
    if not one.contacts or not other.contacts:
        return None
    if one.contacts & other.contacts:
        return Reason("contact", "They can be reached in the same way.", 3.5)
    return Reason("contact", "They are reached in different ways.", -0.7)


def _births(one: Somebody, other: Somebody) -> Reason | None:
    if one.born_on is None or other.born_on is None:
        return None
    if one.born_on == other.born_on:
        return Reason("born", "They were born on the same day.", 3.0)
    if one.born_on.year == other.born_on.year:
        return Reason("born", "They were born in the same year.", 0.7)
    return Reason("born", "They were born in different years.", -4.0)
