"""What a person may ask of us: erasure where rows are only added, and an audit that shows tampering."""

revision = "0006"
down_revision = "0005"
SERVICE = "assessments"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
