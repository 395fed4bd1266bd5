"""Consent to be listed in public."""

revision = "0013"
down_revision = "0012"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
