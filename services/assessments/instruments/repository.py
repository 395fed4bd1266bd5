"""Reads and keeps a tenant's own instruments and the reviews of their texts; the shipped ones come from files."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.assessments.instruments.definition import instrument_of
from services.assessments.instruments.domain import Instrument
from services.assessments.instruments.shipped_files import cards, shipped
from services.assessments.models import OwnInstrument, TextReview
from services.kernel.work import Work

Position = tuple[str, int, UUID]

__all__ = ["Position", "cards", "shipped"]


async def add(work: Work, row: OwnInstrument) -> None:
    """Store a new one."""
    work.session.add(row)
    await work.session.flush()


async def row(work: Work, instrument_id: UUID, *, lock: bool = False) -> OwnInstrument | None:
    """Return one of the tenant's own, in any state."""
    wanted = select(OwnInstrument).where(
        col(OwnInstrument.id) == instrument_id, col(OwnInstrument.deleted_at).is_(None)
    )
    return await work.session.scalar(wanted.with_for_update() if lock else wanted)


async def page(
    work: Work, *, use: str | None, name: str | None, state: str | None, after: Position | None, limit: int
) -> Sequence[OwnInstrument]:
    """Return those of the tenant's own that the caller may see, by name and version, one more than `limit`."""
    order = (col(OwnInstrument.name), col(OwnInstrument.number), col(OwnInstrument.id))
    wanted: Select[OwnInstrument] = select(OwnInstrument).where(col(OwnInstrument.deleted_at).is_(None), _seen_by(work))
    for column, value in (("use", use), ("name", name), ("state", state)):
        if value is not None:
            wanted = wanted.where(col(getattr(OwnInstrument, column)) == value)
    if after is not None:
        wanted = wanted.where(tuple_(*order) > tuple_(*after))
    return (await work.session.scalars(wanted.order_by(*order).limit(limit + 1))).all()


def _seen_by(work: Work) -> ColumnElement[bool]:
    released = col(OwnInstrument.state) != "draft"
    return released if work.caller.person else or_(released, col(OwnInstrument.held_by) == work.caller.organisation)


async def highest(work: Work, name: str) -> int:
    """Return the highest version of the caller's own instruments called `name`; hold the name meanwhile."""
    await work.hold(f"instruments/{work.organisation}/{name}")
    found = await work.session.scalar(
        select(func.max(OwnInstrument.number)).where(
            col(OwnInstrument.held_by) == work.organisation, col(OwnInstrument.name) == name
        )
    )
    return found or 0


def instrument(found: OwnInstrument) -> Instrument:
    """Return the instrument that a row holds."""
    return instrument_of(
        {**found.definition, "translations": found.translations}, cards(), id=found.id, version=found.number,
        state=found.state, held_by=found.held_by, tag=found.version, created_at=found.created_at,
        updated_at=found.updated_at,
    )  # fmt: skip


async def reviews(work: Work, instruments: Collection[UUID]) -> Mapping[UUID, list[tuple[str, str]]]:
    """Return which texts (language and key) of each instrument a native speaker has read."""
    found: dict[UUID, list[tuple[str, str]]] = {one: [] for one in instruments}
    wanted = select(TextReview).where(col(TextReview.instrument_id).in_(instruments))
    for review in await work.session.scalars(wanted):
        found[review.instrument_id].append((review.language, review.key))
    return found


async def note(work: Work, instrument_id: UUID, *, language: str, keys: Iterable[str], by: str) -> int:
    """Note that texts have been read; say for how many that is new."""
    rows = [
        {"id": work.new_id(), "instrument_id": instrument_id, "language": language, "key": key, "by": by,
         "held_by": work.organisation, "at": work.now}
        for key in keys
    ]  # fmt: skip
    if not rows:
        return 0
    noted = upsert(TextReview).values(rows).on_conflict_do_nothing().returning(col(TextReview.id))
    return len((await work.session.execute(noted)).all())


async def forget_reviews(work: Work, instrument_id: UUID, *, language: str, keys: Collection[str]) -> None:
    """Forget that texts were read: they have changed since."""
    await work.session.execute(
        delete(TextReview).where(
            col(TextReview.instrument_id) == instrument_id,
            col(TextReview.language) == language,
            col(TextReview.key).in_(keys),
        )
    )
