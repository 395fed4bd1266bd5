"""The plan of a rota: made, made anew from a day on, marked turn by turn, and looked back on."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.community.access import read_of
from services.community.models import Rota, Turn, Volunteer
from services.community.rotas import domain, planning, repository
from services.community.rotas.operations import get, helper_of, taken_of
from services.community.rotas.solving import solved
from services.kernel.problems import IllegalState, NotFound
from services.kernel.work import Work

Place = tuple[date, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """So many are missing at a place on a day, and why."""

    day: date
    place: str
    missing: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A rota with its volunteers, its standing turns, and what is missing."""

    rota: Rota
    volunteers: Mapping[UUID, Volunteer]
    turns: Sequence[Turn]
    gaps: Sequence[Gap]

    @property
    def by_place(self) -> Mapping[Place, Sequence[Turn]]:
        """Return the turns of each day and place."""
        found: dict[Place, list[Turn]] = {place: [] for place in places_of(self.rota)}
        for turn in self.turns:
            found.setdefault((turn.day, turn.place), []).append(turn)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A rota as it was read, without a lock, to be planned from a day on."""

    rota: Rota
    version: int
    people: Sequence[Volunteer]
    turns: Sequence[Turn]
    since: date

    @property
    def kept(self) -> list[Turn]:
        """Return the turns that stay: all but those planned from that day on."""
        return [turn for turn in self.turns if turn.state != "planned" or turn.day < self.since]

    @property
    def versions(self) -> frozenset[tuple[UUID, int]]:
        """Return the versions that the answer rests on."""
        return frozenset((row.id, row.version) for row in (*self.people, *self.turns))


async def plan(work: Work, rota_id: UUID, *, partial: bool, seconds: float) -> Whole:
    """Plan a rota. Raises RotaImpossible unless every turn can be taken, or gaps are accepted."""
    rota = await get(work, rota_id)
    if rota.state == "planned":
        raise IllegalState("It is planned already. Plan it anew from a day on.")
    return await _planned(work, rota, since=date.min, partial=partial, seconds=seconds)


async def replan(work: Work, rota_id: UUID, *, from_day: date, partial: bool, seconds: float) -> Whole:
    """Plan a rota anew from a day on; what was done stays, and whoever has not helped comes first."""
    rota = await get(work, rota_id)
    if rota.state != "planned":
        raise IllegalState("It is not planned yet.")
    return await _planned(work, rota, since=from_day, partial=partial, seconds=seconds)


async def read_plan(work: Work, rota_id: UUID, *, action: str) -> Whole:
    """Return the plan as it stands, and put on record that the caller has read who takes turns."""
    return await _read(work, await whole(work, rota_id), action)


async def read_fairness(work: Work, rota_id: UUID) -> Whole:
    """Return what loads follow from, and put on record that the caller has read everybody's."""
    found = await whole(work, rota_id)
    await read_of(work, "rota_fairness.read", [found.volunteers[one.helper.id] for one in loads(found)])
    return found


async def whole(work: Work, rota_id: UUID) -> Whole:
    """Return the plan as it stands."""
    rota = await get(work, rota_id)
    turns = await repository.standing(work, rota.id)
    people = {row.id: row for row in await repository.volunteers(work, rota.id)}
    return Whole(rota=rota, volunteers=people, turns=turns, gaps=_gaps(rota, turns))


async def mark(work: Work, rota_id: UUID, turn_id: UUID, *, state: Literal["done", "missed"]) -> Turn:
    """Say what became of a turn; it may be corrected. Raises TurnToCome before its day."""
    rota = await get(work, rota_id, lock=True)
    turn = await repository.part(work, Turn, rota.id, turn_id)
    if turn is None:
        raise NotFound
    if turn.state not in domain.STANDING:
        raise domain.TurnNotPlanned(f"It is {turn.state}.")
    if turn.day > work.now.date():
        raise domain.TurnToCome
    if turn.change(work.now, state=state):
        await work.session.flush()
        await repository.lapse(work, rota.id)
        await work.record(f"turn.{state}", turn.id, rota=rota.id, volunteer=turn.volunteer_id)
    return turn


def places_of(rota: Rota) -> list[Place]:
    """Return every day and place of a rota."""
    found = domain.days(starts_on=rota.starts_on, weeks=rota.weeks, rule=rota.rule)
    return [(day, place) for day in found for place in rota.places]


async def _read(work: Work, found: Whole, action: str) -> Whole:
    await read_of(work, action, [found.volunteers[turn.volunteer_id] for turn in found.turns])
    return found


async def _planned(work: Work, rota: Rota, *, since: date, partial: bool, seconds: float) -> Whole:
    """Solve without a lock, so that others go on writing meanwhile, and keep the plan if nobody has."""
    asked = _Question(
        rota=rota, version=rota.version, since=since, people=await repository.volunteers(work, rota.id),
        turns=await repository.standing(work, rota.id),
    )  # fmt: skip
    made = await solved(
        _slots(rota, asked.kept, since), volunteers=_volunteers(rota, asked.people, asked.kept),
        mixed=rota.languages == "prefer", seconds=seconds,
    )  # fmt: skip
    await _lock(work, asked)
    if made.gaps and not partial:
        raise _impossible(made.gaps)
    await _keep(work, asked, made)
    return await _read(work, await whole(work, rota.id), "rota_plan.read")


async def _lock(work: Work, asked: _Question) -> None:
    """Lock the rota. Raises RotaChanged unless it, its volunteers and its turns are as they were read."""
    versions = asked.versions
    rota = await get(work, asked.rota.id, lock=True)
    if (rota.version, await repository.versions(work, rota.id)) != (asked.version, versions):
        raise domain.RotaChanged


async def _keep(work: Work, asked: _Question, made: planning.Plan) -> None:
    rota = asked.rota
    await repository.release(work, rota.id, state="replanned", since=asked.since)
    rows = [
        Turn(
            id=work.new_id(), rota_id=rota.id, volunteer_id=UUID(name), day=slot.day, place=slot.place,
            created_at=work.now, updated_at=work.now,
        )
        for slot, name in made.turns
    ]  # fmt: skip
    await repository.add(work, *rows)
    whys = [{"day": gap.slot.day.isoformat(), "place": gap.slot.place, "why": gap.why} for gap in made.gaps]
    earlier = [gap for gap in rota.gaps if date.fromisoformat(gap["day"]) < asked.since]
    rota.change(work.now, state="planned", optimal=made.optimal, gaps=[*earlier, *whys])
    await work.record("rota.planned", rota.id, turns=len(rows), gaps=sum(gap.missing for gap in made.gaps))


def _slots(rota: Rota, turns: Sequence[Turn], since: date) -> list[planning.Slot]:
    """Return the slots to fill, and those before them, which are settled: nobody should come twice in a week."""
    kept: dict[Place, list[str]] = defaultdict(list)
    for turn in turns:
        if turn.state != "missed":
            kept[turn.day, turn.place].append(str(turn.volunteer_id))
    return [
        planning.Slot(
            day=day, place=place, people=rota.helpers_each if day >= since else 0, kept=tuple(kept[day, place])
        )
        for day, place in places_of(rota)
    ]


def _volunteers(rota: Rota, people: Sequence[Volunteer], turns: Sequence[Turn]) -> list[planning.Volunteer]:
    """Return the volunteers as planning sees them; who has left takes no turn, but still stands in settled slots."""
    counted = Counter((turn.volunteer_id, turn.state) for turn in turns)
    missed: dict[UUID, set[date]] = defaultdict(set)
    for turn in turns:
        if turn.state == "missed":
            missed[turn.volunteer_id].add(turn.day)
    found = []
    for row in people:
        helper = helper_of(row)
        helped = counted[row.id, "done"] + counted[row.id, "planned"]
        most = 0 if helper.left else None if row.most is None else max(0, row.most - helped - len(missed[row.id]))
        found.append(
            planning.Volunteer(
                name=str(row.id), household=row.household if rota.different_households else str(row.id),
                language=row.language, not_on=helper.not_on | missed[row.id], only_places=helper.only_places,
                most=most, share=row.share, helped=row.helped_before + helped,
            )
        )  # fmt: skip
    return found


def _impossible(gaps: Sequence[planning.Gap]) -> domain.RotaImpossible:
    missing = [
        {"day": gap.slot.day.isoformat(), "place": gap.slot.place, "missing": gap.missing, "why": gap.why}
        for gap in gaps
    ]
    return domain.RotaImpossible(
        f"{sum(gap.missing for gap in gaps)} turns lack somebody. With `partial` the others are filled.", gaps=missing
    )


def _gaps(rota: Rota, turns: Sequence[Turn]) -> list[Gap]:
    """Return what is missing now: what the plan could not fill, and what has come free since."""
    if rota.state != "planned":
        return []
    whys = {(date.fromisoformat(gap["day"]), gap["place"]): gap["why"] for gap in rota.gaps}
    there = Counter((turn.day, turn.place) for turn in turns)
    return [
        Gap(
            day=place[0], place=place[1], missing=rota.helpers_each - there[place], why=whys.get(place, "left")
        )
        for place in places_of(rota)
        if there[place] < rota.helpers_each
    ]  # fmt: skip


def loads(found: Whole) -> list[domain.Load]:
    """Return the load of everybody who is in the rota, or has taken turns in it before leaving."""
    turns = [taken_of(row) for row in found.turns]
    busy = {turn.volunteer for turn in turns}
    return domain.loads(
        [helper_of(row) for row in found.volunteers.values() if row.left_at is None or row.id in busy], turns=turns
    )


def report(found: Whole, *, today: date) -> tuple[date, domain.Report]:
    """Return how it went up to today, or to the end of the trial, and by which day that is."""
    by = min(today, found.rota.trial_until or today)
    places = sum(day <= by for day, _ in places_of(found.rota)) if found.rota.state == "planned" else 0
    turns = [taken_of(row) for row in found.turns if row.day <= by]
    people = domain.loads([one.helper for one in loads(found)], turns=turns)
    due = found.rota.helpers_each * places
    return by, domain.report(people, turns=turns, places_due=due, by=by, least_done=found.rota.least_done)
