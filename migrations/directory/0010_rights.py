"""What a person may ask of us, and how long things are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard, let_forget

revision = "0010"
down_revision = "0009"
SERVICE = "directory"

_TIME = sa.DateTime(timezone=True)
_FORGET_OLD_GRANTS = """
create function forget_old_grants(before timestamptz) returns integer language plpgsql security definer
set search_path = directory, pg_temp as $$
declare
    mine uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    n integer;
begin
    delete from revocations r using consents c, participants p
        where r.tenant_id = mine and c.tenant_id = mine and p.tenant_id = mine
        and c.id = r.id and p.id = c.participant_id and p.erased_at < before;
    delete from consents c using participants p
        where c.tenant_id = mine and p.tenant_id = mine and p.id = c.participant_id and p.erased_at < before;
    get diagnostics n = row_count;
    return n;
end $$
"""


def upgrade() -> None:
    op.add_column("participants", sa.Column("restricted_at", _TIME))
    op.add_column("participants", sa.Column("restricted_because", sa.String))
    op.add_column("participants", sa.Column("erased_at", _TIME))
    _create_erasures()
    _create_requests()
    _create_retention()
    guard(SERVICE, "erasures", "rights_requests", "retention_rules", "retention_reports")
    let_forget(
        SERVICE,
        "consents",
        whose="participant_id = person",
        empty="interpreter = null, captured_by = '', categories = '[]'",
    )
    op.execute(_FORGET_OLD_GRANTS)
    op.execute("revoke execute on function forget_old_grants(timestamptz) from public")
    op.execute('grant execute on function forget_old_grants(timestamptz) to "cando_directory"')


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    ]


def _versioned() -> list[sa.Column[object]]:
    return [
        *_owned(),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    ]


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        *_versioned(),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("also", JSONB, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("requested_by", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("acknowledged", JSONB, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "participant_id", name="erased_once"),
        _refers("participant_id", "participants"),
        _refers("organisation_id", "organisations"),
    )
    op.create_index("erasures_in_order", "erasures", ["tenant_id", "created_at", "id"])


def _create_requests() -> None:
    op.create_table(
        "rights_requests",
        *_versioned(),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("asked", sa.String),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("answer", sa.String),
        sa.Column("closed_at", _TIME),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        _refers("participant_id", "participants"),
        _refers("organisation_id", "organisations"),
    )
    op.create_index("rights_requests_by_due_date", "rights_requests", ["tenant_id", "due_on", "id"])


def _create_retention() -> None:
    op.create_table(
        "retention_rules",
        *_versioned(),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("months", sa.Integer),
        sa.Column("enforce", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "kind", name="one_rule_a_kind"),
    )
    op.create_table(
        "retention_reports",
        *_owned(),
        sa.Column("kinds", JSONB, nullable=False),
        sa.Column("missing", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("retention_reports_in_order", "retention_reports", ["tenant_id", "created_at", "id"])


def downgrade() -> None:
    op.execute("drop function forget_old_grants(timestamptz)")
    op.execute("drop function forget_consents(uuid)")
    for table in ("retention_reports", "retention_rules", "rights_requests", "erasures"):
        op.drop_table(table)
    for column in ("erased_at", "restricted_because", "restricted_at"):
        op.drop_column("participants", column)
