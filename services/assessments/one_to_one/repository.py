"""Every query on assessments, their sittings and answers, capabilities, needs and outcomes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlmodel import col

from services.assessments.access import seen_by
from services.assessments.models import (
    Agreement,
    Answer,
    AnswerEntry,
    Assessment,
    Capability,
    Negotiation,
    Outcome,
    OutcomeRating,
    Sitting,
    StatedNeed,
    WeighedRisk,
)
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

Item = TypeVar("Item", Capability, StatedNeed)
OfItem = TypeVar("OfItem", Agreement, Negotiation, WeighedRisk)
Row = TypeVar(
    "Row", Assessment, Answer, AnswerEntry, Capability, StatedNeed, Sitting, Outcome, OutcomeRating, Agreement,
    Negotiation, WeighedRisk,
)  # fmt: skip


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
    ids: Collection[UUID] | None,
    review_before: date | None,
    named: Select[UUID] | None = None,
    after: After,
    limit: int,
) -> Sequence[Assessment]:
    """Return up to `limit` + 1 of the assessments that the caller may see, oldest first."""
    wanted = select(Assessment).where(col(Assessment.deleted_at).is_(None), seen_by(work, Assessment))
    if participant_id is not None:
        wanted = wanted.where(col(Assessment.participant_id) == participant_id)
    if state is not None:
        wanted = wanted.where(col(Assessment.state) == state)
    if ids is not None:
        wanted = wanted.where(col(Assessment.id).in_(ids))
    if updated_after is not None:
        wanted = wanted.where(col(Assessment.updated_at) > updated_after)
    if review_before is not None:
        wanted = wanted.where(col(Assessment.review_on) < review_before)
    if named is not None:
        wanted = wanted.where(col(Assessment.id).in_(named))
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


async def entries(work: Work, assessment_id: UUID, question_id: str | None = None) -> Sequence[AnswerEntry]:
    """Return every answer ever given, to one question or to all, in the order in which they were kept."""
    wanted = select(AnswerEntry).where(col(AnswerEntry.assessment_id) == assessment_id)
    if question_id is not None:
        wanted = wanted.where(col(AnswerEntry.question_id) == question_id)
    return (await work.session.scalars(wanted.order_by(col(AnswerEntry.created_at), col(AnswerEntry.id)))).all()


async def entries_of_clients(work: Work, assessment_id: UUID, ids: Collection[UUID]) -> Sequence[AnswerEntry]:
    """Return the entries that devices have delivered under these ids of theirs."""
    wanted = select(AnswerEntry).where(
        col(AnswerEntry.assessment_id) == assessment_id, col(AnswerEntry.client_id).in_(ids)
    )
    return (await work.session.scalars(wanted)).all()


async def all_items(work: Work, kind: type[Item], assessment_id: UUID) -> Sequence[Item]:
    """Return every capability or need of an assessment, in the order in which they were added."""
    wanted = select(kind).where(col(kind.assessment_id) == assessment_id, col(kind.deleted_at).is_(None))
    return (await work.session.scalars(wanted.order_by(col(kind.created_at), col(kind.id)))).all()


async def count(work: Work, kind: type[Item], assessment_id: UUID) -> int:
    """Return how many capabilities or needs an assessment has."""
    wanted = select(func.count()).where(col(kind.assessment_id) == assessment_id, col(kind.deleted_at).is_(None))
    return await work.session.scalar(wanted) or 0


async def of_item(work: Work, kind: type[OfItem], item_id: UUID) -> Sequence[OfItem]:
    """Return every agreement, negotiation or risk of one capability or need, oldest first."""
    wanted = select(kind).where(col(kind.item_id) == item_id).order_by(col(kind.created_at), col(kind.id))
    return (await work.session.scalars(wanted)).all()


async def sittings(work: Work, assessment_id: UUID) -> Sequence[Sitting]:
    """Return the sittings of an assessment, oldest first."""
    wanted = select(Sitting).where(col(Sitting.assessment_id) == assessment_id)
    return (await work.session.scalars(wanted.order_by(col(Sitting.created_at), col(Sitting.id)))).all()


async def outcomes(work: Work, assessment_id: UUID) -> Sequence[Outcome]:
    """Return the outcomes of an assessment, oldest first."""
    wanted = select(Outcome).where(col(Outcome.assessment_id) == assessment_id)
    return (await work.session.scalars(wanted.order_by(col(Outcome.created_at), col(Outcome.id)))).all()


async def outcome(work: Work, assessment_id: UUID, outcome_id: UUID) -> Outcome | None:
    """Return one outcome of an assessment, locked until the transaction ends."""
    wanted = select(Outcome).where(col(Outcome.assessment_id) == assessment_id, col(Outcome.id) == outcome_id)
    found: Outcome | None = await work.session.scalar(wanted.with_for_update())
    return found


async def ratings(work: Work, outcomes: Collection[UUID]) -> Sequence[OutcomeRating]:
    """Return the ratings of these outcomes in the order of their times."""
    wanted = select(OutcomeRating).where(col(OutcomeRating.outcome_id).in_(outcomes))
    return (await work.session.scalars(wanted.order_by(col(OutcomeRating.at), col(OutcomeRating.id)))).all()
