"""The bodies of allocations, rings and labs."""

import math
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.kernel.fields import Body, Number
from services.matching.candidates.schemas import Factors
from services.matching.listings.schemas import Category
from services.matching.plans import messages
from services.matching.plans.domain import MOST_NEEDS, State
from services.matching.plans.reading import Read

Part = Annotated[Number, Field(ge=0, le=1)]
HeldBack = dict[str, int | str]
_HELD_BACK = 'How many each gate held back; fewer than five are "a few".'


class AllocationCreate(Body):
    """Whom to pair: your open needs with everybody's offers. Without `need_ids`, all that are not private."""

    category: Category | None = None
    need_ids: Annotated[list[UUID], Field(min_length=1, max_length=2_000)] | None = Field(
        default=None, description=f"Needs that you hold; without them all open ones, {MOST_NEEDS} at the most."
    )
    least_score: Part = Field(default=0.3, description="Pairs that score less are not considered.")
    candidates_each: int = Field(default=20, ge=1, le=50, strict=True, description="The best so many of each need.")
    per_need: int = Field(
        default=1,
        ge=1,
        le=10,
        strict=True,
        description="So many offers for a need at the most, as far as it has places.",
    )
    floor: Part | Literal["max"] | None = Field(
        default=None,
        description="What every need should get at least, before the total counts; `max` finds the highest floor.",
    )
    groups_of_at_least: int | None = Field(
        default=None, ge=2, le=20, strict=True,
        description="Offers with several places only take place when so many come.",
    )  # fmt: skip


class RingsCreate(Body):
    """Rings in which everybody gives and everybody gets: how long, and from how many candidates of each need."""

    category: Category | None = None
    max_length: int = Field(default=3, ge=2, le=4, strict=True)
    least_score: Part = 0.3
    candidates_each: int = Field(default=10, ge=1, le=50, strict=True)


class LabsCreate(Body):
    """Small groups with a common interest, each with a member of staff."""

    category: Category | None = None
    least: int = Field(default=3, ge=2, le=20, strict=True, description="A lab has at least so many people.")
    most: int = Field(default=8, ge=2, le=20, strict=True, description="A lab has at most so many people.")
    staff: Annotated[list[UUID], Field(min_length=1, max_length=50)] = Field(
        description="Participants who are staff. Who has no need and no offer open may join any lab."
    )

    @model_validator(mode="after")
    def _sizes_agree(self) -> "LabsCreate":
        if self.least > self.most:
            raise ValueError("least is more than most")
        return self


class PlanPublic(BaseModel):
    """How far a plan is. Follow `plan.done` and `plan.failed` in the feed of events, or look again."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    state: State
    progress: float = Field(ge=0, le=1)
    step: str = Field(description="What is being done, in plain words.", examples=["looking for candidates"])
    problem: str | None = Field(description="Why it failed, in plain words.")
    finished_at: datetime | None


class ResultPublic(BaseModel):
    """What all results have in common. Whoever may not be shown any more is left out each time it is read."""

    note: str | None = Field(description="Why nothing was found, where that is so.")
    withdrawn: Literal["some"] | None = Field(
        description="`some` where parts were left out because somebody in them may no longer be shown."
    )


class PlannedPair(BaseModel):
    """A need and the offer that was found for it; the factors add up to the score."""

    need_id: UUID
    offer_id: UUID
    score: float
    factors: Factors
    reasons: list[str]


class Unserved(BaseModel):
    """A need that got nothing, and why."""

    need_id: UUID
    why: str
    held_back: HeldBack = Field(description=_HELD_BACK)


class AllocationResult(ResultPublic):
    held_back: HeldBack = Field(description=_HELD_BACK)
    pairs: list[PlannedPair]
    unserved: list[Unserved]
    total: float = Field(description="The sum of the scores of the pairs.")
    floor: float | None = Field(description="The floor that was asked for; for `max`, the one that was found.")
    below: list[UUID] = Field(description="Needs that could not be brought to the floor.")
    exact: bool = Field(description="Whether no better total exists.")
    gap: float = Field(description="The part of the best total that may be missing at the most.")


class RingStep(BaseModel):
    """Whoever offers helps whoever needs; whoever needs offers in the next step, the last one's in the first."""

    need_id: UUID
    offer_id: UUID
    score: float


class Ring(BaseModel):
    participants: int
    steps: list[RingStep]
    likely: float = Field(
        description="How likely it is that all of it comes true. Until outcomes tell better, a step's score is taken"
        " for its likelihood."
    )
    worth: float = Field(description="How many people it helps, in all likelihood.")


class RingsResult(ResultPublic):
    held_back: HeldBack = Field(description=_HELD_BACK)
    rings: list[Ring]
    possible: int | None = Field(
        description="From how many possible rings these were chosen; null once some are withdrawn."
    )
    helped: int
    exact: bool


class Lab(BaseModel):
    """People with an interest in common, `staff` among them."""

    concept: str
    label: str
    participants: int
    need_ids: list[UUID]
    offer_ids: list[UUID]
    staff: list[UUID]


class LabsResult(ResultPublic):
    labs: list[Lab]
    exact: bool


class AllocationSummary(PlanPublic):
    asked: AllocationCreate


class AllocationPublic(AllocationSummary):
    result: AllocationResult | None = Field(description="There once it is done.")


class RingsSummary(PlanPublic):
    asked: RingsCreate


class RingsPublic(RingsSummary):
    result: RingsResult | None = Field(description="There once it is done.")


class LabsSummary(PlanPublic):
    asked: LabsCreate


class LabsPublic(LabsSummary):
    result: LabsResult | None = Field(description="There once it is done.")


def allocation(read: Read, language: str) -> AllocationResult:
    """Return an allocation in the reader's language."""
    kept = read.result
    pairs = [
        PlannedPair(
            need_id=one["need"], offer_id=one["offer"], score=one["score"], factors=Factors(**one["factors"]),
            reasons=[messages.sentence(code, values, language) for code, values in one["reasons"]],
        )
        for one in kept["pairs"]
    ]  # fmt: skip
    unserved = [
        Unserved(
            need_id=one["need"], why=messages.why(one["why"], one["held_back"], language), held_back=one["held_back"]
        )
        for one in kept["unserved"]
    ]
    return AllocationResult(
        pairs=pairs, unserved=unserved, total=round(math.fsum(pair.score for pair in pairs), 4), floor=kept["floor"],
        below=kept["below"], exact=kept["exact"], gap=kept["gap"], held_back=kept["held_back"], **_rest(read, language),
    )  # fmt: skip


def rings(read: Read, language: str) -> RingsResult:
    """Return rings. Once some are withdrawn, no number tells how many there were."""
    kept = read.result
    found = [
        Ring(
            participants=len(one["steps"]), likely=one["likely"], worth=one["worth"],
            steps=[RingStep(need_id=s["need"], offer_id=s["offer"], score=s["score"]) for s in one["steps"]],
        )
        for one in kept["rings"]
    ]  # fmt: skip
    return RingsResult(
        rings=found, possible=None if read.withdrawn else kept["possible"],
        helped=sum(one.participants for one in found), exact=kept["exact"], held_back=kept["held_back"],
        **_rest(read, language),
    )  # fmt: skip


def labs(read: Read, language: str) -> LabsResult:
    """Return labs, each called as the reader's language calls its concept."""
    found = [
        Lab(
            concept=one["concept"], label=messages.named(one["concept"], language), participants=one["participants"],
            need_ids=one["needs"], offer_ids=one["offers"], staff=one["staff"],
        )
        for one in read.result["labs"]
    ]  # fmt: skip
    return LabsResult(labs=found, exact=read.result["exact"], **_rest(read, language))


def _rest(read: Read, language: str) -> dict[str, Any]:
    code = read.result["empty"]
    said = None if code is None else messages.note(code, read.result.get("held_back", {}), language)
    return {"note": said, "withdrawn": "some" if read.withdrawn else None}
