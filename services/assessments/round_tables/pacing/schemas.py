"""Bodies about how far each table has come."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.assessments.round_tables.pacing.domain import Origin, Reason
from services.assessments.round_tables.schemas import QuestionNumber
from services.kernel.fields import Body


class GoTo(Body):
    """The question that a table goes on to, or comes back to."""

    question: QuestionNumber


class ExamplePublic(BaseModel):
    """`own`: a need of this table; `card`: another table's; `instrument`: an example; `strength`: a question."""

    text: str
    language: str
    category: str | None
    origin: Origin


class PromptPublic(ExamplePublic):
    origin: Literal["card", "instrument"]


class StepPublic(BaseModel):
    """Where a table should be now, and why.

    `hear_needs`: go on with the first question. `go_on`: to the second. `stay` with it: hardly begun. `come_back` to
    it: it was left too fast, or is thin. `enough` of both.
    """

    question: int | None
    reason: Reason


class PacePublic(BaseModel):
    """`thin`: the table has hardly spoken of what people can do; `prompts` help to come back to it.

    `question` is where it says it is; `too_fast`: it left the second question with fewer than three cards on it;
    `come_back` are the prompts with, before them, what the table's own people named and, after them, questions that
    prompt for strengths.
    """

    table_id: UUID
    language: str
    needs: int
    capabilities: int
    thin: bool
    prompts: list[PromptPublic]
    question: int | None
    too_fast: bool
    step: StepPublic
    come_back: list[ExamplePublic]


class Paces(BaseModel):
    tables: list[PacePublic]
