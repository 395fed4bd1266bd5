"""How long this room keeps what, unless a community says otherwise; what reports count stays, as it does at erasure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, delete, exists, func, or_
from sqlmodel import SQLModel, col

from services.assessments.models import (
    Answer,
    Assessment,
    Attendance,
    Capability,
    Card,
    Invitation,
    Outcome,
    Publication,
    RoundTable,
    Sitting,
    StatedNeed,
    SurveyResponse,
)
from services.assessments.subjects import HOLDINGS
from services.kernel.retention import Kind, Led, Stays, as_at_erasure
from services.kernel.subjects import Emptied, emptying, is_full
from services.kernel.work import Work

_UNDER_WAY = ("draft", "in_progress")
_WORDED: tuple[Any, ...] = (Sitting, Capability, StatedNeed, Outcome)


def _has_words(table: type[SQLModel]) -> ColumnElement[bool]:
    return exists().where(_of_assessment(table), is_full(table, as_at_erasure(HOLDINGS, table)))


def _of_assessment(table: Any) -> ColumnElement[bool]:
    return and_(col(table.tenant_id) == col(Assessment.tenant_id), col(table.assessment_id) == col(Assessment.id))


def _told() -> ColumnElement[bool]:
    """Return the condition that an assessment still holds words."""
    hers = is_full(Assessment, as_at_erasure(HOLDINGS, Assessment))
    return or_(hers, exists().where(_of_assessment(Answer)), *(_has_words(table) for table in _WORDED))


def _untouched(before: datetime) -> ColumnElement[bool]:
    """Return the condition that nothing of an assessment is newer, nothing of it is published, and no review is due."""
    newer = exists().where(_of_assessment(Answer), col(Answer.updated_at) >= before)
    published = exists().where(
        col(Publication.source_parent) == col(Assessment.id), col(Publication.state) != "withdrawn"
    )
    due = func.coalesce(col(Assessment.review_on) >= before.date(), sa.false())
    return and_(col(Assessment.updated_at) < before, ~newer, ~published, ~due)


def _drafts(before: datetime) -> ColumnElement[bool]:
    return and_(col(Assessment.state).in_(_UNDER_WAY), _untouched(before), _told())


def _finished(before: datetime) -> ColumnElement[bool]:
    return and_(col(Assessment.state).not_in(_UNDER_WAY), _untouched(before), _told())


def _withdrawn(before: datetime) -> ColumnElement[bool]:
    return and_(col(Publication.state) == "withdrawn", col(Publication.updated_at) < before)


def _of_past_evenings(table: Any) -> Any:
    past = sa.select(col(RoundTable.id))
    return lambda before: col(table.round_table_id).in_(past.where(col(RoundTable.closed_at) < before))


async def _end(work: Work, assessments: Sequence[UUID], _: datetime) -> int:
    """Take the words of some assessments away, in every table, as if each were of an erased person."""
    await work.session.execute(delete(Answer).where(col(Answer.assessment_id).in_(assessments)))
    await work.session.execute(sa.select(func.end_assessments(sa.cast(list(assessments), sa.ARRAY(sa.Uuid)))))
    for table in _WORDED:
        change = emptying(work, table, as_at_erasure(HOLDINGS, table))
        await work.session.execute(change.where(col(table.assessment_id).in_(assessments)))
    change = emptying(work, Assessment, as_at_erasure(HOLDINGS, Assessment))
    await work.session.execute(change.where(col(Assessment.id).in_(assessments)))
    return len(assessments)


_COUNTED = Led("emptied: reports count categories, concepts and months; answers and words go", _end)
_CAME = "how many came is counted; who it was goes"

KINDS = (
    Kind("assessments.drafts", Assessment, _drafts, _COUNTED, "assessments that nobody went on with", 12),
    Kind("assessments.finished", Assessment, _finished, _COUNTED, "assessments long after they were completed", 60),
    Kind(
        "assessments.withdrawn-publications", Publication, _withdrawn, as_at_erasure(HOLDINGS, Publication),
        "what was made known to matching once, and taken back", 12,
    ),
    Kind(
        "assessments.invitations", Invitation, _of_past_evenings(Invitation),
        Emptied(_CAME, {"participant_id": None, "inviter": ""}), "who invited whom to an evening", 12,
    ),
    Kind(
        "assessments.attendances", Attendance, _of_past_evenings(Attendance),
        Emptied(_CAME, {"participant_id": None}), "who came to an evening", 12,
    ),
    Kind(
        "assessments.cards", Card, _of_past_evenings(Card),
        Stays("they are what an evening said; hers go when she is erased, so whose each is must stay known"),
        "what was written on cards",
    ),
    Kind(
        "assessments.survey-responses", SurveyResponse, lambda before: col(SurveyResponse.day) < before.date(),
        Stays("nobody is named in them, and no two lead to the same person"), "answers to surveys",
    ),
)  # fmt: skip
