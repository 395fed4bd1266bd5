"""Every query on what candidates are made of, and the log of what was shown."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, insert, or_, select, text
from sqlmodel import col

from services.kernel.work import Work
from services.matching.matches.domain import LIVE
from services.matching.matches.repository import suspended_of
from services.matching.models import Match, Need, Offer, Person, Shown, Term

_HORIZON = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_SERVER = text("select pg_postmaster_start_time()")


async def horizon(work: Work) -> int:
    """Return the oldest transaction that is still under way."""
    return int((await work.session.execute(_HORIZON)).scalar_one())


async def server(work: Work) -> datetime:
    """Return what tells one run of a server from every other, also of one that took over from it."""
    found: datetime = (await work.session.execute(_SERVER)).scalar_one()
    return found


async def listings_changed_since(work: Work, xid: int) -> list[Need | Offer]:
    """Return the listings that, or whose people, that transaction or a later one changed."""
    changed = select(col(Person.id)).where(col(Person.changed_xid) >= xid)
    found: list[Need | Offer] = []
    tables: tuple[type[Need] | type[Offer], ...] = (Need, Offer)
    for table in tables:
        touched = or_(col(table.changed_xid) >= xid, col(table.participant_id).in_(changed))
        found.extend(cast(Need | Offer, row) for row in await work.session.scalars(select(table).where(touched)))
    return found


async def people(work: Work, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return these people by their ids."""
    rows = await work.session.scalars(select(Person).where(col(Person.id).in_(ids)))
    return {row.id: row for row in rows}


async def matched_with(work: Work, listing: Need | Offer) -> frozenset[str]:
    """Return the ids of those with which a listing is in a live match already."""
    ours, theirs = col(Match.need_id), col(Match.offer_id)
    if isinstance(listing, Offer):
        ours, theirs = theirs, ours
    found = await work.session.scalars(select(theirs).where(ours == listing.id, col(Match.state).in_(LIVE)))
    return frozenset(map(str, found))


async def kept_from(work: Work, listing: Need | Offer) -> frozenset[str]:
    """Return the ids of those whose owner a suspension that nobody has lifted keeps from this one's owner."""
    barring = await suspended_of(work, listing.owner)
    owners = {one for match in barring for one in (match.need_owner, match.offer_owner)} - {listing.owner}
    if not owners:
        return frozenset()
    other: type[Need] | type[Offer] = Offer if isinstance(listing, Need) else Need
    theirs = or_(col(other.participant_id).in_(owners), col(other.organisation_id).in_(owners))
    return frozenset(map(str, await work.session.scalars(select(col(other.id)).where(theirs))))


async def terms_mark(work: Work) -> tuple[int, int]:
    """Return what changes whenever the community's own terms do."""
    found = await work.session.execute(select(func.count(), func.coalesce(func.max(col(Term.changed_xid)), 0)))
    many, newest = found.one()
    return many, newest


async def terms(work: Work) -> Sequence[Term]:
    """Return the names of concepts that the community has added."""
    return (await work.session.scalars(select(Term).order_by(col(Term.id)))).all()


async def note_shown(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    """Log what was shown."""
    if rows:
        await work.session.execute(insert(Shown), rows)
