"""The house stands: needs, offers, people, matches and what follows them, what was shown."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, append_only, create_kernel_tables, drop_kernel_tables, guard

revision = "0001"
down_revision = None

_XID = sa.text("pg_current_xact_id()::text::bigint")
_LIVE = sa.text("state in ('proposed', 'accepted', 'introduced', 'active', 'suspended')")
_MARK = """
create function mark_change() returns trigger language plpgsql as
$$ begin new.changed_xid := pg_current_xact_id()::text::bigint; return new; end $$
"""


def upgrade() -> None:
    create_kernel_tables("matching")
    _create_listings("needs", "'stated', 'recognised', 'open', 'met', 'withdrawn'")
    _create_listings("offers", "'open', 'paused', 'used_up', 'withdrawn'")
    _create_people()
    _create_matches()
    _create_hours()
    _create_feedback()
    _create_risks()
    _create_shown()
    guard("matching", "needs", "offers", "people", "matches", "hours", "feedback", "risks", "shown")
    append_only("matching", "shown")
    op.execute('revoke delete on needs, offers, matches, hours from "cando_matching"')
    op.execute(_MARK)
    for table in ("needs", "offers", "people"):
        op.execute(f"create trigger mark before update on {table} for each row execute function mark_change()")


def downgrade() -> None:
    for table in ("shown", "risks", "feedback", "hours", "matches", "people", "offers", "needs"):
        op.drop_table(table)
    op.execute("drop function mark_change()")
    drop_kernel_tables()


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), primary_key=True, server_default=TENANT),
        sa.Column("id", sa.Uuid(), primary_key=True),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=False)


def _timed() -> list[sa.Column[object]]:
    return [
        *_owned(),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _resource() -> list[sa.Column[object]]:
    return [*_timed(), _document("external_ids"), _moment("deleted_at", nullable=True)]


def _changed() -> sa.Column[object]:
    return sa.Column("changed_xid", sa.BigInteger(), nullable=False, server_default=_XID)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _within_tenant(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _create_listings(table: str, states: str) -> None:
    op.create_table(
        table,
        *_resource(),
        _changed(),
        _text("state"),
        _id("participant_id", nullable=True),
        _id("organisation_id", nullable=True),
        _id("held_by"),
        *_listing_texts(),
        *_listing_conditions(),
        _text("source_system"),
        _text("source_id", nullable=True),
        _id("publication_id", nullable=True),
        sa.Column("source_version", sa.Integer(), nullable=True),
        sa.CheckConstraint("num_nonnulls(participant_id, organisation_id) = 1", name=f"{table}_have_one_owner"),
        sa.CheckConstraint("taken between 0 and capacity", name=f"{table}_taken_within_capacity"),
        sa.CheckConstraint(f"state in ({states})", name=f"{table}_state_known"),
    )
    op.create_index(f"{table}_of_holder", table, ["tenant_id", "held_by", "id"])
    op.create_index(f"{table}_of_participant", table, ["tenant_id", "participant_id", "id"])
    op.create_index(f"{table}_by_change", table, ["tenant_id", "changed_xid"])
    op.create_index(f"{table}_published_once", table, ["tenant_id", "publication_id"], unique=True)


def _listing_texts() -> list[sa.Column[object]]:
    return [
        _text("title"),
        _text("text", nullable=True),
        _text("released_text", nullable=True),
        _text("language"),
        _text("category", nullable=True),
    ]


def _listing_conditions() -> list[sa.Column[object]]:
    return [
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("reach_km", sa.Float(), nullable=True),
        _document("means"),
        _document("languages"),
        _document("availability"),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        _text("exchange"),
        _text("visibility"),
        _moment("expires_at", nullable=True),
    ]


def _create_people() -> None:
    op.create_table(
        "people",
        *_owned(),
        _changed(),
        _document("languages"),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        _document("travel"),
        sa.Column("reach_km", sa.Float(), nullable=True),
        _document("availability"),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("people_by_change", "people", ["tenant_id", "changed_xid"])


def _create_matches() -> None:
    op.create_table(
        "matches",
        *_resource(),
        *(_id(name) for name in ("need_id", "offer_id", "need_owner", "offer_owner")),
        *(_id(name, nullable=True) for name in ("need_participant", "offer_participant")),
        *(_id(name) for name in ("need_held_by", "offer_held_by", "proposed_by")),
        _text("state"),
        *(_text(name, nullable=True) for name in ("suspended_from", "reason", "note")),
        _id("suspended_by", nullable=True),
        _text("exchange"),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        _text("category", nullable=True),
        _moment("need_accepted_at", nullable=True),
        _moment("offer_accepted_at", nullable=True),
        sa.Column("places_taken", sa.Boolean(), nullable=False),
        _moment("expires_at"),
        _within_tenant("needs", "need_id"),
        _within_tenant("offers", "offer_id"),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'introduced', 'active', 'completed',"
            " 'declined', 'withdrawn', 'suspended', 'expired')",
            name="match_state_known",
        ),
    )
    op.create_index(
        "one_live_match", "matches", ["tenant_id", "need_id", "offer_id"], unique=True, postgresql_where=_LIVE
    )
    op.create_index("matches_of_offer", "matches", ["tenant_id", "offer_id"])
    op.create_index(
        "matches_by_end", "matches", ["tenant_id", "expires_at"], postgresql_where=sa.text("state = 'proposed'")
    )
    op.create_index(
        "matches_barred",
        "matches",
        ["tenant_id", "need_owner", "offer_owner"],
        postgresql_where=sa.text("suspended_by is not null"),
    )


def _create_hours() -> None:
    op.create_table(
        "hours",
        *_timed(),
        _id("match_id"),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _id("payer"),
        _id("payee"),
        _text("state"),
        _moment("need_confirmed_at", nullable=True),
        _moment("offer_confirmed_at", nullable=True),
        _within_tenant("matches", "match_id"),
        sa.CheckConstraint("seconds > 0 and payer <> payee", name="hours_sound"),
    )
    op.create_index("hours_of_match", "hours", ["tenant_id", "match_id", "id"])


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        *_timed(),
        _id("match_id"),
        _text("side"),
        sa.Column("rating", sa.Integer(), nullable=False),
        _text("outcome_text", nullable=True),
        sa.Column("would_again", sa.Boolean(), nullable=False),
        _within_tenant("matches", "match_id"),
        sa.CheckConstraint("rating between 1 and 5", name="rating_known"),
    )
    op.create_index("feedback_once_a_side", "feedback", ["tenant_id", "match_id", "side"], unique=True)


def _create_risks() -> None:
    op.create_table(
        "risks",
        *_timed(),
        _id("match_id"),
        *(_text(name) for name in ("what", "weighed_by", "mitigation", "agreed_by")),
        _within_tenant("matches", "match_id"),
    )
    op.create_index("risks_of_match", "risks", ["tenant_id", "match_id", "id"])


def _create_shown() -> None:
    op.create_table(
        "shown",
        *_owned(),
        _id("listing_id"),
        _id("candidate_id"),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        _id("organisation_id", nullable=True),
        _moment("at"),
    )
    op.create_index("shown_of_listing", "shown", ["tenant_id", "listing_id", "at"])
