"""What a person may ask of us, and how long things are kept."""

revision = "0010"
down_revision = "0009"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
