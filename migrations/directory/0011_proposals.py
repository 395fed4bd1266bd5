"""What surveys propose to list in the directory, and how long an entry may go unconfirmed."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0011"
down_revision = "0010"
SERVICE = "directory"

_TABLES = ("asset_proposals", "freshness_policies")
_ASSETS = ("organisations", "groups", "micro_providers", "places", "services", "activities")


def upgrade() -> None:
    op.create_table(
        "asset_proposals",
        *_versioned(),
        sa.Column("response_id", sa.Uuid, nullable=False),
        sa.Column("survey_id", sa.Uuid, nullable=False),
        sa.Column("held_by", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("activities", JSONB, nullable=False),
        sa.Column("ask_again_on", sa.Date),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("asset_kind", sa.String),
        sa.Column("asset_id", sa.Uuid),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Uuid),
        sa.UniqueConstraint("tenant_id", "response_id", name="one_proposal_per_response"),
        sa.CheckConstraint("state in ('open', 'confirmed', 'refused')", name="proposal_state_known"),
    )
    op.create_index("proposals_of_survey", "asset_proposals", ["tenant_id", "survey_id"])
    op.create_table(
        "freshness_policies",
        *_versioned(),
        sa.Column("ask_after_months", sa.Integer, nullable=False),
        sa.Column("hide_after_months", sa.Integer, nullable=False),
        sa.UniqueConstraint("tenant_id", name="one_freshness_policy_per_tenant"),
        sa.CheckConstraint("ask_after_months between 1 and hide_after_months", name="asked_before_hidden"),
    )
    guard(SERVICE, *_TABLES)
    for table in _ASSETS:
        op.create_index(f"{table}_by_freshness", table, ["tenant_id", sa.text("coalesce(confirmed_at, created_at)")])


def _versioned() -> list[Any]:
    return [
        sa.Column("tenant_id", sa.Uuid, primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    ]


def downgrade() -> None:
    for table in _ASSETS:
        op.drop_index(f"{table}_by_freshness", table_name=table)
    for table in _TABLES:
        op.drop_table(table)
