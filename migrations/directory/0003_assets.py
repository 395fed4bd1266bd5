"""Every kind of asset that a community has, and the same things to say of each."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0003"
down_revision = "0002"
SERVICE = "directory"

_EMPTY_LIST = sa.text("'[]'::jsonb")
_DOCUMENTS = ("concepts", "access", "costs", "areas")
_ORIGINAL = ("organisations", "places", "services")
_NEW = ("people", "activities", "micro_providers", "groups")
_MORE = {
    "organisations": ["category"],
    "places": ["website", "category", "cost"],
    "services": ["accessibility"],
}
_SAID_BEFORE = {"organisations": ["accessibility", "cost"], "places": [], "services": []}


def upgrade() -> None:
    for table in _ORIGINAL:
        _widen(table)
    op.add_column("organisations", _documents("identifiers"))
    op.add_column("services", sa.Column("minimum_age", sa.Integer))
    op.add_column("services", sa.Column("maximum_age", sa.Integer))
    op.add_column("services", sa.Column("alert", sa.String))
    _create_groups()
    _create_micro_providers()
    _create_activities()
    _create_people()
    guard(SERVICE, *_NEW)


def _documents(name: str) -> sa.Column[Any]:
    return sa.Column(name, JSONB, nullable=False, server_default=_EMPTY_LIST)


def _texts(table: str) -> list[str]:
    return [*_MORE[table], *_SAID_BEFORE[table], "assured_by"]


def _of_languages(table: str) -> list[str]:
    return ["languages", "opening"] if table == "places" else ["opening"] if table == "organisations" else []


def _facts() -> list[sa.Column[Any]]:
    """What is new about every asset, whatever it is."""
    return [
        *(_documents(name) for name in _DOCUMENTS),
        sa.Column("reach_km", sa.Float),
        sa.Column("assured_on", sa.Date),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_by", sa.Uuid),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("merged_into", sa.Uuid),
    ]


def _widen(table: str) -> None:
    """Add what an older table lacks; what stands in it counts as confirmed when it was last changed."""
    for name in _texts(table):
        op.add_column(table, sa.Column(name, sa.String))
    for name in _of_languages(table):
        op.add_column(table, _documents(name))
    for column in _facts():
        op.add_column(table, column)
    op.execute(f"update {table} set confirmed_at = updated_at, confirmed_by = held_by")  # noqa: S608


def _create(table: str, *special: Any) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _documents("external_ids"),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("name", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in _WORDS),
        *(_documents(name) for name in ("languages", "opening")),
        *_facts(),
        sa.Column("held_by", sa.Uuid),
        sa.Column("source", sa.String),
        *special,
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )


_WORDS = ("description", "website", "category", "accessibility", "cost", "assured_by")


def _refers(column: str, table: str) -> Sequence[Any]:
    return sa.Column(column, sa.Uuid), sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"]
    )


def _create_groups() -> None:
    _create("groups", *_refers("organisation_id", "organisations"), _documents("place_ids"))


def _create_micro_providers() -> None:
    _create(
        "micro_providers",
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("workers", sa.Integer, nullable=False),
        sa.Column("paid", sa.String, nullable=False),
        sa.Column("business_model", sa.String, nullable=False),
        sa.Column("trades_as", sa.String),
        *_refers("organisation_id", "organisations"),
        _documents("place_ids"),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.CheckConstraint("workers between 1 and 5", name="few_workers"),
    )


def _create_activities() -> None:
    _create(
        "activities",
        sa.Column("status", sa.String, nullable=False),
        *_refers("organisation_id", "organisations"),
        *_refers("group_id", "groups"),
        *_refers("micro_provider_id", "micro_providers"),
        _documents("place_ids"),
        sa.Column("minimum_age", sa.Integer),
        sa.Column("maximum_age", sa.Integer),
    )


def _create_people() -> None:
    _create(
        "people",
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"]),
    )
    op.create_index(
        "people_once",
        "people",
        ["tenant_id", "participant_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at is null"),
    )


def downgrade() -> None:
    for table in _NEW:
        op.drop_table(table)
    for name in ("alert", "maximum_age", "minimum_age"):
        op.drop_column("services", name)
    op.drop_column("organisations", "identifiers")
    for table in _ORIGINAL:
        for name in (*_texts(table), *_of_languages(table), *(column.name for column in _facts())):
            op.drop_column(table, name)
