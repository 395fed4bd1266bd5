"""The engine: conditions of listings, facts for the safety gates, what was weighed when something was shown, plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0002"
down_revision = "0001"

_XID = sa.text("pg_current_xact_id()::text::bigint")
_EMPTY_LIST, _EMPTY = sa.text("'[]'::jsonb"), sa.text("'{}'::jsonb")


def upgrade() -> None:
    for table in ("needs", "offers"):
        op.add_column(table, sa.Column("interpreter", sa.Boolean, nullable=False, server_default=sa.true()))
        op.add_column(table, sa.Column("busy", JSONB, nullable=False, server_default=_EMPTY_LIST))
        op.add_column(table, sa.Column("cost", sa.Integer))
        op.add_column(table, sa.Column("settings", JSONB, nullable=False, server_default=_EMPTY_LIST))
        op.add_column(table, sa.Column("conditions", JSONB, nullable=False, server_default=_EMPTY))
    op.add_column("people", sa.Column("busy", JSONB, nullable=False, server_default=_EMPTY_LIST))
    op.add_column("people", sa.Column("gender", sa.String))
    op.add_column("people", sa.Column("born_on", sa.Date))
    op.add_column("people", sa.Column("guardian_agreed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("people", sa.Column("checks", JSONB, nullable=False, server_default=_EMPTY))
    op.add_column("shown", sa.Column("search_id", sa.Uuid))
    op.add_column("shown", sa.Column("factors", JSONB, nullable=False, server_default=_EMPTY))
    op.add_column("shown", sa.Column("weights", sa.String, nullable=False, server_default="prior"))
    op.create_index("shown_by_time", "shown", ["tenant_id", "at"])
    _create_policies()
    _create_plans()
    op.create_table(
        "terms",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("concept", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("language", sa.String),
        sa.Column("changed_xid", sa.BigInteger, nullable=False, server_default=_XID),
    )
    guard("matching", "policies", "plans", "terms")


def _create_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("fairness", sa.Float, nullable=False),
        sa.Column("weights", JSONB),
        sa.Column("weights_version", sa.String, nullable=False),
        sa.Column("figures", JSONB),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("fairness between 0 and 0.5", name="fairness_within_bounds"),
    )


def _create_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("external_ids", JSONB, nullable=False, server_default=_EMPTY_LIST),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("held_by", sa.Uuid, nullable=False),
        sa.Column("asked", JSONB, nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("result", JSONB),
        sa.Column("problem", sa.String),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind in ('allocation', 'rings', 'labs')", name="plan_kind_known"),
        sa.CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="plan_state_known"),
    )
    op.create_index("plans_of_holder", "plans", ["tenant_id", "held_by", "kind", "id"])


def downgrade() -> None:
    op.drop_table("terms")
    op.drop_table("plans")
    op.drop_table("policies")
    op.drop_index("shown_by_time", "shown")
    for column in ("weights", "factors", "search_id"):
        op.drop_column("shown", column)
    for column in ("checks", "guardian_agreed", "born_on", "gender", "busy"):
        op.drop_column("people", column)
    for table in ("needs", "offers"):
        for column in ("conditions", "settings", "cost", "busy", "interpreter"):
            op.drop_column(table, column)
