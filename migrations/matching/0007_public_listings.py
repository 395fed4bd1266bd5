"""What may be listed in public."""

revision = "0007"
down_revision = "0006"
SERVICE = "matching"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
