"""People whom other systems keep: which field came from whom, and when."""

revision = "0012"
down_revision = "0011"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
