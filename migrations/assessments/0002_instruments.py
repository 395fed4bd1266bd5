"""A tenant's own instruments, and what native speakers have read of any instrument."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_instruments()
    op.create_table(
        "instrument_reviews",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("instrument_id", sa.Uuid, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("held_by", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "instrument_id", "language", "key", name="one_review_per_text"),
    )
    guard("assessments", "instruments", "instrument_reviews")


def _create_instruments() -> None:
    op.create_table(
        "instruments",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(collation="C"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("use", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("translations", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("held_by", sa.Uuid, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="instrument_state_known"),
    )
    op.create_index("instruments_by_name", "instruments", ["tenant_id", "name", "number", "id"])
    op.create_index(
        "one_instrument_per_version", "instruments", ["tenant_id", "held_by", "name", "number"],
        unique=True, postgresql_where=sa.text("deleted_at is null"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("instrument_reviews")
    op.drop_table("instruments")
