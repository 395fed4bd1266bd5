"""Every query of the public feed. One place says what is offered to the public; every list and item goes through it.

Offered are services and activities that are running, and micro-providers that want to be public, of organisations
and groups that are there. Never the people, nor anything that only some may see. A page is counted and cut by the
database; what stands on it is then fetched in a few queries, whatever its size.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from services.directory.freshness import repository as freshness
from services.directory.freshness.domain import Policy
from services.directory.models import (
    Activity,
    AssetAtPlace,
    Group,
    MicroProvider,
    Organisation,
    Place,
    Service,
    TaxonomyTerm,
)
from services.directory.open_referral.domain import STATUS, other_self
from services.directory.open_referral.taxonomies import ours
from services.directory.open_referral.taxonomies.repository import names_of
from services.kernel.work import Work

Offered = Service | Activity | MicroProvider
Provider = Organisation | Group | MicroProvider
KINDS: dict[str, type[Offered]] = {"services": Service, "activities": Activity, "micro_providers": MicroProvider}
PROVIDERS: dict[str, type[Provider]] = {
    "organisations": Organisation, "groups": Group, "micro_providers": MicroProvider,
}  # fmt: skip
M = TypeVar("M")
_METRES = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of the feed asks for; everything named must hold."""

    words: tuple[str, ...] = ()
    term: str | None = None
    taxonomy: str | None = None
    organisation: UUID | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    day: str | None = None
    starts: time | None = None
    ends: time | None = None
    modified_after: datetime | None = None
    nowhere: bool = False
    """Something was named that is not there, so nothing can be found."""


@dataclass(frozen=True, slots=True)
class Near:
    """From where distances are counted, and up to how many metres."""

    latitude: float
    longitude: float
    metres: float | None


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


def _there(kind: Any) -> ColumnElement[bool]:
    return and_(col(kind.deleted_at).is_(None), col(kind.merged_into).is_(None))


class _Today(NamedTuple):
    now: datetime
    policy: Policy


async def _today(work: Work) -> _Today:
    return _Today(work.now, await freshness.policy(work))


def _shown(kind: Any, today: _Today) -> list[ColumnElement[bool]]:
    """Return the conditions under which anything of a kind is public at all."""
    conditions = [_there(kind), freshness.fresh(kind, now=today.now, policy=today.policy)]
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
        query = query.where(_there(Organisation))
        provider: Any = Organisation
    elif kind is Activity:
        query = _with_whoever_does_it(query)
        provider = None
    else:
        provider = MicroProvider
    return query.where(*_conditions(kind, provider, wanted))


def _with_whoever_does_it(query: Any) -> Any:
    query = query.outerjoin(Organisation, col(Organisation.id) == col(Activity.organisation_id))
    query = query.outerjoin(Group, col(Group.id) == col(Activity.group_id))
    query = query.outerjoin(MicroProvider, col(MicroProvider.id) == col(Activity.micro_provider_id))
    absent = col(Activity.micro_provider_id).is_(None)
    return query.where(
        or_(
            and_(col(Group.id).is_not(None), _there(Group), absent),
            and_(col(Organisation.id).is_not(None), _there(Organisation), absent),
            and_(col(MicroProvider.public), _there(MicroProvider)),
        )
    )


def _conditions(kind: Any, provider: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [sa.false()] if wanted.nowhere else []
    found += [func.strpos(_text(kind, provider), word) > 0 for word in wanted.words]
    found += _of_age(kind, wanted)
    if wanted.term is not None:
        found.append(_carries(kind, wanted.term))
    if wanted.taxonomy is not None:
        found.append(_carries_any(kind, wanted.taxonomy))
    if wanted.organisation is not None:
        found.append(_provided_by(kind, wanted.organisation))
    if wanted.day or wanted.starts or wanted.ends:
        found.append(_at_a_time(kind, wanted))
    if wanted.modified_after is not None:
        found.append(_modified(kind, provider, wanted.modified_after))
    return found


def _text(kind: Any, provider: Any) -> ColumnElement[str]:
    parts = [col(kind.name), func.coalesce(col(kind.description), "")]
    if provider is Organisation:
        parts.append(col(Organisation.name))
    elif provider is None:
        parts += [func.coalesce(col(one.name), "") for one in (Group, Organisation, MicroProvider)]
    return func.lower(func.concat_ws(" ", *parts))


def _of_age(kind: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions on ages as the profile words them: limits of the service compared with those asked for."""
    has_ages = hasattr(kind, "minimum_age")
    found = []
    if wanted.minimum_age is not None:
        found.append(col(kind.minimum_age) >= wanted.minimum_age if has_ages else sa.false())
    if wanted.maximum_age is not None:
        found.append(col(kind.maximum_age) <= wanted.maximum_age if has_ages else sa.false())
    return found


def _list(column: Any) -> Any:
    """Return a JSONB column with the operators that only such columns have."""
    return sa.type_coerce(column, JSONB)


def _has_one_of(known: Select[Any]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _list(Service.codes).has_any(func.array(names_of(known).scalar_subquery()))
    return found


def _carries(kind: Any, term: str) -> ColumnElement[bool]:
    """Say whether an entry carries a term, given by its id or, of an imported one, by its code."""
    mine = next((one for one in ours.terms().values() if str(one.id) == term), None)
    if mine is not None:
        return or_(col(kind.category) == mine.key, _list(kind.concepts).has_key(mine.key))
    if kind is not Service:
        return sa.false()
    known = select(TaxonomyTerm).where(
        col(TaxonomyTerm.deleted_at).is_(None),
        or_(col(TaxonomyTerm.code) == term, sa.cast(col(TaxonomyTerm.id), sa.String) == term),
    )
    return _has_one_of(known)


def _carries_any(kind: Any, taxonomy: str) -> ColumnElement[bool]:
    if taxonomy == str(ours.TAXONOMY):
        return or_(col(kind.category).is_not(None), func.jsonb_array_length(col(kind.concepts)) > 0)
    if kind is not Service:
        return sa.false()
    known = select(TaxonomyTerm).where(
        col(TaxonomyTerm.deleted_at).is_(None), sa.cast(col(TaxonomyTerm.taxonomy_id), sa.String) == taxonomy
    )
    return _has_one_of(known)


def _provided_by(kind: Any, provider: UUID) -> ColumnElement[bool]:
    if kind is Service:
        return col(Service.organisation_id) == provider
    if kind is MicroProvider:
        return col(MicroProvider.id) == other_self(provider)
    return or_(
        col(Activity.micro_provider_id) == other_self(provider),
        and_(
            col(Activity.micro_provider_id).is_(None),
            func.coalesce(col(Activity.group_id), col(Activity.organisation_id)) == provider,
        ),
    )


_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ONE_WINDOW = """exists (select 1 from jsonb_array_elements({table}.opening) w
    where case when w->>'starts' ~ '^\\d{{4}}-\\d\\d-\\d\\dT\\d\\d\\:\\d\\d' then {conditions} else false end)"""
_ON_DAY = """case when w->>'rule' like '%BYDAY=%' then w->>'rule' ~ ('BYDAY=[^;]*' || :day)
    when w->>'rule' like '%FREQ=DAILY%' then true
    when w->>'rule' like '%FREQ=MONTHLY%' or w->>'rule' like '%FREQ=YEARLY%' then false
    else extract(isodow from (w->>'starts')::timestamp) = :weekday end"""
_STARTS = "(w->>'starts')::timestamp::time >= :starts"
_ENDS = """(w->>'starts')::timestamp::time - time '00:00' + make_interval(mins => (w->>'minutes')::int)
    <= cast(:ends as time) - time '00:00'"""


def _at_a_time(kind: Any, wanted: Wanted) -> ColumnElement[bool]:
    """Say whether one and the same window of an entry is on the day, begins no earlier and ends no later."""
    parts: dict[str, dict[str, Any]] = {}
    if wanted.day is not None:
        parts[_ON_DAY] = {"day": wanted.day, "weekday": _WEEKDAYS.index(wanted.day) + 1}
    if wanted.starts is not None:
        parts[_STARTS] = {"starts": wanted.starts}
    if wanted.ends is not None:
        parts[_ENDS] = {"ends": wanted.ends}
    conditions = " and ".join(f"({part})" for part in parts)
    values = {name: value for one in parts.values() for name, value in one.items()}
    clause = sa.text(_ONE_WINDOW.format(table=kind.__tablename__, conditions=conditions))
    return sa.type_coerce(clause.bindparams(**values), sa.Boolean)


def _modified(kind: Any, provider: Any, since: datetime) -> ColumnElement[bool]:
    """Say whether an entry, or anything that is shown with it, has changed since; as `domain.latest` puts it."""
    places = (
        select(col(AssetAtPlace.asset_id))
        .join(Place, col(Place.id) == col(AssetAtPlace.place_id))
        .where(col(Place.updated_at) >= since, col(AssetAtPlace.kind) == kind.__tablename__)
    )
    conditions = [
        col(kind.updated_at) >= since,
        col(kind.confirmed_at) >= since,
        col(kind.id).in_(places),
    ]
    behind: list[Any] = (
        [Organisation] if provider is Organisation else [Organisation, Group, MicroProvider] if provider is None else []
    )
    conditions += [col(one.updated_at) >= since for one in behind]
    if kind is Service:
        changed = select(TaxonomyTerm).where(col(TaxonomyTerm.updated_at) >= since)
        conditions.append(_has_one_of(changed))
    return or_(*conditions)


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
    query = query.join(Place, place.id == at.place_id).where(_there(Place))
    if near is None:
        return query, None
    distance = _distance(near)
    query = query.where(place.latitude.is_not(None), place.longitude.is_not(None))
    return (query if near.metres is None else query.where(distance <= near.metres)), distance


def _distance(near: Near) -> ColumnElement[float]:
    """Return the distance in metres over the ground."""
    here, there = func.radians(near.latitude), func.radians(col(Place.latitude))
    tall = func.pow(func.sin((there - here) / 2), 2)
    wide = func.pow(func.sin((func.radians(col(Place.longitude)) - func.radians(near.longitude)) / 2), 2)
    return 2 * _METRES * func.asin(func.least(1.0, func.sqrt(tall + func.cos(here) * func.cos(there) * wide)))


async def count_at_places(work: Work, wanted: Wanted, near: Near | None) -> int:
    """Return how many services at places are wanted."""
    query, _ = await _at_places(work, wanted, near)
    return await work.session.scalar(select(func.count()).select_from(query.subquery())) or 0


async def page_at_places(
    work: Work, wanted: Wanted, near: Near | None, *, limit: int, offset: int = 0, after: UUID | None = None
) -> Sequence[FoundAt]:
    """Return one page of services at places: the nearest first; without a point, or after one, in the order of ids."""
    query, distance = await _at_places(work, wanted, near)
    order = [col(AssetAtPlace.id)] if distance is None or after is not None else [distance, col(AssetAtPlace.id)]
    if after is not None:
        query = query.where(col(AssetAtPlace.id) > after)
    rows = await work.session.execute(query.order_by(*order).limit(limit).offset(offset))
    return [FoundAt(*row) for row in rows]


async def find_at_place(work: Work, id: UUID) -> FoundAt | None:
    """Return the service at a place with this id."""
    query, _ = await _at_places(work, Wanted(), None)
    row = (await work.session.execute(query.where(col(AssetAtPlace.id) == id))).first()
    return FoundAt(*row) if row else None


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


# --- what stands on a page -----------------------------------------------------------------------------------------


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


async def places_changed(work: Work, assets: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when the places of entries last changed, by entry."""
    if not assets:
        return {}
    query = select(col(AssetAtPlace.asset_id), func.max(col(Place.updated_at))).join(
        Place, col(Place.id) == col(AssetAtPlace.place_id)
    )
    found = await work.session.execute(
        query.where(col(AssetAtPlace.asset_id).in_(assets)).group_by(col(AssetAtPlace.asset_id))
    )
    return {row[0]: row[1] for row in found}


async def offered_by(work: Work, provider: UUID, *, limit: int) -> Sequence[Found]:
    """Return what an organisation offers."""
    return await page(work, Wanted(organisation=provider), limit=limit)
