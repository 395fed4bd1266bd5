"""Councils: the electorates behind them, who stands, elections and their ballots, and who serves."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.community.models.kept import Kept
from services.kernel.records import Owned, Resource, Versioned, document, moment, within_tenant

_PERSONAL = {"info": {"personal": True}}


def _in_order(name: str, column: str) -> sa.Index:
    return sa.Index(name, "tenant_id", column, "created_at", "id")


class Council(Resource, Kept, table=True):
    """The elected voice of a neighbourhood's language communities."""

    __tablename__ = "councils"
    __table_args__ = (_in_order("councils_of_holder", "held_by"),)

    name: str
    area: str | None = None
    task: str
    language: str
    languages: list[str] = document()
    seats: int
    quotas: list[dict[str, Any]] = document()
    term_starts: date | None = None
    term_ends: date | None = None
    project_limit: int
    currency: str
    limits: list[dict[str, Any]] = document(default_factory=list)
    held_by: UUID
    state: str = "forming"


class Electorate(Versioned, Kept, table=True):
    """One language community: how many may vote, and how many have agreed to the council's task."""

    __tablename__ = "electorates"
    __table_args__ = (
        within_tenant("councils", "council_id"),
        sa.UniqueConstraint("tenant_id", "council_id", "language", name="one_electorate_per_language"),
        sa.CheckConstraint("agreed is null or agreed <= people", name="no_more_agreed_than_there_are"),
        _in_order("electorates_of_council", "council_id"),
    )

    council_id: UUID
    language: str
    people: int
    agreed: int | None = None


class Candidate(Versioned, Kept, table=True):
    """Somebody who stands, under the name she chose for it."""

    __tablename__ = "candidates"
    __table_args__ = (
        within_tenant("councils", "council_id"),
        sa.CheckConstraint("state in ('standing', 'withdrawn')", name="candidate_state_known"),
        _in_order("candidates_of_council", "council_id"),
    )

    council_id: UUID
    name_shown: str = Field(sa_column_kwargs=_PERSONAL)
    language: str
    speaks_for: list[str] = document(sa_column_kwargs=_PERSONAL)
    participant_id: UUID | None = None
    state: str = "standing"


class Election(Versioned, Kept, table=True):
    """One vote: how it is held, what was counted, and how ties were settled; that stays for ever."""

    __tablename__ = "elections"
    __table_args__ = (
        within_tenant("councils", "council_id"),
        sa.CheckConstraint("method in ('meeting', 'ballot')", name="method_known"),
        sa.CheckConstraint("electorate in ('all_together', 'by_language')", name="electorate_known"),
        sa.CheckConstraint("state in ('open', 'closed', 'tied', 'settled')", name="election_state_known"),
        _in_order("elections_of_council", "council_id"),
        sa.Index(
            "one_election_at_a_time",
            "tenant_id",
            "council_id",
            unique=True,
            postgresql_where=sa.text("state <> 'settled'"),
        ),
    )

    council_id: UUID
    method: str
    electorate: str
    held_on: date
    seats: int
    seats_by_language: dict[str, int] | None = document(default=None, nullable=True)
    quotas: list[dict[str, Any]] = document()
    votes_each: int
    present: int | None = None
    present_by_language: dict[str, int] | None = document(default=None, nullable=True)
    counts: dict[str, int] = document(default_factory=dict)
    withheld: list[str] = document(default_factory=list)
    settlements: list[dict[str, Any]] = document(default_factory=list)
    result: dict[str, Any] | None = document(default=None, nullable=True)
    state: str = "open"
    settled_at: datetime | None = moment(default=None, nullable=True)


class Voter(Owned, Kept, table=True):
    """That somebody has voted. Neither when nor whom: nothing here leads to a ballot."""

    __tablename__ = "voters"
    __table_args__ = (
        within_tenant("elections", "election_id"),
        sa.UniqueConstraint("tenant_id", "election_id", "voter", name="one_vote_per_voter"),
    )

    election_id: UUID
    voter: str
    language: str | None = None


class Ballot(Owned, Kept, table=True):
    """A vote that belongs to nobody: a random id, no time, no voter."""

    __tablename__ = "ballots"
    __table_args__ = (
        within_tenant("elections", "election_id"),
        sa.Index("ballots_of_election", "tenant_id", "election_id"),
    )

    election_id: UUID
    choices: list[str] = document()


class Member(Versioned, Kept, table=True):
    """Somebody who was elected, from when to when, and who came after her."""

    __tablename__ = "members"
    __table_args__ = (
        within_tenant("councils", "council_id"),
        within_tenant("elections", "election_id"),
        within_tenant("candidates", "candidate_id"),
        sa.CheckConstraint("state in ('serving', 'left', 'ended')", name="member_state_known"),
        _in_order("members_of_council", "council_id"),
    )

    council_id: UUID
    election_id: UUID
    candidate_id: UUID
    name_shown: str = Field(sa_column_kwargs=_PERSONAL)
    language: str
    speaks_for: list[str] = document(sa_column_kwargs=_PERSONAL)
    participant_id: UUID | None = None
    votes: int | None = None
    since: date
    until: date | None = None
    state: str = "serving"
    left_because: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    moved_up_for: UUID | None = None
    succeeded_by: UUID | None = None
