"""The directory's tables. Contact and safeguards live in their own; consent is only ever added to."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.kernel.records import Owned, Resource, Versioned, document, moment, within_tenant


class Kept(SQLModel, registry=registry()):
    """Binds a table to the directory's own metadata."""


metadata = Kept.metadata
PERSONAL = {"info": {"personal": True}}


class Organisation(Resource, Kept, table=True):
    __tablename__ = "organisations"
    __table_args__ = (within_tenant("organisations", "parent_id"),)

    name: str
    kind: str
    description: str | None = None
    parent_id: UUID | None = None
    website: str | None = None
    languages: list[str] = document(default_factory=list)
    held_by: UUID | None = None
    source: str | None = None


class Place(Resource, Kept, table=True):
    __tablename__ = "places"
    __table_args__ = (within_tenant("organisations", "organisation_id"),)

    name: str
    organisation_id: UUID | None = None
    description: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    address: dict[str, str] = document(default_factory=dict)
    time_zone: str | None = None
    accessibility: str | None = None
    held_by: UUID | None = None
    source: str | None = None


class Service(Resource, Kept, table=True):
    __tablename__ = "services"
    __table_args__ = (within_tenant("organisations", "organisation_id"),)

    name: str
    organisation_id: UUID
    description: str | None = None
    status: str = "active"
    category: str | None = None
    website: str | None = None
    cost: str | None = None
    languages: list[str] = document(default_factory=list)
    opening: list[dict[str, Any]] = document(default_factory=list)
    place_ids: list[str] = document(default_factory=list)
    codes: list[str] = document(default_factory=list)
    held_by: UUID | None = None
    source: str | None = None


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


class Consent(Owned, Kept, table=True):
    """A grant. It is never changed; a revocation is a row of its own."""

    __tablename__ = "consents"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("organisations", "recipient_id"),
        sa.Index("consents_of_participant", "tenant_id", "participant_id"),
    )

    participant_id: UUID
    purpose: str
    recipient_id: UUID
    categories: list[str] = document(default_factory=list)
    legal_basis: str
    notice_version: str
    method: str
    language: str
    interpreter: str | None = None
    captured_by: str
    given_at: datetime = moment()
    expires_at: datetime | None = moment(default=None)
    created_at: datetime = moment()


class Revocation(Owned, Kept, table=True):
    """The end of the grant that carries the same id."""

    __tablename__ = "revocations"
    __table_args__ = (within_tenant("consents", "id"),)

    revoked_at: datetime = moment()
    revoked_by: str


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


class Import(Versioned, Kept, table=True):
    __tablename__ = "imports"

    format: str
    source: str
    state: str = "queued"
    files: list[dict[str, str]] | None = document(default=None, nullable=True)
    counts: dict[str, int] = document(default_factory=dict)
    held_by: UUID
    finished_at: datetime | None = moment(default=None)


class ImportLine(Owned, Kept, table=True):
    """What was wrong with one line of one file of an import."""

    __tablename__ = "import_lines"
    __table_args__ = (
        within_tenant("imports", "import_id"),
        sa.UniqueConstraint("tenant_id", "import_id", "number"),
    )

    import_id: UUID
    number: int
    file: str
    line: int
    outcome: str
    field: str | None = None
    reason: str


class OwnTerm(Versioned, Kept, table=True):
    """A name that a community has given to a concept; `plain` is the form in which spellings are compared."""

    __tablename__ = "terms"
    __table_args__ = (
        within_tenant("organisations", "created_by"),
        sa.Index(
            "terms_say_it_once",
            *("tenant_id", "concept", "language", "plain"),
            unique=True,
            postgresql_where=sa.text("deleted_at is null"),
        ),
    )

    concept: str
    category: str
    text: str
    plain: str
    language: str
    created_by: UUID
    deleted_at: datetime | None = moment(default=None)
