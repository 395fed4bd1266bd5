"""Surveys and their anonymous responses; what a tenant has decided about its reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0005"
down_revision = "0004"

_TABLES = ("report_policies", "surveys", "survey_responses")


def upgrade() -> None:
    op.create_table(
        "report_policies",
        *_owned(),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("keeps", sa.String, nullable=False),
        _moment("updated_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("tenant_id", name="one_report_policy_per_tenant"),
        sa.CheckConstraint("threshold between 3 and 50", name="threshold_within_bounds"),
        sa.CheckConstraint("keeps in ('category', 'language', 'area')", name="keeps_known"),
    )
    _create_surveys()
    _create_responses()
    guard("assessments", *_TABLES)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid, primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid, primary_key=True),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_surveys() -> None:
    op.create_table(
        "surveys",
        *_owned(),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("external_ids", JSONB, nullable=False),
        _moment("deleted_at", nullable=True),
        sa.Column("instrument_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("wave", sa.String),
        sa.Column("opens", sa.Date),
        sa.Column("closes", sa.Date),
        sa.Column("area", sa.String),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("held_by", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.CheckConstraint("state in ('open', 'closed')", name="survey_state_known"),
    )
    op.create_index("surveys_of_holder", "surveys", ["tenant_id", "held_by", "created_at", "id"])


def _create_responses() -> None:
    op.create_table(
        "survey_responses",
        *_owned(),
        sa.Column("survey_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("respondent_kind", sa.String),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("batch", sa.Integer),
        sa.Column("day", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "survey_id"], ["surveys.tenant_id", "surveys.id"]),
        sa.UniqueConstraint("tenant_id", "survey_id", "client_id", name="one_response_per_client_id"),
    )
