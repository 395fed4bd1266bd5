"""Evenings of round tables: their tables, invitations, attendance and cards, and the plenary's groups and votes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.assessments.models.kept import Kept
from services.kernel.records import Resource, Versioned, document, moment, within_tenant

_PERSONAL = {"info": {"personal": True}}


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
    area: str | None = None
    venue: dict[str, Any] | None = document(default=None, nullable=True)
    host_language: str = "en"
    dots_each: int = 3
    closed_at: datetime | None = moment(default=None)
    published_at: datetime | None = moment(default=None)
    published_results: dict[str, Any] | None = document(default=None, nullable=True)


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
    question: int | None = None
    question_opened: dict[str, str] = document(default_factory=dict)
    presented_at: datetime | None = moment(default=None)
    presented_as: int | None = None


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
    came: int | None = None
    state: str = "invited"


class Attendance(Resource, Kept, table=True):
    """Some people who came: counted, or one of them by name."""

    __tablename__ = "attendances"
    __table_args__ = (
        within_tenant("round_tables", "round_table_id"),
        within_tenant("language_tables", "table_id"),
        sa.Index("attendances_of_round_table", "tenant_id", "round_table_id", "created_at", "id"),
        sa.Index("attendances_of_participant", "tenant_id", "participant_id"),
        sa.Index(
            "one_attendance_per_participant",
            "tenant_id",
            "round_table_id",
            "participant_id",
            unique=True,
            postgresql_where=sa.text("deleted_at is null and participant_id is not null"),
        ),
    )

    round_table_id: UUID
    table_id: UUID | None = None
    language: str | None = None
    kind: str
    people: int = 1
    participant_id: UUID | None = None


class CardGroup(Resource, Kept, table=True):
    """Like cards on one question, as the plenary sees them together."""

    __tablename__ = "card_groups"
    __table_args__ = (
        within_tenant("round_tables", "round_table_id"),
        sa.CheckConstraint("question in (1, 2)", name="group_of_one_question"),
        sa.Index("groups_of_round_table", "tenant_id", "round_table_id", "created_at", "id"),
    )

    round_table_id: UUID
    question: int
    labels: dict[str, str] = document(default_factory=dict)
    image: str | None = None
    concept: str | None = None
    origin: str = "hand"


class Vote(Versioned, Kept, table=True):
    """Where one voter, known by a pseudonym only, has put the dots."""

    __tablename__ = "votes"
    __table_args__ = (
        within_tenant("round_tables", "round_table_id"),
        sa.UniqueConstraint("tenant_id", "round_table_id", "voter", name="one_vote_per_voter"),
    )

    round_table_id: UUID
    voter: str
    dots: dict[str, int] = document()


class Card(Resource, Kept, table=True):
    """One answer that was laid on a table's image card. Without a participant it stays anonymous."""

    __tablename__ = "cards"
    __table_args__ = (
        within_tenant("round_tables", "round_table_id"),
        within_tenant("language_tables", "table_id"),
        within_tenant("card_groups", "group_id"),
        sa.CheckConstraint("question in (1, 2)", name="one_of_two_questions"),
        sa.Index("cards_of_round_table", "tenant_id", "round_table_id", "created_at", "id"),
        sa.Index("cards_of_table", "tenant_id", "table_id"),
        sa.Index("cards_of_group", "tenant_id", "group_id"),
        sa.UniqueConstraint("tenant_id", "round_table_id", "device_card_id", name="one_card_per_device_card"),
    )

    round_table_id: UUID
    table_id: UUID
    question: int
    category: str
    text: str = Field(sa_column_kwargs=_PERSONAL)
    language: str
    translation: dict[str, str | None] | None = document(default=None, nullable=True, sa_column_kwargs=_PERSONAL)
    participant_id: UUID | None = None
    visibility: str = "table"
    device_id: str | None = None
    written_at: datetime = moment()
    image: str
    written_by: str = "person"
    device_card_id: UUID | None = None
    late: bool = False
    clock_doubtful: bool = False
    handled: bool = False
    wordings: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=_PERSONAL)
    group_id: UUID | None = None
    grouped_by: str | None = None
