"""Evenings of round tables: their tables, invitations and cards."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.assessments.models.kept import Kept
from services.kernel.records import Resource, document, moment, within_tenant


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
