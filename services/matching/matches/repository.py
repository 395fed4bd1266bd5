"""Every query on matches."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import col

from services.kernel.work import Work
from services.matching.listings.domain import Kind
from services.matching.matches.domain import LIVE
from services.matching.models import Match

_MOST_OVERDUE = 200


def mine(work: Work, in_care: Collection[UUID] | None) -> ColumnElement[bool]:
    """Return the condition for what the caller may see: those on it, those who hold a side, who proposed it.

    A member of staff (`in_care` is not None) sees none with somebody on her organisation's side who is not in her care.
    """
    person, organisation = work.caller.person, work.caller.organisation
    if person is not None:
        return or_(col(Match.need_participant) == person, col(Match.offer_participant) == person)
    if organisation is None:
        return false()
    holders = (Match.need_held_by, Match.offer_held_by, Match.proposed_by)
    held = or_(*(col(holder) == organisation for holder in holders))
    if in_care is None:
        return held
    sides = ((Match.need_held_by, Match.need_participant), (Match.offer_held_by, Match.offer_participant))
    cared = (
        or_(col(holder) != organisation, col(person).is_(None), col(person).in_(in_care)) for holder, person in sides
    )
    return and_(held, *cared)


async def visible(work: Work, match_id: UUID, *, in_care: Collection[UUID] | None) -> Match | None:
    """Return the match if the caller may see it."""
    found: Match | None = await work.session.scalar(select(Match).where(col(Match.id) == match_id, mine(work, in_care)))
    return found


async def lock(work: Work, match_id: UUID) -> Match | None:
    """Return the match, whoever's it is, and keep it from others until the transaction ends."""
    statement = select(Match).where(col(Match.id) == match_id).with_for_update()
    found: Match | None = await work.session.scalar(statement.execution_options(populate_existing=True))
    return found


async def live_of(work: Work, kind: Kind, listing: UUID, states: Collection[str]) -> Sequence[Match]:
    """Return the matches of a listing in these states, and keep them."""
    side = col(Match.need_id) if kind == "need" else col(Match.offer_id)
    statement = select(Match).where(side == listing, col(Match.state).in_(states)).order_by(col(Match.id))
    return (await work.session.scalars(statement.with_for_update())).all()


async def live_pair(work: Work, need: UUID, offer: UUID) -> bool:
    """Say whether these two are in a live match."""
    statement = select(col(Match.id)).where(
        col(Match.need_id) == need, col(Match.offer_id) == offer, col(Match.state).in_(LIVE)
    )
    return await work.session.scalar(statement) is not None


async def suspended_of(work: Work, owner: UUID) -> Sequence[Match]:
    """Return the matches of a person or an organisation that were suspended and never lifted, ended ones too."""
    statement = select(Match).where(
        or_(col(Match.need_owner) == owner, col(Match.offer_owner) == owner), col(Match.suspended_by).is_not(None)
    )
    return (await work.session.scalars(statement)).all()


async def completed_of_need(work: Work, need: UUID) -> int:
    """Return how many matches of a need are completed."""
    statement = select(func.count()).where(col(Match.need_id) == need, col(Match.state) == "completed")
    return await work.session.scalar(statement) or 0


async def overdue(work: Work) -> Sequence[Match]:
    """Return proposals whose time is over, and keep them; what another transaction keeps is left to it."""
    statement = select(Match).where(col(Match.state) == "proposed", col(Match.expires_at) <= work.now)
    kept = statement.order_by(col(Match.id)).limit(_MOST_OVERDUE).with_for_update(skip_locked=True)
    return (await work.session.scalars(kept)).all()


async def page(
    work: Work,
    *,
    state: str | None,
    listings: Collection[UUID] | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    in_care: Collection[UUID] | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Match]:
    """Return up to `limit` matches that the caller may see, after an id."""
    statement = select(Match).where(mine(work, in_care))
    if state is not None:
        statement = statement.where(col(Match.state) == state)
    if listings is not None:
        statement = statement.where(or_(col(Match.need_id).in_(listings), col(Match.offer_id).in_(listings)))
    if updated_after is not None:
        statement = statement.where(col(Match.updated_at) > updated_after)
    if ids is not None:
        statement = statement.where(col(Match.id).in_(ids))
    if after is not None:
        statement = statement.where(col(Match.id) > after)
    return (await work.session.scalars(statement.order_by(col(Match.id)).limit(limit))).all()


async def by_ids(work: Work, ids: Collection[UUID]) -> Sequence[Match]:
    """Return these matches."""
    return (await work.session.scalars(select(Match).where(col(Match.id).in_(ids)))).all()
