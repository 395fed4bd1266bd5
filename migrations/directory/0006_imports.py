"""Imports that stream, go on where they stopped, and come back by themselves."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0006"
down_revision = "0005"
SERVICE = "directory"

_EMPTY = sa.text("'{}'::jsonb")


def _tenant() -> sa.Column[Any]:
    return sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False)


def _time(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_import() -> list[Any]:
    return [
        _tenant(),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "import_id"], ["imports.tenant_id", "imports.id"]),
    ]


def upgrade() -> None:
    _create_feeds()
    op.add_column("imports", _time("started_at"))
    op.add_column("imports", sa.Column("feed_id", sa.Uuid))
    op.add_column("imports", sa.Column("mode", sa.String, nullable=False, server_default="add"))
    op.add_column("imports", sa.Column("progress", JSONB, nullable=False, server_default=_EMPTY))
    op.create_foreign_key(
        "imports_feed_fkey", "imports", "feeds", ["tenant_id", "feed_id"], ["tenant_id", "id"]
    )  # fmt: skip
    op.create_table(
        "import_chunks",
        *_of_import(),
        sa.Column("file", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "import_id", "file", "number"),
    )
    _create_entries()
    guard(SERVICE, "feeds", "import_chunks", "import_entries")


def _create_feeds() -> None:
    op.create_table(
        "feeds",
        _tenant(),
        sa.Column("id", sa.Uuid, nullable=False),
        _time("created_at", nullable=False),
        _time("updated_at", nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("source", "url", "format", "mode", "state")),
        sa.Column("every_hours", sa.Integer),
        sa.Column("stop_at_share", sa.Float, nullable=False),
        sa.Column("counts", JSONB, nullable=False, server_default=_EMPTY),
        *(_time(name) for name in ("changed_since", "last_run_at", "next_run_at", "deleted_at")),
        sa.Column("last_import_id", sa.Uuid),
        sa.Column("held_by", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "feeds_once", "feeds", ["tenant_id", "source"], unique=True, postgresql_where=sa.text("deleted_at is null")
    )


def _create_entries() -> None:
    op.create_table(
        "import_entries",
        *_of_import(),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("embedded", sa.Boolean, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "import_id", "rank", "name"),
    )
    op.create_index("import_entries_in_order", "import_entries", ["tenant_id", "import_id", "rank", "number"])


def downgrade() -> None:
    op.drop_table("import_entries")
    op.drop_table("import_chunks")
    op.drop_constraint("imports_feed_fkey", "imports", type_="foreignkey")
    for name in ("progress", "mode", "feed_id", "started_at"):
        op.drop_column("imports", name)
    op.drop_table("feeds")
