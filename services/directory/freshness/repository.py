"""Every query about when entries were last confirmed. Entries that were there before count from when they were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, exists, func, literal, or_, select, tuple_, union_all
from sqlmodel import col

from services.directory.assets.repository import KINDS, listed
from services.directory.freshness.domain import Policy
from services.directory.models import Asset, AssetProposal, FreshnessPolicy
from services.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Stale:
    """One entry that nobody has confirmed for long."""

    kind: str
    id: UUID
    name: str
    held_by: UUID | None
    confirmed_at: datetime
    asked_at: datetime | None


def confirmed(kind: type[Asset]) -> ColumnElement[datetime]:
    """Return the column that says when an entry was last confirmed, or else made."""
    return func.coalesce(col(kind.confirmed_at), col(kind.created_at))


def fresh(kind: type[Asset], *, now: datetime, policy: Policy) -> ColumnElement[bool]:
    """Return the condition that the public feed shows an entry of `kind`: not `domain.hidden_from_feed`."""
    return confirmed(kind) >= policy.hidden_before(now)


async def kept(work: Work, *, lock: bool = False) -> FreshnessPolicy | None:
    """Return what the tenant has decided, if it has; with `lock` nobody else decides meanwhile."""
    if lock:
        await work.hold("freshness-policy")
    found: FreshnessPolicy | None = await work.session.scalar(select(FreshnessPolicy))
    return found


async def policy(work: Work) -> Policy:
    """Return what holds: what the tenant has decided, or the usual."""
    found = await kept(work)
    return Policy() if found is None else Policy(found.ask_after_months, found.hide_after_months)


async def stale(
    work: Work,
    *,
    before: datetime,
    kind: str | None,
    held_by: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Stale]:
    """Return up to `limit` entries last confirmed before then, the longest ago first; people are not among them."""
    parts = []
    for name, table in KINDS.items():
        if kind in (None, name):
            wanted = [listed(table), confirmed(table) < before]
            wanted += [] if held_by is None else [col(table.held_by) == held_by]
            wanted += [] if after is None else [tuple_(confirmed(table), col(table.id)) > tuple_(*after)]
            parts.append(
                select(
                    literal(name).label("kind"), col(table.id), col(table.name), col(table.held_by),
                    confirmed(table).label("confirmed_at"), col(table.asked_at),
                ).where(*wanted).order_by(confirmed(table), col(table.id)).limit(limit).subquery().select()
            )  # fmt: skip
    every = union_all(*parts).subquery()
    rows = await work.session.execute(select(every).order_by(every.c.confirmed_at, every.c.id).limit(limit))
    return [Stale(*row) for row in rows]


async def to_ask(work: Work, kind: type[Asset], *, before: datetime, limit: int) -> Sequence[Asset]:
    """Return up to `limit` entries whose holder should be asked and has not been; nobody else asks meanwhile.

    Some said in a survey on which day they would like to be asked again.
    """
    due = or_(confirmed(kind) < before, _wanted_to_be_asked(kind, work.now))
    query = select(kind).where(listed(kind), due, col(kind.asked_at).is_(None), col(kind.held_by).is_not(None))
    query = query.order_by(confirmed(kind)).limit(limit).with_for_update(skip_locked=True)
    return (await work.session.scalars(query)).all()


def _wanted_to_be_asked(kind: type[Asset], now: datetime) -> ColumnElement[bool]:
    day = col(AssetProposal.ask_again_on)
    come = (day <= now.date()) & (day > cast(confirmed(kind), Date))
    return exists().where(col(AssetProposal.asset_id) == col(kind.id), come)
