"""What a person may ask of us: erasure where rows are only added, and an audit that shows tampering."""

revision = "0004"
down_revision = "0003"
SERVICE = "matching"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
