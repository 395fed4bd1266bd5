"""Bodies about what people show of themselves. There is no place among it: where somebody is, nobody is shown."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from pydantic import BaseModel, Field

from services.directory.assets.said import Areas, Category, ConceptKeys, Languages, Reach
from services.directory.consents.schemas import Purpose
from services.kernel.fields import Body, Line, Patch, Text, Window, Windows
from services.kernel.problems import Invalid


class PersonCreate(Body):
    participant_id: UUID | None = Field(None, description="May be left out with a person's own token.")
    name: Line = Field(examples=["Amina, who sews"], description="What she wants to be called here.")
    description: Text | None = None
    category: Category | None = None
    concepts: ConceptKeys = []
    languages: Languages = []
    areas: Areas = []
    opening: Windows = Field([], description="When she has time for it.")
    reach_km: Reach | None = None


class PersonPatch(Patch):
    _required = frozenset({"name", "concepts", "languages", "areas", "opening"})

    name: Line | None = None
    description: Text | None = None
    category: Category | None = None
    concepts: ConceptKeys | None = None
    languages: Languages | None = None
    areas: Areas | None = None
    opening: Windows | None = None
    reach_km: Reach | None = None


class PersonPublic(BaseModel):
    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    participant_id: UUID
    held_by: UUID | None
    name: str
    description: str | None
    category: str | None
    concepts: list[str]
    languages: list[str]
    areas: list[str]
    opening: list[Window]
    reach_km: float | None


def purposes_in(text: str | None) -> tuple[str, ...]:
    """Return the purposes of consent that a list with commas names. Raises Invalid for any other word."""
    named = tuple(dict.fromkeys(text.split(","))) if text else ()
    if not set(named) <= set(get_args(Purpose)):
        raise Invalid.field("/agreed", "must be purposes of consent with commas between", source="query")
    return named
