"""Every query about the community's assets, whatever they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, bindparam, func, select
from sqlmodel import col

from services.directory.models import (
    Activity,
    Asset,
    Group,
    MicroProvider,
    Organisation,
    OwnTerm,
    Participant,
    Person,
    Place,
    Service,
)
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.hot import HotRead
from services.kernel.work import Work

A = TypeVar("A", bound=Asset)
NAMES: Mapping[type[Asset], str] = {
    Organisation: "organisation",
    Group: "group",
    MicroProvider: "micro_provider",
    Place: "place",
    Service: "service",
    Activity: "activity",
    Person: "person",
}
"""What one of each kind is called in facts, and in the names of operations."""
KINDS: Mapping[str, type[Asset]] = {name: kind for kind, name in NAMES.items() if kind is not Person}
"""The kinds that everybody here may see, by name."""
_LONGEST_CHAIN = 50
"""So many merges in a row lead to the survivor; a longer way is taken for a circle."""


def _table(kind: type[Asset]) -> Any:
    return kind.__table__  # type: ignore[attr-defined]


def listed(kind: type[Asset]) -> ColumnElement[bool]:
    """Return the condition that an asset stands in lists: neither deleted nor merged into another."""
    return col(kind.deleted_at).is_(None) & col(kind.merged_into).is_(None)


_SHOWN = {kind: HotRead(select(_table(kind)).where(col(kind.id) == bindparam("id"), listed(kind))) for kind in NAMES}


async def asset(work: Work, kind: type[A], asset_id: UUID, *, lock: bool = False) -> A | None:
    """Return an asset of `kind` that has not been deleted, nor merged into another."""
    query = select(kind).where(col(kind.id) == asset_id, listed(kind))
    return await work.session.scalar(query.with_for_update() if lock else query)


async def shown(work: Work, kind: type[Asset], asset_id: UUID) -> Mapping[str, Any] | None:
    """Return the row of an asset as `asset` finds it, for whoever only shows it: the read asked most often."""
    return await _SHOWN[kind].row(work.session, id=asset_id)


async def survivor(work: Work, kind: type[A], asset_id: UUID, *, lock: bool = False) -> A | None:
    """Return an asset, or the one that it was merged into, however often that happened."""
    for _ in range(_LONGEST_CHAIN):
        found = await asset(work, kind, asset_id, lock=lock)
        if found is not None:
            return found
        into = await work.session.scalar(select(col(kind.merged_into)).where(col(kind.id) == asset_id))
        if into is None:
            return None
        asset_id = into
    return None


async def absorbed(work: Work, kind: type[A], asset_id: UUID) -> Sequence[A]:
    """Return what was merged into an asset, locked: a merge leads all that led to the absorbed one on, too."""
    query = select(kind).where(col(kind.merged_into) == asset_id).order_by(col(kind.id))
    return (await work.session.scalars(query.with_for_update())).all()


async def referred(work: Work, kind: type[Asset], ids: Collection[UUID]) -> set[UUID]:
    """Return those of `ids` that are there; none of them can be deleted until the transaction ends."""
    query = select(kind).where(col(kind.id).in_(ids), listed(kind)).with_for_update(read=True, key_share=True)
    return {one.id for one in await work.session.scalars(query)}


async def page(
    work: Work,
    kind: type[A],
    *,
    after: UUID | None,
    limit: int,
    words: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None = None,
    organisation_id: UUID | None,
    category: str | None,
    name: ExternalId | None = None,
) -> Sequence[RowMapping]:
    """Return the rows of up to `limit` assets by their ids; `words` must stand in name or description, as they are."""
    query = select(_table(kind)).where(listed(kind)).order_by(col(kind.id)).limit(limit)
    if after is not None:
        query = query.where(col(kind.id) > after)
    if ids is not None:
        query = query.where(col(kind.id).in_(ids))
    if updated_after is not None:
        query = query.where(col(kind.updated_at) > updated_after)
    for word in (words or "").lower().split():
        hay = func.lower(col(kind.name) + " " + func.coalesce(col(kind.description), ""))
        query = query.where(func.strpos(hay, word) > 0)
    owner: Any = getattr(kind, "organisation_id", None)
    if organisation_id is not None and owner is not None:
        query = query.where(owner == organisation_id)
    if category is not None:
        query = query.where(col(kind.category) == category)
    if name is not None:
        query = query.where(col(kind.id).in_(external_ids.named(str(kind.__tablename__), name)))
    return (await work.session.execute(query)).mappings().all()


async def organisation_exists(work: Work, organisation_id: UUID) -> bool:
    """Say whether there is such an organisation here."""
    return await asset(work, Organisation, organisation_id) is not None


async def names_of_organisations(work: Work, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what these organisations are called, those that were deleted or merged among them."""
    query = select(col(Organisation.id), col(Organisation.name)).where(col(Organisation.id).in_(ids))
    return {row[0]: row[1] for row in await work.session.execute(query)} if ids else {}


async def own_concepts(work: Work, concepts: Collection[str]) -> set[str]:
    """Return those of `concepts` that the community itself has names for."""
    query = select(col(OwnTerm.concept)).where(col(OwnTerm.concept).in_(concepts), col(OwnTerm.deleted_at).is_(None))
    return set(await work.session.scalars(query))


async def hold_parents(work: Work) -> None:
    """Keep everybody else from changing what organisations stand below until the transaction ends."""
    await work.hold("organisation-parents")


async def parents(work: Work) -> dict[UUID, UUID | None]:
    """Return every organisation's parent; nobody else can change one until the transaction ends."""
    await hold_parents(work)
    query = select(col(Organisation.id), col(Organisation.parent_id))
    return {row[0]: row[1] for row in await work.session.execute(query)}


REFERRING: Mapping[type[Asset], Sequence[tuple[Any, str]]] = {
    Organisation: (
        (Organisation, "parent_id"), (Group, "organisation_id"), (MicroProvider, "organisation_id"),
        (Place, "organisation_id"), (Service, "organisation_id"), (Activity, "organisation_id"),
        (Participant, "registered_by"),
    ),
    Group: ((Activity, "group_id"),),
    MicroProvider: ((Activity, "micro_provider_id"),),
    Place: tuple((kind, "place_ids") for kind in (Group, MicroProvider, Service, Activity)),
}  # fmt: skip
"""What refers to an asset of each kind, and by which column."""


async def in_use(work: Work, kind: type[Asset], asset_id: UUID) -> bool:
    """Say whether anything that is not deleted still refers to an asset."""
    for referring, name in REFERRING.get(kind, ()):
        column = col(getattr(referring, name))
        refers = column.contains([str(asset_id)]) if name == "place_ids" else column == asset_id
        query = select(referring.id).where(refers, referring.deleted_at.is_(None)).limit(1)
        if (await work.session.execute(query)).first() is not None:
            return True
    return False
