"""Needs and offers that other systems keep: which field came from whom, and when."""

revision = "0006"
down_revision = "0005"
SERVICE = "matching"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
