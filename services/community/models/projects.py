"""Projects that a council agrees to, with their budget and every sum that was spent."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.community.models.kept import Kept
from services.kernel.records import Resource, Versioned, document, within_tenant

_STATES = "'proposed', 'agreed', 'running', 'finished', 'stopped'"


class Project(Resource, Kept, table=True):
    """Something the community does itself, which needs it answers, and what it may cost (in minor units)."""

    __tablename__ = "projects"
    __table_args__ = (
        within_tenant("councils", "council_id"),
        sa.CheckConstraint(f"state in ({_STATES})", name="project_state_known"),
        sa.CheckConstraint("budget >= 0 and spent >= 0 and spent <= budget", name="never_overspent"),
        sa.Index("projects_of_holder", "tenant_id", "held_by", "created_at", "id"),
        sa.Index("projects_of_council", "tenant_id", "council_id"),
    )

    title: str
    text: str | None = None
    language: str
    area: str | None = None
    council_id: UUID | None = None
    round_table_id: UUID | None = None
    answers: list[dict[str, Any]] = document()
    budget: int
    spent: int = 0
    currency: str
    raises: list[dict[str, Any]] = document(default_factory=list)
    agreement: dict[str, Any] | None = document(default=None, nullable=True)
    starts_on: date | None = None
    trial_until: date | None = None
    evaluation: dict[str, Any] | None = document(default=None, nullable=True)
    result: str | None = None
    stopped_because: str | None = None
    held_by: UUID
    state: str = "proposed"


class Spending(Versioned, Kept, table=True):
    """A sum that was spent, or came back. It is never changed: a mistake is put right by a refund."""

    __tablename__ = "spending"
    __table_args__ = (
        within_tenant("projects", "project_id"),
        sa.CheckConstraint("kind in ('spend', 'refund')", name="spending_kind_known"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.Index("spending_of_project", "tenant_id", "project_id", "created_at", "id"),
    )

    project_id: UUID
    kind: str
    amount: int
    spent_on: date
    what: str
    by_role: str
    receipt: str | None = None
