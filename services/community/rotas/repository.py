"""Every query on rotas, their volunteers, turns and swaps."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from services.community.access import held_by
from services.community.models import Project, Rota, Swap, Turn, Volunteer
from services.community.rotas.domain import STANDING
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

Part = TypeVar("Part", Volunteer, Turn, Swap)
Made = Rota | Volunteer | Turn | Swap


async def add(work: Work, *rows: Made) -> None:
    """Keep new rows."""
    work.session.add_all(rows)
    await work.session.flush()


async def part(work: Work, table: type[Part], rota_id: UUID, part_id: UUID) -> Part | None:
    """Return one part of a rota."""
    found: Part | None = await work.session.scalar(
        select(table).where(col(table.id) == part_id, col(table.rota_id) == rota_id)
    )
    return found


async def part_page(
    work: Work, table: type[Part], rota_id: UUID, *, after: After, limit: int, **equal: Any
) -> Sequence[Part]:
    """Return a page of parts of a rota whose columns equal what is named; None stands for anything."""
    query = select(table).where(col(table.rota_id) == rota_id)
    for name, value in equal.items():
        if value is not None:
            query = query.where(getattr(table, name) == value)
    return (await work.session.scalars(after_cursor(query, table, after, limit))).all()


async def volunteers(work: Work, rota_id: UUID, *, present: bool = False) -> Sequence[Volunteer]:
    """Return all volunteers of a rota in the order of their ids; with `present`, those who have not left."""
    query = select(Volunteer).where(col(Volunteer.rota_id) == rota_id).order_by(col(Volunteer.id))
    return (await work.session.scalars(query.where(col(Volunteer.left_at).is_(None)) if present else query)).all()


async def standing(work: Work, rota_id: UUID) -> Sequence[Turn]:
    """Return the turns that take a place in the plan, in their order."""
    present = (col(Turn.rota_id) == rota_id, col(Turn.state).in_(STANDING))
    query = select(Turn).where(*present).order_by(col(Turn.day), col(Turn.place), col(Turn.id))
    return (await work.session.scalars(query)).all()


async def versions(work: Work, rota_id: UUID) -> frozenset[tuple[UUID, int]]:
    """Return the versions, as they are now, of all volunteers and standing turns of a rota."""
    people = select(col(Volunteer.id), col(Volunteer.version)).where(col(Volunteer.rota_id) == rota_id)
    turns = select(col(Turn.id), col(Turn.version)).where(
        col(Turn.rota_id) == rota_id, col(Turn.state).in_(STANDING)
    )  # fmt: skip
    rows = (await work.session.execute(people.union_all(turns))).all()
    return frozenset((row.id, row.version) for row in rows)


async def release(work: Work, rota_id: UUID, *, state: str, since: date | None = None, of: UUID | None = None) -> None:
    """Give up the planned turns since a day, or of a volunteer: they become history, and swaps of them lapse."""
    wanted = [col(Turn.rota_id) == rota_id, col(Turn.state) == "planned"]
    if since is not None:
        wanted.append(col(Turn.day) >= since)
    if of is not None:
        wanted.append(col(Turn.volunteer_id) == of)
    change = {"state": state, "version": col(Turn.version) + 1, "updated_at": work.now}
    await work.session.execute(update(Turn).where(*wanted).values(change))
    await lapse(work, rota_id)


async def lapse(work: Work, rota_id: UUID, *, but: UUID | None = None) -> None:
    """Let the proposed swaps lapse whose turn is no longer planned, or whose volunteer has left."""
    gone = select(col(Turn.id)).where(col(Turn.rota_id) == rota_id, col(Turn.state) != "planned")
    left = select(col(Volunteer.id)).where(col(Volunteer.rota_id) == rota_id, col(Volunteer.left_at).is_not(None))
    lost = (
        col(Swap.turn_id).in_(gone) | col(Swap.with_turn_id).in_(gone) | col(Swap.to_volunteer_id).in_(left)
    )  # fmt: skip
    change = {"state": "lapsed", "version": col(Swap.version) + 1, "updated_at": work.now}
    wanted = [col(Swap.rota_id) == rota_id, col(Swap.state) == "proposed", lost]
    if but is not None:
        wanted.append(col(Swap.id) != but)
    await work.session.execute(update(Swap).where(*wanted).values(change))


async def has_project(work: Work, project_id: UUID) -> bool:
    """Say whether the caller's organisation holds this project."""
    query = select(col(Project.id)).where(
        col(Project.id) == project_id, held_by(work, Project), col(Project.deleted_at).is_(None)
    )
    return await work.session.scalar(query) is not None
