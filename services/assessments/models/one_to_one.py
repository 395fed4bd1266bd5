"""Assessments, every answer ever given, the capabilities and needs that come out, and what changed for people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.assessments.models.kept import Kept
from services.kernel.records import Owned, Resource, Versioned, document, moment, within_tenant

_EMPTY_LIST = {"server_default": sa.text("'[]'::jsonb")}
_EMPTY = {"server_default": sa.text("'{}'::jsonb")}
_NO = {"server_default": sa.false()}
_PERSONAL = {"info": {"personal": True}}


def _list() -> Any:
    return document(default_factory=list, sa_column_kwargs=_EMPTY_LIST)


class Assessment(Resource, Kept, table=True):
    """One person's assessment, held by the organisation that started it."""

    __tablename__ = "assessments"
    __table_args__ = (
        within_tenant("assessments", "follows"),
        sa.Index("assessments_of_holder", "tenant_id", "held_by", "created_at", "id"),
        sa.Index("assessments_of_participant", "tenant_id", "participant_id"),
    )

    participant_id: UUID
    instrument_id: UUID
    language: str
    interpreter: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    acted_for_by: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    representative: dict[str, Any] | None = document(default=None, nullable=True, sa_column_kwargs=_PERSONAL)
    under_18: bool = Field(default=False, sa_column_kwargs=_NO)
    decides_with_representative: bool = Field(default=False, sa_column_kwargs=_NO)
    area: str | None = None
    review_on: date | None = None
    follows: UUID | None = None
    held_by: UUID
    state: str = "draft"
    completed_at: datetime | None = moment(default=None)
    reviewed_at: datetime | None = moment(default=None)


class Sitting(Versioned, Kept, table=True):
    """One meeting at which an assessment was filled in: when, where, and which roles were present."""

    __tablename__ = "sittings"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.Index("sittings_of_assessment", "tenant_id", "assessment_id", "created_at", "id"),
    )

    assessment_id: UUID
    started_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    place: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    interpreter: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    present: list[str] = document(default_factory=list, sa_column_kwargs=_PERSONAL)


class Answer(Owned, Kept, table=True):
    """The present answer to one question of one assessment: a copy of the entry that counts."""

    __tablename__ = "answers"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.UniqueConstraint("tenant_id", "assessment_id", "question_id", name="one_answer_per_question"),
    )

    assessment_id: UUID
    question_id: str
    value: Any = Field(sa_type=JSONB, sa_column_kwargs=_PERSONAL)
    language: str
    answered_at: datetime = moment()
    answered_by: str = Field(default="app", sa_column_kwargs={"server_default": "app"})
    author: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    device_id: str | None = None
    interpreter: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    entry_id: UUID | None = None
    created_at: datetime = moment()
    updated_at: datetime = moment()
    version: int = 1


class AnswerEntry(Owned, Kept, table=True):
    """An answer as somebody gave it once. Entries are added and never changed: nothing is overwritten."""

    __tablename__ = "answer_entries"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.UniqueConstraint("tenant_id", "assessment_id", "client_id", name="one_entry_per_client_id"),
        sa.Index("entries_of_question", "tenant_id", "assessment_id", "question_id"),
    )

    assessment_id: UUID
    question_id: str
    client_id: UUID | None = None
    value: Any = Field(sa_type=JSONB, sa_column_kwargs=_PERSONAL)
    language: str
    answered_at: datetime = moment()
    answered_by: str
    author: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    caller: str
    device_id: str | None = None
    interpreter: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    replaces: list[str] = document(default_factory=list)
    created_at: datetime = moment()


class _Concepts(Resource):
    concepts_suggested: list[dict[str, Any]] = _list()
    concepts: list[str] = _list()
    concepts_confirmed_by: str | None = None
    concepts_confirmed_at: datetime | None = moment(default=None)
    agreed: bool | None = None
    agreed_at: datetime | None = moment(default=None)


class Capability(_Concepts, Kept, table=True):
    """What the person does already or could do, and on which conditions she would share it."""

    __tablename__ = "capabilities"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.Index("capabilities_of_assessment", "tenant_id", "assessment_id", "created_at", "id"),
    )

    assessment_id: UUID
    activity: str = Field(sa_column_kwargs=_PERSONAL)
    language: str
    category: str | None = None
    done_already: bool = False
    willing: str = "not_now"
    for_whom: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    conditions: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    how_often: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    support_wanted: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    sharing: dict[str, Any] = document(default_factory=dict, sa_column_kwargs={**_EMPTY, **_PERSONAL})
    means: list[str] = document(default_factory=list)
    minutes: int | None = None
    availability: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=_PERSONAL)


class StatedNeed(_Concepts, Kept, table=True):
    """What the person wants help with, what she does about it herself, and whether a worker recognises it."""

    __tablename__ = "stated_needs"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.Index("stated_needs_of_assessment", "tenant_id", "assessment_id", "created_at", "id"),
    )

    assessment_id: UUID
    text: str = Field(sa_column_kwargs=_PERSONAL)
    language: str
    category: str | None = None
    why: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    own_effort: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    urgency: str | None = None
    state: str = Field(default="stated", sa_column_kwargs={"server_default": "stated"})


class _OfItem(Owned):
    assessment_id: UUID
    item_id: UUID
    caller: str
    created_at: datetime = moment()


def _of_item(table: str) -> tuple[Any, ...]:
    return (
        within_tenant("assessments", "assessment_id"),
        sa.Index(f"{table}_of_item", "tenant_id", "item_id", "created_at", "id"),
    )


class Agreement(_OfItem, Kept, table=True):
    """That the person lets one capability or need be made known, or takes that back."""

    __tablename__ = "agreements"
    __table_args__ = _of_item("agreements")

    given: bool
    method: str
    language: str
    interpreter: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    by: str
    notice_version: str | None = None


class Negotiation(_OfItem, Kept, table=True):
    """What came of talking about a need: recognised by both, or not, and why not."""

    __tablename__ = "negotiations"
    __table_args__ = _of_item("negotiations")

    outcome: str
    person_agrees: bool
    worker: str
    why_not: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)


class WeighedRisk(_OfItem, Kept, table=True):
    """A risk of a capability or need: who weighed it, and what is done about it."""

    __tablename__ = "weighed_risks"
    __table_args__ = _of_item("weighed_risks")

    risk: str = Field(sa_column_kwargs=_PERSONAL)
    weighed_by: str
    likelihood: str | None = None
    mitigation: str = Field(sa_column_kwargs=_PERSONAL)
    decided: str


class Outcome(Versioned, Kept, table=True):
    """Something that the person wants to change, and where she stands at the beginning."""

    __tablename__ = "outcomes"
    __table_args__ = (
        within_tenant("assessments", "assessment_id"),
        sa.Index("outcomes_of_assessment", "tenant_id", "assessment_id", "created_at", "id"),
    )

    assessment_id: UUID
    text: str = Field(sa_column_kwargs=_PERSONAL)
    language: str
    concepts: list[str] = document(default_factory=list)
    importance: int | None = None
    baseline: int | None = None
    wished: int | None = None
    matches: list[str] = document(default_factory=list)


class OutcomeRating(Owned, Kept, table=True):
    """Where the person stood with an outcome at one time."""

    __tablename__ = "outcome_ratings"
    __table_args__ = (
        within_tenant("outcomes", "outcome_id"),
        within_tenant("assessments", "assessment_id"),
        sa.Index("ratings_of_outcome", "tenant_id", "outcome_id", "created_at", "id"),
    )

    outcome_id: UUID
    value: int
    at: datetime = moment()
    assessment_id: UUID | None = None
    author: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    created_at: datetime = moment()
