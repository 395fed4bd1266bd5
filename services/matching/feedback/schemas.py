"""The bodies of feedback and risks."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from services.kernel.fields import Body, Line, Switch, Text
from services.matching.matches.domain import Side


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("must be a number")
    return value


Rating = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=5)]
Sentences = Annotated[Text, Field(max_length=2_000)]


class FeedbackCreate(Body):
    """What one side says: how welcome it was (1 to 5), what changed in its own words, and whether it would again."""

    side: Side
    rating: Rating
    outcome_text: Sentences | None = None
    would_again: Switch


class FeedbackPublic(BaseModel):
    id: UUID
    match_id: UUID
    created_at: datetime
    side: Side
    rating: int
    outcome_text: str | None
    would_again: bool


class RiskCreate(Body):
    """A risk that was weighed. People stand here by role or pseudonym, not by name."""

    what: Sentences
    weighed_by: Line = Field(examples=["caseworker"])
    mitigation: Sentences
    agreed_by: Line = Field(examples=["both sides and the caseworker"])


class RiskPublic(BaseModel):
    id: UUID
    match_id: UUID
    created_at: datetime
    what: str
    weighed_by: str
    mitigation: str
    agreed_by: str
