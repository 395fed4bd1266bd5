"""What first migrations share: the kernel's tables as first released, and the guard every table stands behind.

The guard is row-level security, forced: the runtime role sees the rows of the transaction's tenant, the owner role
(which migrates) has a policy of its own, the feed role reads events only.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

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


def index_beside_writes(name: str, table: str, columns: str, *, where: str = "", unique: bool = False) -> None:
    """Make an index of a table that has rows while it is written to; what a try before left behind goes first.

    `columns` is what stands in the brackets. Everything before it in the migration is committed: let it come first.
    """
    kind, only = "unique index" if unique else "index", f" where {where}" if where else ""
    with op.get_context().autocommit_block():
        op.execute("set lock_timeout to 0")  # it waits for old transactions, and nobody for it
        op.execute(f"drop index concurrently if exists {name}")
        op.execute(f"create {kind} concurrently {name} on {table} ({columns}){only}")
        op.execute("set lock_timeout to '1s'")


def rule_beside_writes(table: str, name: str, rule: str) -> None:
    """Add a check or a reference to a table that has rows: for new rows at once, for the old while it is written to.

    Everything before it in the migration is committed: let it come first.
    """
    with op.get_context().autocommit_block():
        op.execute(f"alter table {table} drop constraint if exists {name}")
        op.execute(f"alter table {table} add constraint {name} {rule} not valid")
        op.execute(f"alter table {table} validate constraint {name}")


def never_null_beside_writes(table: str, column: str) -> None:
    """Let a column of a table that has rows be null no more; the rows are looked through while it is written to.

    Everything before it in the migration is committed: let it come first.
    """
    name = f"{table}_{column}_there"
    rule_beside_writes(table, name, f"check ({column} is not null)")
    with op.get_context().autocommit_block():
        op.execute(f"alter table {table} alter column {column} set not null")
        op.execute(f"alter table {table} drop constraint {name}")


def append_only(service: str, *tables: str) -> None:
    """Let the service add to `tables` and read them, but neither change nor delete."""
    for table in tables:
        op.execute(f'revoke update, delete on {table} from "cando_{service}"')


def let_forget(service: str, table: str, *, whose: str, empty: str | None = None) -> None:
    """Make `forget_{table}(person)`: the one way in which rows that are only added to go, or are emptied, at erasure.

    It runs as the owner, within the transaction's tenant. `whose` is the condition that a row is about `person`;
    `empty` says what is set, else the rows go.
    """
    change = f"delete from {table}" if empty is None else f"update {table} set {empty}"  # noqa: S608
    op.execute(
        f"create function forget_{table}(person uuid) returns integer language plpgsql security definer"
        f" set search_path = {service}, pg_temp as $$ declare n integer; begin"
        f" {change} where {table}.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid and ({whose});"
        " get diagnostics n = row_count; return n; end $$"
    )
    op.execute(f"revoke execute on function forget_{table}(uuid) from public")
    op.execute(f'grant execute on function forget_{table}(uuid) to "cando_{service}"')


_CHAIN = """
alter table audit add column person uuid, add column number bigint;
comment on column audit.person is 'whose data it was, where the subject is something about her';
comment on column audit.number is 'the place in the chain';
create index audit_of_person on audit (tenant_id, person, at);
create index audit_of_actor on audit (tenant_id, organisation_id, at);
create unique index audit_in_chain on audit (tenant_id, number);
create function chained_once() returns trigger language plpgsql as
$$ begin raise exception 'a row of the audit is chained once' using errcode = 'insufficient_privilege'; end $$;
"""


def chain_audit(service: str) -> None:
    """Let the service give each row of its audit its place in the chain: once, and change nothing else of it."""
    op.execute(_CHAIN)
    op.execute(f'grant update (chain, number) on audit to "cando_{service}"')
    op.execute(
        "create trigger chained_once before update on audit for each row"
        f" when (current_user = 'cando_{service}' and (old.chain is not null or old.number is not null))"
        " execute function chained_once()"
    )


def unchain_audit(service: str) -> None:
    """Undo `chain_audit`. What was chained is not any more."""
    op.execute("drop trigger chained_once on audit")
    op.execute("drop function chained_once()")
    op.execute(f'revoke update (chain, number) on audit from "cando_{service}"')
    for index in ("audit_in_chain", "audit_of_actor", "audit_of_person"):
        op.drop_index(index, table_name="audit")
    op.execute("update audit set chain = null")
    op.drop_column("audit", "number")
    op.drop_column("audit", "person")


def create_origins(service: str) -> None:
    """Create the tables of whose word counts for what other systems push: which field came from whom, and when."""
    op.create_table(
        "origins",
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", JSONB(), nullable=False),
    )
    op.create_table(
        "heard",
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resource_id", sa.Uuid()),
        sa.Column("gone", sa.Boolean(), nullable=False),
    )
    op.create_index("heard_of_resource", "heard", ["tenant_id", "resource_id"])
    op.create_index("heard_by_end", "heard", ["tenant_id", "said_at"], postgresql_where=sa.text("gone"))
    guard(service, "origins", "heard")


def drop_origins() -> None:
    """Undo `create_origins`."""
    op.drop_table("heard")
    op.drop_table("origins")
