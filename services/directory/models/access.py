"""Who may see a participant beside her registrar's apps: assigned caseworkers, and who broke the glass."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.directory.models.kept import PERSONAL, Kept
from services.kernel.records import Versioned, moment, within_tenant


class Assignment(Versioned, Kept, table=True):
    """A member of staff looks after a participant, from a moment on, until it ends."""

    __tablename__ = "assignments"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("organisations", "organisation_id"),
        sa.Index("assignments_of_staff", "tenant_id", "staff_id", "participant_id"),
        sa.Index("assignments_of_participant", "tenant_id", "participant_id"),
    )

    participant_id: UUID
    organisation_id: UUID
    staff_id: UUID
    starts_at: datetime = moment()
    ends_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    assigned_by: str


class Override(Versioned, Kept, table=True):
    """A member of staff read without assignment or consent, for a reason, for an hour; another must review it."""

    __tablename__ = "overrides"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("organisations", "organisation_id"),
        sa.Index("overrides_of_participant", "tenant_id", "participant_id"),
        sa.Index("overrides_of_organisation", "tenant_id", "organisation_id", "created_at"),
    )

    participant_id: UUID
    organisation_id: UUID
    staff_id: UUID
    category: str
    reason: str = Field(sa_column_kwargs=PERSONAL)
    ends_at: datetime = moment()
    reviewed_at: datetime | None = moment(default=None)
    reviewed_by: UUID | None = None
    verdict: str | None = None
    note: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
