"""The bodies of feedback and risks."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from services.kernel.fields import Body, Line, Switch, Text
from services.matching.listings.schemas import nothing_to_reach_by
from services.matching.matches.domain import Side


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("must be a number")
    return value


Rating = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=5)]
Sentences = Annotated[Text, Field(max_length=2_000)]
Weighed = Annotated[Sentences, AfterValidator(nothing_to_reach_by)]
Role = Annotated[Line, AfterValidator(nothing_to_reach_by)]


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

    what: Weighed
    weighed_by: Role = Field(examples=["caseworker"])
    mitigation: Weighed
    agreed_by: Role = Field(examples=["both sides and the caseworker"])


class RiskPublic(BaseModel):
    id: UUID
    match_id: UUID
    created_at: datetime
    what: str
    weighed_by: str
    mitigation: str
    agreed_by: str
