"""Request and answer bodies about households."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.directory.households.domain import Band
from services.kernel.fields import Body, Whole


class Children(Body):
    """How many children of one age."""

    band: Band
    count: Annotated[Whole, Field(ge=1, le=20)]


class HouseholdPut(Body):
    """Who lives with her: how many, nobody's name. It replaces what was said before, for all who share it."""

    adults: Annotated[Whole, Field(ge=0, le=30, description="With herself.")]
    children: Annotated[list[Children], Field(max_length=5)] = []
    shared_with: UUID | None = Field(None, description="The household of somebody you registered, to make them one.")

    @model_validator(mode="after")
    def _sound(self) -> "HouseholdPut":
        if len({one.band for one in self.children}) != len(self.children):
            raise ValueError("names a band twice")
        return self


class HouseholdPublic(BaseModel):
    """A household as those see it who may: `members` are the participants in it whom the caller may see."""

    id: UUID
    adults: int
    children: list[Children]
    members: list[UUID]
    updated_at: datetime
    version: int


class Houses(BaseModel):
    """Which household each person lives in; who is missing has none that is known."""

    households: dict[UUID, UUID]
