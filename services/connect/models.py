"""The tables of this room: connections to other systems, and what came of each run. No person is copied here."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.kernel.records import Owned, Versioned, document, moment, within_tenant


class Kept(SQLModel, registry=registry()):
    """Binds a table to this room's own metadata."""


class Connection(Versioned, Kept, table=True):
    """Another system that an organisation has connected. What signs in to either side is sealed."""

    __tablename__ = "connections"
    __table_args__ = (
        sa.Index(
            "connections_once", "tenant_id", "held_by", "name", unique=True,
            postgresql_where=sa.text("deleted_at is null"),
        ),
    )  # fmt: skip

    kind: str
    name: str
    base_url: str
    sealed: str
    mapping: dict[str, Any] = document()
    schedule: str
    paused: bool = False
    state: str = "ready"
    attention: str | None = None
    progress: dict[str, Any] = document(default_factory=dict)
    held_by: UUID
    last_run_id: UUID | None = None
    next_run_at: datetime | None = moment(default=None)
    deleted_at: datetime | None = moment(default=None)


class ConnectionRun(Versioned, Kept, table=True):
    """One pass over both sides of a connection. `claim` is the worker that is at it, until `claimed_until`."""

    __tablename__ = "connection_runs"
    __table_args__ = (
        within_tenant("connections", "connection_id"),
        sa.Index(
            "connection_runs_one_at_a_time", "tenant_id", "connection_id", unique=True,
            postgresql_where=sa.text("finished_at is null"),
        ),
        sa.Index("connection_runs_in_order", "tenant_id", "connection_id", "id"),
    )  # fmt: skip

    connection_id: UUID
    state: str = "queued"
    reason: str | None = None
    dry_run: bool = False
    thorough: bool = False
    counts: dict[str, dict[str, int]] = document(default_factory=dict)
    claim: UUID | None = None
    claimed_until: datetime | None = moment(default=None)
    started_at: datetime | None = moment(default=None)
    finished_at: datetime | None = moment(default=None)


class ConnectionRunLine(Owned, Kept, table=True):
    """What a run did with one thing: ids and codes alone."""

    __tablename__ = "connection_run_lines"
    __table_args__ = (
        within_tenant("connection_runs", "run_id"),
        sa.Index("connection_run_lines_in_order", "tenant_id", "run_id", "id"),
        sa.Index("connection_run_lines_of_participant", "tenant_id", "participant_id"),
    )

    run_id: UUID
    entity: str
    direction: str
    their_id: str | None = None
    resource_id: UUID | None = None
    participant_id: UUID | None = None
    outcome: str
    reason: str | None = None
    at: datetime = moment()


class ConnectionLink(Owned, Kept, table=True):
    """What is one thing on both sides: its two ids, and keyed hashes of how each side stood when they agreed."""

    __tablename__ = "connection_links"
    __table_args__ = (
        within_tenant("connections", "connection_id"),
        sa.UniqueConstraint("tenant_id", "connection_id", "entity", "their_id"),
        sa.UniqueConstraint("tenant_id", "connection_id", "entity", "resource_id"),
        sa.Index("connection_links_of_participant", "tenant_id", "participant_id"),
    )

    connection_id: UUID
    entity: str
    their_id: str
    resource_id: UUID
    participant_id: UUID | None = None
    origin: str
    their_hash: str | None = None
    our_hash: str | None = None
    gone: str | None = None
    erased: bool = False
    told: bool = False
    at: datetime = moment()


metadata = Kept.metadata
