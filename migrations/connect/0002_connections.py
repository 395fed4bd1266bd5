"""Connections to other systems: where, how, and what came of each run."""

revision = "0002"
down_revision = "0001"
SERVICE = "connect"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
