"""Matching's tables: needs and offers, the people they belong to, matches and what followed, and what was shown."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.kernel import origins
from services.kernel.records import Owned, Resource, document, moment, within_tenant

XID = sa.text("pg_current_xact_id()::text::bigint")
PERSONAL = {"info": {"personal": True}}
LIVE = "state in ('proposed', 'accepted', 'introduced', 'active', 'suspended')"
FOR_ALL = "visibility = 'public' and state = 'open' and deleted_at is null"
BARRED = "suspended_by is not null"


class Kept(SQLModel, registry=registry()):
    """Binds a table to matching's own metadata."""


class Traced(Owned):
    """A row that says which transaction last changed it; a trigger keeps that up, so that nobody can forget it."""

    changed_xid: int = Field(default=None, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": XID})


class Listing(Resource, Traced):
    """What needs and offers have in common: they are looked at from both sides."""

    state: str
    participant_id: UUID | None = None
    organisation_id: UUID | None = None
    held_by: UUID
    title: str = Field(sa_column_kwargs=PERSONAL)
    text: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    released_text: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    language: str
    category: str | None = None
    concepts: list[str] = document(default_factory=list)
    latitude: float | None = Field(default=None, sa_column_kwargs=PERSONAL)
    longitude: float | None = Field(default=None, sa_column_kwargs=PERSONAL)
    reach_km: float | None = None
    means: list[str] = document(default_factory=list)
    languages: list[str] = document(default_factory=list)
    interpreter: bool = True
    availability: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    busy: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    minutes: int | None = None
    cost: int | None = None
    settings: list[str] = document(default_factory=list)
    conditions: dict[str, Any] = document(default_factory=dict, sa_column_kwargs=PERSONAL)
    capacity: int = 1
    taken: int = 0
    exchange: str = "gift"
    visibility: str = "matching"
    expires_at: datetime | None = moment(default=None)
    source_system: str = "direct"
    source_id: str | None = None
    publication_id: UUID | None = None
    source_version: int | None = None

    @property
    def owner(self) -> UUID:
        """Return the participant or organisation whose listing it is."""
        owner = self.participant_id or self.organisation_id
        assert owner is not None  # a constraint of the table
        return owner


def _listing_rules(table: str, states: str) -> tuple[Any, ...]:
    return (
        sa.CheckConstraint("num_nonnulls(participant_id, organisation_id) = 1", name=f"{table}_have_one_owner"),
        sa.CheckConstraint("taken between 0 and capacity", name=f"{table}_taken_within_capacity"),
        sa.CheckConstraint(f"state in ({states})", name=f"{table}_state_known"),
        sa.Index(f"{table}_of_holder", "tenant_id", "held_by", "id"),
        sa.Index(f"{table}_of_participant", "tenant_id", "participant_id", "id"),
        sa.Index(f"{table}_by_change", "tenant_id", "changed_xid"),
        sa.Index(f"{table}_for_all", "tenant_id", "id", postgresql_where=sa.text(FOR_ALL)),
        sa.Index(f"{table}_published_once", "tenant_id", "publication_id", unique=True),
    )


class Need(Listing, Kept, table=True):
    __tablename__ = "needs"
    __table_args__ = _listing_rules("needs", "'stated', 'recognised', 'open', 'met', 'withdrawn'")


class Offer(Listing, Kept, table=True):
    __tablename__ = "offers"
    __table_args__ = _listing_rules("offers", "'open', 'paused', 'used_up', 'withdrawn'")


class Person(Traced, Kept, table=True):
    """The facts of a participant that gates and factors need, as the directory last told them. No name."""

    __tablename__ = "people"
    __table_args__ = (sa.Index("people_by_change", "tenant_id", "changed_xid"),)

    languages: list[str] = document(default_factory=list)
    latitude: float | None = Field(default=None, sa_column_kwargs=PERSONAL)
    longitude: float | None = Field(default=None, sa_column_kwargs=PERSONAL)
    travel: list[str] = document(default_factory=list)
    reach_km: float | None = None
    availability: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    busy: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    gender: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    born_on: date | None = Field(default=None, sa_column_kwargs=PERSONAL)
    guardian_agreed: bool = False
    checks: dict[str, str] = document(default_factory=dict, sa_column_kwargs=PERSONAL)
    gone: bool = False
    version: int = 0


class Match(Resource, Kept, table=True):
    """A need and an offer brought together. Owner and holder of each side are kept as they were then."""

    __tablename__ = "matches"
    __table_args__ = (
        within_tenant("needs", "need_id"),
        within_tenant("offers", "offer_id"),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'introduced', 'active', 'completed',"
            " 'declined', 'withdrawn', 'suspended', 'expired')",
            name="match_state_known",
        ),
        sa.Index("one_live_match", "tenant_id", "need_id", "offer_id", unique=True, postgresql_where=sa.text(LIVE)),
        sa.Index("matches_of_offer", "tenant_id", "offer_id"),
        sa.Index("matches_by_end", "tenant_id", "expires_at", postgresql_where=sa.text("state = 'proposed'")),
        sa.Index("matches_barred", "tenant_id", "need_owner", "offer_owner", postgresql_where=sa.text(BARRED)),
    )

    need_id: UUID
    offer_id: UUID
    need_owner: UUID
    offer_owner: UUID
    need_participant: UUID | None = None
    offer_participant: UUID | None = None
    need_held_by: UUID
    offer_held_by: UUID
    proposed_by: UUID
    state: str = "proposed"
    suspended_from: str | None = None
    suspended_by: UUID | None = None
    reason: str | None = None
    note: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    exchange: str = "gift"
    seconds: int = Field(sa_type=sa.BigInteger)
    category: str | None = None
    need_accepted_at: datetime | None = moment(default=None)
    offer_accepted_at: datetime | None = moment(default=None)
    places_taken: bool = False
    expires_at: datetime = moment()


class Followed(Owned):
    """What was recorded on a match afterwards."""

    match_id: UUID
    created_at: datetime = moment()
    updated_at: datetime = moment()
    version: int = 1


class Message(Owned, Kept, table=True):
    """What one side of a match wrote to the other, and in whose voice."""

    __tablename__ = "messages"
    __table_args__ = (
        within_tenant("matches", "match_id"),
        sa.CheckConstraint("side in ('need', 'offer') and voice in ('person', 'organisation')", name="message_sound"),
        sa.Index("messages_of_match", "tenant_id", "match_id", "id"),
        sa.Index("messages_by_time", "tenant_id", "created_at"),
    )

    match_id: UUID
    created_at: datetime = moment()
    side: str
    voice: str
    text: str = Field(sa_column_kwargs=PERSONAL)


class Hours(Followed, Kept, table=True):
    """Time that one side gave the other; true once both sides have confirmed it."""

    __tablename__ = "hours"
    __table_args__ = (
        within_tenant("matches", "match_id"),
        sa.CheckConstraint("seconds > 0 and payer <> payee", name="hours_sound"),
        sa.Index("hours_of_match", "tenant_id", "match_id", "id"),
    )

    seconds: int = Field(sa_type=sa.BigInteger)
    day: date
    payer: UUID
    payee: UUID
    state: str = "stated"
    need_confirmed_at: datetime | None = moment(default=None)
    offer_confirmed_at: datetime | None = moment(default=None)


class Feedback(Followed, Kept, table=True):
    """What one side says about the match, once."""

    __tablename__ = "feedback"
    __table_args__ = (
        within_tenant("matches", "match_id"),
        sa.CheckConstraint("rating between 1 and 5", name="rating_known"),
        sa.Index("feedback_once_a_side", "tenant_id", "match_id", "side", unique=True),
    )

    side: str
    rating: int
    outcome_text: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    would_again: bool


class Risk(Followed, Kept, table=True):
    """A risk that was weighed: shown, mitigated, and never a silent exclusion."""

    __tablename__ = "risks"
    __table_args__ = (
        within_tenant("matches", "match_id"),
        sa.Index("risks_of_match", "tenant_id", "match_id", "id"),
    )

    what: str = Field(sa_column_kwargs=PERSONAL)
    weighed_by: str
    mitigation: str = Field(sa_column_kwargs=PERSONAL)
    agreed_by: str = Field(sa_column_kwargs=PERSONAL)


class Shown(Owned, Kept, table=True):
    """Which candidate was shown for which listing, where in the list and with what score: what later learning needs."""

    __tablename__ = "shown"
    __table_args__ = (
        sa.Index("shown_of_listing", "tenant_id", "listing_id", "at"),
        sa.Index("shown_by_time", "tenant_id", "at"),
    )

    search_id: UUID | None = None
    listing_id: UUID
    candidate_id: UUID
    rank: int
    score: float
    factors: dict[str, float] = document(default_factory=dict)
    weights: str = "prior"
    organisation_id: UUID | None = None
    at: datetime = moment()


class Policy(Owned, Kept, table=True):
    """What a community has decided about the score: how much fairness counts, and whether learnt weights stand."""

    __tablename__ = "policies"
    __table_args__ = (sa.CheckConstraint("fairness between 0 and 0.5", name="fairness_within_bounds"),)

    fairness: float
    weights: dict[str, float] | None = document(default=None, nullable=True)
    weights_version: str = "prior"
    figures: dict[str, Any] | None = document(default=None, nullable=True)
    updated_at: datetime = moment()
    version: int = 1


class Term(Traced, Kept, table=True):
    """A name of a concept that the community has added itself, as the directory last told."""

    __tablename__ = "terms"

    concept: str
    text: str
    language: str | None = None


class Plan(Resource, Kept, table=True):
    """A question about the whole community that is worked out in the background: an allocation, rings, or labs."""

    __tablename__ = "plans"
    __table_args__ = (
        sa.CheckConstraint("kind in ('allocation', 'rings', 'labs')", name="plan_kind_known"),
        sa.CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="plan_state_known"),
        sa.Index("plans_of_holder", "tenant_id", "held_by", "kind", "id"),
    )

    kind: str
    state: str = "queued"
    held_by: UUID
    asked: dict[str, Any] = document(default_factory=dict)
    progress: float = 0.0
    step: str = "waiting"
    result: dict[str, Any] | None = document(default=None, nullable=True)
    problem: str | None = None
    tries: int = 0
    finished_at: datetime | None = moment(default=None)


class Origins(origins.Origins, Kept, table=True):
    """Where the need or offer that carries the same id came from, and its fields."""

    __tablename__ = "origins"


class Heard(origins.Heard, Kept, table=True):
    """The newest word of another system about one of its needs or offers."""

    __tablename__ = "heard"
    __table_args__ = (
        sa.Index("heard_of_resource", "tenant_id", "resource_id"),
        sa.Index("heard_by_end", "tenant_id", "said_at", postgresql_where=sa.text("gone")),
    )


COPIES = origins.Copies(Origins, Heard)
metadata = Kept.metadata
