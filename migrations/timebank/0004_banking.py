"""A time bank of groups and persons: limits both ways, alerts, opening balances, and a why for every hour."""

import sqlalchemy as sa
from alembic import op

from migrations.frame import TENANT, guard, let_forget

revision = "0004"
down_revision = "0003"
SERVICE = "timebank"

_HERS = (
    "exists (select from accounts a where a.tenant_id = transfers.tenant_id and a.owner_kind = 'participant'"
    " and a.owner_id = person and a.id in (transfers.from_account, transfers.to_account))"
)
_OPENED = """
update accounts a set opened_seconds = coalesce((
    select sum(t.seconds) from transfers t
     where t.tenant_id = a.tenant_id and t.from_account = a.id and t.kind = 'opening' and t.state = 'posted'), 0)
 where a.owner_kind = 'community' and a.state = 'open'
"""
_FORGET_OLD = """
create or replace function forget_old_reasons(before timestamptz) returns integer language plpgsql security definer
set search_path = timebank, pg_temp as $$
declare
    n integer;
begin
    update transfers set reason = ''{also}
        where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
        and created_at < before and reason <> '';
    get diagnostics n = row_count;
    return n;
end $$
"""
_OLD_LIMIT = "balance_seconds - held_seconds >= -debit_limit_seconds"
_NEW_LIMIT = "balance_seconds - held_seconds + opened_seconds >= -debit_limit_seconds"


def upgrade() -> None:
    for name in ("credit_limit_seconds", "low_alert_seconds", "high_alert_seconds"):
        op.add_column("accounts", sa.Column(name, sa.BigInteger()))
    op.add_column("accounts", sa.Column("alert", sa.String(), server_default="balanced", nullable=False))
    op.add_column("accounts", sa.Column("opened_seconds", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(_OPENED)
    _recheck(kinds="'participant', 'organisation', 'group', 'community'", limit=_NEW_LIMIT)
    op.create_check_constraint("alert_known", "accounts", "alert in ('balanced', 'low', 'hoarding')")
    op.create_check_constraint("room_never_negative", "accounts", "credit_limit_seconds >= 0")
    op.create_check_constraint("only_the_pot_opens", "accounts", "owner_kind = 'community' or opened_seconds = 0")
    op.create_index(
        "accounts_in_alert", "accounts", ["tenant_id", "alert", "id"], postgresql_where=sa.text("alert <> 'balanced'")
    )
    _create_policies()
    _say_why()


def downgrade() -> None:
    op.execute("drop policy nothing_begins_forgotten on transfers")
    op.drop_constraint("something_says_why", "transfers", type_="check")
    op.execute("drop function forget_transfers(uuid)")
    let_forget(SERVICE, "transfers", whose=_HERS, empty="reason = '', external_ids = '[]'")
    op.execute(_FORGET_OLD.format(also=""))
    op.drop_column("transfers", "forgotten")
    op.drop_table("policies")
    op.drop_index("accounts_in_alert", "accounts")
    for name in ("only_the_pot_opens", "room_never_negative", "alert_known"):
        op.drop_constraint(name, "accounts", type_="check")
    # without the column, what the pot paid as opening balances can only stand within its limit
    op.execute(
        "update accounts set debit_limit_seconds = debit_limit_seconds + opened_seconds where opened_seconds > 0"
    )
    _recheck(kinds="'participant', 'organisation', 'community'", limit=_OLD_LIMIT, valid=False)
    for name in ("opened_seconds", "alert", "high_alert_seconds", "low_alert_seconds", "credit_limit_seconds"):
        op.drop_column("accounts", name)


def _recheck(*, kinds: str, limit: str, valid: bool = True) -> None:
    """Replace what accounts must be; without `valid` rows that are there may be otherwise: none is thrown away."""
    rest = "" if valid else " not valid"
    for name, rule in {"owner_kind_known": f"owner_kind in ({kinds})", "within_limit": limit}.items():
        op.drop_constraint(name, "accounts", type_="check")
        op.execute(f"alter table accounts add constraint {name} check ({rule}){rest}")


def _create_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("tenant_id", sa.Uuid(), server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("debit_limit_seconds", sa.BigInteger(), nullable=False),
        sa.Column("credit_limit_seconds", sa.BigInteger()),
        sa.Column("low_alert_seconds", sa.BigInteger()),
        sa.Column("high_alert_seconds", sa.BigInteger()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("debit_limit_seconds >= 0 and credit_limit_seconds >= 0", name="limits_never_negative"),
        sa.CheckConstraint("low_alert_seconds <= 0 and high_alert_seconds >= 0", name="nothing_is_balanced"),
    )
    guard(SERVICE, "policies")


def _say_why() -> None:
    """Hold every transfer to a match or a reason; only what forgets may leave it without."""
    op.add_column("transfers", sa.Column("forgotten", sa.Boolean(), server_default="false", nullable=False))
    op.execute("update transfers set forgotten = true where reason = ''")
    op.create_check_constraint(
        "something_says_why", "transfers", "forgotten or match_id is not null or btrim(reason) <> ''"
    )
    op.execute(
        "create policy nothing_begins_forgotten on transfers as restrictive for insert"
        f' to "cando_{SERVICE}" with check (not forgotten)'
    )
    op.execute("drop function forget_transfers(uuid)")
    let_forget(SERVICE, "transfers", whose=_HERS, empty="reason = '', external_ids = '[]', forgotten = true")
    op.execute(_FORGET_OLD.format(also=", forgotten = true"))
