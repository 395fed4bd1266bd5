"""Bodies about councils, their electorates, candidates and members."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.community.councils.domain import FIRST_YEAR_LIMIT, CandidateState, CouncilState, MemberState
from services.community.shapes import Currency, Languages, Lines, Money, Named, People, Row, unset
from services.kernel.fields import Body, Day, ExternalIds, Language, Line, Text

Seats = Annotated[int, Field(ge=1, le=30, strict=True)]
MOST_LINES = 12


class Quota(Body):
    """At least so many seats for a language, or for candidates who speak for a line such as `women`."""

    by: Literal["language", "line"]
    of: Line = Field(examples=["women"])
    at_least: Seats


def _sound_quotas(quotas: list[Quota], seats: int | None) -> None:
    if len({(one.by, one.of) for one in quotas}) != len(quotas):
        raise ValueError("quotas name one thing twice")
    lines = [one.at_least for one in quotas if one.by == "line"]
    if len(lines) > 3 or sum(lines) > MOST_LINES:
        raise ValueError(f"quotas may name up to three lines, with {MOST_LINES} seats in all")
    if seats is not None and any(one.at_least > seats for one in quotas):
        raise ValueError("a quota asks for more seats than there are")


Quotas = Annotated[list[Quota], Field(max_length=10)]


class _Term(Body):
    @model_validator(mode="after")
    def _in_order(self) -> "_Term":
        starts, ends = getattr(self, "term_starts", None), getattr(self, "term_ends", None)
        if starts and ends and ends < starts:
            raise ValueError("term_ends is before term_starts")
        return self


class FormCouncil(_Term):
    """The task is what people agree to; `quotas` hold for its elections; `project_limit` for each project."""

    name: Line = Field(examples=["Council of the Linden quarter"])
    area: Line | None = None
    task: Text = Field(examples=["Give the language communities a voice and run projects of our own."])
    language: Language
    languages: Languages = Field(examples=[["prs", "ti"]])
    seats: Seats = Field(examples=[6])
    quotas: Quotas = []
    term_starts: Day | None = None
    term_ends: Day | None = None
    project_limit: Money = FIRST_YEAR_LIMIT
    currency: Currency = "EUR"
    external_ids: ExternalIds = []

    @model_validator(mode="after")
    def _quotas_fit(self) -> "FormCouncil":
        _sound_quotas(self.quotas, self.seats)
        return self


class ChangeCouncil(_Term):
    name: Line = Field(default_factory=unset)
    area: Line | None = None
    task: Text = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    languages: Languages = Field(default_factory=unset)
    seats: Seats = Field(default_factory=unset)
    quotas: Quotas = Field(default_factory=unset)
    term_starts: Day | None = None
    term_ends: Day | None = None
    external_ids: ExternalIds = []

    @model_validator(mode="after")
    def _quotas_fit(self) -> "ChangeCouncil":
        if "quotas" in self.model_fields_set:
            _sound_quotas(self.quotas, self.seats if "seats" in self.model_fields_set else None)
        return self


class RaiseLimit(Body):
    """What one project may cost from now on, who decided that (a role), and why."""

    amount: Money
    by: Line
    reason: Line


class LimitChange(BaseModel):
    amount: int
    before: int
    by: str
    reason: str
    at: datetime


class CouncilPublic(Named):
    name: str
    area: str | None
    task: str
    language: str
    languages: list[str]
    seats: int
    quotas: list[Quota]
    term_starts: date | None
    term_ends: date | None
    project_limit: int
    currency: str
    limits: list[LimitChange]
    state: CouncilState


class NoteElectorate(Body):
    """`people` may vote; `agreed` of them have agreed to the council's task."""

    language: Language
    people: People
    agreed: People | None = None

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> "NoteElectorate":
        if self.agreed is not None and self.agreed > self.people:
            raise ValueError("agreed is more than people")
        return self


class ChangeElectorate(Body):
    people: People = Field(default_factory=unset)
    agreed: People | None = None


class ElectoratePublic(Row):
    council_id: UUID
    language: str
    people: int
    agreed: int | None


class Stand(Body):
    """Under which name somebody stands (she chooses it), and for whom she speaks."""

    name_shown: Line = Field(examples=["Saffron"])
    language: Language
    speaks_for: Lines = Field(default=[], examples=[["women", "children"]])
    participant_id: UUID | None = None


class ChangeCandidate(Body):
    name_shown: Line = Field(default_factory=unset)
    speaks_for: Lines = Field(default_factory=unset)
    state: CandidateState = Field(default_factory=unset)


class CandidatePublic(Row):
    council_id: UUID
    name_shown: str
    language: str
    speaks_for: list[str]
    participant_id: UUID | None
    state: CandidateState


class MemberPublic(Row):
    """`moved_up_for` is the member whose seat this one took; `succeeded_by` who took hers.

    `votes` is null where so few cast a secret ballot that it would show who chose whom.
    """

    council_id: UUID
    election_id: UUID
    candidate_id: UUID
    name_shown: str
    language: str
    speaks_for: list[str]
    participant_id: UUID | None
    votes: int | None
    since: date
    until: date | None
    state: MemberState
    left_because: str | None
    moved_up_for: UUID | None
    succeeded_by: UUID | None


def values_of(body: FormCouncil | ChangeCouncil) -> dict[str, Any]:
    """Return what a body says about a council, as its table keeps it, without the external ids."""
    named = type(body).model_fields if isinstance(body, FormCouncil) else body.model_fields_set
    said = {name: getattr(body, name) for name in named if name != "external_ids"}
    if "quotas" in said:
        said["quotas"] = [one.model_dump() for one in said["quotas"]]
    return said
