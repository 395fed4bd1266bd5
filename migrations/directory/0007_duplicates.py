"""Suspicions, refusals and merges."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0007"
down_revision = "0006"
SERVICE = "directory"
_TABLES = ("suspicions", "duplicate_keys", "duplicate_looks", "merges")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("participants", sa.Column("merged_into", sa.Uuid))
    for table in ("participants", *_ASSETS):
        op.create_index(
            f"{table}_absorbed",
            table,
            ["tenant_id", "merged_into"],
            postgresql_where=sa.text("merged_into is not null"),
        )
    _create_suspicions()
    _create_keys()
    _create_merges()
    guard(SERVICE, *_TABLES)


_ASSETS = ("organisations", "groups", "micro_providers", "places", "services", "activities")


def _owned(table: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )


def _versioned() -> list[sa.Column[Any]]:
    return [
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
    ]


def _create_suspicions() -> None:
    _owned(
        "suspicions",
        *_versioned(),
        sa.Column("one_id", sa.Uuid, nullable=False),
        sa.Column("other_id", sa.Uuid, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("names", sa.String, nullable=False),
        sa.Column("refused_because", sa.String),
        sa.Column("refused_by", sa.Uuid),
        sa.Column("refused_at", _MOMENT),
        sa.Column("merge_id", sa.Uuid),
        sa.UniqueConstraint("tenant_id", "kind", "one_id", "other_id"),
        sa.CheckConstraint("one_id < other_id", name="a_pair_stands_once"),
    )
    op.create_index("suspicions_of_other", "suspicions", ["tenant_id", "kind", "other_id"])


def _create_keys() -> None:
    _owned(
        "duplicate_keys",
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("entry_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.BigInteger, nullable=False),
    )
    op.create_index("duplicate_keys_shared", "duplicate_keys", ["tenant_id", "kind", "key"])
    op.create_index("duplicate_keys_of_entry", "duplicate_keys", ["tenant_id", "entry_id"])
    _owned(
        "duplicate_looks",
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
    )


def _create_merges() -> None:
    _owned(
        "merges",
        *_versioned(),
        sa.Column("survivor_id", sa.Uuid, nullable=False),
        sa.Column("absorbed_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("suspicion_id", sa.Uuid),
        sa.Column("before", JSONB, nullable=False),
        sa.Column("moved", JSONB, nullable=False),
        sa.Column("merged_by", sa.Uuid, nullable=False),
        sa.Column("undone_at", _MOMENT),
        sa.Column("undone_by", sa.Uuid),
        sa.Column("stayed", JSONB, nullable=False),
    )
    op.create_index("merges_of_absorbed", "merges", ["tenant_id", "absorbed_id"])
    op.create_index("merges_of_survivor", "merges", ["tenant_id", "survivor_id"])


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    for table in ("participants", *_ASSETS):
        op.drop_index(f"{table}_absorbed", table_name=table)
    op.drop_column("participants", "merged_into")
