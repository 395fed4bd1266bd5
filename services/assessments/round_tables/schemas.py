"""Bodies about round tables as a whole, their tables, invitations and turnout."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from services.assessments.models import RoundTable
from services.assessments.one_to_one.schemas import unset
from services.assessments.publications.schemas import each_once
from services.assessments.round_tables import domain
from services.assessments.round_tables.attendance.domain import Attendances
from services.assessments.round_tables.domain import InvitationState, State
from services.assessments.round_tables.naming import usual_questions
from services.kernel.fields import Body, ExternalIds, Language, Line, Moment, Point, Switch, Text
from services.vocabulary import CATEGORIES
from services.vocabulary.concepts import concepts


def _whole(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be 1 or 2")
    return value


def _pictured(key: str) -> str:
    if key not in CATEGORIES and key not in concepts():
        raise ValueError("is neither a category nor a concept of the vocabulary")
    return key


QuestionNumber = Annotated[Literal[1, 2], BeforeValidator(_whole)]
"""1 asks what somebody needs, 2 what she can do."""
People = Annotated[int, Field(ge=1, le=1000, strict=True)]
Languages = Annotated[list[Language], Field(min_length=1, max_length=30), AfterValidator(each_once)]
ImageKey = Annotated[str, Field(max_length=100, examples=["food", "baking"]), AfterValidator(_pictured)]
"""An image card: any category or concept of the vocabulary."""
Images = Annotated[list[ImageKey], Field(min_length=1, max_length=50), AfterValidator(each_once)]
DotsEach = Annotated[int, Field(ge=1, le=20, strict=True)]
QuestionTexts = Annotated[dict[Language, Text], Field(min_length=1, max_length=30)]
Questions = Annotated[list[QuestionTexts], Field(min_length=2, max_length=2)]


class Venue(Body):
    """Where it is held, and what makes it possible to come. Left out means that nobody has said."""

    name: Line = Field(examples=["The library"])
    address: Line | None = None
    room: Line | None = None
    accessible: Switch | None = Field(default=None, description="With a wheelchair.")
    childcare: Switch | None = None
    travel_costs: Switch | None = Field(default=None, description="Whether what people pay to come is paid back.")


class PlanRoundTable(Body):
    """An evening: when, where, in which languages; the questions and images are the usual ones unless you say."""

    title: Line = Field(examples=["Round table at the library"])
    starts_at: Moment
    place: Line | None = None
    coordinates: Point | None = None
    languages: Languages = Field(examples=[["ti", "prs"]])
    questions: Questions = Field(default_factory=usual_questions)
    images: Images = Field(default_factory=lambda: list(CATEGORIES))
    area: Line | None = Field(default=None, description="The part of town, for reports.")
    venue: Venue | None = None
    host_language: Language = Field(default="en", description="What the evening as a whole is held in.")
    dots_each: DotsEach = 3
    external_ids: ExternalIds = []


class ChangeRoundTable(Body):
    title: Line = Field(default_factory=unset)
    starts_at: Moment = Field(default_factory=unset)
    place: Line | None = None
    coordinates: Point | None = None
    languages: Languages = Field(default_factory=unset)
    questions: Questions = Field(default_factory=unset)
    images: Images = Field(default_factory=unset)
    area: Line | None = None
    venue: Venue | None = None
    host_language: Language = Field(default_factory=unset)
    dots_each: DotsEach = Field(default_factory=unset)
    external_ids: ExternalIds = []


class RoundTablePublic(BaseModel):
    id: UUID
    title: str
    starts_at: datetime
    place: str | None
    coordinates: Point | None
    languages: list[str]
    questions: list[dict[str, str]]
    images: list[str]
    area: str | None
    venue: Venue | None
    host_language: str
    dots_each: int
    state: State
    closed_at: datetime | None
    results_published_at: datetime | None
    external_ids: list[dict[str, str]]
    created_at: datetime
    updated_at: datetime
    version: int


class SetTable(Body):
    """A table of one language community; who facilitates and interprets, by role or pseudonym."""

    language: Language
    facilitator: Line | None = None
    interpreter: Line | None = None


class ChangeTable(Body):
    language: Language = Field(default_factory=unset)
    facilitator: Line | None = None
    interpreter: Line | None = None


class TablePublic(BaseModel):
    id: UUID
    round_table_id: UUID
    language: str
    facilitator: str | None
    interpreter: str | None
    question: int | None
    question_opened: dict[str, datetime]
    presented_at: datetime | None
    presented_as: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class Invite(Body):
    """`inviter` is a pseudonym: somebody who speaks the language and knows the people."""

    inviter: Line
    language: Language
    participant_id: UUID | None = None
    people: People = 1


class ChangeInvitation(Body):
    state: InvitationState = Field(default_factory=unset)
    people: People = Field(default_factory=unset)
    came: Annotated[int, Field(ge=0, le=1000, strict=True)] | None = Field(
        default=None, description="How many of them came, where not all did."
    )


class InvitationPublic(BaseModel):
    id: UUID
    round_table_id: UUID
    inviter: str
    language: str
    participant_id: UUID | None
    people: int
    came: int | None
    state: InvitationState
    created_at: datetime
    updated_at: datetime
    version: int


class TurnoutPublic(BaseModel):
    """People, not invitations. `invited` is everybody; the others say where they are now."""

    invited: int
    accepted: int
    declined: int
    attended: int


class InviterTurnout(TurnoutPublic):
    inviter: str


class LanguageTurnout(TurnoutPublic):
    language: str


class AttendanceCounts(BaseModel):
    """People who came: of each kind and language; `named` of them by name, `counted` by a count only."""

    people: int
    by_kind: dict[str, int]
    by_language: dict[str, int]
    named: int
    counted: int


class Turnout(BaseModel):
    total: TurnoutPublic
    inviters: list[InviterTurnout]
    languages: list[LanguageTurnout]
    attendance: AttendanceCounts


def values_of(body: PlanRoundTable | ChangeRoundTable) -> dict[str, Any]:
    """Return what a body says about a round table, as its table keeps it, without the external ids."""
    named = type(body).model_fields if isinstance(body, PlanRoundTable) else body.model_fields_set
    said = {name: getattr(body, name) for name in named if name not in {"coordinates", "external_ids"}}
    if "coordinates" in named:
        point = body.coordinates
        said |= {"latitude": point and point.latitude, "longitude": point and point.longitude}
    if said.get("venue") is not None:
        said["venue"] = said["venue"].model_dump()
    return said


def round_table_shown(row: RoundTable) -> RoundTablePublic:
    """Return a round table as it is shown."""
    elsewhere = {"coordinates", "venue", "results_published_at"}
    taken = {name: getattr(row, name) for name in RoundTablePublic.model_fields.keys() - elsewhere}
    known = row.latitude is not None and row.longitude is not None
    point = Point(latitude=row.latitude, longitude=row.longitude) if known else None
    venue = Venue(**row.venue) if row.venue else None
    return RoundTablePublic(**taken, coordinates=point, venue=venue, results_published_at=row.published_at)


def turnout_shown(found: domain.Turnouts, came: Attendances) -> Turnout:
    """Return turnout as it is shown."""

    def counts(turnout: domain.Turnout) -> dict[str, int]:
        return {name: getattr(turnout, name) for name in TurnoutPublic.model_fields}

    return Turnout(
        total=TurnoutPublic(**counts(found.total)),
        inviters=[InviterTurnout(inviter=who, **counts(one)) for who, one in sorted(found.inviters.items())],
        languages=[LanguageTurnout(language=tag, **counts(one)) for tag, one in sorted(found.languages.items())],
        attendance=AttendanceCounts(**asdict(came)),
    )
