"""Every query on the policy, on exposure and load, and on what became of what was shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlmodel import col

from services.kernel.work import Work
from services.matching.models import Hours, Offer, Policy, Shown

_OUTCOMES = text("""
    with first as (
        select distinct on (s.listing_id, s.candidate_id) s.listing_id, s.candidate_id, s.at, s.factors, s.rank
        from shown s where s.factors <> '{}'::jsonb order by s.listing_id, s.candidate_id, s.at
    ), became as (
        select f.*, m.state, (select min(rating) from feedback b where b.tenant_id = m.tenant_id and b.match_id = m.id)
                   as rating
        from first f left join matches m
          on m.created_at >= f.at and ((m.need_id = f.listing_id and m.offer_id = f.candidate_id)
                                    or (m.offer_id = f.listing_id and m.need_id = f.candidate_id))
    )
    select at, factors, rank, coalesce(state = 'completed' and coalesce(rating, 3) >= 3, false) as welcome
    from became where at < :ripe or state in ('completed', 'declined', 'withdrawn', 'expired')
""")


async def policy(work: Work) -> Policy | None:
    """Return what the community has decided, if it has."""
    found: Policy | None = await work.session.scalar(select(Policy).where(col(Policy.id) == work.tenant))
    return found


async def exposure(work: Work, *, since: datetime) -> dict[UUID, int]:
    """Return for how many different listings each candidate was shown since then."""
    statement = (
        select(col(Shown.candidate_id), func.count(func.distinct(col(Shown.listing_id))))
        .where(col(Shown.at) >= since)
        .group_by(col(Shown.candidate_id))
    )
    return {row[0]: row[1] for row in await work.session.execute(statement)}


async def load(work: Work, *, since: datetime) -> dict[UUID, float]:
    """Return how many confirmed hours each person or organisation has given since then."""
    statement = (
        select(col(Hours.payee), func.sum(col(Hours.seconds)))
        .where(col(Hours.state) == "confirmed", col(Hours.day) >= since.date())
        .group_by(col(Hours.payee))
    )
    return {row[0]: float(row[1]) / 3600 for row in await work.session.execute(statement)}


async def open_offers(work: Work) -> Sequence[UUID]:
    """Return the ids of all offers that are open."""
    open_ = (col(Offer.state) == "open", col(Offer.deleted_at).is_(None))
    return (await work.session.scalars(select(col(Offer.id)).where(*open_))).all()


async def outcomes(work: Work, *, ripe: datetime) -> Sequence[Any]:
    """Return each candidate as first shown, and whether it became a welcome match, where that is settled by now."""
    return (await work.session.execute(_OUTCOMES, {"ripe": ripe})).all()
