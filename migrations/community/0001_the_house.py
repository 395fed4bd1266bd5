"""The house stands: councils and elections, projects and spending, action plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, create_kernel_tables, drop_kernel_tables, guard

revision = "0001"
down_revision = None

_TABLES = (
    "councils", "electorates", "candidates", "elections", "voters", "ballots", "members",
    "projects", "spending", "action_plans", "actions",
)  # fmt: skip


def upgrade() -> None:
    create_kernel_tables("community")
    _create_councils()
    _create_electorates()
    _create_candidates()
    _create_elections()
    _create_voters_and_ballots()
    _create_members()
    _create_projects()
    _create_spending()
    _create_action_plans()
    _create_actions()
    guard("community", *_TABLES)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    drop_kernel_tables()


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _day(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=nullable)


def _uuid(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
    ]


def _timed() -> list[sa.Column[object]]:
    return [*_owned(), _moment("created_at"), _moment("updated_at"), _whole("version")]


def _resource() -> list[sa.Column[object]]:
    return [*_timed(), _document("external_ids"), _moment("deleted_at", nullable=True)]


def _within(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _in_order(name: str, table: str, column: str) -> None:
    op.create_index(name, table, ["tenant_id", column, "created_at", "id"])


def _create_councils() -> None:
    op.create_table(
        "councils",
        *_resource(),
        _text("name"),
        _text("area", nullable=True),
        _text("task"),
        _text("language"),
        _document("languages"),
        _whole("seats"),
        _document("quotas"),
        _day("term_starts"),
        _day("term_ends"),
        _whole("project_limit"),
        _text("currency"),
        _document("limits"),
        _uuid("held_by"),
        _text("state"),
        sa.CheckConstraint("state in ('forming', 'electing', 'elected', 'ended')", name="council_state_known"),
    )
    _in_order("councils_of_holder", "councils", "held_by")


def _create_electorates() -> None:
    op.create_table(
        "electorates",
        *_timed(),
        _uuid("council_id"),
        _text("language"),
        _whole("people"),
        _whole("agreed", nullable=True),
        _within("councils", "council_id"),
        sa.UniqueConstraint("tenant_id", "council_id", "language", name="one_electorate_per_language"),
        sa.CheckConstraint("agreed is null or agreed <= people", name="no_more_agreed_than_there_are"),
    )
    _in_order("electorates_of_council", "electorates", "council_id")


def _create_candidates() -> None:
    op.create_table(
        "candidates",
        *_timed(),
        _uuid("council_id"),
        _text("name_shown"),
        _text("language"),
        _document("speaks_for"),
        _uuid("participant_id", nullable=True),
        _text("state"),
        _within("councils", "council_id"),
        sa.CheckConstraint("state in ('standing', 'withdrawn')", name="candidate_state_known"),
    )
    _in_order("candidates_of_council", "candidates", "council_id")


def _create_elections() -> None:
    op.create_table(
        "elections",
        *_timed(),
        _uuid("council_id"),
        _text("method"),
        _text("electorate"),
        _day("held_on", nullable=False),
        _whole("seats"),
        _document("seats_by_language", nullable=True),
        _document("quotas"),
        _whole("votes_each"),
        _whole("present", nullable=True),
        _document("present_by_language", nullable=True),
        _document("counts"),
        _document("withheld"),
        _document("settlements"),
        _document("result", nullable=True),
        _text("state"),
        _moment("settled_at", nullable=True),
        _within("councils", "council_id"),
        sa.CheckConstraint("method in ('meeting', 'ballot')", name="method_known"),
        sa.CheckConstraint("electorate in ('all_together', 'by_language')", name="electorate_known"),
        sa.CheckConstraint("state in ('open', 'closed', 'tied', 'settled')", name="election_state_known"),
    )
    _in_order("elections_of_council", "elections", "council_id")
    unsettled = sa.text("state <> 'settled'")
    op.create_index(
        "one_election_at_a_time", "elections", ["tenant_id", "council_id"], unique=True, postgresql_where=unsettled
    )


def _create_voters_and_ballots() -> None:
    op.create_table(
        "voters",
        *_owned(),
        _uuid("election_id"),
        _text("voter"),
        _text("language", nullable=True),
        _within("elections", "election_id"),
        sa.UniqueConstraint("tenant_id", "election_id", "voter", name="one_vote_per_voter"),
    )
    op.create_table(
        "ballots", *_owned(), _uuid("election_id"), _document("choices"), _within("elections", "election_id")
    )
    op.create_index("ballots_of_election", "ballots", ["tenant_id", "election_id"])


def _create_members() -> None:
    op.create_table(
        "members",
        *_timed(),
        _uuid("council_id"),
        _uuid("election_id"),
        _uuid("candidate_id"),
        _text("name_shown"),
        _text("language"),
        _document("speaks_for"),
        _uuid("participant_id", nullable=True),
        _whole("votes", nullable=True),
        _day("since", nullable=False),
        _day("until"),
        _text("state"),
        _text("left_because", nullable=True),
        _uuid("moved_up_for", nullable=True),
        _uuid("succeeded_by", nullable=True),
        _within("councils", "council_id"),
        _within("elections", "election_id"),
        _within("candidates", "candidate_id"),
        sa.CheckConstraint("state in ('serving', 'left', 'ended')", name="member_state_known"),
    )
    _in_order("members_of_council", "members", "council_id")


def _create_projects() -> None:
    op.create_table(
        "projects",
        *_resource(),
        _text("title"),
        _text("text", nullable=True),
        _text("language"),
        _text("area", nullable=True),
        _uuid("council_id", nullable=True),
        _uuid("round_table_id", nullable=True),
        _document("answers"),
        _whole("budget"),
        _whole("spent"),
        _text("currency"),
        _document("raises"),
        _document("agreement", nullable=True),
        _day("starts_on"),
        _day("trial_until"),
        _document("evaluation", nullable=True),
        _text("result", nullable=True),
        _text("stopped_because", nullable=True),
        _uuid("held_by"),
        _text("state"),
        _within("councils", "council_id"),
        sa.CheckConstraint(
            "state in ('proposed', 'agreed', 'running', 'finished', 'stopped')", name="project_state_known"
        ),
        sa.CheckConstraint("budget >= 0 and spent >= 0 and spent <= budget", name="never_overspent"),
    )
    _in_order("projects_of_holder", "projects", "held_by")
    op.create_index("projects_of_council", "projects", ["tenant_id", "council_id"])


def _create_spending() -> None:
    op.create_table(
        "spending",
        *_timed(),
        _uuid("project_id"),
        _text("kind"),
        _whole("amount"),
        _day("spent_on", nullable=False),
        _text("what"),
        _text("by_role"),
        _text("receipt", nullable=True),
        _within("projects", "project_id"),
        sa.CheckConstraint("kind in ('spend', 'refund')", name="spending_kind_known"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
    )
    _in_order("spending_of_project", "spending", "project_id")


def _create_action_plans() -> None:
    op.create_table(
        "action_plans",
        *_resource(),
        _text("title"),
        _text("language"),
        _text("source_kind"),
        _uuid("source_id", nullable=True),
        _uuid("held_by"),
    )
    _in_order("action_plans_of_holder", "action_plans", "held_by")


def _create_actions() -> None:
    op.create_table(
        "actions",
        *_timed(),
        _uuid("action_plan_id"),
        _text("what"),
        _text("who", nullable=True),
        _uuid("organisation_id", nullable=True),
        _uuid("participant_id", nullable=True),
        _day("due_on"),
        _document("depends_on"),
        _document("concepts"),
        _text("state"),
        _text("why", nullable=True),
        _document("history"),
        _within("action_plans", "action_plan_id"),
        sa.CheckConstraint("state in ('open', 'doing', 'done', 'dropped')", name="action_state_known"),
    )
    _in_order("actions_of_plan", "actions", "action_plan_id")
