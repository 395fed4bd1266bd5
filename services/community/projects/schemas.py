"""Bodies about projects, the needs they answer, and what they spend."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.community.models import Project
from services.community.projects.domain import Kind, State
from services.community.shapes import Concepts, Currency, Money, Named, People, Row, Sum, shown, unset
from services.kernel.fields import Body, Day, ExternalIds, Language, Line, Text


class Answers(Body):
    """What a project answers: a need, concepts of the vocabulary, or a group of a round table's cards."""

    need_id: UUID | None = None
    concepts: Concepts = []
    group_id: UUID | None = None
    text: Line | None = None

    @model_validator(mode="after")
    def _something(self) -> "Answers":
        if not (self.need_id or self.concepts or self.group_id):
            raise ValueError("names a need, concepts or a group of cards")
        return self


AnswersList = Annotated[list[Answers], Field(max_length=100)]


class ProposeProject(Body):
    """Something the community does itself. The budget is in minor units of the council's currency."""

    title: Line = Field(examples=["A cleaning plan for the house"])
    text: Text | None = None
    language: Language
    area: Line | None = None
    council_id: UUID | None = None
    round_table_id: UUID | None = None
    answers: AnswersList = []
    budget: Money = 0
    currency: Currency | None = None
    starts_on: Day | None = None
    trial_until: Day | None = None
    external_ids: ExternalIds = []


class ChangeProject(Body):
    title: Line = Field(default_factory=unset)
    text: Text | None = None
    language: Language = Field(default_factory=unset)
    area: Line | None = None
    council_id: UUID | None = None
    round_table_id: UUID | None = None
    answers: AnswersList = Field(default_factory=unset)
    budget: Money = Field(default_factory=unset)
    currency: Currency = Field(default_factory=unset)
    starts_on: Day | None = None
    trial_until: Day | None = None
    result: Text | None = None
    external_ids: ExternalIds = []


class AgreeProject(Body):
    """Who agreed (by role) and when; of a council, by how many votes."""

    on: Day
    by: Line = Field(examples=["council meeting"])
    votes_for: People | None = None
    votes_against: People = 0
    abstained: People = 0


class StartProject(Body):
    on: Day


class FinishProject(Body):
    result: Text


class StopProject(Body):
    because: Line


class EvaluateProject(Body):
    """How a trial went, by role who says so, and whether it goes on."""

    on: Day
    by: Line
    text: Text
    language: Language
    goes_on: Annotated[bool, Field(strict=True)]


class RaiseBudget(Body):
    """How much is added, who decided that (by role), and why."""

    amount: Sum
    by: Line
    reason: Line


class Spend(Body):
    """A sum that was spent or came back. Nothing of it changes afterwards: a mistake is put right by a refund."""

    kind: Kind = "spend"
    amount: Sum
    on: Day
    what: Line = Field(examples=["Mops and buckets"])
    by_role: Line = Field(examples=["council member"])
    receipt: Line | None = Field(default=None, description="A number or an address of the receipt.")


class SpendingPublic(Row):
    project_id: UUID
    kind: Kind
    amount: int
    on: date
    what: str
    by_role: str
    receipt: str | None


class Agreement(BaseModel):
    on: date
    by: str
    votes_for: int | None
    votes_against: int
    abstained: int


class Evaluation(BaseModel):
    on: date
    by: str
    text: str
    language: str
    goes_on: bool


class BudgetRaise(BaseModel):
    amount: int
    before: int
    by: str
    reason: str
    at: datetime


class ProjectPublic(Named):
    """`left` is what may still be spent. `trial_over`: the trial has ended and nobody has evaluated it yet."""

    title: str
    text: str | None
    language: str
    area: str | None
    council_id: UUID | None
    round_table_id: UUID | None
    answers: list[Answers]
    budget: int
    spent: int
    left: int
    currency: str
    raises: list[BudgetRaise]
    agreement: Agreement | None
    starts_on: date | None
    trial_until: date | None
    trial_over: bool
    evaluation: Evaluation | None
    result: str | None
    stopped_because: str | None
    state: State


def values_of(body: ProposeProject | ChangeProject) -> dict[str, Any]:
    """Return what a body says about a project, as its table keeps it, without the external ids."""
    named = type(body).model_fields if isinstance(body, ProposeProject) else body.model_fields_set
    said = {name: getattr(body, name) for name in named if name != "external_ids"}
    if "answers" in said:
        said["answers"] = [one.model_dump(mode="json") for one in said["answers"]]
    return said


def project_shown(row: Project, today: date) -> ProjectPublic:
    """Return a project as it is shown."""
    over = row.state == "running" and row.trial_until is not None and row.trial_until < today and not row.evaluation
    return shown(ProjectPublic, row, left=row.budget - row.spent, trial_over=over)
