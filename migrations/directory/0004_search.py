"""Finding assets: what a search reads."""

revision = "0004"
down_revision = "0003"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
