"""What a need or an offer is about, as a person has confirmed it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("needs", "offers"):
        op.add_column(table, sa.Column("concepts", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")))


def downgrade() -> None:
    for table in ("needs", "offers"):
        op.drop_column(table, "concepts")
