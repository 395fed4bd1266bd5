"""What first migrations share: the kernel's tables as first released, and the guard every table stands behind.

The guard is row-level security, forced: the runtime role sees the rows of the transaction's tenant, the owner role
(which migrates) has a policy of its own, the feed role reads events only.
"""

import sqlalchemy as sa
from alembic import op

TENANT = sa.text("nullif(current_setting('app.tenant', true), '')::uuid")

_KERNEL_TABLES = """
create table events (
    tenant_id uuid not null default nullif(current_setting('app.tenant', true), '')::uuid,
    id uuid not null,
    type text not null,
    subject uuid not null,
    ids jsonb not null,
    at timestamptz not null,
    xid bigint not null default pg_current_xact_id()::text::bigint,
    seq bigint generated always as identity,
    primary key (tenant_id, id)
);
create index events_in_order on events (xid, seq);
create index events_of_tenant on events (tenant_id, xid, seq);
comment on column events.ids is 'related ids and states; never a text or a name';
create table external_ids (
    tenant_id uuid not null default nullif(current_setting('app.tenant', true), '')::uuid,
    collection text not null,
    system text not null,
    value text not null,
    resource_id uuid not null,
    primary key (tenant_id, collection, system, value)
);
create index external_ids_of_resource on external_ids (tenant_id, collection, resource_id);
create table idempotency (
    tenant_id uuid not null default nullif(current_setting('app.tenant', true), '')::uuid,
    client text not null,
    key text not null,
    request_hash text not null,
    status integer,
    reference text,
    at timestamptz not null,
    primary key (tenant_id, client, key)
);
comment on column idempotency.reference is 'where the result can be read; never its body';
create table inbox (
    tenant_id uuid not null default nullif(current_setting('app.tenant', true), '')::uuid,
    source text not null,
    event_id uuid not null,
    at timestamptz not null,
    primary key (tenant_id, source, event_id)
);
create table cursors (
    source text primary key,
    position text not null,
    at timestamptz not null
);
create table audit (
    tenant_id uuid not null default nullif(current_setting('app.tenant', true), '')::uuid,
    id uuid not null,
    at timestamptz not null,
    actor_kind text not null,
    actor text not null,
    organisation_id uuid,
    on_behalf_of uuid,
    action text not null,
    subject uuid not null,
    purpose text,
    chain text,
    primary key (tenant_id, id)
);
create index audit_of_subject on audit (tenant_id, subject, at);
comment on column audit.chain is 'hash over this row and the one before it, set in batches';
"""

_BELL = """
create function ring() returns trigger language plpgsql as
$$ begin perform pg_notify('{service}_events', ''); return null; end $$;
create trigger ring after insert on events for each statement execute function ring();
"""


def create_kernel_tables(service: str) -> None:
    """Create the kernel's tables of `service`, guarded; facts and audit rows cannot be changed by the service."""
    op.execute(_KERNEL_TABLES)
    op.execute(_BELL.format(service=service))
    guard(service, "events", "external_ids", "idempotency", "inbox", "audit")
    append_only(service, "events", "audit")
    op.execute(f'grant select on events to "cando_{service}_feed"')
    op.execute(f'create policy feed on events for select to "cando_{service}_feed" using (true)')


def drop_kernel_tables() -> None:
    """Undo `create_kernel_tables`."""
    for table in ("audit", "cursors", "inbox", "idempotency", "external_ids", "events"):
        op.drop_table(table)
    op.execute("drop function ring()")


def guard(service: str, *tables: str) -> None:
    """Put `tables` behind row-level security: one tenant at a time for the service, all rows for its owner."""
    mine = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"
    for table in tables:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f'create policy tenant on {table} to "cando_{service}" using ({mine}) with check ({mine})')
        op.execute(f'create policy owner on {table} to "cando_{service}_owner" using (true) with check (true)')


def append_only(service: str, *tables: str) -> None:
    """Let the service add to `tables` and read them, but neither change nor delete."""
    for table in tables:
        op.execute(f'revoke update, delete on {table} from "cando_{service}"')
