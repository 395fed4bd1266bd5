"""The bodies of labs, their members and meetings."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.community.labs import domain
from services.community.shapes import Concepts, Lines, Named, Row, each_once, unset
from services.kernel.fields import Body, Day, ExternalIds, Language, Line, Moment, Text

Present = Annotated[list[UUID], Field(max_length=200), AfterValidator(each_once)]
Decisions = Annotated[list[Text], Field(max_length=100)]


class MemberCreate(Body):
    """A seat: a participant, or the post of somebody who works here (`staff_role`)."""

    participant_id: UUID | None = None
    staff_role: Line | None = Field(default=None, examples=["integration manager"])
    organisation: Line | None = None
    role: domain.Role

    @model_validator(mode="after")
    def _one_of_both(self) -> "MemberCreate":
        if (self.participant_id is None) == (self.staff_role is None):
            raise ValueError("name participant_id, or staff_role")
        return self


class SuggestedBy(Body):
    """A group that matching suggests: its plan (`/v1/labs`), and its place in the list as you read it, from 1.

    Who may not be shown any more is left out of that list; with `concept` you make sure that you mean the same group.
    """

    lab_plan_id: UUID
    number: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    concept: Line | None = None


class LabCreate(Body):
    """A small group that works on one question; citizens and staff are both in it."""

    title: Line
    question: Text = Field(examples=["How can newcomers and sports clubs find each other?"])
    language: Language = Field(default="en", description="Of the title and the question.")
    concepts: Concepts = []
    area: Line | None = None
    members: Annotated[list[MemberCreate], Field(max_length=200)] = []
    suggested_by: SuggestedBy | None = None
    external_ids: ExternalIds = []


class LabChange(Body):
    title: Line = Field(default_factory=unset)
    question: Text = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    concepts: Concepts = Field(default_factory=unset)
    area: Line | None = None
    external_ids: ExternalIds = Field(default_factory=unset)


class LedTo(Body):
    """What came of it: a project, action plan or rota of yours, or a need or an offer."""

    kind: domain.LedToKind
    id: UUID


class Conclusion(Body):
    outcome: Text = Field(description="What came of it, in plain words.")
    led_to: Annotated[list[LedTo], Field(max_length=50)] = []


class Dissolution(Body):
    why: Text


class CoProductionLab(Named):
    title: str
    question: str
    language: str
    concepts: list[str]
    area: str | None
    suggested_by: SuggestedBy | None
    held_by: UUID
    state: domain.State
    outcome: str | None
    led_to: list[LedTo]
    dissolved_because: str | None
    ended_at: datetime | None


class LabMemberPublic(Row):
    participant_id: UUID | None
    staff_role: str | None
    organisation: str | None
    role: domain.Role
    left_at: datetime | None


class MeetingCreate(Body):
    """A meeting that is planned (`planned_for`), or was held (`held_on`) with those present."""

    planned_for: Moment | None = None
    held_on: Day | None = None
    place: Line | None = None
    language: Language | None = None
    interpreters: Lines = Field(default=[], description="Who interprets, or into which languages.")
    present: Present = Field(default=[], description="Ids of members.")
    notes: Text | None = None
    decisions: Decisions = []

    @model_validator(mode="after")
    def _some_day(self) -> "MeetingCreate":
        if self.planned_for is None and self.held_on is None:
            raise ValueError("say when it is planned for, or when it was held")
        return self


class MeetingChange(Body):
    planned_for: Moment | None = None
    held_on: Day | None = None
    place: Line | None = None
    language: Language | None = None
    interpreters: Lines = Field(default_factory=unset)
    present: Present = Field(default_factory=unset)
    notes: Text | None = None
    decisions: Decisions = Field(default_factory=unset)


class LabMeetingPublic(Row):
    planned_for: datetime | None
    held_on: date | None
    place: str | None
    language: str | None
    interpreters: list[str]
    present: list[UUID]
    notes: str | None
    decisions: list[str]


def values_of(body: BaseModel) -> dict[str, Any]:
    """Return what a body says, as it is kept: ids as texts inside lists."""
    said = body.model_dump(exclude_unset=isinstance(body, LabChange | MeetingChange))
    if isinstance(body, LabCreate):
        said["externals"] = body.external_ids
        del said["external_ids"]
    elif isinstance(body, LabChange) and "external_ids" in said:
        said["external_ids"] = body.external_ids
    if "present" in said:
        said["present"] = [str(one) for one in said["present"]]
    return said
