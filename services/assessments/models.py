"""The tables of this room: assessments and their answers, round tables and their cards, and what was published."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.kernel.records import Owned, Resource, Versioned, document, moment, within_tenant


class Kept(SQLModel, registry=registry()):
    """Binds a table to this room's own metadata."""


metadata = Kept.metadata


class Assessment(Resource, Kept, table=True):
    """One person's assessment, held by the organisation that started it."""

    __tablename__ = "assessments"
    __table_args__ = (
        sa.Index("assessments_of_holder", "tenant_id", "held_by", "created_at", "id"),
        sa.Index("assessments_of_participant", "tenant_id", "participant_id"),
    )

    participant_id: UUID
    instrument_id: UUID
    language: str
    interpreter: str | None = None
    acted_for_by: str | None = None
    held_by: UUID
    state: str = "draft"
    completed_at: datetime | None = moment(default=None)
    reviewed_at: datetime | None = moment(default=None)


class Answer(Owned, Kept, table=True):
    """The present answer to one question of one assessment."""

    __tablename__ = "answers"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.UniqueConstraint("tenant_id", "assessment_id", "question_id", name="one_answer_per_question"),
    )

    assessment_id: UUID
    question_id: str
    value: Any = Field(sa_type=JSONB, sa_column_kwargs={"info": {"personal": True}})
    language: str
    answered_at: datetime = moment()
    created_at: datetime = moment()
    updated_at: datetime = moment()
    version: int = 1


class Capability(Resource, Kept, table=True):
    """What the person does already or could do, and on which conditions she would share it."""

    __tablename__ = "capabilities"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.Index("capabilities_of_assessment", "tenant_id", "assessment_id", "created_at", "id"),
    )

    assessment_id: UUID
    activity: str = Field(sa_column_kwargs={"info": {"personal": True}})
    language: str
    category: str | None = None
    done_already: bool = False
    willing: str = "not_now"
    for_whom: str | None = None
    conditions: str | None = None
    means: list[str] = document(default_factory=list)
    minutes: int | None = None
    availability: list[dict[str, Any]] = document(default_factory=list)


class StatedNeed(Resource, Kept, table=True):
    """What the person wants help with, and what she does about it herself."""

    __tablename__ = "stated_needs"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.Index("stated_needs_of_assessment", "tenant_id", "assessment_id", "created_at", "id"),
    )

    assessment_id: UUID
    text: str = Field(sa_column_kwargs={"info": {"personal": True}})
    language: str
    category: str | None = None
    why: str | None = None
    own_effort: str | None = None
    urgency: str | None = None


class RoundTable(Resource, Kept, table=True):
    """An evening at which language communities speak about the two questions."""

    __tablename__ = "round_tables"
    __table_args__ = (sa.Index("round_tables_of_holder", "tenant_id", "held_by", "created_at", "id"),)

    title: str
    starts_at: datetime = moment()
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    languages: list[str] = document()
    questions: list[dict[str, str]] = document()
    images: list[str] = document()
    held_by: UUID
    state: str = "planned"


class LanguageTable(Resource, Kept, table=True):
    """One table of the evening: one language community."""

    __tablename__ = "language_tables"
    __table_args__ = (
        within_tenant("round_tables", "round_table_id"),
        sa.Index("tables_of_round_table", "tenant_id", "round_table_id", "created_at", "id"),
    )

    round_table_id: UUID
    language: str
    facilitator: str | None = None
    interpreter: str | None = None


class Invitation(Resource, Kept, table=True):
    """Some people whom somebody they know has invited."""

    __tablename__ = "invitations"
    __table_args__ = (
        within_tenant("round_tables", "round_table_id"),
        sa.Index("invitations_of_round_table", "tenant_id", "round_table_id", "created_at", "id"),
    )

    round_table_id: UUID
    inviter: str
    language: str
    participant_id: UUID | None = None
    people: int = 1
    state: str = "invited"


class Card(Resource, Kept, table=True):
    """One answer that was laid on a table's image card. Without a participant it stays anonymous."""

    __tablename__ = "cards"
    __table_args__ = (
        within_tenant("round_tables", "round_table_id"),
        within_tenant("language_tables", "table_id"),
        sa.CheckConstraint("question in (1, 2)", name="one_of_two_questions"),
        sa.Index("cards_of_round_table", "tenant_id", "round_table_id", "created_at", "id"),
        sa.Index("cards_of_table", "tenant_id", "table_id"),
    )

    round_table_id: UUID
    table_id: UUID
    question: int
    category: str
    text: str = Field(sa_column_kwargs={"info": {"personal": True}})
    language: str
    translation: dict[str, str | None] | None = document(default=None, nullable=True)
    participant_id: UUID | None = None
    visibility: str = "table"
    device_id: str | None = None
    written_at: datetime = moment()


class Publication(Versioned, Kept, table=True):
    """What matching may read of one capability, need or card, and what has become of it there."""

    __tablename__ = "publications"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "source_id", name="one_publication_per_source"),
        sa.Index("publications_of_holder", "tenant_id", "held_by", "created_at", "id"),
        sa.Index("publications_of_participant", "tenant_id", "participant_id"),
        sa.Index("publications_of_listing", "tenant_id", "listing_id"),
        sa.Index("publications_of_parent", "tenant_id", "source_parent"),
    )

    kind: str
    participant_id: UUID
    held_by: UUID
    title: str = Field(sa_column_kwargs={"info": {"personal": True}})
    text: str = Field(sa_column_kwargs={"info": {"personal": True}})
    released_text: str | None = None
    language: str
    category: str
    means: list[str] = document(default_factory=list)
    minutes: int | None = None
    availability: list[dict[str, Any]] = document(default_factory=list)
    exchange: str = "gift"
    source_system: str
    source_id: UUID
    source_parent: UUID
    state: str = "published"
    listing_id: UUID | None = None
    listing_state: str | None = None
    match_state: str | None = None
    met_at: datetime | None = moment(default=None)
