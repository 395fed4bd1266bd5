"""Households, relations and checks of participants."""

revision = "0008"
down_revision = "0007"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
