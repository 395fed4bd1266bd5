"""Bodies about action plans and their actions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.community.action_plans.domain import Source, State, is_overdue
from services.community.models import Action, ActionPlan
from services.community.shapes import Concepts, Named, Row, each_once, shown, unset
from services.kernel.fields import Body, Day, ExternalIds, Language, Line, Text

DependsOn = Annotated[list[UUID], Field(max_length=50), AfterValidator(each_once)]


class AddAction(Body):
    """What is to be done, who does it (a role, an organisation or a participant), and by when."""

    what: Text = Field(examples=["Ask the sports club for two free places"])
    who: Line | None = Field(default=None, description="By role.", examples=["integration manager"])
    organisation_id: UUID | None = None
    participant_id: UUID | None = None
    due_on: Day | None = None
    depends_on: DependsOn = []
    concepts: Concepts = []
    state: State = "open"
    why: Line | None = None


class ChangeAction(Body):
    """`why` is needed when something is dropped, or taken up again."""

    what: Text = Field(default_factory=unset)
    who: Line | None = None
    organisation_id: UUID | None = None
    participant_id: UUID | None = None
    due_on: Day | None = None
    depends_on: DependsOn = Field(default_factory=unset)
    concepts: Concepts = Field(default_factory=unset)
    state: State = Field(default_factory=unset)
    why: Line | None = None


class PlanSource(Body):
    """Where the plan was agreed."""

    kind: Source
    id: UUID | None = None


class MakeActionPlan(Body):
    title: Line = Field(examples=["After the round table at the library"])
    language: Language
    source: PlanSource
    actions: Annotated[list[AddAction], Field(max_length=100)] = []
    external_ids: ExternalIds = []


class ChangeActionPlan(Body):
    title: Line = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    source: PlanSource = Field(default_factory=unset)
    external_ids: ExternalIds = []


class Progress(BaseModel):
    """How many actions are in which state; `overdue` are those of `open` and `doing` whose day is past."""

    open: int = 0
    doing: int = 0
    done: int = 0
    dropped: int = 0
    overdue: int = 0


class ActionPlanPublic(Named):
    title: str
    language: str
    source: PlanSource
    progress: Progress


class ActionChange(BaseModel):
    """One change: which fields, what the important ones were before, and why. `by`: app, staff."""

    at: datetime
    by: str
    changed: list[str]
    before: dict[str, str | None]
    why: str | None


class ActionPublic(Row):
    action_plan_id: UUID
    what: str
    who: str | None
    organisation_id: UUID | None
    participant_id: UUID | None
    due_on: date | None
    depends_on: list[UUID]
    concepts: list[str]
    state: State
    why: str | None
    overdue: bool
    history: list[ActionChange]


def plan_values(body: MakeActionPlan | ChangeActionPlan) -> dict[str, Any]:
    """Return what a body says about a plan, as its table keeps it, without actions and external ids."""
    named = type(body).model_fields if isinstance(body, MakeActionPlan) else body.model_fields_set
    said = {name: getattr(body, name) for name in named if name in {"title", "language"}}
    if "source" in named:
        said |= {"source_kind": body.source.kind, "source_id": body.source.id}
    return said


def action_values(body: AddAction | ChangeAction) -> dict[str, Any]:
    """Return what a body says about an action, as its table keeps it."""
    said = body.model_dump(exclude_unset=isinstance(body, ChangeAction))
    if "depends_on" in said:
        said["depends_on"] = [str(one) for one in said["depends_on"]]
    return said


def plan_shown(row: ActionPlan, progress: Mapping[str, int]) -> ActionPlanPublic:
    """Return a plan as it is shown."""
    source = PlanSource.model_validate({"kind": row.source_kind, "id": row.source_id})
    return shown(ActionPlanPublic, row, source=source, progress=Progress(**progress))


def action_shown(row: Action, today: date) -> ActionPublic:
    """Return an action as it is shown."""
    return shown(ActionPublic, row, overdue=is_overdue(row, today))
