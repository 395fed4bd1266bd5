"""What a person may ask of us: erasure where rows are only added, and an audit that shows tampering."""

revision = "0002"
down_revision = "0001"
SERVICE = "timebank"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
