"""Whole evenings: venue and images, attendance, what devices deliver, and the plenary's groups, votes and results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0004"
down_revision = "0003"

_EMPTY_LIST, _EMPTY = sa.text("'[]'::jsonb"), sa.text("'{}'::jsonb")
_CARD_COLUMNS = (
    "grouped_by", "group_id", "wordings", "handled", "clock_doubtful", "late", "device_card_id", "written_by", "image",
)  # fmt: skip
_EVENING_COLUMNS = (
    "published_results", "published_at", "closed_at", "dots_each", "host_language", "venue", "area",
)  # fmt: skip
_TABLE_COLUMNS = ("presented_as", "presented_at", "question_opened", "question")


def upgrade() -> None:
    op.add_column("invitations", sa.Column("came", sa.Integer))
    _widen_evenings()
    _widen_tables()
    _create_attendances()
    _create_groups()
    _create_votes()
    _widen_cards()
    guard("assessments", "attendances", "card_groups", "votes")


def downgrade() -> None:
    op.drop_column("invitations", "came")
    op.drop_constraint("cards_within_group", "cards")
    op.drop_constraint("one_card_per_device_card", "cards")
    op.drop_index("cards_of_group", "cards")
    for table, columns in (("cards", _CARD_COLUMNS), ("language_tables", _TABLE_COLUMNS)):
        for column in columns:
            op.drop_column(table, column)
    for column in _EVENING_COLUMNS:
        op.drop_column("round_tables", column)
    for table in ("votes", "card_groups", "attendances"):
        op.drop_table(table)


def _widen_evenings() -> None:
    table = "round_tables"
    op.add_column(table, sa.Column("area", sa.String))
    op.add_column(table, sa.Column("venue", JSONB))
    op.add_column(table, sa.Column("host_language", sa.String, nullable=False, server_default="en"))
    op.add_column(table, sa.Column("dots_each", sa.Integer, nullable=False, server_default="3"))
    op.add_column(table, sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.add_column(table, sa.Column("published_at", sa.DateTime(timezone=True)))
    op.add_column(table, sa.Column("published_results", JSONB))
    # The last change is the nearest to the true hour that is known of evenings closed before it was kept.
    op.execute("update round_tables set closed_at = updated_at where state = 'closed'")


def _widen_tables() -> None:
    op.add_column("language_tables", sa.Column("question", sa.Integer))
    op.add_column("language_tables", sa.Column("question_opened", JSONB, nullable=False, server_default=_EMPTY))
    op.add_column("language_tables", sa.Column("presented_at", sa.DateTime(timezone=True)))
    op.add_column("language_tables", sa.Column("presented_as", sa.Integer))


def _widen_cards() -> None:
    op.add_column("cards", sa.Column("image", sa.String))
    op.execute("update cards set image = category")
    op.alter_column("cards", "image", nullable=False)
    op.add_column("cards", sa.Column("written_by", sa.String, nullable=False, server_default="person"))
    op.add_column("cards", sa.Column("device_card_id", sa.Uuid))
    for name in ("late", "clock_doubtful", "handled"):
        op.add_column("cards", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("cards", sa.Column("wordings", JSONB, nullable=False, server_default=_EMPTY_LIST))
    op.add_column("cards", sa.Column("group_id", sa.Uuid))
    op.add_column("cards", sa.Column("grouped_by", sa.String))
    op.create_unique_constraint("one_card_per_device_card", "cards", ["tenant_id", "round_table_id", "device_card_id"])
    op.create_foreign_key("cards_within_group", "cards", "card_groups", ["tenant_id", "group_id"], ["tenant_id", "id"])
    op.create_index("cards_of_group", "cards", ["tenant_id", "group_id"])


def _versioned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("round_table_id", sa.Uuid, nullable=False),
    ]


def _resource() -> list[sa.Column[object]]:
    kept: list[sa.Column[object]] = [
        sa.Column("external_ids", JSONB, nullable=False, server_default=_EMPTY_LIST),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
    ]
    return [*_versioned(), *kept]


def _within(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _create_attendances() -> None:
    op.create_table(
        "attendances",
        *_resource(),
        sa.Column("table_id", sa.Uuid),
        sa.Column("language", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("participant_id", sa.Uuid),
        _within("round_tables", "round_table_id"),
        _within("language_tables", "table_id"),
        sa.CheckConstraint("people = 1 or participant_id is null", name="a_name_is_one_person"),
    )
    op.create_index("attendances_of_round_table", "attendances", ["tenant_id", "round_table_id", "created_at", "id"])
    op.create_index("attendances_of_participant", "attendances", ["tenant_id", "participant_id"])
    op.create_index(
        "one_attendance_per_participant", "attendances", ["tenant_id", "round_table_id", "participant_id"],
        unique=True, postgresql_where=sa.text("deleted_at is null and participant_id is not null"),
    )  # fmt: skip


def _create_groups() -> None:
    op.create_table(
        "card_groups",
        *_resource(),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("labels", JSONB, nullable=False, server_default=_EMPTY),
        sa.Column("image", sa.String),
        sa.Column("concept", sa.String),
        sa.Column("origin", sa.String, nullable=False),
        _within("round_tables", "round_table_id"),
        sa.CheckConstraint("question in (1, 2)", name="group_of_one_question"),
        sa.CheckConstraint("origin in ('suggestion', 'hand')", name="group_origin_known"),
    )
    op.create_index("groups_of_round_table", "card_groups", ["tenant_id", "round_table_id", "created_at", "id"])


def _create_votes() -> None:
    op.create_table(
        "votes",
        *_versioned(),
        sa.Column("voter", sa.String, nullable=False),
        sa.Column("dots", JSONB, nullable=False),
        _within("round_tables", "round_table_id"),
        sa.UniqueConstraint("tenant_id", "round_table_id", "voter", name="one_vote_per_voter"),
    )
