"""The house stands: assessments and their answers, round tables and their cards, publications."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, create_kernel_tables, drop_kernel_tables, guard

revision = "0001"
down_revision = None

_TABLES = (
    "assessments", "answers", "capabilities", "stated_needs",
    "round_tables", "language_tables", "invitations", "cards", "publications",
)  # fmt: skip


def upgrade() -> None:
    create_kernel_tables("assessments")
    _create_assessments()
    _create_answers()
    _create_capabilities()
    _create_stated_needs()
    _create_round_tables()
    _create_language_tables()
    _create_invitations()
    _create_cards()
    _create_publications()
    guard("assessments", *_TABLES)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    drop_kernel_tables()


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


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
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _resource() -> list[sa.Column[object]]:
    return [*_timed(), _document("external_ids"), _moment("deleted_at", nullable=True)]


def _within(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _in_order(name: str, table: str, column: str) -> None:
    op.create_index(name, table, ["tenant_id", column, "created_at", "id"])


def _create_assessments() -> None:
    op.create_table(
        "assessments",
        *_resource(),
        _uuid("participant_id"),
        _uuid("instrument_id"),
        _text("language"),
        _text("interpreter", nullable=True),
        _text("acted_for_by", nullable=True),
        _uuid("held_by"),
        _text("state"),
        _moment("completed_at", nullable=True),
        _moment("reviewed_at", nullable=True),
        sa.CheckConstraint("state in ('draft', 'in_progress', 'completed', 'reviewed')", name="assessment_state_known"),
    )
    _in_order("assessments_of_holder", "assessments", "held_by")
    op.create_index("assessments_of_participant", "assessments", ["tenant_id", "participant_id"])


def _create_answers() -> None:
    op.create_table(
        "answers",
        *_timed(),
        _uuid("assessment_id"),
        _text("question_id"),
        _document("value"),
        _text("language"),
        _moment("answered_at"),
        _within("assessments", "assessment_id"),
        sa.UniqueConstraint("tenant_id", "assessment_id", "question_id", name="one_answer_per_question"),
    )


def _create_capabilities() -> None:
    op.create_table(
        "capabilities",
        *_resource(),
        _uuid("assessment_id"),
        _text("activity"),
        _text("language"),
        _text("category", nullable=True),
        sa.Column("done_already", sa.Boolean(), nullable=False),
        _text("willing"),
        _text("for_whom", nullable=True),
        _text("conditions", nullable=True),
        _document("means"),
        sa.Column("minutes", sa.Integer(), nullable=True),
        _document("availability"),
        _within("assessments", "assessment_id"),
        sa.CheckConstraint("willing in ('yes', 'perhaps', 'not_now')", name="willing_known"),
    )
    _in_order("capabilities_of_assessment", "capabilities", "assessment_id")


def _create_stated_needs() -> None:
    op.create_table(
        "stated_needs",
        *_resource(),
        _uuid("assessment_id"),
        _text("text"),
        _text("language"),
        _text("category", nullable=True),
        _text("why", nullable=True),
        _text("own_effort", nullable=True),
        _text("urgency", nullable=True),
        _within("assessments", "assessment_id"),
    )
    _in_order("stated_needs_of_assessment", "stated_needs", "assessment_id")


def _create_round_tables() -> None:
    op.create_table(
        "round_tables",
        *_resource(),
        _text("title"),
        _moment("starts_at"),
        _text("place", nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        _document("languages"),
        _document("questions"),
        _document("images"),
        _uuid("held_by"),
        _text("state"),
        sa.CheckConstraint(
            "state in ('planned', 'inviting', 'open', 'plenary', 'closed')", name="round_table_state_known"
        ),
    )
    _in_order("round_tables_of_holder", "round_tables", "held_by")


def _create_language_tables() -> None:
    op.create_table(
        "language_tables",
        *_resource(),
        _uuid("round_table_id"),
        _text("language"),
        _text("facilitator", nullable=True),
        _text("interpreter", nullable=True),
        _within("round_tables", "round_table_id"),
    )
    _in_order("tables_of_round_table", "language_tables", "round_table_id")


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        *_resource(),
        _uuid("round_table_id"),
        _text("inviter"),
        _text("language"),
        _uuid("participant_id", nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        _text("state"),
        _within("round_tables", "round_table_id"),
        sa.CheckConstraint("state in ('invited', 'accepted', 'declined', 'attended')", name="invitation_state_known"),
    )
    _in_order("invitations_of_round_table", "invitations", "round_table_id")


def _create_cards() -> None:
    op.create_table(
        "cards",
        *_resource(),
        _uuid("round_table_id"),
        _uuid("table_id"),
        sa.Column("question", sa.Integer(), nullable=False),
        _text("category"),
        _text("text"),
        _text("language"),
        _document("translation", nullable=True),
        _uuid("participant_id", nullable=True),
        _text("visibility"),
        _text("device_id", nullable=True),
        _moment("written_at"),
        _within("round_tables", "round_table_id"),
        _within("language_tables", "table_id"),
        sa.CheckConstraint("question in (1, 2)", name="one_of_two_questions"),
        sa.CheckConstraint("visibility in ('table', 'plenary')", name="visibility_known"),
    )
    _in_order("cards_of_round_table", "cards", "round_table_id")
    op.create_index("cards_of_table", "cards", ["tenant_id", "table_id"])


def _create_publications() -> None:
    op.create_table(
        "publications",
        *_timed(),
        _text("kind"),
        _uuid("participant_id"),
        _uuid("held_by"),
        _text("title"),
        _text("text"),
        _text("released_text", nullable=True),
        _text("language"),
        _text("category"),
        _document("means"),
        sa.Column("minutes", sa.Integer(), nullable=True),
        _document("availability"),
        _text("exchange"),
        _text("source_system"),
        _uuid("source_id"),
        _uuid("source_parent"),
        _text("state"),
        _uuid("listing_id", nullable=True),
        _text("listing_state", nullable=True),
        _text("match_state", nullable=True),
        _moment("met_at", nullable=True),
        sa.UniqueConstraint("tenant_id", "source_id", name="one_publication_per_source"),
        sa.CheckConstraint("kind in ('offer', 'need')", name="kind_known"),
        sa.CheckConstraint("state in ('published', 'withdrawn')", name="publication_state_known"),
    )
    _in_order("publications_of_holder", "publications", "held_by")
    for name, column in (("participant", "participant_id"), ("listing", "listing_id"), ("parent", "source_parent")):
        op.create_index(f"publications_of_{name}", "publications", ["tenant_id", column])
