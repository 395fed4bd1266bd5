"""Bodies about what comes after: strengths to come back to, outcomes and their ratings, and what has changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.assessments.models import Capability, Outcome, OutcomeRating, StatedNeed
from services.assessments.one_to_one.changes import Changes, Compared, Pair, text_of
from services.assessments.one_to_one.item_schemas import ConceptKeys
from services.assessments.one_to_one.schemas import unset
from services.assessments.one_to_one.strengths import Strengths
from services.assessments.publications.schemas import each_once
from services.kernel.fields import Body, Language, Line, Moment, Text

Grade = Annotated[int, Field(ge=0, le=10, strict=True, examples=[4])]


class StrengthPrompt(BaseModel):
    """`source` says where it comes from: her own words, an image card, what others here offer, or the instrument."""

    source: Literal["named", "card", "community", "instrument"]
    text: str
    language: str
    about: list[str]
    icon: str | None


class StrengthsPublic(BaseModel):
    """The capability side is thin when nothing was named, or less than half as much as needs; then prompts are here."""

    capabilities: int
    needs: int
    thin: bool
    prompts: list[StrengthPrompt]


class AddOutcome(Body):
    """What she wants to change, in her words; grades from 0 to 10."""

    text: Text = Field(examples=["To get out of the house twice a week"])
    language: Language = Field(default_factory=unset)
    concepts: ConceptKeys = []
    importance: Grade | None = None
    baseline: Grade | None = None
    wished: Grade | None = None


class ChangeOutcome(Body):
    text: Text = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    concepts: ConceptKeys = []
    importance: Grade | None = None
    baseline: Grade | None = None
    wished: Grade | None = None


class Rate(Body):
    """Where she stands with it; `assessment_id` is the assessment in which she said so."""

    value: Grade
    at: Moment | None = None
    assessment_id: UUID | None = None
    author: Line | None = Field(default=None, description="A role or pseudonym, not a name.")


class TieMatches(Body):
    matches: Annotated[list[UUID], Field(max_length=100), AfterValidator(each_once)]


class RatingPublic(BaseModel):
    value: int
    at: datetime
    assessment_id: UUID | None
    author: str | None


class OutcomePublic(BaseModel):
    """`matches` are those of this assessment's needs and offers that it came of."""

    id: UUID
    text: str
    language: str
    concepts: list[str]
    importance: int | None
    baseline: int | None
    wished: int | None
    matches: list[UUID]
    ratings: list[RatingPublic]
    created_at: datetime
    updated_at: datetime
    version: int


class Outcomes(BaseModel):
    items: list[OutcomePublic]


class BeforeAndNow(BaseModel):
    """None where there was nothing."""

    before: Any
    now: Any


class ChangedItem(BaseModel):
    id: UUID
    text: str
    language: str
    concepts: list[str]


class ComparedPublic(BaseModel):
    new: list[ChangedItem]
    same: list[ChangedItem]
    gone: list[ChangedItem]
    met: list[ChangedItem]


class ChangesPublic(BaseModel):
    """What is different from the assessment that this one `follows`."""

    follows: UUID
    answers: dict[str, BeforeAndNow]
    capabilities: ComparedPublic
    needs: ComparedPublic
    scores: dict[str, BeforeAndNow]


def strengths_shown(found: Strengths) -> StrengthsPublic:
    """Return how the capability side stands."""
    prompts = [
        StrengthPrompt(source=one.source, text=one.text, language=one.language, about=list(one.about), icon=one.icon)
        for one in found.prompts
    ]
    return StrengthsPublic(capabilities=found.capabilities, needs=found.needs, thin=found.thin, prompts=prompts)


def outcome_shown(outcome: Outcome, ratings: Sequence[OutcomeRating]) -> OutcomePublic:
    """Return an outcome with its ratings."""
    taken = {name: getattr(outcome, name) for name in OutcomePublic.model_fields if name != "ratings"}
    told = [RatingPublic(**{name: getattr(one, name) for name in RatingPublic.model_fields}) for one in ratings]
    return OutcomePublic(**taken, ratings=told)


def changes_shown(found: Changes) -> ChangesPublic:
    """Return what has changed."""
    return ChangesPublic(
        follows=found.before.id,
        answers={key: _pair(pair) for key, pair in found.answers.items()},
        capabilities=_compared(found.capabilities),
        needs=_compared(found.needs),
        scores={key: _pair(pair) for key, pair in found.scores.items()},
    )


def _pair(pair: Pair) -> BeforeAndNow:
    return BeforeAndNow(before=pair[0], now=pair[1])


def _compared(found: Compared) -> ComparedPublic:
    return ComparedPublic(
        new=[_item(one) for one in found.new],
        same=[_item(one) for one in found.same],
        gone=[_item(one) for one in found.gone],
        met=[_item(one) for one in found.met],
    )


def _item(one: Capability | StatedNeed) -> ChangedItem:
    return ChangedItem(id=one.id, text=text_of(one), language=one.language, concepts=one.concepts)
