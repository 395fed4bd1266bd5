"""The house stands: the tables that every service has, with an audit that shows tampering."""

from migrations.frame import chain_audit, create_kernel_tables, drop_kernel_tables, unchain_audit

revision = "0001"
down_revision = None
SERVICE = "connect"


def upgrade() -> None:
    create_kernel_tables(SERVICE)
    chain_audit(SERVICE)


def downgrade() -> None:
    unchain_audit(SERVICE)
    drop_kernel_tables()
