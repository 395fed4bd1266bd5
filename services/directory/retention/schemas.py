"""Request and answer bodies about how long things are kept."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.kernel.fields import Body, Line, Switch


class RetentionRuleBody(Body):
    """For how many months a kind is kept (null: for ever), and whether what is older ends by itself."""

    months: Annotated[int, Field(ge=1, le=1200, strict=True)] | None
    enforce: Switch = False

    @model_validator(mode="after")
    def _sound(self) -> "RetentionRuleBody":
        if self.enforce and self.months is None:
            raise ValueError("what is kept for ever cannot end by itself")
        return self


class RetentionPut(Body):
    """Periods by kind. Kinds that are left out stay as they are."""

    rules: Annotated[dict[Line, RetentionRuleBody], Field(min_length=1, max_length=100)]


class RetentionCounts(BaseModel):
    """How many rows of a kind were older than its period, and how many of them ended."""

    older: int
    gone: int


class RetentionKindPublic(BaseModel):
    """A kind of data: what it is, how it ends, how long it is kept here, and the latest count of what is older."""

    kind: str
    service: str
    table: str
    why: str
    ends: str
    default_months: int | None
    months: int | None
    enforce: bool
    counted_at: datetime | None
    counts: RetentionCounts | None


class RetentionPublic(BaseModel):
    """Everything that is kept for a time, in every service that answers."""

    kinds: list[RetentionKindPublic]
    missing: list[str]


class RetentionReportPublic(BaseModel):
    """One run: how many rows of each kind were old, and how many of them ended."""

    id: UUID
    created_at: datetime
    kinds: dict[str, RetentionCounts]
    missing: list[str]
