"""Who takes which turn: an exact plan by scipy's HiGHS. Numbers in, numbers out; no web and no database.

Aims are met one after another, none at the cost of one before it:

1. every turn is taken, by different households, by nobody on a day or in a place she cannot, or twice on a day;
2. the greatest load is as small as can be, where load is turns so far and planned, for each unit of share;
3. the loads are as even as can be: the sum over all of turns² / share is least;
4. nobody comes twice within seven days, where that can be avoided;
5. those who take a turn together speak different languages, where that is wanted;
6. whoever has not helped yet comes first.

Aims 1 to 3 are flows (turns divide into households, people into days), so their linear programmes have whole
solutions and are exact and fast. What time cuts short is said: `optimal` is false then.
"""

import math
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Why = Literal["people", "households", "day", "limits"]
_TOO_SOON = timedelta(days=7)
_NEARLY = 1e-6
_LEAST_SECONDS = 0.05


class TimeUp(Exception):
    """The time given did not suffice for any plan at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteer:
    """Somebody who takes turns. `helped` counts turns so far; `most` is how many more at the most."""

    name: str
    household: str
    language: str | None = None
    not_on: frozenset[date] = frozenset()
    only_places: frozenset[str] = frozenset()
    most: int | None = None
    share: float = 1.0
    helped: int = 0

    def can(self, slot: "Slot") -> bool:
        """Say whether the day and the place suit."""
        return slot.day not in self.not_on and (not self.only_places or slot.place in self.only_places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A day and a place that want `people` in all; those in `kept` are settled already."""

    day: date
    place: str
    people: int
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """So many are missing in a slot, and why.

    `people`: too few can come then and there. `households`: enough people, of too few households. `day`: too few for
    all places of that day together. `limits`: enough, had they not said how often at the most.
    """

    slot: Slot
    missing: int
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who takes which turn: slot and name. `optimal` says whether every aim was proven to be met as well as can be."""

    turns: tuple[tuple[Slot, str], ...]
    gaps: tuple[Gap, ...]
    optimal: bool


def plan(slots: Sequence[Slot], *, volunteers: Iterable[Volunteer], mixed: bool = False, seconds: float = 5.0) -> Plan:
    """Return the best plan that `seconds` suffice for; the same question has the same answer.

    Where not every turn can be taken, as many as possible are, and the gaps say why. Raises TimeUp.
    """
    table = _Table(sorted(slots, key=lambda slot: (slot.day, slot.place)), sorted(volunteers, key=lambda v: v.name))
    clock = _Clock(time.monotonic() + seconds)
    filled = _fill(table, clock)
    solver = _evened(table, filled, clock)
    for aim in (_spread, _mixed if mixed else None, _newcomers_first):
        if aim is not None:
            aim(table, solver)
    turns = tuple((table.slots[s], table.people[v].name) for v, s in solver.chosen(table))
    return Plan(turns=turns, gaps=_gaps(table, turns, clock), optimal=solver.proven)


@dataclass(slots=True)
class _Clock:
    ends: float

    def left(self) -> float:
        return max(_LEAST_SECONDS, self.ends - time.monotonic())


class _Table:
    """The question in rows and columns: every pair of a volunteer and a slot that is possible."""

    def __init__(self, slots: Sequence[Slot], people: Sequence[Volunteer]) -> None:
        self.slots, self.people = slots, people
        self.days = sorted({slot.day for slot in slots})
        homes = {person.name: person.household for person in people}
        settled = {(name, slot.day) for slot in slots for name in slot.kept}
        self.settled = settled
        self.wanted = [max(0, slot.people - len(slot.kept)) for slot in slots]
        self.pairs = [
            (v, s)
            for v, person in enumerate(people)
            for s, slot in enumerate(slots)
            if self.wanted[s] and person.can(slot) and (person.name, slot.day) not in settled
            and person.household not in {homes.get(name) for name in slot.kept}
        ]  # fmt: skip

    def columns(self, key: Callable[[int, int], Any]) -> Mapping[Any, list[int]]:
        """Return the columns of the pairs that have a key in common."""
        found: dict[Any, list[int]] = defaultdict(list)
        for column, (v, s) in enumerate(self.pairs):
            found[key(v, s)].append(column)
        return found

    @property
    def of_person(self) -> Mapping[int, list[int]]:
        """Return the columns of each volunteer."""
        return self.columns(lambda v, _: v)

    def most(self, person: int) -> int:
        """Return how many turns somebody would take at the most."""
        said = self.people[person].most
        return len(self.days) if said is None else min(said, len(self.days))


@dataclass(slots=True)
class _Solver:
    """A growing programme: columns, rows, and the best solution so far, which stays possible."""

    clock: _Clock
    proven: bool = True
    upper: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[list[int], list[float]]] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    values: Any = None

    def add(self, number: int, *, whole: bool = True, upper: float = 1.0) -> list[int]:
        """Add columns and return their numbers."""
        start = len(self.upper)
        self.upper += [upper] * number
        self.whole += [int(whole)] * number
        return list(range(start, start + number))

    def row(self, weights: Mapping[int, float], low: float, high: float) -> None:
        """Demand that a weighted sum of columns lies between two bounds."""
        self.rows.append((list(weights), list(weights.values())))
        self.bounds.append((low, high))

    def minimise(self, costs: Mapping[int, float]) -> float | None:
        """Return the least cost that was found, or None without a solution; the best solution is kept."""
        c = np.zeros(len(self.upper))
        c[list(costs)] = list(costs.values())
        given = self._given()
        options = {"time_limit": self.clock.left(), "mip_rel_gap": 0.0}
        found = milp(c, integrality=self.whole, bounds=Bounds(0, self.upper), constraints=given, options=options)
        self.proven = self.proven and found.status in (0, 2)
        if found.x is None:
            return None
        self.values = found.x
        return float(c @ found.x)

    def settle(self, costs: Mapping[int, float]) -> None:
        """Minimise, and hold every later solution to what was reached."""
        reached = self.minimise(costs)
        if reached is not None:
            self.row(costs, -np.inf, reached + _NEARLY * max(1.0, abs(reached)))

    def chosen(self, table: _Table) -> list[tuple[int, int]]:
        """Return the pairs that the best solution takes."""
        return [pair for pair, value in zip(table.pairs, self.values, strict=False) if value > 0.5]

    def _given(self) -> list[LinearConstraint]:
        if not self.rows:
            return []
        columns = np.array([column for cells, _ in self.rows for column in cells], dtype=np.int32)
        data = np.array([weight for _, weights in self.rows for weight in weights])
        starts = np.cumsum([0, *(len(cells) for cells, _ in self.rows)], dtype=np.int32)
        matrix = csr_array((data, columns, starts), shape=(len(self.rows), len(self.upper)))
        low, high = zip(*self.bounds, strict=True)
        return [LinearConstraint(matrix, low, high)]


def _ones(columns: Iterable[int], weight: float = 1.0) -> dict[int, float]:
    return dict.fromkeys(columns, weight)


def _framed(table: _Table, clock: _Clock, *, caps: Sequence[int]) -> _Solver:
    """Return the programme of the first aim, in which nobody takes more turns than her cap."""
    solver = _Solver(clock)
    solver.add(len(table.pairs))
    people, slots = table.people, table.slots
    for s, columns in table.columns(lambda _, s: s).items():
        solver.row(_ones(columns), 0, table.wanted[s])
    rules: list[Callable[[int, int], Any]] = [
        lambda v, s: (s, people[v].household),
        lambda v, s: (v, slots[s].day),
    ]
    for columns in (columns for rule in rules for columns in table.columns(rule).values() if len(columns) > 1):
        solver.row(_ones(columns), 0, 1)
    for v, columns in table.of_person.items():
        solver.row(_ones(columns), 0, caps[v])
    return solver


def _fillable(table: _Table, clock: _Clock, *, caps: Sequence[int]) -> tuple[int, _Solver]:
    """Return how many turns can be taken within the caps. Raises TimeUp."""
    solver = _framed(table, clock, caps=caps)
    if not table.pairs:
        solver.values = np.zeros(0)
        return 0, solver
    cost = solver.minimise(_ones(range(len(table.pairs)), -1.0))
    if cost is None or not solver.proven:
        raise TimeUp
    return round(-cost), solver


def _fill(table: _Table, clock: _Clock) -> int:
    return _fillable(table, clock, caps=[table.most(v) for v in range(len(table.people))])[0]


def _evened(table: _Table, filled: int, clock: _Clock) -> _Solver:
    """Return the programme with aims 1 to 3 met and held."""
    caps = _lowest_caps(table, filled, clock)
    solver = _framed(table, clock, caps=caps)
    if not table.pairs:
        solver.values = np.zeros(0)
        return solver
    solver.row(_ones(range(len(table.pairs))), filled, filled)
    costs: dict[int, float] = {}
    for v, columns in table.of_person.items():
        steps = solver.add(min(caps[v], len(columns)), whole=False)
        solver.row({**_ones(columns), **_ones(steps, -1.0)}, 0, 0)
        person = table.people[v]
        costs |= {step: (2 * (person.helped + k) + 1) / person.share for k, step in enumerate(steps)}
    solver.settle(costs)
    if solver.values is None:
        raise TimeUp
    return solver


def _lowest_caps(table: _Table, filled: int, clock: _Clock) -> list[int]:
    """Return how many turns each may take when the greatest load is as small as can be: found by halving."""
    candidates = sorted(
        {
            round((person.helped + k) / person.share, 9)
            for v, person in enumerate(table.people)
            for k in range(1, table.most(v) + 1)
        }
    )
    # What the caps add up to is a bound that costs nothing, and mostly the answer: so it is tried first.
    low = bisect_left(candidates, True, key=lambda load: sum(_caps(table, load)) >= filled)
    high, middle = len(candidates) - 1, low
    while low < high:
        caps = _caps(table, candidates[middle])
        enough = _fillable(table, clock, caps=caps)[0] >= filled
        low, high = (low, middle) if enough else (middle + 1, high)
        middle = (low + high) // 2
    return _caps(table, candidates[low]) if candidates else [0] * len(table.people)


def _caps(table: _Table, load: float) -> list[int]:
    allowed = (math.floor(load * person.share - person.helped + _NEARLY) for person in table.people)
    return [max(0, min(table.most(v), turns)) for v, turns in enumerate(allowed)]


def _spread(table: _Table, solver: _Solver) -> None:
    """Aim 4: pay for each turn beyond the first within seven days, settled ones counted."""
    costs: dict[int, float] = {}
    by_day = table.columns(lambda v, s: (v, table.slots[s].day))
    for first in table.days:
        near = [day for day in table.days if first <= day <= first + _TOO_SOON]
        for v, person in enumerate(table.people):
            columns = [column for day in near for column in by_day.get((v, day), ())]
            settled = sum((person.name, day) in table.settled for day in near)
            if len(columns) + settled > 1 and columns:
                (extra,) = solver.add(1, whole=False, upper=len(columns))
                solver.row({**_ones(columns), extra: -1.0}, -np.inf, max(0, 1 - settled))
                costs[extra] = 1.0
    if costs:
        solver.settle(costs)


def _mixed(table: _Table, solver: _Solver) -> None:
    """Aim 5: pay for each pair of the same language in one slot, settled ones counted."""
    costs: dict[int, float] = {}
    spoken = {person.name: person.language for person in table.people}
    for (s, language), columns in table.columns(lambda v, s: (s, table.people[v].language)).items():
        settled = sum(spoken.get(name) == language for name in table.slots[s].kept)
        if language is not None and len(columns) + settled > 1:
            (extra,) = solver.add(1, whole=False, upper=len(columns))
            solver.row({**_ones(columns), extra: -1.0}, -np.inf, max(0, 1 - settled))
            costs[extra] = 1.0
    if costs:
        solver.settle(costs)


def _newcomers_first(table: _Table, solver: _Solver) -> None:
    """Aim 6: a late day costs more for whoever has not helped yet."""
    place = {day: number for number, day in enumerate(table.days)}
    costs = {
        column: float(place[table.slots[s].day])
        for column, (v, s) in enumerate(table.pairs)
        if not table.people[v].helped and place[table.slots[s].day]
    }
    if costs:
        solver.minimise(costs)


def _gaps(table: _Table, turns: Iterable[tuple[Slot, str]], clock: _Clock) -> tuple[Gap, ...]:
    """Return what is missing, and why."""
    taken = Counter(slot for slot, _ in turns)
    missing = {s: table.wanted[s] - taken[slot] for s, slot in enumerate(table.slots) if table.wanted[s] > taken[slot]}
    if not missing:
        return ()
    unlimited = _Table(table.slots, [replace(person, most=None) for person in table.people])
    _, solver = _fillable(unlimited, clock, caps=[len(table.days)] * len(table.people))
    there = Counter(s for _, s in solver.chosen(unlimited))
    full = {
        day: all(there[s] >= table.wanted[s] for s, slot in enumerate(table.slots) if slot.day == day)
        for day in table.days
    }
    of_slot = table.columns(lambda _, s: s)
    return tuple(
        Gap(slot=table.slots[s], missing=number, why=_why(table, s, of_slot.get(s, []), full[table.slots[s].day]))
        for s, number in missing.items()
    )


def _why(table: _Table, slot: int, columns: Sequence[int], full: bool) -> Why:
    able = [table.people[table.pairs[column][0]] for column in columns]
    if len(able) < table.wanted[slot]:
        return "people"
    if len({person.household for person in able}) < table.wanted[slot]:
        return "households"
    return "limits" if full else "day"
