"""What can be done about relations: make, confirm, end, read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.models import Relation
from services.directory.people import operations as people
from services.directory.people import repository as people_rows
from services.directory.people.domain import NotYours
from services.directory.relations import domain, repository
from services.kernel.problems import Invalid, NotFound
from services.kernel.work import Work


async def make(work: Work, participant_id: UUID, *, other_id: UUID, kind: str, **facts: Any) -> Relation:
    """Note a relation between two whom the caller may both see; the first is hers, or she is she.

    To act for somebody needs a yes from that side: given on the spot when the caller registered her too.
    """
    await people_rows.hold(work, [participant_id, other_id])
    hers = (await people.changeable(work, participant_id)).id
    if hers == other_id:
        raise domain.RelatesToItself
    other = await people_rows.participant(work, other_id)
    if other is None:
        raise Invalid.field("/other_id", "names no participant here")
    if hers == other.id:
        raise domain.RelatesToItself
    people.check_use(work, other)
    if await repository.standing(work, hers, other.id, kind=kind):
        raise domain.AlreadyRelated
    made = Relation(
        id=work.new_id(), created_at=work.now, updated_at=work.now, participant_id=hers, other_id=other.id, kind=kind,
        confirmed_at=work.now if people.is_own(work, other) else None, **facts,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await _record(work, events.RELATION_MADE, made)
    return made


async def confirm(work: Work, participant_id: UUID, relation_id: UUID) -> Relation:
    """Say yes to a relation, as the one whom it is about, or as who registered her. Raises RelationEnded, NotYours."""
    relation = await _standing(work, participant_id, relation_id)
    await people.changeable(work, participant_id)
    if not await _owns(work, relation.other_id):
        raise NotYours
    if relation.change(work.now, confirmed_at=relation.confirmed_at or work.now):
        await _record(work, events.RELATION_CHANGED, relation)
    return relation


async def end(work: Work, participant_id: UUID, relation_id: UUID) -> Relation:
    """End a relation, from either end. It stays as history. Raises RelationEnded."""
    relation = await _standing(work, participant_id, relation_id)
    relation.change(work.now, ended_at=work.now)
    await _record(work, events.RELATION_CHANGED, relation)
    return relation


async def _standing(work: Work, participant_id: UUID, relation_id: UUID) -> Relation:
    hers = (await people.own(work, participant_id)).id
    relation = await repository.get(work, hers, relation_id, lock=True)
    if relation is None:
        raise NotFound
    if relation.ended_at is not None:
        raise domain.RelationEnded
    return relation


async def _owns(work: Work, participant_id: UUID) -> bool:
    found = await people_rows.participant(work, participant_id)
    return found is not None and people.is_own(work, found)


async def page(work: Work, participant_id: UUID, *, ended: bool, after: UUID | None, limit: int) -> Sequence[Relation]:
    """Return the relations of a participant to her and to who registered her; the reading is on record."""
    hers = (await people.own(work, participant_id)).id
    await work.audit("relations.read", hers)
    return await repository.page(work, hers, ended=ended, after=after, limit=limit)


async def find(work: Work, participant_id: UUID, relation_id: UUID) -> Relation:
    """Return one relation of a participant. Raises NotFound."""
    hers = (await people.own(work, participant_id)).id
    found = await repository.get(work, hers, relation_id)
    if found is None:
        raise NotFound
    await work.audit("relations.read", hers)
    return found


async def _record(work: Work, fact: str, relation: Relation) -> None:
    """Record what happened, to the one whom it is about: who answers for her may say yes, or end it."""
    about = await people_rows.by_ids(work, [relation.other_id])
    state = "ended" if relation.ended_at else "confirmed" if relation.confirmed_at else "unconfirmed"
    await work.record(
        fact, relation.id, state=state, participant=relation.other_id,
        registered_by=about[0].registered_by if about else None,
    )  # fmt: skip
