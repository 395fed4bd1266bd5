"""Request and answer bodies about relations."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.directory.relations.domain import Basis, Kind, Seen
from services.kernel.fields import Body, Day, Line


class RelationCreate(Body):
    """This participant cares for, acts for, or is family of another."""

    kind: Kind
    other_id: UUID = Field(description="A participant whom you may see.")
    basis: Basis | None = Field(None, description="On what she acts for the other; for that alone, and then needed.")
    valid_from: Day | None = None
    valid_until: Day | None = None
    evidence_seen_by: Line | None = Field(
        None,
        description="Role or organisation that saw a document; never what it says.",
        examples=["Hazelbrook Council"],
    )

    @model_validator(mode="after")
    def _sound(self) -> "RelationCreate":
        if (self.kind == "acts_for") != (self.basis is not None):
            raise ValueError("basis belongs to acts_for, and acts_for needs one")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self


class Acting(BaseModel):
    """Whether one participant acts for another today, on what, and until which day if one was named."""

    allowed: bool
    basis: Basis | None = None
    valid_until: date | None = None


class RelationPublic(BaseModel):
    """A relation as it looks from `participant_id`, whichever end of it that is."""

    id: UUID
    participant_id: UUID
    relation: Seen
    other_id: UUID
    basis: Basis | None
    valid_from: date | None
    valid_until: date | None
    evidence_seen_by: str | None
    confirmed_at: datetime | None = Field(description="When the side that it is about said yes.")
    ended_at: datetime | None
    holds: bool = Field(
        description="Today: within its dates, not ended, and confirmed where somebody acts for another."
    )
    created_at: datetime
    updated_at: datetime
    version: int
