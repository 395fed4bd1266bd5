"""What a community has: organisations, groups, micro-providers, places, services, activities, and people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.directory.models.kept import PERSONAL, Kept
from services.kernel.records import Resource, document, moment, within_tenant


def absorbed(table: str) -> sa.Index:
    """Return the index by which entries that were merged into another are found."""
    return sa.Index(
        f"{table}_absorbed", "tenant_id", "merged_into", postgresql_where=sa.text("merged_into is not null")
    )


def _found(table: str) -> tuple[sa.Index, sa.Index]:
    """Return the indexes by which merged entries are found, and those that nobody has confirmed for long."""
    age = sa.text("coalesce(confirmed_at, created_at)")
    return absorbed(table), sa.Index(f"{table}_by_freshness", "tenant_id", age)


class Asset(Resource):
    """What can be said of every entry of the directory, whatever it is."""

    name: str
    description: str | None = None
    website: str | None = None
    category: str | None = None
    concepts: list[str] = document(default_factory=list)
    languages: list[str] = document(default_factory=list)
    access: list[str] = document(default_factory=list)
    accessibility: str | None = None
    cost: str | None = None
    costs: list[dict[str, Any]] = document(default_factory=list)
    reach_km: float | None = None
    areas: list[str] = document(default_factory=list)
    opening: list[dict[str, Any]] = document(default_factory=list)
    assured_on: date | None = None
    assured_by: str | None = None
    confirmed_at: datetime | None = moment(default=None)
    confirmed_by: UUID | None = None
    asked_at: datetime | None = moment(default=None)
    held_by: UUID | None = None
    source: str | None = None
    merged_into: UUID | None = None


class Organisation(Asset, Kept, table=True):
    __tablename__ = "organisations"
    __table_args__ = (within_tenant("organisations", "parent_id"), *_found("organisations"))

    kind: str
    parent_id: UUID | None = None
    identifiers: list[dict[str, str]] = document(default_factory=list)


class Group(Asset, Kept, table=True):
    """People who do something together without being an organisation; one may stand behind them."""

    __tablename__ = "groups"
    __table_args__ = (within_tenant("organisations", "organisation_id"), *_found("groups"))

    organisation_id: UUID | None = None
    place_ids: list[str] = document(default_factory=list)


class MicroProvider(Asset, Kept, table=True):
    """A local person or team of at most five, paid or not, who give support to local people."""

    __tablename__ = "micro_providers"
    __table_args__ = (within_tenant("organisations", "organisation_id"), *_found("micro_providers"))

    kind: str
    workers: int = 1
    paid: str
    business_model: str
    trades_as: str | None = None
    organisation_id: UUID | None = None
    place_ids: list[str] = document(default_factory=list)
    public: bool = False


class Place(Asset, Kept, table=True):
    __tablename__ = "places"
    __table_args__ = (within_tenant("organisations", "organisation_id"), *_found("places"))

    organisation_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    address: dict[str, str] = document(default_factory=dict)
    time_zone: str | None = None


class Service(Asset, Kept, table=True):
    __tablename__ = "services"
    __table_args__ = (within_tenant("organisations", "organisation_id"), *_found("services"))

    organisation_id: UUID
    status: str = "active"
    place_ids: list[str] = document(default_factory=list)
    codes: list[str] = document(default_factory=list)
    minimum_age: int | None = None
    maximum_age: int | None = None
    alert: str | None = None


class Activity(Asset, Kept, table=True):
    """Something that happens again and again, or once: `opening` is when. One asset at the most stands behind it."""

    __tablename__ = "activities"
    __table_args__ = (
        within_tenant("organisations", "organisation_id"),
        within_tenant("groups", "group_id"),
        within_tenant("micro_providers", "micro_provider_id"),
        *_found("activities"),
    )

    status: str = "active"
    organisation_id: UUID | None = None
    group_id: UUID | None = None
    micro_provider_id: UUID | None = None
    place_ids: list[str] = document(default_factory=list)
    minimum_age: int | None = None
    maximum_age: int | None = None


class Person(Asset, Kept, table=True):
    """What a participant chose to show of herself in the directory; seen only while her consent to it lives."""

    __tablename__ = "people"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        sa.Index(
            "people_once", "tenant_id", "participant_id", unique=True, postgresql_where=sa.text("deleted_at is null")
        ),
    )

    name: str = Field(sa_column_kwargs=PERSONAL)
    description: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    participant_id: UUID
