"""Participants, how to reach them, what safety asks about them, and who belongs to whom: each in its own table."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.directory.models.assets import absorbed
from services.directory.models.kept import PERSONAL, Kept
from services.kernel.records import Owned, Resource, Versioned, document, moment, within_tenant


class Participant(Resource, Kept, table=True):
    __tablename__ = "participants"
    __table_args__ = (within_tenant("organisations", "registered_by"), absorbed("participants"))

    called: str = Field(sa_column_kwargs=PERSONAL)
    languages: list[dict[str, str]] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    latitude: float | None = Field(default=None, sa_column_kwargs=PERSONAL)
    longitude: float | None = Field(default=None, sa_column_kwargs=PERSONAL)
    travel: list[str] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    reach_km: float | None = Field(default=None, sa_column_kwargs=PERSONAL)
    availability: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    busy: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=PERSONAL)
    do_not_ask: bool = False
    do_not_ask_until: datetime | None = moment(default=None)
    registered_by: UUID
    merged_into: UUID | None = None
    restricted_at: datetime | None = moment(default=None)
    restricted_because: str | None = None
    erased_at: datetime | None = moment(default=None)


class Contact(Owned, Kept, table=True):
    """How to reach the participant who carries the same id: apart, so that nothing reads it by the way."""

    __tablename__ = "contacts"
    __table_args__ = (within_tenant("participants", "id"),)

    entries: list[dict[str, str]] = document(sa_column_kwargs=PERSONAL)
    do_not_disclose: bool = False
    updated_at: datetime = moment()
    version: int = 1


class Safeguards(Versioned, Kept, table=True):
    """What safety gates ask about the participant who carries the same id: apart, and for nothing else."""

    __tablename__ = "safeguards"
    __table_args__ = (within_tenant("participants", "id"),)

    gender: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    born_on: date | None = Field(default=None, sa_column_kwargs=PERSONAL)
    guardian_agreed: bool = Field(default=False, sa_column_kwargs=PERSONAL)


class Check(Versioned, Kept, table=True):
    """A check that was seen: which, when, by whom, until when. What it says is kept nowhere; a retracted one stays.

    `warned_at` and `expired_at` say that the clock has told of its end, so that it tells once.
    """

    __tablename__ = "checks"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        sa.CheckConstraint("valid_until >= checked_on", name="check_ends_after_it_began"),
        sa.Index("checks_of_participant", "tenant_id", "participant_id", "id"),
        sa.Index("checks_by_end", "tenant_id", "valid_until", "id", postgresql_where=sa.text("retracted_at is null")),
    )

    participant_id: UUID
    kind: str = Field(sa_column_kwargs=PERSONAL)
    checked_on: date = Field(sa_column_kwargs=PERSONAL)
    checked_by: str = Field(sa_column_kwargs=PERSONAL)
    valid_until: date = Field(sa_column_kwargs=PERSONAL)
    retracted_at: datetime | None = moment(default=None)
    warned_at: datetime | None = moment(default=None)
    expired_at: datetime | None = moment(default=None)


class Household(Versioned, Kept, table=True):
    """Who lives together: how many, and of the children only which ages; nobody is named who is no participant."""

    __tablename__ = "households"
    __table_args__ = (sa.CheckConstraint("adults between 0 and 30", name="adults_within_bounds"),)

    adults: int = Field(sa_column_kwargs=PERSONAL)
    children: list[dict[str, Any]] = document(default_factory=list, sa_column_kwargs=PERSONAL)


class HouseholdMember(Owned, Kept, table=True):
    """The participant who carries the same id lives in this household."""

    __tablename__ = "household_members"
    __table_args__ = (
        within_tenant("participants", "id"),
        within_tenant("households", "household_id"),
        sa.Index("members_of_household", "tenant_id", "household_id"),
    )

    household_id: UUID
    created_at: datetime = moment()


class Relation(Versioned, Kept, table=True):
    """`participant_id` cares for, acts for or is family of `other_id`. An ended one stays, as history."""

    __tablename__ = "relations"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("participants", "other_id"),
        sa.CheckConstraint("kind in ('carer_of', 'acts_for', 'family_of')", name="relation_known"),
        sa.CheckConstraint("participant_id <> other_id", name="relation_of_two"),
        sa.CheckConstraint("(kind = 'acts_for') = (basis is not null)", name="acting_has_a_basis"),
        sa.CheckConstraint("basis in ('power_of_attorney', 'parental', 'informal')", name="basis_known"),
        sa.Index("relations_of_participant", "tenant_id", "participant_id", "id"),
        sa.Index("relations_of_other", "tenant_id", "other_id", "id"),
    )

    participant_id: UUID
    other_id: UUID
    kind: str = Field(sa_column_kwargs=PERSONAL)
    basis: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    valid_from: date | None = Field(default=None, sa_column_kwargs=PERSONAL)
    valid_until: date | None = Field(default=None, sa_column_kwargs=PERSONAL)
    evidence_seen_by: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    confirmed_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)


class Block(Owned, Kept, table=True):
    """`participant_id` must not be brought together with `other_id`. The other never learns of it."""

    __tablename__ = "blocks"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("participants", "other_id"),
        sa.UniqueConstraint("tenant_id", "participant_id", "other_id"),
    )

    participant_id: UUID
    other_id: UUID
    created_at: datetime = moment()
