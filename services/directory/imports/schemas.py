"""Request and answer bodies about imports."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Line

ImportFormat = Literal["hsds-csv", "open-referral"]
ImportState = Literal[
    "uploading", "queued", "running", "suspect", "finished", "incomplete", "failed", "cancelled"
]  # fmt: skip


class ImportFile(Body):
    """A file of the import: its name says what is in it, where the format has several."""

    name: Line = Field(examples=["services.csv"])
    content: Annotated[str, Field(max_length=16_000_000)]


class ImportCreate(Body):
    """Files to take in. `source` names the directory they come from: its ids are remembered under that name."""

    format: ImportFormat
    source: Line = Field(examples=["county-directory"])
    files: Annotated[list[ImportFile], Field(min_length=1, max_length=50)]


class ImportPublic(BaseModel):
    """An import: how far it is, and how many entries were created, updated, unchanged, deleted or refused.

    `incomplete`: the source broke off or changed while it was read; what was read is in, nothing was deleted.
    `suspect`: it waits, because more than usual would be deleted. `done` is a share, `per_second` counts entries read.
    """

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    format: str
    source: str
    state: ImportState
    counts: dict[str, int]
    finished_at: datetime | None
    started_at: datetime | None
    feed_id: UUID | None
    mode: str
    done: float
    per_second: float


class ImportLinePublic(BaseModel):
    """What could not be used as it was: a whole line, or one field of it, and why."""

    file: str
    line: int
    outcome: str
    field: str | None
    reason: str
