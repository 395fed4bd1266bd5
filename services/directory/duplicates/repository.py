"""Queries about suspicions and merges: which of them the caller may see, and the entries that they are about."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, tuple_
from sqlmodel import col

from services.directory.duplicates.domain import PEOPLE
from services.directory.models import (
    Activity,
    Asset,
    AssetProposal,
    Consent,
    Feed,
    Group,
    Merge,
    MicroProvider,
    Organisation,
    OwnTerm,
    Participant,
    Place,
    Service,
    Suspicion,
)
from services.directory.people import repository as people
from services.kernel.work import Work

ASSETS: Final[Mapping[str, type[Asset]]] = {
    "organisations": Organisation,
    "groups": Group,
    "micro-providers": MicroProvider,
    "places": Place,
    "services": Service,
}


_HELD: Final[Sequence[Any]] = (*ASSETS.values(), Activity, Feed, AssetProposal)


def table_of(kind: str) -> Any:
    """Return the table of a kind, as it is called in addresses."""
    return ASSETS.get(kind, Participant)


def _standing(kind: str, column: Any) -> ColumnElement[bool]:
    table = table_of(kind)
    return exists().where(table.id == column, table.deleted_at.is_(None), table.merged_into.is_(None))


def _seen_pair(work: Work) -> ColumnElement[bool]:
    """Return the condition that the caller may see both of a pair of people, one of whom its organisation registered.

    So two organisations that registered the same person do not learn of each other unless she lets one see the
    other's record.
    """
    caller = work.caller
    if caller.organisation is None or caller.kind == "person" or not caller.may("participants:read"):
        return false()
    both = (col(Suspicion.one_id), col(Suspicion.other_id))
    seen = [
        exists(select(Participant.id).where(col(Participant.id) == one, people.visible_to(caller, work.now)))  # type: ignore[call-overload]
        for one in both
    ]
    own = exists().where(col(Participant.id).in_(both), col(Participant.registered_by) == caller.organisation)
    return and_(*seen, own)


def _visible(work: Work) -> ColumnElement[bool]:
    """Return the condition that a suspicion may be shown: both are there, and the caller may see both."""
    one, other = col(Suspicion.one_id), col(Suspicion.other_id)
    rules = [and_(col(Suspicion.kind) == kind, _standing(kind, one), _standing(kind, other)) for kind in ASSETS]
    return or_(
        *rules,
        and_(col(Suspicion.kind) == PEOPLE, _standing(PEOPLE, one), _standing(PEOPLE, other), _seen_pair(work)),
        and_(col(Suspicion.state) == "merged", col(Suspicion.kind) != PEOPLE),
    )


async def suspicion(work: Work, suspicion_id: UUID, *, lock: bool = False) -> Suspicion | None:
    """Return a suspicion that the caller may see."""
    query = select(Suspicion).where(col(Suspicion.id) == suspicion_id, _visible(work))
    found: Suspicion | None = await work.session.scalar(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    )
    return found


async def page(
    work: Work,
    *,
    kind: str | None,
    state: str,
    entry: UUID | None,
    minimum: float,
    after: tuple[float, UUID] | None,
    limit: int,
) -> Sequence[Suspicion]:
    """Return up to `limit` suspicions that the caller may see, the most likely first."""
    query = (
        select(Suspicion)
        .where(_visible(work), col(Suspicion.state) == state, col(Suspicion.score) >= minimum)
        .order_by(col(Suspicion.score).desc(), col(Suspicion.id).desc())
        .limit(limit)
    )
    if kind is not None:
        query = query.where(col(Suspicion.kind) == kind)
    if entry is not None:
        query = query.where(or_(col(Suspicion.one_id) == entry, col(Suspicion.other_id) == entry))
    if after is not None:
        query = query.where(tuple_(col(Suspicion.score), col(Suspicion.id)) < tuple_(*after))
    return (await work.session.scalars(query)).all()


async def standing(work: Work, kind: str, ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Any]:
    """Return those of `ids` that are neither deleted nor absorbed; locked in the order of their ids, if asked."""
    table = table_of(kind)
    query = select(table).where(table.id.in_(ids), table.deleted_at.is_(None), table.merged_into.is_(None))
    query = query.order_by(table.id)
    if lock:
        query = query.with_for_update(of=table).execution_options(populate_existing=True)
    return {one.id: one for one in await work.session.scalars(query)}


async def merge(work: Work, merge_id: UUID) -> Merge | None:
    """Return a merge."""
    found: Merge | None = await work.session.scalar(select(Merge).where(col(Merge.id) == merge_id))
    return found


async def merges(
    work: Work, *, kinds: Collection[str], entry: UUID | None, after: UUID | None, limit: int
) -> Sequence[Merge]:
    """Return up to `limit` merges in the order of their ids; of people only those whose survivor the caller may see."""
    seen = exists(
        select(Participant.id).where(  # type: ignore[call-overload]
            col(Participant.id) == col(Merge.survivor_id), people.visible_to(work.caller, work.now)
        )
    )
    query = select(Merge).where(col(Merge.kind).in_(kinds), or_(col(Merge.kind) != PEOPLE, seen))
    if entry is not None:
        query = query.where(or_(col(Merge.survivor_id) == entry, col(Merge.absorbed_id) == entry))
    if after is not None:
        query = query.where(col(Merge.id) > after)
    return (await work.session.scalars(query.order_by(col(Merge.id)).limit(limit))).all()


async def in_turn(work: Work, kind: str) -> None:
    """Let looks and merges of one kind in one tenant follow one another: no row lock would show what overlaps."""
    await work.hold(f"merge/{kind}")


async def acts(work: Work, organisation: UUID) -> bool:
    """Say whether people, entries or words belong to an organisation in its own name: registered, granted, held."""
    conditions = [
        exists().where(col(Participant.registered_by) == organisation),
        exists().where(col(Consent.recipient_id) == organisation),
        exists().where(col(OwnTerm.created_by) == organisation),
        *(exists().where(col(table.held_by) == organisation) for table in _HELD),
    ]
    return bool(await work.session.scalar(select(or_(*conditions))))


async def both(work: Work, kind: str, ids: Collection[UUID]) -> dict[UUID, Any]:
    """Return the rows `ids` whatever became of them, locked in the order of their ids."""
    table = table_of(kind)
    query = select(table).where(table.id.in_(ids)).order_by(table.id).with_for_update(of=table)
    return {one.id: one for one in await work.session.scalars(query.execution_options(populate_existing=True))}
