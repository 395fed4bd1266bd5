"""Connections to other systems: where, how, and what came of each run."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0002"
down_revision = "0001"
SERVICE = "connect"
_TABLES = ("connections", "connection_runs", "connection_run_lines", "connection_links")


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid, primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid, primary_key=True),
    ]


def _versioned() -> list[sa.Column[object]]:
    return [
        *_owned(),
        _moment("created_at", nullable=False),
        _moment("updated_at", nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    ]


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _of(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def upgrade() -> None:
    _connections()
    _runs()
    _links()
    guard(SERVICE, *_TABLES)


def _connections() -> None:
    op.create_table(
        "connections", *_versioned(), _text("kind"), _text("name"), _text("base_url"), _text("sealed"),
        sa.Column("mapping", JSONB, nullable=False), _text("schedule"), sa.Column("paused", sa.Boolean, nullable=False),
        _text("state"), _text("attention", nullable=True), sa.Column("progress", JSONB, nullable=False),
        sa.Column("held_by", sa.Uuid, nullable=False), sa.Column("last_run_id", sa.Uuid),
        _moment("next_run_at"), _moment("deleted_at"),
    )  # fmt: skip
    op.create_index(
        "connections_once", "connections", ["tenant_id", "held_by", "name"], unique=True,
        postgresql_where=sa.text("deleted_at is null"),
    )  # fmt: skip


def _runs() -> None:
    op.create_table(
        "connection_runs", *_versioned(), sa.Column("connection_id", sa.Uuid, nullable=False), _text("state"),
        _text("reason", nullable=True), sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("thorough", sa.Boolean, nullable=False), sa.Column("counts", JSONB, nullable=False),
        sa.Column("claim", sa.Uuid), _moment("claimed_until"), _moment("started_at"), _moment("finished_at"),
        _of("connections", "connection_id"),
    )  # fmt: skip
    op.create_index(
        "connection_runs_one_at_a_time", "connection_runs", ["tenant_id", "connection_id"], unique=True,
        postgresql_where=sa.text("finished_at is null"),
    )  # fmt: skip
    op.create_index("connection_runs_in_order", "connection_runs", ["tenant_id", "connection_id", "id"])
    op.create_table(
        "connection_run_lines", *_owned(), sa.Column("run_id", sa.Uuid, nullable=False), _text("entity"),
        _text("direction"), _text("their_id", nullable=True), sa.Column("resource_id", sa.Uuid),
        sa.Column("participant_id", sa.Uuid), _text("outcome"), _text("reason", nullable=True),
        _moment("at", nullable=False), _of("connection_runs", "run_id"),
    )  # fmt: skip
    op.create_index("connection_run_lines_in_order", "connection_run_lines", ["tenant_id", "run_id", "id"])
    op.create_index(
        "connection_run_lines_of_participant", "connection_run_lines", ["tenant_id", "participant_id"]
    )  # fmt: skip


def _links() -> None:
    op.create_table(
        "connection_links", *_owned(), sa.Column("connection_id", sa.Uuid, nullable=False), _text("entity"),
        _text("their_id"), sa.Column("resource_id", sa.Uuid, nullable=False), sa.Column("participant_id", sa.Uuid),
        _text("origin"), _text("their_hash", nullable=True), _text("our_hash", nullable=True),
        _text("gone", nullable=True), sa.Column("erased", sa.Boolean, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False), _moment("at", nullable=False),
        _of("connections", "connection_id"),
        sa.UniqueConstraint("tenant_id", "connection_id", "entity", "their_id"),
        sa.UniqueConstraint("tenant_id", "connection_id", "entity", "resource_id"),
    )  # fmt: skip
    op.create_index("connection_links_of_participant", "connection_links", ["tenant_id", "participant_id"])


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
