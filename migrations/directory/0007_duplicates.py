"""Suspicions, refusals and merges."""

revision = "0007"
down_revision = "0006"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
