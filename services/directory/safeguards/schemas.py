"""Request and answer bodies about safeguards and checks."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.kernel.fields import Body, Day, Line, Switch

Gender = Literal["female", "male", "diverse"]
CheckKind = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40, examples=["dbs-enhanced"])]


class HeldCheck(Body):
    """A check that she holds, such as of a criminal record: which, when, by whom, until when; never what it says."""

    kind: CheckKind
    checked_on: Day
    checked_by: Line = Field(description="A role or an organisation.", examples=["Hazelbrook Council"])
    valid_until: Day = Field(description="Its last day, when it is to be looked at again.")

    @model_validator(mode="after")
    def _sound(self) -> "HeldCheck":
        if self.valid_until < self.checked_on:
            raise ValueError("valid_until lies before checked_on")
        return self


class CheckPublic(BaseModel):
    """A check as it stands. Every reading of it is on record."""

    id: UUID
    participant_id: UUID
    kind: str
    checked_on: date
    checked_by: str
    valid_until: date
    retracted_at: datetime | None
    holds: bool = Field(description="Not retracted, and its last day is not over.")
    created_at: datetime
    updated_at: datetime
    version: int


class SafeguardsPut(Body):
    """What safety gates may know of her; it replaces what was there before, and what is left out is taken back.

    Gender and date of birth are as she declares them herself, and serve these gates alone.
    """

    gender: Gender | None = None
    born_on: Day | None = Field(None, description="Not in the future.")
    guardian_agreed: Switch = Field(False, description="A guardian has agreed, for somebody under 18.")
    checks: Annotated[list[HeldCheck], Field(max_length=10)] = []


class SafeguardsPublic(BaseModel):
    """What safety gates may know of a participant. Every reading of it is on record."""

    participant_id: UUID
    gender: Gender | None
    born_on: date | None
    guardian_agreed: bool
    checks: list[HeldCheck]
    updated_at: datetime
    version: int
