"""Assessments, their answers, and the capabilities and needs that come out of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.assessments.models.kept import Kept
from services.kernel.records import Owned, Resource, document, moment, within_tenant


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
