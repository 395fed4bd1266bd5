"""What each client, tenant and address has asked of late, counted for all gateways together.

Unlogged: it is worth nothing after a crash, and is written often. It names no tenant, since it belongs to the
installation; an address is kept as a keyed hash.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
SERVICE = "gateway"


def upgrade() -> None:
    op.create_table(
        "rate_buckets",
        sa.Column("key", sa.Text(), primary_key=True, comment="of a client, a tenant, or a keyed hash of an address"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        prefixes=["UNLOGGED"],
    )
    # Each taking changes a row in its place: with room on the page no index is touched.
    op.execute("alter table rate_buckets set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0,"
               " autovacuum_vacuum_threshold = 1000)")  # fmt: skip


def downgrade() -> None:
    op.drop_table("rate_buckets")
