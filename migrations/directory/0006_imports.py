"""Imports that stream, go on where they stopped, and come back by themselves."""

revision = "0006"
down_revision = "0005"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
