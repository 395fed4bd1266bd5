"""The gates: yes or no, each with its own reason, never traded for score.

Consent, blocks and "do not ask me" are not here: only the authority knows them. Who they concern is passed to the
matcher as excluded, before anything is counted.
"""

from collections.abc import Callable, Iterator

from services.matching.engine.records import Pair, Reason

Gate = Callable[[Pair], Reason]


def capacity(pair: Pair) -> Reason:
    """Both sides must have a place left."""
    if pair.need.capacity_left < 1 or pair.offer.capacity_left < 1:
        return Reason("capacity.none", passed=False)
    return Reason("capacity.left")


def means(pair: Pair) -> Reason:
    """Both must be ready to meet in one and the same way."""
    if not pair.means:
        return Reason("means.none", passed=False)
    if not (pair.need.means and pair.offer.means):
        return Reason("means.unstated")
    return Reason("means.shared", {"means": ",".join(sorted(pair.means))})


def language(pair: Pair) -> Reason:
    """Both must speak one and the same language."""
    if not (pair.need.languages and pair.offer.languages):
        return Reason("language.unstated")
    if not pair.languages:
        return Reason("language.none", passed=False)
    return Reason("language.shared", {"languages": ",".join(sorted(pair.languages))})


def distance(pair: Pair) -> Reason:
    """One of the two must be able to reach the other, unless they can meet by phone or online."""
    if pair.remote:
        return Reason("distance.remote")
    if pair.distance is None:
        return Reason("distance.unstated")
    if pair.distance > pair.reach:
        return Reason("distance.far", {"km": round(pair.distance), "reach": round(pair.reach)}, passed=False)
    return Reason("distance.near", {"km": max(1, round(pair.distance))})


def availability(pair: Pair) -> Reason:
    """Both must have time at once, long enough for one meeting, within the coming weeks."""
    if not (pair.need.windows and pair.offer.windows):
        return Reason("availability.unstated")
    if pair.common_minutes < pair.minutes:
        return Reason("availability.none", {"minutes": pair.minutes}, passed=False)
    return Reason("availability.shared", {"hours": max(1, round(pair.common_minutes / 60))})


GATES: dict[str, Gate] = {
    "capacity": capacity,
    "means": means,
    "language": language,
    "distance": distance,
    "availability": availability,
}
"""In the order in which they are asked: the cheap ones first. A listing is counted under the first that refuses it."""


def verdicts(pair: Pair) -> Iterator[tuple[str, Reason]]:
    """Yield each gate's name and verdict, ending with the first refusal."""
    for name, gate in GATES.items():
        verdict = gate(pair)
        yield name, verdict
        if not verdict.passed:
            return
