"""Imports, what they hold while they run, what was wrong with their lines, and the feeds that are read again."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from services.directory.models.kept import Kept
from services.kernel.records import Owned, Versioned, document, moment, within_tenant
from services.kernel.tables import TENANT


class Feed(Versioned, Kept, table=True):
    """Another directory that is read again and again; what comes from it is known under its `source`."""

    __tablename__ = "feeds"
    __table_args__ = (
        sa.Index("feeds_once", "tenant_id", "source", unique=True, postgresql_where=sa.text("deleted_at is null")),
    )

    source: str
    url: str
    format: str
    mode: str
    every_hours: int | None = None
    stop_at_share: float
    state: str = "idle"
    counts: dict[str, int] = document(default_factory=dict)
    changed_since: datetime | None = moment(default=None)
    last_import_id: UUID | None = None
    last_run_at: datetime | None = moment(default=None)
    next_run_at: datetime | None = moment(default=None)
    held_by: UUID
    deleted_at: datetime | None = moment(default=None)


class Import(Versioned, Kept, table=True):
    __tablename__ = "imports"
    __table_args__ = (within_tenant("feeds", "feed_id"),)

    format: str
    source: str
    state: str = "queued"
    files: list[dict[str, str]] | None = document(default=None, nullable=True)
    counts: dict[str, int] = document(default_factory=dict)
    held_by: UUID
    finished_at: datetime | None = moment(default=None)
    started_at: datetime | None = moment(default=None)
    feed_id: UUID | None = None
    mode: str = "add"
    progress: dict[str, Any] = document(default_factory=dict)


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


class _OfImport(SQLModel):
    """A row that lives only as long as its import runs."""

    tenant_id: UUID = Field(default=None, primary_key=True, sa_column_kwargs={"server_default": TENANT})
    import_id: UUID = Field(primary_key=True)


class ImportChunk(_OfImport, Kept, table=True):
    """A piece of an uploaded file, until the import has ended."""

    __tablename__ = "import_chunks"
    __table_args__ = (within_tenant("imports", "import_id"),)

    file: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes


class ImportEntry(_OfImport, Kept, table=True):
    """Something that an import has read and not yet taken in, or has taken in and remembers to have seen."""

    __tablename__ = "import_entries"
    __table_args__ = (
        within_tenant("imports", "import_id"),
        sa.Index("import_entries_in_order", "tenant_id", "import_id", "rank", "number"),
    )

    rank: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    number: int = Field(default=None, sa_type=sa.BigInteger, sa_column_args=(sa.Identity(always=True),))
    file: str
    line: int
    embedded: bool = False
    facts: dict[str, Any] = document(default_factory=dict)
