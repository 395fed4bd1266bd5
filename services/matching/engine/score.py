"""The score: six factors, each 0 to 1, weighed. Their shares add up to it, and the reasons use the same numbers.

Relevance is told in two shares, what comes from concepts and what from wording, by the evidence that each gave. Text
similarity does not predict that somebody is willing: it is one part of one factor and never presented as a wish.
The weights are a prior, set by hand and checked on sentences in ten languages; `learning` replaces them once a
community's own outcomes say better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from services.matching.engine import kernels
from services.matching.engine.gates import verdicts
from services.matching.engine.kernels import INTERPRETED, UNSTATED
from services.matching.engine.records import Candidate, Listing, Pair, Reason

PRIOR: Mapping[str, float] = MappingProxyType(
    {"relevance": 0.55, "category": 0.1, "distance": 0.12, "language": 0.08, "availability": 0.1, "fairness": 0.05}
)
ALIKE = 0.15
"""From this cosine on, two texts have something in common."""
AKIN = 0.2
"""From this cosine of their concepts on, two texts are about the same thing."""
_PLENTY_OF_MEETINGS = 8
_MOST_FAIRNESS = 0.5


@dataclass(frozen=True)
class Policy:
    """What a community decides about the score: `fairness` is the part of it that goes to those seldom asked.

    0 leaves fairness out; at the most it is half of the score. `weights` share out the rest.
    """

    fairness: float = PRIOR["fairness"]
    weights: Mapping[str, float] = field(default_factory=lambda: PRIOR)
    version: str = "prior"

    def __post_init__(self) -> None:
        if not 0 <= self.fairness <= _MOST_FAIRNESS:
            raise ValueError(f"fairness lies between 0 and {_MOST_FAIRNESS}")
        if set(self.weights) != set(PRIOR) or not all(0 <= w < math.inf for w in self.weights.values()):
            raise ValueError("every factor needs a weight that is not negative")

    @property
    def shares(self) -> dict[str, float]:
        """Return each factor's part of the score; together they are 1."""
        rest = math.fsum(weight for name, weight in self.weights.items() if name != "fairness") or 1.0
        return {
            name: self.fairness if name == "fairness" else weight * (1 - self.fairness) / rest
            for name, weight in self.weights.items()
        }


class Likeness(NamedTuple):
    """How alike two listings are in what they say: cosines of texts and of concepts, and the concepts behind it."""

    text: float
    concept: float
    ours: str
    theirs: str


def relevance(pair: Pair, like: Likeness) -> Reason:
    """Say whether the two are about the same thing at all: by concept, by category or by words."""
    if like.concept >= AKIN and like.ours == like.theirs:
        return Reason("concept.same", {"concept": like.ours})
    if like.concept >= AKIN:
        return Reason("concept.akin", {"ours": like.ours, "theirs": like.theirs})
    if _same_category(pair):
        return Reason("category.same", {"category": str(pair.need.category)})
    if like.text >= ALIKE:
        return Reason("text.alike", {"percent": round(like.text * 100)})
    return Reason("relevance.none", passed=False)


def shares(pair: Pair, like: Likeness, *, policy: Mapping[str, float], turn: float) -> dict[str, float]:
    """Return what each factor adds to the score of a pair; `policy` says how much each may add.

    `turn` says how much it is the other's turn, see `fairness`.
    """
    evidence = like.concept + kernels.wording(like.text)
    relevant = policy["relevance"] * kernels.relevant(like.text, like.concept)
    values = {
        "category": 1.0 if _same_category(pair) else 0.0,
        "distance": _distance(pair),
        "language": _language(pair),
        "availability": _availability(pair),
        "fairness": turn,
    }
    rest = {name: round(policy[name] * value, 4) for name, value in values.items()}
    by_concept = relevant * like.concept / evidence if evidence > 0 else 0.0
    return {"concept": round(by_concept, 4), "text": round(relevant - by_concept, 4)} | rest


def value_of(factors: Mapping[str, float], *, policy: Mapping[str, float]) -> dict[str, float]:
    """Return the value of each factor, 0 to 1, from its share; concept and text are relevance together."""
    shares_ = {"relevance": factors["concept"] + factors["text"], **factors}
    return {name: round(shares_[name] / most, 4) if most > 0 else 0.0 for name, most in policy.items()}


def candidate(pair: Pair, other: Listing, like: Likeness, factors: Mapping[str, float], *, seldom: bool) -> Candidate:
    """Return `other`, which passed every gate, with its score, its factors' shares and its reasons."""
    return Candidate(
        id=other.id,
        owner=other.owner,
        owner_kind=other.owner_kind,
        score=total(factors),
        factors=factors,
        reasons=_reasons(pair, like, seldom=seldom),
        distance_km=pair.distance,
    )


def total(factors: Mapping[str, float]) -> float:
    """Return the score that these shares add up to."""
    return round(math.fsum(factors.values()), 4)


def fairness(*, shown: float, given: float) -> float:
    """Return how much it is somebody's turn: 1 for who was neither suggested nor gave any hours of late."""
    return 0.5 / (1 + shown) + 0.5 / (1 + given)


def _same_category(pair: Pair) -> bool:
    return pair.need.category is not None and pair.need.category == pair.offer.category


def _distance(pair: Pair) -> float:
    if pair.distance is None:
        return UNSTATED
    near = max(0.0, 1 - pair.distance / pair.reach) if pair.reach > 0 else float(pair.distance == 0)
    return max(near, UNSTATED) if pair.remote else near


def _language(pair: Pair) -> float:
    if not (pair.need.languages and pair.offer.languages):
        return UNSTATED
    return 1.0 if pair.languages else INTERPRETED


def _availability(pair: Pair) -> float:
    if not (pair.need.windows and pair.offer.windows):
        return UNSTATED
    return min(1.0, pair.common_minutes / (_PLENTY_OF_MEETINGS * pair.minutes))


_UNSAID = {"capacity", "guardian", "gender", "grown_up", "checks", "settings", "cost"}
"""Gates that are only mentioned where somebody had asked for what they look at."""
_SAID = {"guardian.agreed", "gender.met", "grown_up.met", "checks.met", "settings.shared", "cost.stated"}


def _reasons(pair: Pair, like: Likeness, *, seldom: bool) -> tuple[Reason, ...]:
    about = [relevance(pair, like)]
    if about[0].code.startswith("concept") and _same_category(pair):
        about.append(Reason("category.same", {"category": str(pair.need.category)}))
    if about[0].code != "text.alike" and like.text >= ALIKE:
        about.append(Reason("text.alike", {"percent": round(like.text * 100)}))
    gates = [verdict for name, verdict in verdicts(pair) if name not in _UNSAID or verdict.code in _SAID]
    turn = [Reason("fairness.seldom")] if seldom else []
    return (*about, *gates, *turn)
