"""Co-production labs: who is in them, when they met, and what came of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.community.models.kept import Kept
from services.kernel.records import Resource, Versioned, document, moment, within_tenant


def _in_order(name: str, column: str) -> sa.Index:
    return sa.Index(name, "tenant_id", column, "created_at", "id")


class Lab(Resource, Kept, table=True):
    """A small group of citizens and staff that works on one question."""

    __tablename__ = "labs"
    __table_args__ = (
        sa.CheckConstraint("state in ('gathering', 'meeting', 'concluded', 'dissolved')", name="lab_state_known"),
        _in_order("labs_of_holder", "held_by"),
    )

    title: str
    question: str
    language: str
    concepts: list[str] = document()
    area: str | None = None
    suggested_by: dict[str, Any] | None = document(default=None, nullable=True)
    held_by: UUID
    state: str = "gathering"
    outcome: str | None = None
    led_to: list[dict[str, str]] = document(default_factory=list)
    dissolved_because: str | None = None
    ended_at: datetime | None = moment(default=None)


class LabMember(Versioned, Kept, table=True):
    """One seat in a lab: a participant, or a post that somebody of the staff holds."""

    __tablename__ = "lab_members"
    __table_args__ = (
        within_tenant("labs", "lab_id"),
        sa.CheckConstraint("role in ('citizen', 'staff', 'facilitator')", name="lab_role_known"),
        sa.CheckConstraint("num_nonnulls(participant_id, staff_role) = 1", name="a_person_or_a_post"),
        _in_order("members_of_lab", "lab_id"),
        sa.Index(
            "one_seat_per_participant", "tenant_id", "lab_id", "participant_id", unique=True,
            postgresql_where=sa.text("left_at is null"),
        ),
    )  # fmt: skip

    lab_id: UUID
    participant_id: UUID | None = None
    staff_role: str | None = None
    organisation: str | None = None
    role: str
    left_at: datetime | None = moment(default=None)


class LabMeeting(Versioned, Kept, table=True):
    """One meeting of a lab: planned, and once it was held, who was there and what was decided."""

    __tablename__ = "lab_meetings"
    __table_args__ = (within_tenant("labs", "lab_id"), _in_order("meetings_of_lab", "lab_id"))

    lab_id: UUID
    planned_for: datetime | None = moment(default=None)
    held_on: date | None = None
    place: str | None = None
    language: str | None = None
    interpreters: list[str] = document()
    present: list[str] = document()
    notes: str | None = None
    decisions: list[str] = document()
