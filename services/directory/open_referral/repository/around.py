"""What stands on a page: rows by their ids, whatever their number in a few queries."""

from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.directory.models import AssetAtPlace, Place
from services.kernel.work import Work

M = TypeVar("M")


async def rows(work: Work, kind: type[M], ids: Collection[UUID | None]) -> dict[UUID, M]:
    """Return rows by their ids, whether deleted or not."""
    wanted = {id for id in ids if id is not None}
    if not wanted:
        return {}
    key = col(kind.id)  # type: ignore[attr-defined]
    return {one.id: one for one in await work.session.scalars(select(kind).where(key.in_(wanted)))}  # type: ignore[attr-defined]


async def places_of(work: Work, assets: Collection[UUID]) -> Sequence[tuple[AssetAtPlace, Place]]:
    """Return the places at which entries are, those that were deleted among them."""
    if not assets:
        return []
    query = select(AssetAtPlace, Place).join(Place, col(Place.id) == col(AssetAtPlace.place_id))
    found = await work.session.execute(
        query.where(col(AssetAtPlace.asset_id).in_(assets)).order_by(col(AssetAtPlace.asset_id), col(AssetAtPlace.id))
    )
    return [(row[0], row[1]) for row in found]
