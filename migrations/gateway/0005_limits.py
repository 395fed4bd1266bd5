"""What each client has asked of late, counted for all gateways together."""

revision = "0005"
down_revision = "0004"
SERVICE = "gateway"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
