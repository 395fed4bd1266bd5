"""What a person may ask of us: erasure where rows are only added, and an audit that shows tampering."""

revision = "0003"
down_revision = "0002"
SERVICE = "community"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
