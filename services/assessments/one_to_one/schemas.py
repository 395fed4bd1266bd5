"""Bodies about one-to-one assessments, their answers, capabilities and needs."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.assessments.one_to_one.domain import State, Urgency, Willing
from services.assessments.publications.schemas import MeansList, each_once
from services.kernel.fields import Body, ExternalIds, Language, Line, Means, Moment, Switch, Text, Window, Windows
from services.vocabulary import CATEGORIES

_KEYS = sorted(CATEGORIES)


def _known(key: str) -> str:
    if key not in CATEGORIES:
        raise ValueError("is not a category")
    return key


CategoryKey = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": _KEYS}, examples=["food"])]
"""One of the everyday issues of the vocabulary."""
Minutes = Annotated[int, Field(ge=5, le=10_080, strict=True, examples=[60])]


def unset() -> Any:
    return None


class StartAssessment(Body):
    """Whose assessment, with which instrument, in which language; who interpreted or acted for the person."""

    participant_id: UUID
    instrument_id: UUID
    language: Language
    interpreter: Line | None = Field(default=None, description="A role or pseudonym, not a name.")
    acted_for_by: Line | None = Field(default=None, description="A role, such as a carer with power of attorney.")
    external_ids: ExternalIds = []


class ChangeAssessment(Body):
    language: Language = Field(default_factory=unset)
    interpreter: Line | None = None
    acted_for_by: Line | None = None
    external_ids: ExternalIds = []


class AssessmentPublic(BaseModel):
    """`strength_prompts` are there when a completed assessment names no capability yet: to come back to it."""

    id: UUID
    participant_id: UUID
    instrument_id: UUID
    language: str
    interpreter: str | None
    acted_for_by: str | None
    state: State
    completed_at: datetime | None
    reviewed_at: datetime | None
    external_ids: list[dict[str, str]]
    created_at: datetime
    updated_at: datetime
    version: int
    strength_prompts: list[str] = []


class PutAnswer(Body):
    """The value is of the question's type: a text, a choice, a list of choices, or a list of entries."""

    value: Any = Field(
        json_schema_extra={"anyOf": [{"type": "string"}, {"type": "array"}]},
        examples=[[{"text": "I bake bread", "category": "food", "willing": "yes"}]],
    )
    language: Language | None = None
    answered_at: Moment | None = None


class AnswerPublic(BaseModel):
    question_id: str
    value: Any
    language: str
    answered_at: datetime
    updated_at: datetime
    version: int


class AddCapability(Body):
    """What the person does or could do. `language` is the assessment's unless it says another."""

    activity: Text = Field(examples=["I bake bread"])
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    done_already: Switch = False
    willing: Willing = "not_now"
    for_whom: Text | None = None
    conditions: Text | None = None
    means: MeansList = []
    minutes: Minutes | None = None
    availability: Windows = []


class ChangeCapability(Body):
    activity: Text = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    done_already: Switch = Field(default_factory=unset)
    willing: Willing = Field(default_factory=unset)
    for_whom: Text | None = None
    conditions: Text | None = None
    means: MeansList = []
    minutes: Minutes | None = None
    availability: Windows = []


class CapabilityPublic(BaseModel):
    id: UUID
    activity: str
    language: str
    category: str | None
    done_already: bool
    willing: Willing
    for_whom: str | None
    conditions: str | None
    means: list[Means]
    minutes: int | None
    availability: list[Window]
    created_at: datetime
    updated_at: datetime
    version: int


class AddNeed(Body):
    """What the person wants help with. `language` is the assessment's unless it says another."""

    text: Text = Field(examples=["Somebody to practise English with"])
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    why: Text | None = None
    own_effort: Text | None = None
    urgency: Urgency | None = None


class ChangeNeed(Body):
    text: Text = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    category: CategoryKey | None = None
    why: Text | None = None
    own_effort: Text | None = None
    urgency: Urgency | None = None


class StatedNeedPublic(BaseModel):
    id: UUID
    text: str
    language: str
    category: str | None
    why: str | None
    own_effort: str | None
    urgency: Urgency | None
    created_at: datetime
    updated_at: datetime
    version: int


AssessmentState = Literal["draft", "in_progress", "completed", "reviewed"]


def values_of(body: Body) -> dict[str, Any]:
    """Return what a body says, as the tables keep it; what it leaves out is left to the table or stays as it is."""
    said = {name: getattr(body, name) for name in body.model_fields_set}
    if "means" in said:
        said["means"] = each_once(said["means"])
    if "availability" in said:
        said["availability"] = [window.model_dump(mode="json") for window in said["availability"]]
    return said


def shown(shape: type[BaseModel], row: Any, **more: Any) -> Any:
    """Return `row` in `shape`, whose fields it has by the same names."""
    taken = {name: getattr(row, name) for name in shape.model_fields if name not in more and hasattr(row, name)}
    return shape(**taken, **more)
