"""People whom other systems keep: which field came from whom, and when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0012"
down_revision = "0011"
SERVICE = "directory"


def upgrade() -> None:
    op.create_table(
        "origins",
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", JSONB(), nullable=False),
    )
    op.create_table(
        "heard",
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resource_id", sa.Uuid()),
        sa.Column("gone", sa.Boolean(), nullable=False),
    )
    op.create_index("heard_of_resource", "heard", ["tenant_id", "resource_id"])
    op.create_index("heard_by_end", "heard", ["tenant_id", "said_at"], postgresql_where=sa.text("gone"))
    guard(SERVICE, "origins", "heard")


def downgrade() -> None:
    op.drop_table("heard")
    op.drop_table("origins")
