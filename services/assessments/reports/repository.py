"""The queries of the reports: over the whole tenant, without texts or names."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlmodel import col

from services.assessments.models import (
    Assessment,
    Attendance,
    Capability,
    Card,
    CardGroup,
    Publication,
    ReportPolicy,
    RoundTable,
    StatedNeed,
)
from services.kernel.work import Work

Rows = Sequence[Sequence[Any]]
_PUBLISHED = col(Publication.state) == "published"
_MET = col(Publication.met_at).is_not(None)
_UNASKED = and_(_PUBLISHED, col(Publication.match_state).is_(None))


async def keep(work: Work, row: ReportPolicy) -> None:
    """Store a policy, new or changed."""
    work.session.add(row)
    await work.session.flush()


async def policy(work: Work, *, lock: bool = False) -> ReportPolicy | None:
    """Return what the tenant has decided about its reports, if it has; with `lock` nobody else decides meanwhile."""
    if lock:
        await work.hold("report_policy")
    found: ReportPolicy | None = await work.session.scalar(select(ReportPolicy))
    return found


async def named_needs(work: Work) -> Rows:
    """Return month, area, language, category, concepts, person, met and published of every stated need."""
    return await _all(work, _named(StatedNeed, _MET))


async def named_capabilities(work: Work) -> Rows:
    """Return the same of every capability; instead of met, whether the person is willing but unasked."""
    willing = col(Capability.willing).in_(["yes", "perhaps"])
    return await _all(work, _named(Capability, and_(willing, _UNASKED)))


def _named(kind: type[StatedNeed] | type[Capability], done: Any) -> Select[Any]:
    return (
        select(
            _month(col(kind.created_at)), col(Assessment.area), col(kind.language), col(kind.category),
            col(kind.concepts), col(Assessment.participant_id),
            func.coalesce(done, False), func.coalesce(_PUBLISHED, False),
        )
        .select_from(kind)
        .join(Assessment, col(Assessment.id) == col(kind.assessment_id))
        .outerjoin(Publication, col(Publication.source_id) == col(kind.id))
        .where(col(kind.deleted_at).is_(None), col(Assessment.deleted_at).is_(None))
    )  # fmt: skip


async def cards(work: Work) -> Rows:
    """Return what is counted of every card, in the order they were laid.

    Month, area, language, category, image, concept of the group, question, person, table, done, published.
    """
    done = case((col(Card.question) == 1, _MET), else_=_UNASKED)
    wanted = (
        select(
            _month(col(Card.written_at)), col(RoundTable.area), col(Card.language), col(Card.category),
            col(Card.image), col(CardGroup.concept), col(Card.question), col(Card.participant_id),
            col(Card.table_id), func.coalesce(done, False), func.coalesce(_PUBLISHED, False),
        )
        .select_from(Card)
        .join(RoundTable, col(RoundTable.id) == col(Card.round_table_id))
        .outerjoin(CardGroup, and_(col(CardGroup.id) == col(Card.group_id), col(CardGroup.deleted_at).is_(None)))
        .outerjoin(Publication, col(Publication.source_id) == col(Card.id))
        .where(col(Card.deleted_at).is_(None), col(RoundTable.deleted_at).is_(None))
        .order_by(col(Card.created_at), col(Card.id))
    )  # fmt: skip
    return await _all(work, wanted)


async def attendances(work: Work) -> Rows:
    """Return how many people are known to have sat at each table."""
    wanted = (
        select(col(Attendance.table_id), func.sum(col(Attendance.people)))
        .where(col(Attendance.table_id).is_not(None), col(Attendance.deleted_at).is_(None))
        .group_by(col(Attendance.table_id))
    )
    return await _all(work, wanted)


def _month(column: Any) -> Any:
    return func.to_char(func.timezone("UTC", column), "YYYY-MM")


async def _all(work: Work, wanted: Any) -> Rows:
    return [tuple(row) for row in (await work.session.execute(wanted)).all()]
