"""Rotas with fair shares, and co-production labs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0002"
down_revision = "0001"

_TABLES = ("rotas", "volunteers", "turns", "swaps", "labs", "lab_members", "lab_meetings")


def upgrade() -> None:
    _create_rotas()
    _create_volunteers()
    _create_turns()
    _create_swaps()
    _create_labs()
    _create_lab_members()
    _create_lab_meetings()
    guard("community", *_TABLES)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=nullable)


def _uuid(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _timed() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
        _moment("created_at"),
        _moment("updated_at"),
        _whole("version"),
    ]


def _resource() -> list[sa.Column[object]]:
    return [*_timed(), _document("external_ids"), _moment("deleted_at", nullable=True)]


def _within(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _in_order(name: str, table: str, column: str) -> None:
    op.create_index(name, table, ["tenant_id", column, "created_at", "id"])


def _create_rotas() -> None:
    op.create_table(
        "rotas",
        *_resource(),
        _text("title"),
        _text("language"),
        _text("area", nullable=True),
        _uuid("project_id", nullable=True),
        _document("places"),
        _day("starts_on"),
        _whole("weeks"),
        _text("rule"),
        _whole("helpers_each"),
        sa.Column("different_households", sa.Boolean(), nullable=False),
        _text("languages"),
        _day("trial_until", nullable=True),
        sa.Column("least_done", sa.Float(), nullable=False),
        _uuid("held_by"),
        _text("state"),
        sa.Column("optimal", sa.Boolean()),
        _document("gaps"),
        _within("projects", "project_id"),
        sa.CheckConstraint("state in ('drafted', 'planned')", name="rota_state_known"),
        sa.CheckConstraint("languages in ('none', 'prefer')", name="mixing_known"),
    )
    _in_order("rotas_of_holder", "rotas", "held_by")


def _create_volunteers() -> None:
    op.create_table(
        "volunteers",
        *_timed(),
        _uuid("rota_id"),
        _text("name_shown"),
        _text("household"),
        _text("language", nullable=True),
        _uuid("participant_id", nullable=True),
        _document("not_on"),
        _document("only_places"),
        _whole("most", nullable=True),
        sa.Column("share", sa.Float(), nullable=False),
        _whole("helped_before"),
        _moment("left_at", nullable=True),
        _within("rotas", "rota_id"),
    )
    _in_order("volunteers_of_rota", "volunteers", "rota_id")
    op.create_index(
        "one_volunteer_per_participant", "volunteers", ["tenant_id", "rota_id", "participant_id"], unique=True,
        postgresql_where=sa.text("left_at is null"),
    )  # fmt: skip


def _create_turns() -> None:
    op.create_table(
        "turns",
        *_timed(),
        _uuid("rota_id"),
        _uuid("volunteer_id"),
        _day("day"),
        _text("place"),
        _text("state"),
        _uuid("instead_of", nullable=True),
        _within("rotas", "rota_id"),
        _within("volunteers", "volunteer_id"),
        sa.CheckConstraint(
            "state in ('planned', 'done', 'missed', 'swapped', 'freed', 'replanned')", name="turn_state_known"
        ),
    )
    _in_order("turns_of_rota", "turns", "rota_id")
    op.create_index("turns_of_volunteer", "turns", ["tenant_id", "volunteer_id"])
    op.create_index(
        "one_turn_a_day", "turns", ["tenant_id", "rota_id", "volunteer_id", "day"], unique=True,
        postgresql_where=sa.text("state in ('planned', 'done', 'missed')"),
    )  # fmt: skip


def _create_swaps() -> None:
    op.create_table(
        "swaps",
        *_timed(),
        _uuid("rota_id"),
        _uuid("turn_id"),
        _uuid("with_turn_id", nullable=True),
        _uuid("to_volunteer_id"),
        _text("state"),
        _within("rotas", "rota_id"),
        _within("turns", "turn_id"),
        _within("turns", "with_turn_id"),
        _within("volunteers", "to_volunteer_id"),
        sa.CheckConstraint("state in ('proposed', 'accepted', 'declined', 'lapsed')", name="swap_state_known"),
    )
    _in_order("swaps_of_rota", "swaps", "rota_id")


def _create_labs() -> None:
    op.create_table(
        "labs",
        *_resource(),
        _text("title"),
        _text("question"),
        _text("language"),
        _document("concepts"),
        _text("area", nullable=True),
        _document("suggested_by", nullable=True),
        _uuid("held_by"),
        _text("state"),
        _text("outcome", nullable=True),
        _document("led_to"),
        _text("dissolved_because", nullable=True),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint("state in ('gathering', 'meeting', 'concluded', 'dissolved')", name="lab_state_known"),
    )
    _in_order("labs_of_holder", "labs", "held_by")


def _create_lab_members() -> None:
    op.create_table(
        "lab_members",
        *_timed(),
        _uuid("lab_id"),
        _uuid("participant_id", nullable=True),
        _text("staff_role", nullable=True),
        _text("organisation", nullable=True),
        _text("role"),
        _moment("left_at", nullable=True),
        _within("labs", "lab_id"),
        sa.CheckConstraint("role in ('citizen', 'staff', 'facilitator')", name="lab_role_known"),
        sa.CheckConstraint("num_nonnulls(participant_id, staff_role) = 1", name="a_person_or_a_post"),
    )
    _in_order("members_of_lab", "lab_members", "lab_id")
    op.create_index(
        "one_seat_per_participant", "lab_members", ["tenant_id", "lab_id", "participant_id"], unique=True,
        postgresql_where=sa.text("left_at is null"),
    )  # fmt: skip


def _create_lab_meetings() -> None:
    op.create_table(
        "lab_meetings",
        *_timed(),
        _uuid("lab_id"),
        _moment("planned_for", nullable=True),
        _day("held_on", nullable=True),
        _text("place", nullable=True),
        _text("language", nullable=True),
        _document("interpreters"),
        _document("present"),
        _text("notes", nullable=True),
        _document("decisions"),
        _within("labs", "lab_id"),
    )
    _in_order("meetings_of_lab", "lab_meetings", "lab_id")
