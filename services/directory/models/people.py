"""Participants, how to reach them, what safety asks about them, whom they are kept from: each in its own table."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.directory.models.kept import PERSONAL, Kept
from services.kernel.records import Owned, Resource, Versioned, document, moment, within_tenant


class Participant(Resource, Kept, table=True):
    __tablename__ = "participants"
    __table_args__ = (within_tenant("organisations", "registered_by"),)

    called: str = Field(sa_column_kwargs=PERSONAL)
    languages: list[dict[str, str]] = document(default_factory=list)
    latitude: float | None = None
    longitude: float | None = None
    travel: list[str] = document(default_factory=list)
    reach_km: float | None = None
    availability: list[dict[str, Any]] = document(default_factory=list)
    busy: list[dict[str, Any]] = document(default_factory=list)
    do_not_ask: bool = False
    do_not_ask_until: datetime | None = moment(default=None)
    registered_by: UUID


class Contact(Owned, Kept, table=True):
    """How to reach the participant who carries the same id: apart, so that nothing reads it by the way."""

    __tablename__ = "contacts"
    __table_args__ = (within_tenant("participants", "id"),)

    entries: list[dict[str, str]] = document()
    do_not_disclose: bool = False
    updated_at: datetime = moment()
    version: int = 1


class Safeguards(Versioned, Kept, table=True):
    """What safety gates ask about the participant who carries the same id: apart, and for nothing else."""

    __tablename__ = "safeguards"
    __table_args__ = (within_tenant("participants", "id"),)

    gender: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    born_on: date | None = Field(default=None, sa_column_kwargs=PERSONAL)
    guardian_agreed: bool = Field(default=False, sa_column_kwargs=PERSONAL)
    checks: list[dict[str, str]] = document(default_factory=list, sa_column_kwargs=PERSONAL)


class Block(Owned, Kept, table=True):
    """`participant_id` must not be brought together with `other_id`. The other never learns of it."""

    __tablename__ = "blocks"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("participants", "other_id"),
        sa.UniqueConstraint("tenant_id", "participant_id", "other_id"),
    )

    participant_id: UUID
    other_id: UUID
    created_at: datetime = moment()
