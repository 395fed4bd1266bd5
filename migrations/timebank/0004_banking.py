"""A time bank of groups and persons: limits both ways, alerts, opening balances."""

revision = "0004"
down_revision = "0003"
SERVICE = "timebank"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
