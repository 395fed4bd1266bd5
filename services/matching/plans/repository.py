"""Every query on plans, and on what they are worked out from."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, union
from sqlmodel import col

from services.kernel.work import Work
from services.matching.listings.repository import InCare, by_ids, mine
from services.matching.matches.domain import LIVE
from services.matching.models import Match, Need, Offer, Plan
from services.matching.plans.domain import Kind

_AT_ONCE = 5_000
Table = type[Need] | type[Offer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which open listings a plan is about. Private ones are left out, unless their holder names them."""

    now: datetime
    category: str | None = None
    held_by: UUID | None = None
    ids: frozenset[UUID] | None = None
    people_only: bool = False


async def get(work: Work, plan_id: UUID, *, lock: bool = False) -> Plan | None:
    """Return a plan that has not been removed, whoever holds it."""
    query = select(Plan).where(col(Plan.id) == plan_id, col(Plan.deleted_at).is_(None))
    found: Plan | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def visible(work: Work, kind: Kind, plan_id: UUID) -> Plan | None:
    """Return a plan if the caller's organisation asked for it."""
    plan = await get(work, plan_id)
    return plan if plan is not None and (plan.kind, plan.held_by) == (kind, work.organisation) else None


async def page(work: Work, kind: Kind, *, after: UUID | None, limit: int) -> Sequence[Plan]:
    """Return up to `limit` plans that the caller's organisation asked for, after an id."""
    ours = (col(Plan.held_by) == work.organisation, col(Plan.kind) == kind, col(Plan.deleted_at).is_(None))
    query = select(Plan).where(*ours).order_by(col(Plan.id)).limit(limit)
    return (await work.session.scalars(query if after is None else query.where(col(Plan.id) > after))).all()


async def under_way(work: Work) -> int:
    """Return how many plans of the caller's organisation wait or are being worked out."""
    ours = (col(Plan.held_by) == work.organisation, col(Plan.deleted_at).is_(None))
    query = select(func.count()).where(*ours, col(Plan.state).in_(("queued", "running")))
    return await work.session.scalar(query) or 0


async def seen(work: Work, needs: Collection[UUID], *, in_care: InCare) -> set[UUID]:
    """Return which of these needs the caller may see."""
    present = (col(Need.id).in_(needs), col(Need.deleted_at).is_(None), mine(work, Need, in_care))
    return set(await work.session.scalars(select(col(Need.id)).where(*present)))


async def owners(work: Work, *, now: datetime, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Return up to `limit` participants who have a need or an offer open, after an id."""
    tables: tuple[Table, ...] = (Need, Offer)
    found = union(
        *(select(col(table.participant_id).label("id")).where(*_open(table, now)) for table in tables)
    ).subquery()
    query = select(found.c.id).where(found.c.id.is_not(None)).order_by(found.c.id).limit(limit)
    return (await work.session.scalars(query if after is None else query.where(found.c.id > after))).all()


async def counts(work: Work, table: Table, wanted: Wanted) -> list[tuple[UUID | None, int]]:
    """Return how many listings a plan is about by participant; None stands for organisations."""
    whose = col(table.participant_id)
    query = select(whose, func.count()).select_from(table).where(*_wanted(table, wanted)).group_by(whose)
    return [(row[0], row[1]) for row in await work.session.execute(query)]


async def listings(
    work: Work, table: Table, wanted: Wanted, *, after: UUID | None, limit: int
) -> Sequence[Need | Offer]:
    """Return up to `limit` of the listings that a plan is about, after an id."""
    query = select(table).where(*_wanted(table, wanted)).order_by(col(table.id)).limit(limit)
    rows = await work.session.scalars(query if after is None else query.where(col(table.id) > after))
    return cast(Sequence[Need | Offer], rows.all())


def _open(table: Table, now: datetime) -> list[ColumnElement[bool]]:
    later = or_(col(table.expires_at).is_(None), col(table.expires_at) > now)
    return [col(table.state) == "open", col(table.deleted_at).is_(None), later]


def _wanted(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = _open(table, wanted.now)
    if wanted.ids is not None:
        conditions.append(col(table.id).in_(wanted.ids))
    else:
        conditions.append(col(table.visibility) != "private")
    if wanted.held_by is not None:
        conditions.append(col(table.held_by) == wanted.held_by)
    if wanted.category is not None:
        conditions.append(col(table.category) == wanted.category)
    if wanted.people_only:
        conditions.append(col(table.participant_id).is_not(None))
    return conditions


async def by_their_ids(work: Work, kind: str, ids: Collection[UUID]) -> dict[UUID, Need | Offer]:
    """Return these needs or offers, however many, deleted ones too."""
    found: dict[UUID, Need | Offer] = {}
    for part in parts(sorted(ids), _AT_ONCE):
        rows = await by_ids(work, "need" if kind == "need" else "offer", part)
        found.update((row.id, row) for row in rows)
    return found


async def organisations(work: Work) -> frozenset[str]:
    """Return the organisations that offer something themselves."""
    owner = col(Offer.organisation_id)
    return frozenset(map(str, await work.session.scalars(select(owner).where(owner.is_not(None)).distinct())))


async def matched(work: Work, needs: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return the live matches of these needs, each as need and offer."""
    pair = select(col(Match.need_id), col(Match.offer_id))
    rows = await work.session.execute(pair.where(col(Match.need_id).in_(needs), col(Match.state).in_(LIVE)))
    return {(row[0], row[1]) for row in rows}


async def barred(work: Work) -> list[tuple[UUID, UUID]]:
    """Return the owners whom a suspension that nobody has lifted keeps from each other."""
    pair = select(col(Match.need_owner), col(Match.offer_owner)).where(col(Match.suspended_by).is_not(None))
    return [(row[0], row[1]) for row in await work.session.execute(pair)]


def parts(ids: Sequence[UUID], size: int) -> Iterator[list[UUID]]:
    """Yield `ids` in parts of `size`."""
    rest = iter(ids)
    return iter(lambda: list(islice(rest, size)), [])
