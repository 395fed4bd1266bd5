"""The engine: when people cannot after all, what safety gates may know of them, and a community's own terms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0002"
down_revision = "0001"
SERVICE = "directory"

_EMPTY_LIST = sa.text("'[]'::jsonb")


def upgrade() -> None:
    op.add_column("participants", sa.Column("busy", JSONB, nullable=False, server_default=_EMPTY_LIST))
    _create_safeguards()
    _create_terms()
    guard(SERVICE, "safeguards", "terms")


def _create_safeguards() -> None:
    op.create_table(
        "safeguards",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("gender", sa.String),
        sa.Column("born_on", sa.Date),
        sa.Column("guardian_agreed", sa.Boolean, nullable=False),
        sa.Column("checks", JSONB, nullable=False),
        sa.CheckConstraint("gender in ('female', 'male', 'diverse')", name="gender_known"),
        sa.ForeignKeyConstraint(["tenant_id", "id"], ["participants.tenant_id", "participants.id"]),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )


def _create_terms() -> None:
    op.create_table(
        "terms",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("concept", sa.String, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("plain", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["tenant_id", "created_by"], ["organisations.tenant_id", "organisations.id"]),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "terms_say_it_once",
        "terms",
        ["tenant_id", "concept", "language", "plain"],
        unique=True,
        postgresql_where=sa.text("deleted_at is null"),
    )


def downgrade() -> None:
    op.drop_table("terms")
    op.drop_table("safeguards")
    op.drop_column("participants", "busy")
