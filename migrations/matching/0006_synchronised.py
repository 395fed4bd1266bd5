"""Needs and offers that other systems keep: which field came from whom, and when."""

from migrations.frame import create_origins, drop_origins

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_origins("matching")


def downgrade() -> None:
    drop_origins()
