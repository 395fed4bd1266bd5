"""Webhooks: who is told of what, where, and every attempt to tell.

Whoever sends must know for which webhooks something is due, over all tenants. Two functions of the owner tell that and
no more: ids and times. The first of every tenant comes before the second of any, and within one the first of every
organisation, so that many that hang hide nobody. Everything else goes one tenant's transaction at a time.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.frame import TENANT, guard

revision = "0003"
down_revision = "0002"
SERVICE = "gateway"

_DUE = """
create function due_webhooks(most integer, since timestamptz)
returns table (tenant_id uuid, webhook_id uuid, due timestamptz, failing boolean)
language sql stable security definer set search_path = gateway, pg_temp as $$
    with waiting as (
        select w.tenant_id, w.id, d.next_at, coalesce(w.failing_since <= since, false) as failing,
            row_number() over (partition by w.tenant_id, w.organisation_id order by d.next_at) as place
        from webhooks w cross join lateral (
            select next_at from webhook_deliveries
            where webhook_deliveries.tenant_id = w.tenant_id and webhook_deliveries.webhook_id = w.id
            and webhook_deliveries.state = 'waiting' order by next_at limit 1
        ) d
        where w.state = 'enabled' and w.deleted_at is null
    )
    select one.tenant_id, one.id, one.next_at, one.failing from waiting one
    order by row_number() over (partition by one.tenant_id order by one.place, one.next_at), one.next_at limit most
$$
"""
_ANY = """
create function webhooks_exist() returns boolean
language sql stable security definer set search_path = gateway, pg_temp as $$
    select exists (select from webhooks where deleted_at is null)
$$
"""


def upgrade() -> None:
    _create_webhooks()
    _create_deliveries()
    guard(SERVICE, "webhooks", "webhook_deliveries")
    for made, called in ((_DUE, "due_webhooks(integer, timestamptz)"), (_ANY, "webhooks_exist()")):
        op.execute(made)
        op.execute(f"revoke execute on function {called} from public")
        op.execute(f'grant execute on function {called} to "cando_gateway"')


def downgrade() -> None:
    op.execute("drop function webhooks_exist()")
    op.execute("drop function due_webhooks(integer, timestamptz)")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid(), primary_key=True),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        *_owned(),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        _document("external_ids"),
        _moment("deleted_at", nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        _document("event_types"),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("disabled_because", sa.String(), nullable=True),
        _moment("failing_since", nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        _moment("secret_created_at"),
        sa.Column("old_secret", sa.String(), nullable=True),
        _moment("old_secret_ends_at", nullable=True),
    )
    op.create_index("webhooks_of_organisation", "webhooks", ["tenant_id", "organisation_id", "created_at", "id"])


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        *_owned(),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("webhook_id", "event_id", "subject")),
        sa.Column("type", sa.String(), nullable=False),
        _document("ids"),
        _moment("at"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        _moment("next_at"),
        _moment("sending_until", nullable=True),
        _document("attempts"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.ForeignKeyConstraint(["tenant_id", "webhook_id"], ["webhooks.tenant_id", "webhooks.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "webhook_id", "event_id", name="webhook_deliveries_once"),
    )
    _index("in_order", "webhook_id", "created_at", "id")
    _index("of_age", "created_at")
    _index("due", "webhook_id", "next_at", "number", waiting=True)
    _index("of_subject", "webhook_id", "subject", "number", waiting=True)


def _index(name: str, *columns: str, waiting: bool = False) -> None:
    only = sa.text("state = 'waiting'") if waiting else None
    op.create_index(f"webhook_deliveries_{name}", "webhook_deliveries", ["tenant_id", *columns], postgresql_where=only)
