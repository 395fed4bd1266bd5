"""Bodies about one-to-one assessments and their sittings, and what the room's bodies have in common."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.assessments.one_to_one.domain import State
from services.assessments.publications.schemas import each_once
from services.kernel.fields import Body, Day, ExternalIds, Language, Line, Moment, Switch
from services.vocabulary import CATEGORIES

_KEYS = sorted(CATEGORIES)


def _known(key: str) -> str:
    if key not in CATEGORIES:
        raise ValueError("is not a category")
    return key


CategoryKey = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": _KEYS}, examples=["food"])]
"""One of the everyday issues of the vocabulary."""


def unset() -> Any:
    return None


class Representative(Body):
    """Who decides with the person, or for her: a role, never a name."""

    role: Line = Field(examples=["mother"])
    basis: Literal["parent", "guardian", "power_of_attorney", "court_appointed", "supporter"]
    participant_id: UUID | None = None
    since: Day | None = None


class StartAssessment(Body):
    """Whose assessment, with which instrument, in which language; who interpreted or acted for the person."""

    participant_id: UUID
    instrument_id: UUID
    language: Language
    interpreter: Line | None = Field(default=None, description="A role or pseudonym, not a name.")
    acted_for_by: Line | None = Field(default=None, description="A role, such as a carer with power of attorney.")
    representative: Representative | None = None
    under_18: Switch = False
    decides_with_representative: Switch = False
    area: Line | None = Field(default=None, description="The part of the neighbourhood, for reports.")
    review_on: Day | None = None
    external_ids: ExternalIds = []


class ChangeAssessment(Body):
    language: Language = Field(default_factory=unset)
    interpreter: Line | None = None
    acted_for_by: Line | None = None
    representative: Representative | None = None
    under_18: Switch = Field(default_factory=unset)
    decides_with_representative: Switch = Field(default_factory=unset)
    area: Line | None = None
    review_on: Day | None = None
    external_ids: ExternalIds = []


class DoNotAskAgain(Body):
    """For good, or until a moment."""

    until: Moment | None = None


class Reassess(Body):
    """What is not said is taken over; `instrument_id` may name a newer version."""

    instrument_id: UUID | None = None
    language: Language | None = None
    interpreter: Line | None = None


class AssessmentPublic(BaseModel):
    """`strength_prompts` are there when a completed assessment names few capabilities: to come back to them."""

    id: UUID
    participant_id: UUID
    instrument_id: UUID
    language: str
    interpreter: str | None
    acted_for_by: str | None
    representative: dict[str, Any] | None
    under_18: bool
    decides_with_representative: bool
    area: str | None
    review_on: date | None
    follows: UUID | None
    state: State
    completed_at: datetime | None
    reviewed_at: datetime | None
    external_ids: list[dict[str, str]]
    created_at: datetime
    updated_at: datetime
    version: int
    strength_prompts: list[str] = []


class AddSitting(Body):
    """When people sat together over it; `present` are roles, not names."""

    started_at: Moment
    ended_at: Moment | None = None
    place: Line | None = None
    interpreter: Line | None = None
    present: Annotated[list[Line], Field(max_length=20)] = []


class SittingPublic(BaseModel):
    id: UUID
    started_at: datetime
    ended_at: datetime | None
    place: str | None
    interpreter: str | None
    present: list[str]
    created_at: datetime


class Sittings(BaseModel):
    items: list[SittingPublic]


AssessmentState = State


def values_of(body: Body) -> dict[str, Any]:
    """Return what a body says, as the tables keep it; what it leaves out is left to the table or stays as it is."""
    said = {name: getattr(body, name) for name in body.model_fields_set - {"consent"}}
    if "means" in said:
        said["means"] = each_once(said["means"])
    if "availability" in said:
        said["availability"] = [window.model_dump(mode="json") for window in said["availability"]]
    for name in ("representative", "sharing"):
        if isinstance(said.get(name), BaseModel):
            said[name] = said[name].model_dump(mode="json")
    return said


def shown(shape: type[BaseModel], row: Any, **more: Any) -> Any:
    """Return `row` in `shape`, whose fields it has by the same names."""
    taken = {name: getattr(row, name) for name in shape.model_fields if name not in more and hasattr(row, name)}
    return shape(**taken, **more)
