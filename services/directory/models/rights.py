"""What people asked for by law, erasures until every service has acknowledged, and how long things are kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.directory.models.kept import PERSONAL, Kept
from services.kernel.records import Owned, Versioned, document, moment, within_tenant


class Erasure(Versioned, Kept, table=True):
    """That a person is being, or has been, erased. Nothing in it says anything about her but that."""

    __tablename__ = "erasures"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("organisations", "organisation_id"),
        sa.UniqueConstraint("tenant_id", "participant_id", name="erased_once"),
        sa.Index("erasures_in_order", "tenant_id", "created_at", "id"),
    )

    participant_id: UUID
    also: list[str] = document(default_factory=list)
    """Other participants who turned out to be the same person."""
    organisation_id: UUID
    reason: str
    requested_by: str
    state: str = "running"
    acknowledged: dict[str, dict[str, int]] = document(default_factory=dict)
    finished_at: datetime | None = moment(default=None)


class RightsRequest(Versioned, Kept, table=True):
    """What somebody asked for by law, by when it must be answered, and what was done."""

    __tablename__ = "rights_requests"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("organisations", "organisation_id"),
        sa.Index("rights_requests_by_due_date", "tenant_id", "due_on", "id"),
    )

    kind: str
    participant_id: UUID
    organisation_id: UUID
    asked: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    received_on: date
    due_on: date
    state: str = "open"
    answer: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    closed_at: datetime | None = moment(default=None)


class RetentionRule(Versioned, Kept, table=True):
    """For how long a community keeps one kind, instead of our default; ended by itself only if it says so."""

    __tablename__ = "retention_rules"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "kind", name="one_rule_a_kind"),)

    kind: str
    months: int | None = None
    enforce: bool = False


class RetentionReport(Owned, Kept, table=True):
    """How many rows of each kind were older than their period in one run, and how many of them ended."""

    __tablename__ = "retention_reports"
    __table_args__ = (sa.Index("retention_reports_in_order", "tenant_id", "created_at", "id"),)

    created_at: datetime = moment()
    kinds: dict[str, Any] = document(default_factory=dict)
    missing: list[str] = document(default_factory=list)
