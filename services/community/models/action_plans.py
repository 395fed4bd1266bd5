"""Action plans, which close a workshop, a round table or a council's meeting."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.community.models.kept import Kept
from services.kernel.records import Resource, Versioned, document, within_tenant

_PERSONAL = {"info": {"personal": True}}


class ActionPlan(Resource, Kept, table=True):
    """Who does what by when, and where that was agreed."""

    __tablename__ = "action_plans"
    __table_args__ = (sa.Index("action_plans_of_holder", "tenant_id", "held_by", "created_at", "id"),)

    title: str
    language: str
    source_kind: str
    source_id: UUID | None = None
    held_by: UUID


class Action(Versioned, Kept, table=True):
    """One thing to do. `history` keeps every state it was in, with the reason."""

    __tablename__ = "actions"
    __table_args__ = (
        within_tenant("action_plans", "action_plan_id"),
        sa.CheckConstraint("state in ('open', 'doing', 'done', 'dropped')", name="action_state_known"),
        sa.Index("actions_of_plan", "tenant_id", "action_plan_id", "created_at", "id"),
    )

    action_plan_id: UUID
    what: str
    who: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    organisation_id: UUID | None = None
    participant_id: UUID | None = None
    due_on: date | None = None
    depends_on: list[str] = document()
    concepts: list[str] = document()
    state: str = "open"
    why: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    history: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=_PERSONAL)
