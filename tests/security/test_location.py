"""Somebody who moves about and asks again and again learns which square kilometre she lives in, and nothing finer.

The attacker reads the most exact thing that an answer holds, the share of the distance in the score, from many places.
The same attack on places that are stored as they are shows what snapping does.
"""

import math
import random
import statistics

import httpx
import pytest

from services.kernel.places import snap
from tests.town import Quarter, Town, ok

PEOPLE, PROBES = 24, 9
CENTRE = (52.585, -1.982)
_KM = 111.32
Point = tuple[float, float]


def km(one: Point, other: Point) -> float:
    """Return the distance in kilometres; within a town a flat map will do."""
    tall = (one[0] - other[0]) * _KM
    wide = (one[1] - other[1]) * _KM * math.cos(math.radians(one[0]))
    return math.hypot(tall, wide)


def shifted(point: Point, north: float, east: float) -> Point:
    """Return a point so many kilometres away."""
    return point[0] + north / _KM, point[1] + east / (_KM * math.cos(math.radians(point[0])))


def located(seen: list[tuple[Point, float]]) -> Point:
    """Return where the distances that grow and fall with these readings meet best: a search from coarse to fine."""
    best, reach = CENTRE, 4.0
    while reach > 0.004:
        grid = [shifted(best, north * reach / 6, east * reach / 6) for north in range(-6, 7) for east in range(-6, 7)]
        best = min(grid, key=lambda at: _misfit(at, seen))
        reach /= 2.5
    return best


def _misfit(at: Point, seen: list[tuple[Point, float]]) -> float:
    """Return how far the readings are from a straight line over the distances that `at` would have."""
    away, told = [km(at, point) for point, _ in seen], [reading for _, reading in seen]
    if len(set(away)) < 2 or len(set(told)) < 2:
        return math.inf
    slope, start = statistics.linear_regression(away, told)
    if slope >= 0:
        return math.inf
    return sum((start + slope * one - other) ** 2 for one, other in zip(away, told, strict=True)) / slope**2


@pytest.fixture(scope="module")
def hill(town: Town) -> Quarter:
    return town.found("whereabouts", language="en", zone="Europe/London", organisation="Hill Council")


def _homes(quarter: Quarter) -> dict[str, Point]:
    """Register people at random places, each with an offer; return where each offer really is."""
    dice, homes = random.Random(7), {}
    for number in range(PEOPLE):
        home = shifted(CENTRE, dice.uniform(-2, 2), dice.uniform(-2, 2))
        place = {"latitude": home[0], "longitude": home[1]}
        person = quarter.register(f"Neighbour {number}", place=place)["id"]
        body = {"participant_id": person, "title": "I mend bicycles", "language": "en", "category": "repair",
                "means": ["in_person"], "reach_km": 30}  # fmt: skip
        homes[ok(quarter.council.post("/v1/offers", json=body))["id"]] = home
    return homes


def _readings(api: httpx.Client, quarter: Quarter, homes: dict[str, Point]) -> dict[str, list[tuple[Point, float]]]:
    """Move about and ask from everywhere; return for each offer from where which share of the distance was told."""
    body = {
        "title": "A bicycle to mend",
        "language": "en",
        "category": "repair",
        "means": ["in_person"],
        "reach_km": 30,
    }
    dice, seen = random.Random(11), {offer: [] for offer in homes}  # type: ignore[var-annotated]
    for number in range(PROBES):
        at = shifted(CENTRE, dice.uniform(-6, 6), dice.uniform(-6, 6))
        place = {"latitude": at[0], "longitude": at[1]}
        asker = quarter.register(f"Asker {number}", place=place)["id"]
        need = ok(api.post("/v1/needs", json={**body, "participant_id": asker}))["id"]
        for one in ok(api.get(f"/v1/needs/{need}/candidates", params={"limit": 100}))["items"]:
            if one["offer_id"] in seen:
                seen[one["offer_id"]].append((snap(*at), one["factors"]["distance"]))
    return seen


def test_no_number_of_questions_locates_somebody_better_than_her_square_kilometre(hill: Quarter) -> None:
    homes = _homes(hill)
    seen = _readings(hill.council, hill, homes)
    assert min(map(len, seen.values())) >= PROBES - 1, "the attacker was told too little to attack with"
    found = {offer: located(readings) for offer, readings in seen.items()}
    off = [km(found[offer], home) for offer, home in homes.items()]
    cells = [km(found[offer], snap(*home)) for offer, home in homes.items()]
    unsnapped = [km(located([(at, -km(home, at)) for at, _ in seen[offer]]), home) for offer, home in homes.items()]
    print(  # noqa: T201
        f"{PEOPLE} people, {PROBES} questions each: off by {statistics.median(off) * 1000:.0f} m in the middle,"
        f" {min(off) * 1000:.0f} m at the least; off the cell's centre by {statistics.median(cells) * 1000:.0f} m;"
        f" if places were stored as they are: {statistics.median(unsnapped) * 1000:.0f} m"
    )
    assert statistics.median(off) >= 0.3, "closer than the cell allows: something finer than the cell is told"
    assert statistics.median(unsnapped) < 0.05, "an attack that would find nobody anyway would prove nothing"
