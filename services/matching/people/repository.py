"""Every query on the projection of people."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.kernel.work import Work
from services.matching.clients import Check, OwnTerm, Profile
from services.matching.models import Person, Term

_NOTHING: dict[str, Any] = {
    "languages": [], "latitude": None, "longitude": None, "travel": [], "reach_km": None, "availability": [],
    "busy": [], "gender": None, "born_on": None, "guardian_agreed": False, "checks": {}, "gone": True,
}  # fmt: skip


async def get(work: Work, person: UUID) -> Person | None:
    """Return a person whom the directory still has."""
    present = col(Person.gone).is_(False)
    found: Person | None = await work.session.scalar(select(Person).where(col(Person.id) == person, present))
    return found


async def by_ids(work: Work, ids: Collection[UUID]) -> Sequence[Person]:
    """Return these people, as far as they are known."""
    return (await work.session.scalars(select(Person).where(col(Person.id).in_(ids)))).all()


async def put(work: Work, profile: Profile) -> None:
    """Keep a profile unless a newer one is there."""
    place = profile.place
    values = {
        "languages": [tongue.tag for tongue in profile.languages],
        "latitude": place and place.latitude, "longitude": place and place.longitude,
        "travel": profile.travel, "reach_km": profile.reach_km, "availability": profile.availability,
        "busy": profile.busy, "gender": profile.gender, "born_on": profile.born_on,
        "guardian_agreed": profile.guardian_agreed, "checks": _latest(profile.checks),
        "gone": False, "version": profile.version,
    }  # fmt: skip
    statement = upsert(Person).values(id=profile.id, **values)
    newer = statement.excluded.version >= col(Person.version)
    await work.session.execute(
        statement.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=values, where=newer)
    )


def _latest(checks: Sequence[Check]) -> dict[str, str]:
    """Return the last day of each kind of check; of two of a kind the longer counts."""
    return {one.kind: one.valid_until.isoformat() for one in sorted(checks, key=lambda one: one.valid_until)}


async def put_terms(work: Work, said: Sequence[OwnTerm]) -> None:
    """Keep these names of concepts, and no others."""
    await work.session.execute(delete(Term))
    for one in said:
        await work.session.execute(insert(Term).values(**one.model_dump()))


async def forget(work: Work, gone: Collection[UUID]) -> None:
    """Empty the rows of people who are gone; a mark stays, so that an index drops what it knew of them."""
    if gone:
        await work.session.execute(update(Person).where(col(Person.id).in_(gone)).values(**_NOTHING))
