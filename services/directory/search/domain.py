"""What may be asked for, what counts how much, and the words that say why something was found.

A name that is exactly what was asked counts most, then words in a name, the same concept, a concept close to it, and
words in a description. The points of several words are shared out among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from services.directory.gazetteer.domain import Position
from services.kernel.problems import Problem
from services.vocabulary.concepts import concepts

Sort = Literal["relevance", "distance", "name"]
FILTERS = (
    "kind", "category", "concept", "near", "area", "open", "cost", "access", "spoken", "age", "updated_after",
)  # fmt: skip
"""The filters, by the names under which an answer says what each of them hid."""
SAME_NAME = 1000
_IN_NAME = {"said": 600, "begun": 450, "alike": 350}
_IN_TEXT = {"said": 60, "begun": 45, "alike": 35}
_SAME, _NARROWER, _NEAR = (220, 200), (210, 190), (90, 80)
"""Points of a concept that an asset states, and of one that was read from its text."""
COUNTED = 10_000
"""How far a search without words is counted: beyond it an answer says at least so many."""
LONGEST_QUESTION = 12
"""Words of a question that are looked at."""

How = Literal["said", "begun", "alike"]


class SearchTooWide(Problem):
    status = 422
    slug = "search-too-wide"
    title = "Too many entries would have to be looked at one by one"


class Lead(NamedTuple):
    """A term that leads to assets: for which word of the question (0 for concepts), and for how many points."""

    term: str
    group: int
    name_points: int
    text_points: int


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked in words: the leads to follow, how many words there are, and how the name would be written."""

    name: str
    words: Sequence[str]
    leads: Sequence[Lead]
    same: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Circle:
    """A point on the map, and how far around it counts."""

    middle: Position
    radius_km: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything that a search asks for beside words; what is None or empty was not asked for."""

    kinds: Sequence[str] = ()
    category: str | None = None
    concepts: Sequence[str] = ()
    circle: Circle | None = None
    areas: Sequence[str] = ()
    open_from: datetime | None = None
    open_until: datetime | None = None
    free: bool = False
    max_cost: int | None = None
    access: Sequence[str] = ()
    spoken: str | None = None
    age: int | None = None
    updated_after: datetime | None = None
    sort: Sort = "relevance"


@dataclass(slots=True)
class Counts:
    """How many there are, what each filter hid, and how many of each sort are among those that were counted."""

    total: int
    hidden: Mapping[str, int] = field(default_factory=dict)
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    at_least: bool = False


class Reason(NamedTuple):
    """Why something was found: which factor, and what it says."""

    factor: str
    says: str


def leads_of_words(words: Sequence[Mapping[str, How]]) -> list[Lead]:
    """Return the leads of a question's words, each with the words that stand for it and how."""
    share = max(1, len(words))
    return [
        Lead(term, number, _IN_NAME[how] // share, _IN_TEXT[how] // share)
        for number, stands_for in enumerate(words, 1)
        for term, how in stands_for.items()
    ]


def leads_of_concepts(same: Iterable[str]) -> tuple[list[Lead], frozenset[str], frozenset[str]]:
    """Return the leads of concepts: themselves, what is narrower, what is near; then the first two, and the third."""
    meant = list(dict.fromkeys(same))
    below = [one for one in narrower(meant) if one not in meant]
    close = [one for one in _close(meant) if one not in meant and one not in below]
    leads = [
        Lead(f"#{one}", 0, *points)
        for some, points in ((meant, _SAME), (below, _NARROWER), (close, _NEAR))
        for one in some
    ]
    return leads, frozenset(meant + below), frozenset(close)


def narrower(keys: Iterable[str]) -> list[str]:
    """Return these concepts and all that are narrower, however far below."""
    found = list(dict.fromkeys(keys))
    for one in found:  # grows while it is read
        found += [other.id for other in concepts().values() if other.broader == one and other.id not in found]
    return found


def _close(keys: Iterable[str]) -> list[str]:
    close: list[str] = []
    for one in (concepts()[key] for key in keys if key in concepts()):
        close += sorted(one.related) + ([one.broader] if one.broader in concepts() else [])
    return list(dict.fromkeys(close))


def why(
    question: Question | None,
    *,
    name: str,
    terms: Mapping[str, int],
    labels: Mapping[str, str],
    distance_km: float | None,
) -> list[Reason]:
    """Return in words why an asset was found: `terms` are its own, with their weights."""
    reasons: list[Reason] = []
    if question is not None:
        reasons += _by_words(question, name, terms) + _by_concepts(question, terms, labels)
    if distance_km is not None:
        reasons.append(Reason("distance", f"{distance_km:.1f} km from where you asked"))
    return reasons


def _by_words(question: Question, name: str, terms: Mapping[str, int]) -> list[Reason]:
    if name == question.name:
        return [Reason("name", "This is its name")]
    hits = [lead for lead in question.leads if lead.group and lead.term in terms]
    in_name = dict.fromkeys(lead.term for lead in hits if terms[lead.term] > 1)
    in_text = dict.fromkeys(lead.term for lead in hits if terms[lead.term] == 1)
    found = [Reason("name_words", f"Its name has: {', '.join(in_name)}")] if in_name else []
    return found + ([Reason("description_words", f"Its description has: {', '.join(in_text)}")] if in_text else [])


def _by_concepts(question: Question, terms: Mapping[str, int], labels: Mapping[str, str]) -> list[Reason]:
    mine = [term[1:] for term in terms if term.startswith("#")]
    same = [labels.get(one, one) for one in mine if one in question.same]
    near = [labels.get(one, one) for one in mine if one in question.near]
    if same:
        return [Reason("concept", f"It is about what you mean: {', '.join(same)}")]
    return [Reason("concept_near", f"It is about something close to what you mean: {', '.join(near)}")] if near else []
