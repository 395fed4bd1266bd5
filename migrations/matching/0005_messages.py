"""Messages between the two sides of a match."""

import sqlalchemy as sa
from alembic import op

from migrations.frame import TENANT, guard

revision = "0005"
down_revision = "0004"
SERVICE = "matching"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("match_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.String, nullable=False),
        sa.Column("voice", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.CheckConstraint("side in ('need', 'offer') and voice in ('person', 'organisation')", name="message_sound"),
        sa.ForeignKeyConstraint(["tenant_id", "match_id"], ["matches.tenant_id", "matches.id"]),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("messages_of_match", "messages", ["tenant_id", "match_id", "id"])
    op.create_index("messages_by_time", "messages", ["tenant_id", "created_at"])
    guard(SERVICE, "messages")


def downgrade() -> None:
    op.drop_table("messages")
