"""What was made known to matching, and what has become of it there."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.assessments.models.kept import Kept
from services.kernel.records import Versioned, document, moment

_PERSONAL = {"info": {"personal": True}}


class Publication(Versioned, Kept, table=True):
    """What matching may read of one capability, need or card, and what has become of it there."""

    __tablename__ = "publications"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "source_id", name="one_publication_per_source"),
        sa.Index("publications_of_holder", "tenant_id", "held_by", "created_at", "id"),
        sa.Index("publications_of_participant", "tenant_id", "participant_id"),
        sa.Index("publications_of_listing", "tenant_id", "listing_id"),
        sa.Index("publications_of_parent", "tenant_id", "source_parent"),
    )

    kind: str
    participant_id: UUID
    held_by: UUID
    title: str = Field(sa_column_kwargs=_PERSONAL)
    text: str = Field(sa_column_kwargs=_PERSONAL)
    released_text: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    language: str
    category: str
    means: list[str] = document(default_factory=list)
    minutes: int | None = None
    availability: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=_PERSONAL)
    exchange: str = "gift"
    source_system: str
    source_id: UUID
    source_parent: UUID
    state: str = "published"
    listing_id: UUID | None = None
    listing_state: str | None = None
    match_state: str | None = None
    met_at: datetime | None = moment(default=None)
    match_ids: list[str] = document(default_factory=list, sa_column_kwargs={"server_default": sa.text("'[]'::jsonb")})
    concepts: list[str] = document(default_factory=list, sa_column_kwargs={"server_default": sa.text("'[]'::jsonb")})
    conditions: dict[str, Any] = document(
        default_factory=dict, sa_column_kwargs={"server_default": sa.text("'{}'::jsonb"), **_PERSONAL}
    )
