"""The bodies of rotas, volunteers, turns and swaps."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.community.rotas import domain, turns
from services.community.shapes import Lines, Named, Row, unset
from services.kernel.fields import Body, Count, Day, ExternalIds, Language, Line, Number, Switch, Window

_NOON = datetime(2026, 1, 1, 12)  # noqa: DTZ001  local time, as windows are


def _sound_rule(rule: str) -> str:
    Window(starts=_NOON, minutes=60, time_zone="UTC", rule=rule)
    return rule


def _days_once(values: list[date]) -> list[date]:
    return sorted(set(values))


Recurrence = Annotated[str, Field(max_length=300, examples=["FREQ=WEEKLY;BYDAY=SU"]), AfterValidator(_sound_rule)]
Places = Annotated[Lines, Field(min_length=1, max_length=20)]
Days = Annotated[list[Day], Field(max_length=400), AfterValidator(_days_once)]
Share = Annotated[Number, Field(ge=0.1, le=10, description="Whose share is 0.5 takes half as many turns.")]
Weekdays = Annotated[list[domain.Weekday], Field(min_length=1, max_length=7)]
Seconds = Annotated[Number, Field(ge=0.1, le=20)]
_LEAST_DONE = "Under this share of turns done, the report suggests a full meeting."


class RotaCreate(Body):
    """On which days, at which places, and how many each time. Name `weekdays`, or a `rule` (RFC 5545)."""

    title: Line = Field(examples=["Cleaning plan"])
    language: Language = Field(default="en", description="Of the title and the places.")
    area: Line | None = None
    project_id: UUID | None = None
    places: Places = Field(examples=[["upper level", "ground level"]])
    starts_on: Day
    weeks: Annotated[int, Field(ge=1, le=104, strict=True)]
    weekdays: Weekdays | None = None
    rule: Recurrence | None = None
    helpers_each: Annotated[int, Field(ge=1, le=20, strict=True)] = 2
    different_households: Switch = True
    languages: Literal["none", "prefer"] = Field(
        default="none",
        description="`prefer`: those who take a turn together speak different languages, where possible.",
    )
    trial_until: Day | None = None
    least_done: Annotated[Number, Field(ge=0, le=1)] = Field(default=0.75, description=_LEAST_DONE)
    external_ids: ExternalIds = []

    @model_validator(mode="after")
    def _one_rule(self) -> "RotaCreate":
        if (self.weekdays is None) == (self.rule is None):
            raise ValueError("name weekdays, or a rule")
        return self


class RotaChange(Body):
    """What may change at any time, and, before the first plan, everything that the plan follows from."""

    title: Line = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    area: Line | None = None
    places: Places = Field(default_factory=unset)
    starts_on: Day = Field(default_factory=unset)
    weeks: Annotated[int, Field(ge=1, le=104, strict=True)] = Field(default_factory=unset)
    rule: Recurrence = Field(default_factory=unset)
    helpers_each: Annotated[int, Field(ge=1, le=20, strict=True)] = Field(default_factory=unset)
    different_households: Switch = Field(default_factory=unset)
    languages: Literal["none", "prefer"] = Field(default_factory=unset)
    trial_until: Day | None = None
    project_id: UUID | None = None
    least_done: Annotated[Number, Field(ge=0, le=1)] = Field(default_factory=unset, description=_LEAST_DONE)
    external_ids: ExternalIds = Field(default_factory=unset)


class RotaPublic(Named):
    title: str
    language: str
    area: str | None
    project_id: UUID | None
    places: list[str]
    starts_on: date
    weeks: int
    rule: str
    helpers_each: int
    different_households: bool
    languages: Literal["none", "prefer"]
    trial_until: date | None
    least_done: float
    held_by: UUID
    state: domain.State
    optimal: bool | None = Field(description="Whether the plan was proven to be the best; null before there is one.")


class VolunteerCreate(Body):
    """Somebody who takes turns. `name_shown` is the name she chose; `household` any word that marks the family."""

    name_shown: Line = Field(examples=["Volunteer 12"])
    household: Line = Field(examples=["room 204"])
    language: Language | None = None
    participant_id: UUID | None = None
    not_on: Days = []
    only_places: Lines = []
    most: Annotated[Count, Field(le=1000)] | None = Field(default=None, description="Turns of this rota at the most.")
    share: Share = 1.0
    helped_before: Annotated[Count, Field(le=10_000)] = Field(default=0, description="Turns taken before this rota.")


class VolunteerChange(Body):
    name_shown: Line = Field(default_factory=unset)
    household: Line = Field(default_factory=unset)
    language: Language | None = None
    not_on: Days = Field(default_factory=unset)
    only_places: Lines = Field(default_factory=unset)
    most: Annotated[Count, Field(le=1000)] | None = None
    share: Share = Field(default_factory=unset)
    helped_before: Annotated[Count, Field(le=10_000)] = Field(default_factory=unset)


class VolunteerPublic(Row):
    name_shown: str
    household: str
    language: str | None
    participant_id: UUID | None
    not_on: list[date]
    only_places: list[str]
    most: int | None
    share: float
    helped_before: int
    left_at: datetime | None


class Planning(Body):
    """How a plan is made: in how many seconds, and whether gaps are accepted."""

    partial: Switch = Field(default=False, description="Fill as many turns as possible, and list the gaps.")
    seconds: Seconds = Field(
        default=10.0, description="After so long, or ten seconds, the best plan found until then is taken."
    )


class Replanning(Planning):
    from_day: Day = Field(description="Turns before this day, and those done, stay as they are.")


class TurnPublic(Row):
    volunteer_id: UUID
    day: date
    place: str
    state: domain.TurnState
    instead_of: UUID | None = Field(description="The turn that this one took the place of, in a swap.")


class Seat(BaseModel):
    """One helper of a slot."""

    turn_id: UUID
    volunteer_id: UUID
    name_shown: str
    state: domain.TurnState


class RotaGap(BaseModel):
    """So many are missing at a place on a day, and why: `left` where somebody left after the plan was made."""

    day: date
    place: str
    missing: int
    why: Literal["people", "households", "day", "limits", "left"]


class SlotPublic(BaseModel):
    day: date
    place: str
    helpers: list[Seat]


class PlanPublic(BaseModel):
    """The whole plan, day by day, and what is missing in it."""

    rota_id: UUID
    optimal: bool | None
    slots: list[SlotPublic]
    gaps: list[RotaGap]


class SwapCreate(Body):
    """Ask somebody to take a turn (`to_volunteer_id`), or to change it for hers (`with_turn_id`)."""

    turn_id: UUID
    with_turn_id: UUID | None = None
    to_volunteer_id: UUID | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "SwapCreate":
        if (self.with_turn_id is None) == (self.to_volunteer_id is None):
            raise ValueError("name with_turn_id, or to_volunteer_id")
        return self


class SwapPublic(Row):
    turn_id: UUID
    with_turn_id: UUID | None
    to_volunteer_id: UUID
    state: domain.SwapState


class LoadPublic(BaseModel):
    """What one volunteer has done and is to do."""

    volunteer_id: UUID
    name_shown: str
    household: str
    helped_before: int
    planned: int
    done: int
    missed: int
    load: float = Field(description="Turns before, done and planned, for each unit of share.")


class HouseholdPublic(BaseModel):
    household: str
    volunteers: int
    contributed: int
    done: int


class FairnessPublic(BaseModel):
    """How evenly turns are shared, and who has not helped yet."""

    volunteers: list[LoadPublic]
    greatest: float
    least: float
    difference: float
    jain: float = Field(description="Jain's index of the loads: 1 is perfectly even.")
    not_yet: list[UUID] = Field(description="Volunteers who have not done any turn yet, here or before.")
    households: list[HouseholdPublic]


class RotaLanguage(BaseModel):
    language: str | None
    volunteers: int
    contributed: int
    done: int


class RotaReport(BaseModel):
    """How it went up to today, or to the end of the trial."""

    by: date
    trial_until: date | None
    trial_over: bool
    due: int = Field(description="Places that were to be taken until then.")
    done: int
    missed: int
    unmarked: int
    done_share: float | None
    households: list[HouseholdPublic]
    languages: list[RotaLanguage]
    full_meeting_suggested: bool
    why: str | None


def values_of(body: BaseModel) -> dict[str, Any]:
    """Return what a body says, as it is kept: days as texts inside lists, weekdays as a rule."""
    said = body.model_dump(exclude_unset=isinstance(body, RotaChange | VolunteerChange))
    if isinstance(body, RotaCreate):
        said["externals"] = body.external_ids
        del said["external_ids"]
    elif "external_ids" in said and isinstance(body, RotaChange):
        said["external_ids"] = body.external_ids
    if "not_on" in said:
        said["not_on"] = [day.isoformat() for day in said["not_on"]]
    if "weekdays" in said and (weekdays := said.pop("weekdays")) is not None:
        said["rule"] = domain.rule_of(dict.fromkeys(weekdays))
    return said


def plan_shown(found: turns.Whole) -> PlanPublic:
    """Return a plan day by day."""
    slots = [
        SlotPublic(
            day=day, place=place,
            helpers=[
                Seat(
                    turn_id=one.id, volunteer_id=one.volunteer_id, state=cast(domain.TurnState, one.state),
                    name_shown=found.volunteers[one.volunteer_id].name_shown,
                )
                for one in taken
            ],
        )
        for (day, place), taken in found.by_place.items()
    ]  # fmt: skip
    gaps = [RotaGap.model_validate(gap, from_attributes=True) for gap in found.gaps]
    return PlanPublic(rota_id=found.rota.id, optimal=found.rota.optimal, slots=slots, gaps=gaps)


def fairness_shown(found: turns.Whole) -> FairnessPublic:
    """Return how evenly the turns are shared."""
    loads = turns.loads(found)
    even = domain.evenness(loads)
    households = domain.parts(loads, [one.helper.household for one in loads])
    return FairnessPublic(
        volunteers=[_load_shown(one, found) for one in loads], greatest=even.greatest, least=even.least,
        difference=even.difference, jain=round(even.jain, 4),
        not_yet=[one.helper.id for one in loads if not one.has_helped and not one.helper.left],
        households=[_household_shown(part) for part in households],
    )  # fmt: skip


def _load_shown(one: domain.Load, found: turns.Whole) -> LoadPublic:
    return LoadPublic(
        volunteer_id=one.helper.id, name_shown=found.volunteers[one.helper.id].name_shown,
        household=one.helper.household, helped_before=one.helper.helped_before, planned=one.planned, done=one.done,
        missed=one.missed, load=one.load,
    )  # fmt: skip


def _household_shown(part: domain.Part) -> HouseholdPublic:
    return HouseholdPublic(
        household=part.name or "", volunteers=part.volunteers, contributed=part.contributed, done=part.done
    )


def report_shown(found: turns.Whole, *, today: date) -> RotaReport:
    """Return how it went, and why a full meeting is suggested, where it is."""
    by, told = turns.report(found, today=today)
    least = found.rota.least_done
    why = f"Fewer than {least:.0%} of the turns due were done: ask everybody together." if told.full_meeting else None
    return RotaReport(
        by=by, trial_until=found.rota.trial_until,
        trial_over=found.rota.trial_until is not None and today > found.rota.trial_until,
        due=told.due, done=told.done, missed=told.missed, unmarked=told.unmarked, done_share=told.done_share,
        households=[_household_shown(part) for part in told.households],
        languages=[
            RotaLanguage(language=one.name, volunteers=one.volunteers, contributed=one.contributed, done=one.done)
            for one in told.languages
        ],
        full_meeting_suggested=told.full_meeting, why=why,
    )  # fmt: skip
