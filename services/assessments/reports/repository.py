"""The queries of the gap report: over the whole tenant, counts only."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, literal, select, union_all
from sqlmodel import col

from services.assessments.models import Assessment, Capability, Card, Publication, RoundTable, StatedNeed
from services.assessments.round_tables.domain import NEED_QUESTION
from services.kernel.work import Work


async def tallies(work: Work, *, category: str | None) -> Sequence[Row[Any, int, int, int, int]]:
    """Return category, needs, capabilities, published and met: one row per category that has any."""
    items = union_all(_of_assessments(StatedNeed), _of_assessments(Capability), _of_cards()).subquery()
    published, need = items.c.state == "published", items.c.is_need
    wanted = select(
        items.c.category,
        _count(need).label("needs"),
        _count(~need).label("capabilities"),
        _count(published).label("published"),
        _count(and_(need, items.c.met_at.is_not(None))).label("met"),
    ).group_by(items.c.category)
    if category is not None:
        wanted = wanted.where(items.c.category == category)
    return (await work.session.execute(wanted.order_by(items.c.category))).all()


def _count(condition: Any) -> Any:
    return func.count(case((condition, 1)))


def _of_assessments(kind: type[StatedNeed] | type[Capability]) -> Select[Any]:
    is_need = literal(kind is StatedNeed).label("is_need")
    columns: tuple[Any, ...] = (
        col(kind.category).label("category"),
        is_need,
        col(Publication.state),
        col(Publication.met_at),
    )
    return (
        select(*columns)
        .select_from(kind)
        .join(Assessment, col(Assessment.id) == col(kind.assessment_id))
        .outerjoin(Publication, col(Publication.source_id) == col(kind.id))
        .where(col(kind.deleted_at).is_(None), col(Assessment.deleted_at).is_(None))
    )


def _of_cards() -> Select[Any]:
    is_need = (col(Card.question) == NEED_QUESTION).label("is_need")
    columns: tuple[Any, ...] = (
        col(Card.category).label("category"),
        is_need,
        col(Publication.state),
        col(Publication.met_at),
    )
    return (
        select(*columns)
        .select_from(Card)
        .join(RoundTable, col(RoundTable.id) == col(Card.round_table_id))
        .outerjoin(Publication, col(Publication.source_id) == col(Card.id))
        .where(col(Card.deleted_at).is_(None), col(RoundTable.deleted_at).is_(None))
    )
