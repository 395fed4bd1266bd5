"""Who is elected: the most votes first, as far as quotas and reserved seats allow; a tie is never settled silently.

Candidates are taken in the order of their votes. One is passed over only when, with her, the seats that are left could
no longer meet the quotas. Where several with equal votes could be taken, but not all of them, the count stops there and
names them; it goes on only with a settlement that says which of them were chosen.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from uuid import UUID

_MOST_COMPARED = 8
"""Among more candidates with equal votes than this, all are called tied without asking who is sure of a seat."""
_NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate with her votes. `lines` are what she speaks for."""

    id: UUID
    language: str
    lines: frozenset[str]
    votes: int


@dataclass(frozen=True, slots=True)
class Rules:
    """How many seats, and at least how many of them for a language or a line."""

    seats: int
    languages: Mapping[str, int]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Count:
    """Who is elected. If `tied` is not empty, `places` of them are still to be chosen before the count can go on."""

    elected: Sequence[Standing]
    tied: Sequence[Standing] = ()
    places: int = 0


Settled = Mapping[frozenset[UUID], frozenset[UUID]]
"""Of those who were tied, those who were chosen."""


def count(
    standing: Iterable[Standing], rules: Rules, *, before: Sequence[Standing] = (), settled: Settled | None = None
) -> Count:
    """Return who is elected by votes, beside those of `before` who have a seat already."""
    pool = sorted(standing, key=lambda one: (-one.votes, str(one.id)))
    elected = list(before)
    for _, equals in groupby(pool, key=lambda one: one.votes):
        may = [one for one in equals if fits([*elected, one], pool, rules)]
        if fits([*elected, *may], pool, rules):
            elected += may
            continue
        sure, places = _sure(elected, may, pool, rules)
        tied = [one for one in may if one not in sure]
        chosen = (settled or {}).get(frozenset(one.id for one in tied))
        if chosen is None:
            return Count([*elected, *sure], tied, places - len(sure))
        elected += [one for one in may if one in sure or one.id in chosen]
    return Count(elected)


def fits(taken: Sequence[Standing], pool: Sequence[Standing], rules: Rules) -> bool:
    """Say whether the seats left beside `taken` can still meet every quota from `pool`."""
    left = rules.seats - len(taken)
    languages = _short(rules.languages, Counter(one.language for one in taken))
    lines = _short(rules.lines, Counter(line for one in taken for line in one.lines))
    rest = [one for one in pool if one not in taken]
    there = Counter(one.language for one in rest)
    there_lines = Counter(line for one in rest for line in one.lines)
    if left < 0 or any(there[key] < least for key, least in languages.items()):
        return False
    if any(there_lines[key] < least for key, least in lines.items()):
        return False
    if sum(languages.values()) + sum(lines.values()) <= left:
        return True
    return _fewest(languages, lines, rest) <= left


def draw(seed: str, tied: Sequence[Standing]) -> Sequence[Standing]:
    """Return `tied` in the order of a lot that everybody can check: SHA-256 of the seed, a slash and the id."""
    return sorted(tied, key=lambda one: hashlib.sha256(f"{seed}/{one.id}".encode()).digest())


def fitting(
    order: Sequence[Standing], places: int, *, beside: Sequence[Standing], pool: Sequence[Standing], rules: Rules
) -> Sequence[Standing]:
    """Return the first `places` of `order` who fit together beside those elected already."""
    taken: list[Standing] = []
    for one in order:
        if len(taken) < places and fits([*beside, *taken, one], pool, rules):
            taken.append(one)
    return taken


def _short(wanted: Mapping[str, int], there: Counter[str]) -> dict[str, int]:
    return {key: least - there[key] for key, least in wanted.items() if least > there[key]}


def _sure(
    elected: Sequence[Standing], may: Sequence[Standing], pool: Sequence[Standing], rules: Rules
) -> tuple[Sequence[Standing], int]:
    """Return who of equals is elected whatever is chosen, and how many of them there is room for."""
    if len(may) > _MOST_COMPARED:
        return [], len(fitting(may, len(may), beside=elected, pool=pool, rules=rules))
    for places in range(len(may) - 1, 0, -1):
        ways = [set(way) for way in combinations(may, places) if fits([*elected, *way], pool, rules)]
        if ways:
            always = set.intersection(*ways)
            return [one for one in may if one in always], places
    return [], 0


def _fewest(languages: Mapping[str, int], lines: Mapping[str, int], rest: Sequence[Standing]) -> int:
    """Return the fewest of `rest` that meet every shortfall; one person may count for a language and several lines."""
    names = sorted(lines)
    goal = tuple(lines[name] for name in names)
    groups: defaultdict[str, list[Standing]] = defaultdict(list)
    for one in rest:
        groups[one.language].append(one)
    best = {tuple(0 for _ in names): 0}
    for language, group in groups.items():
        least = languages.get(language, 0)
        within = {cover: max(least, needed) for cover, needed in _covers(group, names, goal).items()}
        best = _joined(best, within, goal)
    return best.get(goal, _NEVER)


def _covers(group: Sequence[Standing], names: Sequence[str], goal: tuple[int, ...]) -> dict[tuple[int, ...], int]:
    """Return, for each way the lines can be covered by some of `group`, how few of them it takes."""
    nothing = tuple(0 for _ in names)
    found = {nothing: 0}
    for one in group:
        hers = tuple(int(name in one.lines) for name in names)
        found = _joined(found, {hers: 1, nothing: 0}, goal)
    return found


def _joined(
    some: Mapping[tuple[int, ...], int], others: Mapping[tuple[int, ...], int], goal: tuple[int, ...]
) -> dict[tuple[int, ...], int]:
    joined: dict[tuple[int, ...], int] = {}
    for cover, needed in some.items():
        for more, cost in others.items():
            both = tuple(min(a + b, most) for a, b, most in zip(cover, more, goal, strict=True))
            joined[both] = min(joined.get(both, _NEVER), needed + cost)
    return joined
