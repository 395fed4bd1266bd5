"""What a person may ask of us: erasure where rows are only added, and an audit that shows tampering."""

from migrations.frame import chain_audit, unchain_audit

revision = "0003"
down_revision = "0002"
SERVICE = "community"


def upgrade() -> None:
    chain_audit(SERVICE)


def downgrade() -> None:
    unchain_audit(SERVICE)
