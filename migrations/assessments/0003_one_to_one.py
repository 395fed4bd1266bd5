"""One to one: every answer kept, who agreed to what, needs that are negotiated, risks weighed, outcomes and reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, append_only, guard

revision = "0003"
down_revision = "0002"

_EMPTY_LIST, _EMPTY = sa.text("'[]'::jsonb"), sa.text("'{}'::jsonb")
_TABLES = (
    "sittings", "answer_entries", "agreements", "negotiations", "weighed_risks", "outcomes", "outcome_ratings",
)  # fmt: skip
_APPEND_ONLY = ("answer_entries", "agreements", "negotiations", "weighed_risks", "outcome_ratings")
_OLD_STATES = "state in ('draft', 'in_progress', 'completed', 'reviewed')"
_STATES = "state in ('draft', 'in_progress', 'completed', 'reviewed', 'declined')"
_ENTRIES_OF_OLD = """
insert into answer_entries (tenant_id, id, assessment_id, question_id, value, language, answered_at, answered_by,
    caller, replaces, created_at)
select tenant_id, id, assessment_id, question_id, value, language, answered_at, 'app', 'unknown', '[]'::jsonb,
    created_at from answers
"""


def upgrade() -> None:
    _widen_assessments()
    _widen_answers()
    _widen_items()
    _widen_publications()
    _create_sittings()
    _create_entries()
    for table, columns in _OF_ITEMS.items():
        _create_of_item(table, [column._copy() for column in columns])
    _create_outcomes()
    guard("assessments", *_TABLES)
    op.execute(_ENTRIES_OF_OLD)
    op.execute("update answers set entry_id = id")
    append_only("assessments", *_APPEND_ONLY)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    for column in ("conditions", "concepts", "match_ids"):
        op.drop_column("publications", column)
    for column in ("sharing", "support_wanted", "how_often"):
        op.drop_column("capabilities", column)
    op.drop_column("stated_needs", "state")
    for table in ("capabilities", "stated_needs"):
        for name in ("agreed_at", "agreed", *_CONCEPTS):
            op.drop_column(table, name)
    for column in ("entry_id", "interpreter", "device_id", "author", "answered_by"):
        op.drop_column("answers", column)
    _narrow_assessments()


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=False)


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
        _moment("created_at"),
    ]


def _versioned() -> list[sa.Column[object]]:
    return [*_owned(), _moment("updated_at"), _number("version", nullable=False)]


def _within(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _in_order(name: str, table: str, column: str) -> None:
    op.create_index(name, table, ["tenant_id", column, "created_at", "id"])


_CONCEPTS = ("concepts_confirmed_at", "concepts_confirmed_by", "concepts", "concepts_suggested")
_OF_ITEMS = {
    "agreements": [
        sa.Column("given", sa.Boolean(), nullable=False), _text("method"), _text("language"),
        _text("interpreter", nullable=True), _text("by"), _text("notice_version", nullable=True),
    ],
    "negotiations": [
        _text("outcome"), sa.Column("person_agrees", sa.Boolean(), nullable=False), _text("worker"),
        _text("why_not", nullable=True),
    ],
    "weighed_risks": [
        _text("risk"), _text("weighed_by"), _text("likelihood", nullable=True), _text("mitigation"), _text("decided"),
    ],
}  # fmt: skip


def _widen_assessments() -> None:
    op.add_column("assessments", sa.Column("representative", JSONB()))
    for name in ("under_18", "decides_with_representative"):
        op.add_column("assessments", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("assessments", _text("area", nullable=True))
    op.add_column("assessments", sa.Column("review_on", sa.Date()))
    op.add_column("assessments", sa.Column("follows", sa.Uuid()))
    op.create_foreign_key(
        "assessment_follows", "assessments", "assessments", ["tenant_id", "follows"], ["tenant_id", "id"]
    )
    op.drop_constraint("assessment_state_known", "assessments")
    op.create_check_constraint("assessment_state_known", "assessments", _STATES)


def _narrow_assessments() -> None:
    op.drop_constraint("assessment_state_known", "assessments")
    op.execute("update assessments set state = 'in_progress' where state = 'declined'")
    op.create_check_constraint("assessment_state_known", "assessments", _OLD_STATES)
    op.drop_constraint("assessment_follows", "assessments")
    for column in ("follows", "review_on", "area", "decides_with_representative", "under_18", "representative"):
        op.drop_column("assessments", column)


def _widen_answers() -> None:
    op.add_column("answers", sa.Column("answered_by", sa.String(), nullable=False, server_default="app"))
    for name in ("author", "device_id", "interpreter"):
        op.add_column("answers", _text(name, nullable=True))
    op.add_column("answers", sa.Column("entry_id", sa.Uuid()))


def _widen_items() -> None:
    for table in ("capabilities", "stated_needs"):
        for name in ("concepts_suggested", "concepts"):
            op.add_column(table, sa.Column(name, JSONB(), nullable=False, server_default=_EMPTY_LIST))
        op.add_column(table, _text("concepts_confirmed_by", nullable=True))
        op.add_column(table, _moment("concepts_confirmed_at", nullable=True))
        op.add_column(table, sa.Column("agreed", sa.Boolean()))
        op.add_column(table, _moment("agreed_at", nullable=True))
    for name in ("how_often", "support_wanted"):
        op.add_column("capabilities", _text(name, nullable=True))
    op.add_column("capabilities", sa.Column("sharing", JSONB(), nullable=False, server_default=_EMPTY))
    op.add_column("stated_needs", sa.Column("state", sa.String(), nullable=False, server_default="stated"))
    known = "state in ('stated', 'recognised', 'not_agreed')"
    op.create_check_constraint("stated_need_state_known", "stated_needs", known)
    # What was made known before had been agreed to when it was published.
    for table in ("capabilities", "stated_needs"):
        op.execute(
            f"update {table} set agreed = true, agreed_at = p.created_at from publications p "  # noqa: S608
            f"where p.tenant_id = {table}.tenant_id and p.source_id = {table}.id and p.state = 'published'"
        )


def _widen_publications() -> None:
    for name in ("match_ids", "concepts"):
        op.add_column("publications", sa.Column(name, JSONB(), nullable=False, server_default=_EMPTY_LIST))
    op.add_column("publications", sa.Column("conditions", JSONB(), nullable=False, server_default=_EMPTY))


def _create_sittings() -> None:
    op.create_table(
        "sittings",
        *_versioned(),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        _moment("started_at"),
        _moment("ended_at", nullable=True),
        _text("place", nullable=True),
        _text("interpreter", nullable=True),
        _document("present"),
        _within("assessments", "assessment_id"),
    )
    _in_order("sittings_of_assessment", "sittings", "assessment_id")


def _create_entries() -> None:
    op.create_table(
        "answer_entries",
        *_owned(),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        _text("question_id"),
        sa.Column("client_id", sa.Uuid()),
        _document("value"),
        _text("language"),
        _moment("answered_at"),
        _text("answered_by"),
        _text("author", nullable=True),
        _text("caller"),
        _text("device_id", nullable=True),
        _text("interpreter", nullable=True),
        _document("replaces"),
        _within("assessments", "assessment_id"),
        sa.UniqueConstraint("tenant_id", "assessment_id", "client_id", name="one_entry_per_client_id"),
    )
    op.create_index("entries_of_question", "answer_entries", ["tenant_id", "assessment_id", "question_id"])


def _create_of_item(table: str, columns: list[sa.Column[object]]) -> None:
    op.create_table(
        table,
        *_owned(),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        _text("caller"),
        *columns,
        _within("assessments", "assessment_id"),
    )
    _in_order(f"{table}_of_item", table, "item_id")


def _create_outcomes() -> None:
    op.create_table(
        "outcomes",
        *_versioned(),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        _text("text"),
        _text("language"),
        _document("concepts"),
        *(_number(name) for name in ("importance", "baseline", "wished")),
        _document("matches"),
        _within("assessments", "assessment_id"),
    )
    _in_order("outcomes_of_assessment", "outcomes", "assessment_id")
    op.create_table(
        "outcome_ratings",
        *_owned(),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        _number("value", nullable=False),
        _moment("at"),
        sa.Column("assessment_id", sa.Uuid()),
        _text("author", nullable=True),
        _within("outcomes", "outcome_id"),
        _within("assessments", "assessment_id"),
    )
    _in_order("ratings_of_outcome", "outcome_ratings", "outcome_id")
