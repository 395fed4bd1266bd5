"""The score: five factors, each 0 to 1, weighed; their shares add up to the score.

The reasons use the same numbers. Text similarity does not predict that somebody is willing: it is one factor of
five and never presented as a wish.
"""

import math

from services.matching.engine.gates import verdicts
from services.matching.engine.records import Candidate, Listing, Pair, Reason

WEIGHTS = {"text": 0.3, "category": 0.35, "distance": 0.15, "language": 0.1, "availability": 0.1}
UNSTATED = 0.5
ALIKE = 0.15
"""From this cosine on, two texts have something in common; below it only the category can make a pair relevant."""
_PLENTY_OF_MEETINGS = 8


def relevance(pair: Pair, *, alike: float) -> Reason:
    """Say whether the two are about the same thing at all, by category or by words."""
    if _same_category(pair):
        return Reason("category.same", {"category": str(pair.need.category)})
    if alike >= ALIKE:
        return Reason("text.alike", {"percent": round(alike * 100)})
    return Reason("relevance.none", passed=False)


def candidate(pair: Pair, other: Listing, *, alike: float) -> Candidate:
    """Return `other`, which passed every gate, with its score, its factors' shares and its reasons."""
    values = {
        "text": alike,
        "category": 1.0 if _same_category(pair) else 0.0,
        "distance": _distance(pair),
        "language": 1.0 if pair.languages else UNSTATED,
        "availability": _availability(pair),
    }
    shares = {name: round(WEIGHTS[name] * value, 4) for name, value in values.items()}
    return Candidate(
        id=other.id,
        owner=other.owner,
        owner_kind=other.owner_kind,
        score=round(math.fsum(shares.values()), 4),
        factors=shares,
        reasons=_reasons(pair, alike=alike),
        distance_km=pair.distance,
    )


def _same_category(pair: Pair) -> bool:
    return pair.need.category is not None and pair.need.category == pair.offer.category


def _distance(pair: Pair) -> float:
    if pair.distance is None:
        return UNSTATED
    near = max(0.0, 1 - pair.distance / pair.reach) if pair.reach > 0 else float(pair.distance == 0)
    return max(near, UNSTATED) if pair.remote else near


def _availability(pair: Pair) -> float:
    if not (pair.need.windows and pair.offer.windows):
        return UNSTATED
    return min(1.0, pair.common_minutes / (_PLENTY_OF_MEETINGS * pair.minutes))


def _reasons(pair: Pair, *, alike: float) -> tuple[Reason, ...]:
    about = [relevance(pair, alike=alike)]
    if about[0].code == "category.same" and alike >= ALIKE:
        about.append(Reason("text.alike", {"percent": round(alike * 100)}))
    return (*about, *(verdict for name, verdict in verdicts(pair) if name != "capacity"))
