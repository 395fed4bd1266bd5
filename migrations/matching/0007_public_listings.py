"""What may be listed in public is found without reading everything else."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
SERVICE = "matching"
_FOR_ALL = "visibility = 'public' and state = 'open' and deleted_at is null"


def upgrade() -> None:
    for table in ("needs", "offers"):
        op.create_index(f"{table}_for_all", table, ["tenant_id", "id"], postgresql_where=sa.text(_FOR_ALL))


def downgrade() -> None:
    for table in ("needs", "offers"):
        op.drop_index(f"{table}_for_all", table_name=table)
