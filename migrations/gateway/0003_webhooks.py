"""Webhooks: who is told of what, where, and every attempt to tell."""

revision = "0003"
down_revision = "0002"
SERVICE = "gateway"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
