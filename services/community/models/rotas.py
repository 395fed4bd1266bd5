"""Rotas: who takes turns at what, every turn with what became of it, and swaps."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.community.models.kept import Kept
from services.kernel.records import Resource, Versioned, document, moment, within_tenant

_PERSONAL = {"info": {"personal": True}}


def _in_order(name: str, column: str) -> sa.Index:
    return sa.Index(name, "tenant_id", column, "created_at", "id")


class Rota(Resource, Kept, table=True):
    """Turns at several places on certain days, shared among volunteers."""

    __tablename__ = "rotas"
    __table_args__ = (
        within_tenant("projects", "project_id"),
        sa.CheckConstraint("state in ('drafted', 'planned')", name="rota_state_known"),
        sa.CheckConstraint("languages in ('none', 'prefer')", name="mixing_known"),
        _in_order("rotas_of_holder", "held_by"),
    )

    title: str
    language: str
    area: str | None = None
    project_id: UUID | None = None
    places: list[str] = document()
    starts_on: date
    weeks: int
    rule: str
    helpers_each: int
    different_households: bool
    languages: str
    trial_until: date | None = None
    least_done: float
    held_by: UUID
    state: str = "drafted"
    optimal: bool | None = None
    gaps: list[dict[str, str]] = document(default_factory=list)


class Volunteer(Versioned, Kept, table=True):
    """Somebody who takes turns, under the name she chose, and of which household."""

    __tablename__ = "volunteers"
    __table_args__ = (
        within_tenant("rotas", "rota_id"),
        _in_order("volunteers_of_rota", "rota_id"),
        sa.Index(
            "one_volunteer_per_participant", "tenant_id", "rota_id", "participant_id", unique=True,
            postgresql_where=sa.text("left_at is null"),
        ),
    )  # fmt: skip

    rota_id: UUID
    name_shown: str = Field(sa_column_kwargs=_PERSONAL)
    household: str = Field(sa_column_kwargs=_PERSONAL)
    language: str | None = None
    participant_id: UUID | None = None
    not_on: list[str] = document(sa_column_kwargs=_PERSONAL)
    only_places: list[str] = document(sa_column_kwargs=_PERSONAL)
    most: int | None = None
    share: float = 1.0
    helped_before: int = 0
    left_at: datetime | None = moment(default=None)


class Turn(Versioned, Kept, table=True):
    """One volunteer on one day at one place, and what became of it."""

    __tablename__ = "turns"
    __table_args__ = (
        within_tenant("rotas", "rota_id"),
        within_tenant("volunteers", "volunteer_id"),
        sa.CheckConstraint(
            "state in ('planned', 'done', 'missed', 'swapped', 'freed', 'replanned')", name="turn_state_known"
        ),
        _in_order("turns_of_rota", "rota_id"),
        sa.Index("turns_of_volunteer", "tenant_id", "volunteer_id"),
        sa.Index(
            "one_turn_a_day", "tenant_id", "rota_id", "volunteer_id", "day", unique=True,
            postgresql_where=sa.text("state in ('planned', 'done', 'missed')"),
        ),
    )  # fmt: skip

    rota_id: UUID
    volunteer_id: UUID
    day: date
    place: str
    state: str = "planned"
    instead_of: UUID | None = None


class Swap(Versioned, Kept, table=True):
    """Somebody asks another to take a turn, or to change turns."""

    __tablename__ = "swaps"
    __table_args__ = (
        within_tenant("rotas", "rota_id"),
        within_tenant("turns", "turn_id"),
        within_tenant("turns", "with_turn_id"),
        within_tenant("volunteers", "to_volunteer_id"),
        sa.CheckConstraint("state in ('proposed', 'accepted', 'declined', 'lapsed')", name="swap_state_known"),
        _in_order("swaps_of_rota", "rota_id"),
    )

    rota_id: UUID
    turn_id: UUID
    with_turn_id: UUID | None = None
    to_volunteer_id: UUID
    state: str = "proposed"
