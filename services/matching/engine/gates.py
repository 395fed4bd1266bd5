"""The gates: yes or no, each with its own reason, never traded for score.

Consent, blocks and "do not ask me" are not here: only the authority knows them. Who they concern is passed to the
matcher as excluded, before anything is counted.
"""

from collections.abc import Callable, Iterator
from datetime import date

from services.matching.engine.records import Listing, Pair, Reason

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


def settings(pair: Pair) -> Reason:
    """Where both say whether they would rather meet alone or in a group, one way must suit both."""
    if not (pair.need.settings and pair.offer.settings):
        return Reason("settings.unstated")
    if not pair.need.settings & pair.offer.settings:
        return Reason("settings.none", passed=False)
    return Reason("settings.shared")


def cost(pair: Pair) -> Reason:
    """It must not cost the person more than they can pay; where they say nothing of it, it is only told."""
    asked, most = pair.offer.cost, pair.need.cost
    if not asked:
        return Reason("cost.none")
    if most is not None and asked > most:
        return Reason("cost.too_much", passed=False)
    return Reason("cost.stated")


def guardian(pair: Pair) -> Reason:
    """For somebody under 18 a guardian must have agreed."""
    day = pair.now.date()
    young = [one for one in (pair.need, pair.offer) if one.under_age(day)]
    if any(not one.guardian for one in young):
        return Reason("guardian.missing", passed=False)
    return Reason("guardian.agreed" if young else "guardian.not_asked")


def gender(pair: Pair) -> Reason:
    """Who asks for women only, or men only, meets people who have declared themselves so, and nobody else."""
    wanted = _wanted(pair, lambda one, other: one.conditions.gender in (None, other.gender))
    return _condition("gender", wanted, any(one.conditions.gender for one in (pair.need, pair.offer)))


def grown_up(pair: Pair) -> Reason:
    """Who asks for grown-ups meets people who are known to be 18 or older; an organisation sends such people."""
    day = pair.now.date()

    def meets(one: Listing, other: Listing) -> bool:
        known = other.owner_kind == "organisation" or (other.born is not None and not other.under_age(day))
        return known or not one.conditions.grown_up

    return _condition("grown_up", _wanted(pair, meets), pair.need.conditions.grown_up or pair.offer.conditions.grown_up)


def checks(pair: Pair) -> Reason:
    """Every check that one side asks for must be held by the other, and still on the day when both look."""
    day = pair.now.date()

    def holds(one: Listing, other: Listing) -> bool:
        return all(other.checks.get(kind, date.min) >= day for kind in one.conditions.checks)

    return _condition("checks", _wanted(pair, holds), bool(pair.need.conditions.checks or pair.offer.conditions.checks))


def _wanted(pair: Pair, meets: Callable[[Listing, Listing], bool]) -> bool:
    return meets(pair.need, pair.offer) and meets(pair.offer, pair.need)


def _condition(name: str, met: bool, asked: bool) -> Reason:
    if not met:
        return Reason(f"{name}.unmet", passed=False)
    return Reason(f"{name}.met" if asked else f"{name}.not_asked")


def language(pair: Pair) -> Reason:
    """Both must speak one and the same language, or somebody must be there who interprets between them."""
    if not (pair.need.languages and pair.offer.languages):
        return Reason("language.unstated")
    if pair.languages:
        return Reason("language.shared", {"languages": ",".join(sorted(pair.languages))})
    if pair.bridge is not None:
        return Reason("language.bridge", {"languages": ",".join(pair.bridge)})
    return Reason("language.none", passed=False)


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
    "guardian": guardian,
    "gender": gender,
    "grown_up": grown_up,
    "checks": checks,
    "cost": cost,
    "means": means,
    "settings": settings,
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
