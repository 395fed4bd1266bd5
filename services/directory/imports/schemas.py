"""Request and answer bodies about imports."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Line


class ImportFile(Body):
    """A file of the import: its name says what is in it, where the format has several."""

    name: Line = Field(examples=["services.csv"])
    content: Annotated[str, Field(max_length=16_000_000)]


class ImportCreate(Body):
    """Files to take in. `source` names the directory they come from: its ids are remembered under that name."""

    format: Literal["hsds-csv", "open-referral"]
    source: Line = Field(examples=["county-directory"])
    files: Annotated[list[ImportFile], Field(min_length=1, max_length=50)]


class ImportPublic(BaseModel):
    """An import: how far it is, and how many entries were created, updated, unchanged or refused."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    format: str
    source: str
    state: str
    counts: dict[str, int]
    finished_at: datetime | None


class ImportLinePublic(BaseModel):
    """What could not be used: a whole line, or one field of it, and why."""

    file: str
    line: int
    outcome: str
    field: str | None
    reason: str
