"""Every query on assessments, their answers, capabilities and needs."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.assessments.access import seen_by
from services.assessments.models import Answer, Assessment, Capability, StatedNeed
from services.assessments.paging import After, after_cursor
from services.kernel.work import Work

Item = TypeVar("Item", Capability, StatedNeed)
Row = TypeVar("Row", Assessment, Answer, Capability, StatedNeed)


async def add(work: Work, row: Row) -> Row:
    """Store a new row and return it."""
    work.session.add(row)
    await work.session.flush()
    return row


async def get(work: Work, assessment_id: UUID, *, lock: bool = False) -> Assessment | None:
    """Return an assessment that the caller may see; with `lock` nobody else changes it meanwhile."""
    wanted = select(Assessment).where(
        col(Assessment.id) == assessment_id, col(Assessment.deleted_at).is_(None), seen_by(work, Assessment)
    )
    found: Assessment | None = await work.session.scalar(wanted.with_for_update() if lock else wanted)
    return found


async def page(
    work: Work,
    *,
    participant_id: UUID | None,
    state: str | None,
    updated_after: datetime | None,
    after: After,
    limit: int,
) -> Sequence[Assessment]:
    """Return up to `limit` + 1 of the assessments that the caller may see, oldest first."""
    wanted = select(Assessment).where(col(Assessment.deleted_at).is_(None), seen_by(work, Assessment))
    if participant_id is not None:
        wanted = wanted.where(col(Assessment.participant_id) == participant_id)
    if state is not None:
        wanted = wanted.where(col(Assessment.state) == state)
    if updated_after is not None:
        wanted = wanted.where(col(Assessment.updated_at) > updated_after)
    return (await work.session.scalars(after_cursor(wanted, Assessment, after, limit))).all()


async def answers(work: Work, assessment_id: UUID) -> Sequence[Answer]:
    """Return every answer of an assessment."""
    wanted = select(Answer).where(col(Answer.assessment_id) == assessment_id).order_by(col(Answer.id))
    return (await work.session.scalars(wanted)).all()


async def answer_page(work: Work, assessment_id: UUID, *, after: After, limit: int) -> Sequence[Answer]:
    """Return up to `limit` + 1 answers of an assessment."""
    wanted = select(Answer).where(col(Answer.assessment_id) == assessment_id)
    return (await work.session.scalars(after_cursor(wanted, Answer, after, limit))).all()


async def answer(work: Work, assessment_id: UUID, question_id: str) -> Answer | None:
    """Return the answer to one question."""
    found: Answer | None = await work.session.scalar(
        select(Answer).where(col(Answer.assessment_id) == assessment_id, col(Answer.question_id) == question_id)
    )
    return found


async def item(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID) -> Item | None:
    """Return one capability or need of an assessment, locked until the transaction ends."""
    found: Item | None = await work.session.scalar(
        select(kind)
        .where(col(kind.id) == item_id, col(kind.assessment_id) == assessment_id, col(kind.deleted_at).is_(None))
        .with_for_update()
    )
    return found


async def item_page(work: Work, kind: type[Item], assessment_id: UUID, *, after: After, limit: int) -> Sequence[Item]:
    """Return up to `limit` + 1 capabilities or needs of an assessment."""
    wanted = select(kind).where(col(kind.assessment_id) == assessment_id, col(kind.deleted_at).is_(None))
    return (await work.session.scalars(after_cursor(wanted, kind, after, limit))).all()


async def capabilities(work: Work, assessment_id: UUID) -> int:
    """Return how many capabilities an assessment has."""
    wanted = select(func.count()).where(
        col(Capability.assessment_id) == assessment_id, col(Capability.deleted_at).is_(None)
    )
    return await work.session.scalar(wanted) or 0
