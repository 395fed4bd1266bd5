"""Notices, assignments and overrides."""

revision = "0009"
down_revision = "0008"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
