"""What is offered to the public, counted and cut into pages. Every list and item of the feed goes through here.

Offered are services and activities that are running, and micro-providers that want to be public, of organisations
and groups that are there. Never the people, nor anything that only some may see.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col

from services.directory.assets.repository import listed
from services.directory.freshness import repository as freshness
from services.directory.freshness.domain import Policy
from services.directory.models import Activity, AssetAtPlace, Group, MicroProvider, Organisation, Place, Service
from services.directory.open_referral.domain import STATUS, other_self
from services.directory.open_referral.repository.wanted import Near, Wanted, conditions, distance
from services.kernel.work import Work

Offered = Service | Activity | MicroProvider
Provider = Organisation | Group | MicroProvider
KINDS: dict[str, type[Offered]] = {"services": Service, "activities": Activity, "micro_providers": MicroProvider}
PROVIDERS: dict[str, type[Provider]] = {
    "organisations": Organisation, "groups": Group, "micro_providers": MicroProvider,
}  # fmt: skip


class Found(NamedTuple):
    """One row of a page: which entry it is."""

    kind: str
    id: UUID


class FoundAt(NamedTuple):
    """One row of a page of services at places."""

    kind: str
    asset: UUID
    id: UUID
    place: UUID


# --- what is offered -----------------------------------------------------------------------------------------------


class _Today(NamedTuple):
    now: datetime
    policy: Policy


async def _today(work: Work) -> _Today:
    return _Today(work.now, await freshness.policy(work))


def _shown(kind: Any, today: _Today) -> list[ColumnElement[bool]]:
    """Return the conditions under which anything of a kind is public at all."""
    conditions = [listed(kind), freshness.fresh(kind, now=today.now, policy=today.policy)]
    if hasattr(kind, "status"):
        conditions.append(col(kind.status).in_(STATUS))
    if kind is MicroProvider:
        conditions.append(col(MicroProvider.public).is_(True))
    return conditions


def _offered(kind: type[Offered], wanted: Wanted, today: _Today) -> Any:
    """Return the entries of one kind that are offered and wanted; somebody who is there stands behind each."""
    query: Any = select(sa.literal(kind.__tablename__, sa.String).label("kind"), col(kind.id).label("id"))
    query = query.where(*_shown(kind, today))
    if kind is Service:
        query = query.join(Organisation, col(Organisation.id) == col(Service.organisation_id))
        query = query.where(listed(Organisation))
        provider: Any = Organisation
    elif kind is Activity:
        query = _with_whoever_does_it(query)
        provider = None
    else:
        provider = MicroProvider
    return query.where(*conditions(kind, provider, wanted))


def _with_whoever_does_it(query: Any) -> Any:
    query = query.outerjoin(Organisation, col(Organisation.id) == col(Activity.organisation_id))
    query = query.outerjoin(Group, col(Group.id) == col(Activity.group_id))
    query = query.outerjoin(MicroProvider, col(MicroProvider.id) == col(Activity.micro_provider_id))
    absent = col(Activity.micro_provider_id).is_(None)
    return query.where(
        or_(
            and_(col(Group.id).is_not(None), listed(Group), absent),
            and_(col(Organisation.id).is_not(None), listed(Organisation), absent),
            and_(col(MicroProvider.public), listed(MicroProvider)),
        )
    )


# --- pages ---------------------------------------------------------------------------------------------------------


async def _all(work: Work, wanted: Wanted, *, most: int | None = None, after: UUID | None = None) -> Any:
    """Return all that is offered and wanted, or of each kind the first so many: then nothing more is looked at."""
    today = await _today(work)
    parts = []
    for kind in KINDS.values():
        query = _offered(kind, wanted, today)
        if after is not None:
            query = query.where(col(kind.id) > after)
        parts.append(query if most is None else query.order_by(col(kind.id)).limit(most).subquery().select())
    return sa.union_all(*parts).subquery("offered")


async def count(work: Work, wanted: Wanted) -> int:
    """Return how many entries are offered and wanted."""
    return await work.session.scalar(select(func.count()).select_from(await _all(work, wanted))) or 0


async def page(
    work: Work, wanted: Wanted, *, limit: int, offset: int = 0, after: UUID | None = None
) -> Sequence[Found]:
    """Return one page of what is offered and wanted, in the order of the ids."""
    offered = await _all(work, wanted, most=offset + limit, after=after)
    query = select(offered.c.kind, offered.c.id).order_by(offered.c.id).limit(limit).offset(offset)
    return [Found(*row) for row in await work.session.execute(query)]


async def find(work: Work, id: UUID) -> Found | None:
    """Return the offered entry with this id."""
    offered = await _all(work, Wanted())
    row = (await work.session.execute(select(offered.c.kind, offered.c.id).where(offered.c.id == id))).first()
    return Found(*row) if row else None


async def _at_places(work: Work, wanted: Wanted, near: Near | None) -> tuple[Any, Any]:
    """Return the services at places, and their distance from where the reader is."""
    offered = await _all(work, wanted)
    at, place = sa.inspect(AssetAtPlace).local_table.c, sa.inspect(Place).local_table.c
    query: Any = select(offered.c.kind, offered.c.id.label("asset"), at.id, at.place_id).join(
        AssetAtPlace, at.asset_id == offered.c.id
    )
    query = query.join(Place, place.id == at.place_id).where(listed(Place))
    if near is None:
        return query, None
    away = distance(near)
    query = query.where(place.latitude.is_not(None), place.longitude.is_not(None))
    return (query if near.metres is None else query.where(away <= near.metres)), away


async def count_at_places(work: Work, wanted: Wanted, near: Near | None) -> int:
    """Return how many services at places are wanted."""
    query, _ = await _at_places(work, wanted, near)
    return await work.session.scalar(select(func.count()).select_from(query.subquery())) or 0


async def page_at_places(
    work: Work, wanted: Wanted, near: Near | None, *, limit: int, offset: int = 0, after: UUID | None = None
) -> Sequence[FoundAt]:
    """Return one page of services at places: the nearest first; without a point, or after one, in the order of ids."""
    query, away = await _at_places(work, wanted, near)
    order = [col(AssetAtPlace.id)] if away is None or after is not None else [away, col(AssetAtPlace.id)]
    if after is not None:
        query = query.where(col(AssetAtPlace.id) > after)
    rows = await work.session.execute(query.order_by(*order).limit(limit).offset(offset))
    return [FoundAt(*row) for row in rows]


async def find_at_place(work: Work, id: UUID) -> FoundAt | None:
    """Return the service at a place with this id."""
    query, _ = await _at_places(work, Wanted(), None)
    row = (await work.session.execute(query.where(col(AssetAtPlace.id) == id))).first()
    return FoundAt(*row) if row else None


async def offered_by(work: Work, provider: UUID, *, limit: int) -> Sequence[Found]:
    """Return what an organisation offers."""
    return await page(work, Wanted(organisation=provider), limit=limit)


# --- organisations -------------------------------------------------------------------------------------------------


async def _providers(work: Work, words: Sequence[str]) -> Any:
    parts, today = [], await _today(work)
    for name, kind in PROVIDERS.items():
        shown = _shown(kind, today)
        hay = func.lower(func.concat_ws(" ", col(kind.name), func.coalesce(col(kind.description), "")))
        query: Any = select(sa.literal(name, sa.String).label("kind"), col(kind.id).label("id")).where(*shown)
        parts.append(query.where(*(func.strpos(hay, word) > 0 for word in words)))
    return sa.union_all(*parts).subquery("providers")


async def count_providers(work: Work, words: Sequence[str]) -> int:
    """Return how many organisations, groups and public micro-providers there are."""
    return await work.session.scalar(select(func.count()).select_from(await _providers(work, words))) or 0


async def page_of_providers(
    work: Work, words: Sequence[str], *, limit: int, offset: int = 0, after: UUID | None = None
) -> Sequence[Found]:
    """Return one page of organisations, groups and public micro-providers."""
    all_ = await _providers(work, words)
    query = select(all_.c.kind, all_.c.id).order_by(all_.c.id).limit(limit).offset(offset)
    if after is not None:
        query = query.where(all_.c.id > after)
    return [Found(*row) for row in await work.session.execute(query)]


async def find_provider(work: Work, id: UUID) -> Found | None:
    """Return the organisation, group or public micro-provider that is an organisation under this id."""
    all_ = await _providers(work, ())
    mine = or_(
        and_(all_.c.id == id, all_.c.kind != "micro_providers"),
        and_(all_.c.id == other_self(id), all_.c.kind == "micro_providers"),
    )
    row = (await work.session.execute(select(all_.c.kind, all_.c.id).where(mine))).first()
    return Found(*row) if row else None
