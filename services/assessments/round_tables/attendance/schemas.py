"""Bodies about who came."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessments.one_to_one.schemas import unset
from services.assessments.round_tables.schemas import People
from services.kernel.fields import Body, Language, Line


class NoteAttendance(Body):
    """Some people of one kind. With a participant it is that one person; without, a count that names nobody."""

    table_id: UUID | None = None
    language: Language | None = Field(default=None, description="The table's, unless you say.")
    kind: Line = Field(examples=["refugee"], description="Your own word: refugee, local, volunteer, …")
    people: People = 1
    participant_id: UUID | None = None


class ChangeAttendance(Body):
    language: Language | None = None
    kind: Line = Field(default_factory=unset)
    people: People = Field(default_factory=unset)


class AttendancePublic(BaseModel):
    id: UUID
    round_table_id: UUID
    table_id: UUID | None
    language: str | None
    kind: str
    people: int
    participant_id: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int
