"""People whom other systems keep: which field came from whom, and when."""

from migrations.frame import create_origins, drop_origins

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    create_origins("directory")


def downgrade() -> None:
    drop_origins()
