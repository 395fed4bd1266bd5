"""Staff sign in with their council's own accounts, and signing keys take turns."""

revision = "0004"
down_revision = "0003"
SERVICE = "gateway"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
