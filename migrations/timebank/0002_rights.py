"""What a person may ask of us: erasure where rows are only added, and an audit that shows tampering."""

from alembic import op

from migrations.frame import chain_audit, let_forget, unchain_audit

revision = "0002"
down_revision = "0001"
SERVICE = "timebank"

_HERS = (
    "exists (select from accounts a where a.tenant_id = transfers.tenant_id and a.owner_kind = 'participant'"
    " and a.owner_id = person and a.id in (transfers.from_account, transfers.to_account))"
)


def upgrade() -> None:
    chain_audit(SERVICE)
    let_forget(SERVICE, "transfers", whose=_HERS, empty="reason = '', external_ids = '[]'")


def downgrade() -> None:
    unchain_audit(SERVICE)
    op.execute("drop function forget_transfers(uuid)")
