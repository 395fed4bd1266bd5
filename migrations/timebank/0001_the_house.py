"""The house stands: accounts, transfers, their journal, holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, append_only, create_kernel_tables, drop_kernel_tables, guard

revision = "0001"
down_revision = None

_BALANCED = """
create function check_balanced() returns trigger language plpgsql as
$$
declare
    which uuid;
    sound boolean;
begin
    if tg_table_name = 'transfers' then which := new.id; else which := new.transfer_id; end if;
    select count(*) = 2 and sum(e.seconds) = 0
           and bool_and(e.seconds = case e.account_id when t.to_account then t.seconds
                                                      when t.from_account then -t.seconds else 0 end)
      into sound
      from transfers t join entries e on e.tenant_id = t.tenant_id and e.transfer_id = t.id
     where t.tenant_id = new.tenant_id and t.id = which;
    if sound is not true then
        raise exception 'a transfer does not balance';
    end if;
    return null;
end
$$
"""


def upgrade() -> None:
    create_kernel_tables("timebank")
    _create_accounts()
    _create_transfers()
    _create_entries()
    _create_holds()
    guard("timebank", "accounts", "transfers", "entries", "holds")
    append_only("timebank", "entries", "transfers")
    op.execute('grant update (state, version, updated_at) on transfers to "cando_timebank"')
    op.execute('revoke delete on accounts, holds from "cando_timebank"')
    op.execute(_BALANCED)
    for table in ("transfers", "entries"):
        op.execute(
            f"create constraint trigger balanced after insert on {table} deferrable initially deferred"
            " for each row execute function check_balanced()"
        )


def downgrade() -> None:
    for table in ("holds", "entries", "transfers", "accounts"):
        op.drop_table(table)
    op.execute("drop function check_balanced()")
    drop_kernel_tables()


def _tenant() -> sa.Column[object]:
    return sa.Column("tenant_id", sa.Uuid(), server_default=TENANT, nullable=False)


def _kept() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _within_tenant(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        _tenant(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("held_by", sa.Uuid(), nullable=False),
        sa.Column("balance_seconds", sa.BigInteger(), nullable=False),
        sa.Column("held_seconds", sa.BigInteger(), nullable=False),
        sa.Column("debit_limit_seconds", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("external_ids", JSONB(), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("owner_kind in ('participant', 'organisation', 'community')", name="owner_kind_known"),
        sa.CheckConstraint("state in ('open', 'closed')", name="account_state_known"),
        sa.CheckConstraint("held_seconds >= 0 and debit_limit_seconds >= 0", name="never_negative"),
        sa.CheckConstraint("balance_seconds - held_seconds >= -debit_limit_seconds", name="within_limit"),
        sa.CheckConstraint("state = 'open' or (balance_seconds = 0 and held_seconds = 0)", name="closed_is_empty"),
    )
    op.create_index(
        "one_open_account_per_owner",
        "accounts",
        ["tenant_id", "owner_kind", "owner_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("accounts_of_holder", "accounts", ["tenant_id", "held_by", "id"])


def _create_transfers() -> None:
    op.create_table(
        "transfers",
        _tenant(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_account", sa.Uuid(), nullable=False),
        sa.Column("to_account", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("match_id", sa.Uuid()),
        sa.Column("source_ref", sa.String()),
        sa.Column("reverses", sa.Uuid()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("external_ids", JSONB(), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("kind in ('transfer', 'hours', 'donation', 'reversal', 'opening')", name="kind_known"),
        sa.CheckConstraint("state in ('posted', 'reversed')", name="transfer_state_known"),
        sa.CheckConstraint("seconds > 0 and from_account <> to_account", name="something_moves"),
        _within_tenant("accounts", "from_account"),
        _within_tenant("accounts", "to_account"),
        _within_tenant("transfers", "reverses"),
    )
    op.create_index("posted_once", "transfers", ["tenant_id", "source_ref"], unique=True)
    op.create_index("reversed_once", "transfers", ["tenant_id", "reverses"], unique=True)
    op.create_index("transfers_of_payer", "transfers", ["tenant_id", "from_account", "id"])
    op.create_index("transfers_of_payee", "transfers", ["tenant_id", "to_account", "id"])


def _create_entries() -> None:
    op.create_table(
        "entries",
        _tenant(),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "transfer_id", "account_id"),
        sa.CheckConstraint("seconds <> 0", name="not_nothing"),
        _within_tenant("transfers", "transfer_id"),
        _within_tenant("accounts", "account_id"),
    )
    op.create_index("entries_of_account", "entries", ["tenant_id", "account_id", "at", "transfer_id"])


def _create_holds() -> None:
    op.create_table(
        "holds",
        _tenant(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("payer_account", sa.Uuid(), nullable=False),
        sa.Column("payee_account", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("posted_seconds", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.CheckConstraint("state in ('held', 'posted', 'released')", name="hold_state_known"),
        sa.CheckConstraint("seconds > 0 and posted_seconds between 0 and seconds", name="posted_within_held"),
        _within_tenant("accounts", "payer_account"),
        _within_tenant("accounts", "payee_account"),
    )
    op.create_index("one_hold_per_match", "holds", ["tenant_id", "match_id"], unique=True)
    op.create_index("holds_of_payer", "holds", ["tenant_id", "payer_account"])
    op.create_index("holds_of_payee", "holds", ["tenant_id", "payee_account"])
