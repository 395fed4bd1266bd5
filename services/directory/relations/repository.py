"""Every query about relations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from services.directory.models import Relation
from services.directory.people.repository import present, visible_to
from services.kernel.work import Work


def _of(participant_id: UUID) -> ColumnElement[bool]:
    return or_(col(Relation.participant_id) == participant_id, col(Relation.other_id) == participant_id)


def _both_seen(work: Work, participant_id: UUID) -> ColumnElement[bool]:
    """Return the condition that the caller may see the other end too.

    She herself knows who is related to her, and who answers for her knows who claims to act for her: they may end it.
    """
    if work.caller.person == participant_id:
        return col(Relation.id).is_not(None)
    visible = select(present().where(visible_to(work.caller, work.now)).subquery().c.id)
    represented = and_(col(Relation.kind) == "acts_for", col(Relation.other_id) == participant_id)
    return or_(represented, and_(col(Relation.participant_id).in_(visible), col(Relation.other_id).in_(visible)))


async def page(work: Work, participant_id: UUID, *, ended: bool, after: UUID | None, limit: int) -> Sequence[Relation]:
    """Return relations of a participant, whichever end she is, whose other end the caller may see."""
    query = select(Relation).where(_of(participant_id), _both_seen(work, participant_id))
    if not ended:
        query = query.where(col(Relation.ended_at).is_(None))
    if after is not None:
        query = query.where(col(Relation.id) > after)
    return (await work.session.scalars(query.order_by(col(Relation.id)).limit(limit))).all()


async def get(work: Work, participant_id: UUID, relation_id: UUID, *, lock: bool = False) -> Relation | None:
    """Return one relation of a participant."""
    query = select(Relation).where(
        _of(participant_id), _both_seen(work, participant_id), col(Relation.id) == relation_id
    )
    found: Relation | None = await work.session.scalar(query.with_for_update(of=Relation) if lock else query)
    return found


async def standing(work: Work, participant_id: UUID, other_id: UUID, *, kind: str) -> Relation | None:
    """Return the relation of this kind between two that has not ended; family is so from both ends."""
    there = and_(col(Relation.participant_id) == participant_id, col(Relation.other_id) == other_id)
    back = and_(col(Relation.participant_id) == other_id, col(Relation.other_id) == participant_id)
    ends = or_(there, back) if kind == "family_of" else there
    found: Relation | None = await work.session.scalar(
        select(Relation).where(ends, col(Relation.kind) == kind, col(Relation.ended_at).is_(None))
    )
    return found
