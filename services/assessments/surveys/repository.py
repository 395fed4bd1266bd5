"""Every query on surveys and their responses."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.assessments.models import Survey, SurveyResponse
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work


async def add(work: Work, row: Survey) -> Survey:
    """Store a new survey and return it."""
    work.session.add(row)
    await work.session.flush()
    return row


async def get(work: Work, survey_id: UUID, *, lock: bool = False) -> Survey | None:
    """Return a survey of the tenant; with `lock` nobody else changes it or responds to it meanwhile."""
    wanted = select(Survey).where(col(Survey.id) == survey_id, col(Survey.deleted_at).is_(None))
    found: Survey | None = await work.session.scalar(wanted.with_for_update() if lock else wanted)
    return found


async def page(
    work: Work, *, state: str | None, instrument_id: UUID | None, updated_after: datetime | None,
    ids: Collection[UUID] | None, after: After, limit: int,
) -> Sequence[Survey]:  # fmt: skip
    """Return up to `limit` + 1 surveys, oldest first."""
    wanted = select(Survey).where(col(Survey.deleted_at).is_(None))
    if state is not None:
        wanted = wanted.where(col(Survey.state) == state)
    if instrument_id is not None:
        wanted = wanted.where(col(Survey.instrument_id) == instrument_id)
    if ids is not None:
        wanted = wanted.where(col(Survey.id).in_(ids))
    if updated_after is not None:
        wanted = wanted.where(col(Survey.updated_at) > updated_after)
    return (await work.session.scalars(after_cursor(wanted, Survey, after, limit))).all()


async def unnamed(work: Work, survey_id: UUID) -> tuple[int, int]:
    """Return how many anonymous responses a survey has, and the batch of the latest."""
    wanted = select(func.count(), func.coalesce(func.max(col(SurveyResponse.batch)), 0)).where(
        col(SurveyResponse.survey_id) == survey_id, col(SurveyResponse.batch).is_not(None)
    )
    count, latest = (await work.session.execute(wanted)).one()
    return int(count), int(latest or 0)


async def known(work: Work, survey_id: UUID, client_ids: Collection[UUID]) -> set[UUID]:
    """Return those of `client_ids` that have been delivered before."""
    wanted = select(col(SurveyResponse.client_id)).where(
        col(SurveyResponse.survey_id) == survey_id, col(SurveyResponse.client_id).in_(client_ids)
    )
    return set((await work.session.scalars(wanted)).all())


async def add_responses(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    """Store responses."""
    if rows:
        await work.session.execute(upsert(SurveyResponse).values(list(rows)))


async def responses(work: Work, survey_id: UUID) -> Sequence[SurveyResponse]:
    """Return all responses to a survey, in an order that tells nothing: that of their random ids."""
    wanted = select(SurveyResponse).where(col(SurveyResponse.survey_id) == survey_id)
    return (await work.session.scalars(wanted.order_by(col(SurveyResponse.id)))).all()


async def named_page(work: Work, survey_id: UUID, *, after: UUID | None, limit: int) -> Sequence[SurveyResponse]:
    """Return up to `limit` + 1 responses of organisations that name themselves, by id."""
    wanted = select(SurveyResponse).where(
        col(SurveyResponse.survey_id) == survey_id, col(SurveyResponse.organisation_id).is_not(None)
    )
    if after is not None:
        wanted = wanted.where(col(SurveyResponse.id) > after)
    return (await work.session.scalars(wanted.order_by(col(SurveyResponse.id)).limit(limit + 1))).all()


async def with_survey(work: Work, response_id: UUID) -> tuple[Survey, SurveyResponse] | None:
    """Return a response and its survey, unless that has been deleted."""
    wanted = (
        select(Survey, SurveyResponse)
        .join(SurveyResponse, col(SurveyResponse.survey_id) == col(Survey.id))
        .where(col(SurveyResponse.id) == response_id, col(Survey.deleted_at).is_(None))
    )
    row = (await work.session.execute(wanted)).first()
    return None if row is None else (row[0], row[1])
