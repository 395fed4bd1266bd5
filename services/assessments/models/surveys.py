"""Surveys and what was answered to them, by nobody in particular."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.assessments.models.kept import Kept
from services.kernel.records import Owned, Resource, document, within_tenant


class Survey(Resource, Kept, table=True):
    """One wave of asking the questions of an instrument."""

    __tablename__ = "surveys"
    __table_args__ = (
        sa.CheckConstraint("state in ('open', 'closed')", name="survey_state_known"),
        sa.Index("surveys_of_holder", "tenant_id", "held_by", "created_at", "id"),
    )

    instrument_id: UUID
    title: str
    wave: str | None = None
    opens: date | None = None
    closes: date | None = None
    area: str | None = None
    languages: list[str] = document(default_factory=list)
    held_by: UUID
    state: str = "open"


class SurveyResponse(Owned, Kept, table=True):
    """One filled-in survey. Nobody is named in it; its id is random and only the day is kept.

    `batch` is none for an organisation that names itself; the others are read batch by batch.
    """

    __tablename__ = "survey_responses"
    __table_args__ = (
        within_tenant("surveys", "survey_id"),
        sa.UniqueConstraint("tenant_id", "survey_id", "client_id", name="one_response_per_client_id"),
    )

    survey_id: UUID
    client_id: UUID
    language: str
    answers: dict[str, Any] = document()
    respondent_kind: str | None = None
    organisation_id: UUID | None = None
    batch: int | None = None
    day: date
