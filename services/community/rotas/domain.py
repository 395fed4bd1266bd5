"""The rules of rotas: which days, which slots, who may step in for whom, how even it was, and how a trial went."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import ClassVar, Literal
from uuid import UUID

from dateutil.rrule import rrulestr

from services.kernel.problems import Conflict, IllegalState, Unavailable

State = Literal["drafted", "planned"]
TurnState = Literal["planned", "done", "missed", "swapped", "freed", "replanned"]
SwapState = Literal["proposed", "accepted", "declined", "lapsed"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Rule = Literal["household", "day", "place", "twice", "most", "left"]
STANDING: tuple[TurnState, ...] = ("planned", "done", "missed")
"""A turn in any of these states takes a place in the plan; the others are history."""
MOST_DAYS = 400
_LAST_YEAR = 9998
MOST_PAIRS = 40_000
"""Slots times volunteers: what is solved in seconds."""


class RotaImpossible(Conflict):
    slug = "rota-impossible"
    title = "Some turns cannot be taken by anybody"


class RotaTooLarge(Conflict):
    slug = "rota-too-large"
    title = "This rota has more turns and volunteers than are planned at once"


class RotaTimeUp(Conflict):
    slug = "rota-time-up"
    title = "The time given did not suffice for a plan"


class RotaChanged(Conflict):
    slug = "rota-changed"
    title = "The rota changed while it was planned; plan again"


class PlanningBusy(Unavailable):
    slug = "planning-busy"
    title = "Other rotas are being planned at this moment"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


class SwapBreaksRule(Conflict):
    slug = "swap-breaks-rule"
    title = "This swap would break a rule of the rota"


class TurnNotPlanned(IllegalState):
    slug = "turn-not-planned"
    title = "Only a planned turn can be marked or swapped"


class TurnToCome(Conflict):
    slug = "turn-to-come"
    title = "A turn cannot be marked before its day"


class RotaHasNoDays(Conflict):
    status = 422
    slug = "rota-has-no-days"
    title = "No day follows from the beginning, the weeks and the rule"


def rule_of(weekdays: Iterable[Weekday]) -> str:
    """Return the recurrence rule (RFC 5545) of some days of each week."""
    return "FREQ=WEEKLY;BYDAY=" + ",".join(day[:2].upper() for day in weekdays)


def days(*, starts_on: date, weeks: int, rule: str) -> list[date]:
    """Return the days on which there are turns. Raises RotaHasNoDays, and RotaTooLarge for too many."""
    first = datetime.combine(starts_on, time())
    said = dict(part.partition("=")[::2] for part in rule.split(";"))
    until, count = said.pop("UNTIL", "")[:8], int(said.pop("COUNT", MOST_DAYS + 1))
    end = first + timedelta(weeks=weeks) - timedelta(seconds=1)
    # A rule that never comes true is looked for until the year 9999. Days repeat every 400 years, so it is asked of
    # the last years there are: the answer is the same, and a vain search ends within a moment.
    later = (_LAST_YEAR - end.year) // 400 * 400
    first, end = first.replace(year=first.year + later), end.replace(year=end.year + later)
    bounded = ";".join(f"{name}={value}" for name, value in said.items()) + f";UNTIL={end:%Y%m%dT%H%M%S}"
    moments = islice(rrulestr(bounded, dtstart=first), min(count, MOST_DAYS + 1))
    found = [moment.date().replace(year=moment.year - later) for moment in moments]
    found = [day for day in found if not until or f"{day:%Y%m%d}" <= until]
    if not found:
        raise RotaHasNoDays
    if len(found) > MOST_DAYS:
        raise RotaTooLarge(f"{MOST_DAYS} days at the most.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A volunteer as the rules see her."""

    id: UUID
    household: str
    language: str | None = None
    not_on: frozenset[date] = frozenset()
    only_places: frozenset[str] = frozenset()
    most: int | None = None
    share: float = 1.0
    helped_before: int = 0
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A turn as the rules see it."""

    id: UUID
    volunteer: UUID
    day: date
    place: str
    state: TurnState


def broken_rule(
    helper: Helper, *, turn: Taken, others: Collection[Taken], helpers: Mapping[UUID, Helper], households: bool
) -> Rule | None:
    """Return the rule that `helper` would break by taking `turn`, or None. `others` are all other standing turns."""
    if helper.left:
        return "left"
    if turn.day in helper.not_on:
        return "day"
    if helper.only_places and turn.place not in helper.only_places:
        return "place"
    mine = [other for other in others if other.volunteer == helper.id]
    if any(other.day == turn.day for other in mine):
        return "twice"
    if helper.most is not None and len(mine) >= helper.most:
        return "most"
    beside = [other.volunteer for other in others if (other.day, other.place) == (turn.day, turn.place)]
    if households and any(helpers[name].household == helper.household for name in beside):
        return "household"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one volunteer has done and is to do. `load` is all of it for each unit of share."""

    helper: Helper
    planned: int
    done: int
    missed: int

    @property
    def load(self) -> float:
        """Return turns before, done and planned, by share; what was missed is no help."""
        return (self.helper.helped_before + self.done + self.planned) / self.helper.share

    @property
    def has_helped(self) -> bool:
        """Say whether she has taken a turn by now, in this rota or before it."""
        return self.done + self.helper.helped_before > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenness:
    """How even the loads are: the greatest less the least, and Jain's index (1 is perfectly even)."""

    greatest: float
    least: float
    jain: float

    @property
    def difference(self) -> float:
        """Return how far the greatest load is above the least."""
        return self.greatest - self.least


def loads(helpers: Iterable[Helper], *, turns: Iterable[Taken]) -> list[Load]:
    """Return what everybody has done and is to do."""
    counted = Counter((turn.volunteer, turn.state) for turn in turns)
    return [
        Load(
            helper=one, planned=counted[one.id, "planned"], done=counted[one.id, "done"],
            missed=counted[one.id, "missed"],
        )
        for one in helpers
    ]  # fmt: skip


def evenness(found: Sequence[Load]) -> Evenness:
    """Return how even these loads are; nobody, or nobody with any load, is perfectly even."""
    values = [one.load for one in found]
    squares = sum(value * value for value in values)
    jain = sum(values) ** 2 / (len(values) * squares) if squares else 1.0
    return Evenness(greatest=max(values, default=0.0), least=min(values, default=0.0), jain=jain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Of a household or a language community: how many are in, how many have helped, and turns done."""

    name: str | None
    volunteers: int
    contributed: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How it went by a certain day. `done_share` is None as long as no turn was due."""

    due: int
    done: int
    missed: int
    unmarked: int
    done_share: float | None
    households: list[Part]
    languages: list[Part]
    full_meeting: bool


def report(found: Sequence[Load], *, turns: Collection[Taken], places_due: int, by: date, least_done: float) -> Report:
    """Return how it went up to the day `by`, out of `places_due` that were to be taken.

    A place that nobody was found for counts as not done. Under `least_done` a full meeting is suggested.
    """
    due = [turn for turn in turns if turn.day <= by and turn.state in STANDING]
    states = Counter(turn.state for turn in due)
    wanted = max(places_due, len(due))
    share = states["done"] / wanted if wanted else None
    return Report(
        due=wanted, done=states["done"], missed=states["missed"], unmarked=states["planned"], done_share=share,
        households=parts(found, [one.helper.household for one in found]),
        languages=parts(found, [one.helper.language for one in found]),
        full_meeting=share is not None and share < least_done,
    )  # fmt: skip


def parts(found: Sequence[Load], names: Sequence[str | None]) -> list[Part]:
    """Return the loads in parts by a name of each; those without a name come last."""
    grouped: dict[str | None, list[Load]] = {}
    for name, one in zip(names, found, strict=True):
        grouped.setdefault(name, []).append(one)
    return [
        Part(
            name=name, volunteers=len(some), contributed=sum(one.done > 0 for one in some),
            done=sum(one.done for one in some),
        )
        for name, some in sorted(grouped.items(), key=lambda part: (part[0] is None, part[0] or ""))
    ]  # fmt: skip
