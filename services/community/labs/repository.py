"""Every query on labs, their members and meetings."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.community.access import held_by
from services.community.models import ActionPlan, Lab, LabMeeting, LabMember, Project, Rota
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

Part = TypeVar("Part", LabMember, LabMeeting)
_KEPT_HERE: dict[str, type[Project] | type[ActionPlan] | type[Rota]] = {
    "project": Project,
    "action_plan": ActionPlan,
    "rota": Rota,
}


async def add(work: Work, *rows: Lab | LabMember | LabMeeting) -> None:
    """Keep new rows."""
    for row in rows:
        work.session.add(row)
        await work.session.flush()


async def part(work: Work, table: type[Part], lab_id: UUID, part_id: UUID) -> Part | None:
    """Return one part of a lab."""
    found: Part | None = await work.session.scalar(
        select(table).where(col(table.id) == part_id, col(table.lab_id) == lab_id)
    )
    return found


async def part_page(work: Work, table: type[Part], lab_id: UUID, *, after: After, limit: int) -> Sequence[Part]:
    """Return a page of the parts of a lab."""
    query = select(table).where(col(table.lab_id) == lab_id)
    return (await work.session.scalars(after_cursor(query, table, after, limit))).all()


async def members(work: Work, lab_id: UUID) -> Sequence[LabMember]:
    """Return who is in a lab now."""
    present = (col(LabMember.lab_id) == lab_id, col(LabMember.left_at).is_(None))
    return (await work.session.scalars(select(LabMember).where(*present))).all()


async def everybody(work: Work, lab_id: UUID) -> set[UUID]:
    """Return the seats of a lab, those that were left too: somebody may have been at an earlier meeting."""
    return set(await work.session.scalars(select(col(LabMember.id)).where(col(LabMember.lab_id) == lab_id)))


async def meetings_held(work: Work, lab_id: UUID) -> int:
    """Return how many meetings were held."""
    held = (col(LabMeeting.lab_id) == lab_id, col(LabMeeting.held_on).is_not(None))
    return await work.session.scalar(select(func.count()).select_from(LabMeeting).where(*held)) or 0


async def is_kept_here(work: Work, kind: str, thing: UUID) -> bool:
    """Say whether the caller's organisation holds this project, action plan or rota."""
    table = _KEPT_HERE[kind]
    query = select(col(table.id)).where(col(table.id) == thing, held_by(work, table), col(table.deleted_at).is_(None))
    return await work.session.scalar(query) is not None
