"""Notices, assignments and overrides; and the audit's chain."""

from alembic import op

from migrations.frame import append_only, chain_audit, guard, unchain_audit

revision = "0009"
down_revision = "0008"
SERVICE = "directory"

_TENANT = "tenant_id uuid not null default nullif(current_setting('app.tenant', true), '')::uuid, id uuid not null"
_HERS = "foreign key (tenant_id, participant_id) references participants (tenant_id, id)"
_THEIRS = "foreign key (tenant_id, organisation_id) references organisations (tenant_id, id)"
_TABLES = f"""
create table notices (
    {_TENANT},
    purpose text not null,
    notice_version text not null,
    texts jsonb not null,
    valid_from timestamptz not null,
    published_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, purpose, notice_version)
);
create table assignments (
    {_TENANT},
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    participant_id uuid not null,
    organisation_id uuid not null,
    staff_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz,
    ended_at timestamptz,
    assigned_by text not null,
    primary key (tenant_id, id),
    {_HERS},
    {_THEIRS}
);
create index assignments_of_staff on assignments (tenant_id, staff_id, participant_id);
create index assignments_of_participant on assignments (tenant_id, participant_id);
create table overrides (
    {_TENANT},
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    participant_id uuid not null,
    organisation_id uuid not null,
    staff_id uuid not null,
    category text not null,
    reason text not null,
    ends_at timestamptz not null,
    reviewed_at timestamptz,
    reviewed_by uuid,
    verdict text,
    note text,
    primary key (tenant_id, id),
    {_HERS},
    {_THEIRS}
);
create index overrides_of_participant on overrides (tenant_id, participant_id);
create index overrides_of_organisation on overrides (tenant_id, organisation_id, created_at);
"""


def upgrade() -> None:
    op.execute(_TABLES)
    guard(SERVICE, "notices", "assignments", "overrides")
    append_only(SERVICE, "notices")
    chain_audit(SERVICE)


def downgrade() -> None:
    unchain_audit(SERVICE)
    for table in ("overrides", "assignments", "notices"):
        op.drop_table(table)
