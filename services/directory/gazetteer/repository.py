"""Every query about areas and postcodes."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlmodel import col

from services.directory.gazetteer.domain import PostcodeLine, outward_of
from services.directory.models import Area, Postcode
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work


async def area(work: Work, area_id: UUID, *, lock: bool = False) -> Area | None:
    """Return an area that has not been deleted."""
    query = select(Area).where(col(Area.id) == area_id, col(Area.deleted_at).is_(None))
    found: Area | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def areas(work: Work) -> Sequence[Area]:
    """Return all areas, in the order in which they were made."""
    query = select(Area).where(col(Area.deleted_at).is_(None)).order_by(col(Area.created_at), col(Area.id))
    return (await work.session.scalars(query)).all()


async def hold_areas(work: Work) -> None:
    """Keep everybody else from changing areas until the transaction ends."""
    await work.hold("areas")


async def page(work: Work, *, after: After, limit: int) -> Sequence[Area]:
    """Return a page of areas, and one more."""
    query = select(Area).where(col(Area.deleted_at).is_(None))
    return (await work.session.scalars(after_cursor(query, Area, after, limit))).all()


async def postcode(work: Work, code: str) -> Postcode | None:
    """Return a postcode."""
    return await work.session.scalar(select(Postcode).where(col(Postcode.code) == code))


async def postcodes(work: Work, codes: Collection[str]) -> dict[str, Postcode]:
    """Return those of `codes` that are known."""
    if not codes:
        return {}
    found = await work.session.scalars(select(Postcode).where(col(Postcode.code).in_(codes)))
    return {one.code: one for one in found}


async def postcode_page(work: Work, *, after: str | None, limit: int) -> Sequence[Postcode]:
    """Return up to `limit` postcodes in their order."""
    query = select(Postcode).order_by(col(Postcode.code)).limit(limit)
    return (await work.session.scalars(query if after is None else query.where(col(Postcode.code) > after))).all()


async def middle_of(work: Work, outward: str) -> tuple[float, float] | None:
    """Return the middle of all postcodes that begin with `outward`."""
    query = select(func.avg(col(Postcode.latitude)), func.avg(col(Postcode.longitude))).where(
        col(Postcode.outward) == outward
    )
    latitude, longitude = (await work.session.execute(query)).one()
    return None if latitude is None else (float(latitude), float(longitude))


async def forget_postcodes(work: Work) -> int:
    """Delete all postcodes; return how many."""
    return len((await work.session.execute(delete(Postcode).returning(col(Postcode.code)))).all())


_KEEP = text(
    "insert into postcodes (code, outward, latitude, longitude, area) select * from unnest(cast(:codes as text[]),"
    " cast(:outwards as text[]), cast(:latitudes as float8[]), cast(:longitudes as float8[]), cast(:areas as text[]))"
    " on conflict (tenant_id, code) do update set outward = excluded.outward, latitude = excluded.latitude,"
    " longitude = excluded.longitude, area = excluded.area"
)


async def keep_postcodes(work: Work, lines: Collection[PostcodeLine]) -> None:
    """Add postcodes, or move those that are known. Each stands in `lines` once."""
    some = sorted(lines, key=lambda one: one.code)
    columns = {
        "codes": [one.code for one in some],
        "outwards": [outward_of(one.code) for one in some],
        "latitudes": [one.latitude for one in some],
        "longitudes": [one.longitude for one in some],
        "areas": [one.area for one in some],
    }
    if some:
        await work.session.execute(_KEEP, columns)
