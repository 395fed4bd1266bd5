"""Bodies about answers: one by one, merged from devices, their history, and where two stand against each other."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessments.models import AnswerEntry
from services.assessments.one_to_one.answers import Delivered, Line
from services.assessments.one_to_one.conflicts import Author
from services.kernel.fields import Body, Language, Moment
from services.kernel.fields import Line as LineOfText
from services.kernel.problems import ProblemBody
from services.kernel.work import Work

AnsweredBy = Literal["person", "caseworker", "representative", "app"]
_BY_TOKEN: dict[str, AnsweredBy] = {"person": "person", "staff": "caseworker"}


class _Authored(Body):
    answered_by: AnsweredBy | None = Field(default=None, description="Left out: whose token it is.")
    author: LineOfText | None = Field(default=None, description="A role or pseudonym, not a name.")
    device_id: LineOfText | None = None
    interpreter: LineOfText | None = Field(default=None, description="A role or pseudonym, not a name.")

    def authored(self, work: Work) -> Author:
        """Return who gave the answer."""
        kind = self.answered_by or _BY_TOKEN.get(work.caller.kind, "app")
        return Author(kind=kind, role=self.author, device_id=self.device_id, interpreter=self.interpreter)


_VALUE = Field(
    json_schema_extra={
        "anyOf": [{"type": one} for one in ("string", "number", "boolean", "object", "array")]
    },
    examples=[[{"text": "I bake bread", "category": "food", "willing": "yes"}]],
)  # fmt: skip


class PutAnswer(_Authored):
    """The value is of the question's type: a text, a choice, a number, a list of choices, or a list of entries."""

    value: Any = _VALUE
    language: Language | None = None
    answered_at: Moment | None = None
    resolves: Annotated[list[UUID], Field(max_length=100)] = Field(
        default=[], description="Entries in conflict that this answer takes the place of."
    )


class MergedAnswer(_Authored):
    """One answer that a device gathered. `replaces` is the entry that its author had seen."""

    client_id: UUID
    question_id: Annotated[str, Field(min_length=1, max_length=100)]
    value: Any = _VALUE
    language: Language | None = None
    answered_at: Moment
    replaces: UUID | None = None

    def line(self, work: Work) -> Line:
        """Return it as the operation takes it."""
        return Line(
            client_id=self.client_id, question_id=self.question_id, value=self.value, language=self.language,
            answered_at=self.answered_at, author=self.authored(work), replaces=self.replaces,
        )  # fmt: skip


class MergeAnswers(Body):
    answers: Annotated[list[MergedAnswer], Field(min_length=1, max_length=500)]


class Resolve(_Authored):
    entry_id: UUID = Field(description="Which of the answers in conflict counts.")


class AnswerPublic(BaseModel):
    question_id: str
    value: Any
    language: str
    answered_at: datetime
    answered_by: AnsweredBy
    author: str | None
    device_id: str | None
    interpreter: str | None
    entry_id: UUID | None
    updated_at: datetime
    version: int


class EntryPublic(BaseModel):
    """An answer as somebody gave it once."""

    id: UUID
    question_id: str
    client_id: UUID | None
    value: Any
    language: str
    answered_at: datetime
    answered_by: AnsweredBy
    author: str | None
    caller: str
    device_id: str | None
    interpreter: str | None
    replaces: list[UUID]
    created_at: datetime


class History(BaseModel):
    items: list[EntryPublic]


class ConflictPublic(BaseModel):
    """Answers of people who had not seen each other's, the latest first: it is shown as the present one meanwhile."""

    question_id: str
    entries: list[EntryPublic]


class Conflicts(BaseModel):
    items: list[ConflictPublic]


class MergedLine(BaseModel):
    client_id: UUID
    outcome: Literal["kept", "repeated", "refused"]
    entry_id: UUID | None
    problem: ProblemBody | None


class Merged(BaseModel):
    """What became of each line, in their order, and every conflict that is open now."""

    items: list[MergedLine]
    conflicts: list[ConflictPublic]


def entry_shown(entry: AnswerEntry) -> EntryPublic:
    """Return an entry as it is shown."""
    return EntryPublic(**{name: getattr(entry, name) for name in EntryPublic.model_fields})


def line_shown(one: Delivered) -> MergedLine:
    """Return what became of a line as it is shown."""
    problem = None if one.problem is None else ProblemBody.model_validate(one.problem.body())
    return MergedLine(client_id=one.client_id, outcome=one.outcome, entry_id=one.entry_id, problem=problem)


def conflicts_shown(found: dict[str, list[AnswerEntry]]) -> list[ConflictPublic]:
    """Return conflicts as they are shown."""
    return [
        ConflictPublic(question_id=question, entries=[entry_shown(entry) for entry in entries])
        for question, entries in sorted(found.items())
    ]
