"""Instruments of a tenant's own, and who has read which texts as a native speaker."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.assessments.models.kept import Kept
from services.kernel.records import Owned, Versioned, document, moment


class OwnInstrument(Versioned, Kept, table=True):
    """One version of an instrument, its words beside it. `version` counts its changes, `number` is the version."""

    __tablename__ = "instruments"
    __table_args__ = (
        sa.CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="instrument_state_known"),
        sa.Index("instruments_by_name", "tenant_id", "name", "number", "id"),
        sa.Index(
            "one_instrument_per_version", "tenant_id", "held_by", "name", "number",
            unique=True, postgresql_where=sa.text("deleted_at is null"),
        ),
    )  # fmt: skip

    name: str = Field(sa_type=sa.String(collation="C"))
    number: int
    use: str
    state: str = "draft"
    definition: dict[str, Any] = document()
    translations: dict[str, Any] = document(default_factory=dict)
    held_by: UUID
    published_at: datetime | None = moment(default=None)
    withdrawn_at: datetime | None = moment(default=None)
    deleted_at: datetime | None = moment(default=None)


class TextReview(Owned, Kept, table=True):
    """A native speaker has read one text of an instrument, be it shipped or the tenant's own."""

    __tablename__ = "instrument_reviews"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "instrument_id", "language", "key", name="one_review_per_text"),)

    instrument_id: UUID
    language: str
    key: str
    by: str
    held_by: UUID
    at: datetime = moment()
