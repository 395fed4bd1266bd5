"""Households, relations and checks of participants: checks move from a list beside safeguards to rows of their own."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0008"
down_revision = "0007"
SERVICE = "directory"

_TABLES = ("checks", "households", "household_members", "relations")
_TO_ROWS = """
insert into checks (tenant_id, id, created_at, updated_at, version, participant_id,
                    kind, checked_on, checked_by, valid_until)
select s.tenant_id, gen_random_uuid(), s.updated_at, s.updated_at, 1, s.id, seen.kind, seen.checked_on, seen.checked_by,
       seen.valid_until
from safeguards s cross join lateral (
    select distinct one ->> 'kind' as kind, (one ->> 'checked_on')::date as checked_on,
                    one ->> 'checked_by' as checked_by, (one ->> 'valid_until')::date as valid_until
    from jsonb_array_elements(s.checks) as one
) as seen
"""
_TO_LISTS = """
update safeguards s set checks = held.list
from (
    select tenant_id, participant_id, jsonb_agg(
        jsonb_build_object('kind', kind, 'checked_on', checked_on, 'checked_by', checked_by, 'valid_until', valid_until)
        order by checked_on, id) as list
    from checks where retracted_at is null group by tenant_id, participant_id
) as held
where held.tenant_id = s.tenant_id and held.participant_id = s.id
"""


def upgrade() -> None:
    _create_checks()
    op.execute(_TO_ROWS)
    op.drop_column("safeguards", "checks")
    _create_households()
    _create_relations()
    guard(SERVICE, *_TABLES)


def downgrade() -> None:
    op.add_column("safeguards", sa.Column("checks", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")))
    op.alter_column("safeguards", "checks", server_default=None)
    op.execute(_TO_LISTS)
    for table in ("relations", "household_members", "households", "checks"):
        op.drop_table(table)


def _owned() -> list[sa.Column[Any]]:
    return [
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _versioned() -> list[sa.Column[Any]]:
    return [
        *_owned(),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    ]


def _moments(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True)) for name in names]


def _of(column: str, table: str = "participants") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _create_checks() -> None:
    op.create_table(
        "checks",
        *_versioned(),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("checked_on", sa.Date, nullable=False),
        sa.Column("checked_by", sa.String, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        *_moments("retracted_at", "warned_at", "expired_at"),
        sa.CheckConstraint("valid_until >= checked_on", name="check_ends_after_it_began"),
        _of("participant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("checks_of_participant", "checks", ["tenant_id", "participant_id", "id"])
    op.create_index(
        "checks_by_end",
        "checks",
        ["tenant_id", "valid_until", "id"],
        postgresql_where=sa.text("retracted_at is null"),
    )


def _create_households() -> None:
    op.create_table(
        "households",
        *_versioned(),
        sa.Column("adults", sa.Integer, nullable=False),
        sa.Column("children", JSONB, nullable=False),
        sa.CheckConstraint("adults between 0 and 30", name="adults_within_bounds"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_table(
        "household_members",
        *_owned(),
        sa.Column("household_id", sa.Uuid, nullable=False),
        _of("id"),
        _of("household_id", "households"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("members_of_household", "household_members", ["tenant_id", "household_id"])


def _create_relations() -> None:
    op.create_table(
        "relations",
        *_versioned(),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("other_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in ("basis", "evidence_seen_by")),
        *(sa.Column(name, sa.Date) for name in ("valid_from", "valid_until")),
        *_moments("confirmed_at", "ended_at"),
        sa.CheckConstraint("kind in ('carer_of', 'acts_for', 'family_of')", name="relation_known"),
        sa.CheckConstraint("participant_id <> other_id", name="relation_of_two"),
        sa.CheckConstraint("(kind = 'acts_for') = (basis is not null)", name="acting_has_a_basis"),
        sa.CheckConstraint("basis in ('power_of_attorney', 'parental', 'informal')", name="basis_known"),
        *(_of(name) for name in ("participant_id", "other_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("relations_of_participant", "relations", ["tenant_id", "participant_id", "id"])
    op.create_index("relations_of_other", "relations", ["tenant_id", "other_id", "id"])
