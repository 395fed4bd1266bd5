"""The conditions on entries of the feed: each of the profile's filters in SQL, and how far away a place is."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from services.directory.gazetteer.domain import EARTH_KM
from services.directory.models import Activity, Group, MicroProvider, Organisation, Place, Service, TaxonomyTerm
from services.directory.open_referral.domain import DAYS, other_self
from services.directory.open_referral.repository.changes import changed_since
from services.directory.open_referral.taxonomies import ours
from services.directory.open_referral.taxonomies.repository import names_of


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


def conditions(kind: Any, provider: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what must hold of an entry of `kind`, behind which a `provider` stands (None: one of several)."""
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
        found.append(changed_since(kind, wanted.modified_after))
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
        parts[_ON_DAY] = {"day": wanted.day, "weekday": list(DAYS).index(wanted.day) + 1}
    if wanted.starts is not None:
        parts[_STARTS] = {"starts": wanted.starts}
    if wanted.ends is not None:
        parts[_ENDS] = {"ends": wanted.ends}
    conditions = " and ".join(f"({part})" for part in parts)
    values = {name: value for one in parts.values() for name, value in one.items()}
    clause = sa.text(_ONE_WINDOW.format(table=kind.__tablename__, conditions=conditions))
    return sa.type_coerce(clause.bindparams(**values), sa.Boolean)


def distance(near: Near) -> ColumnElement[float]:
    """Return the distance in metres over the ground."""
    here, there = func.radians(near.latitude), func.radians(col(Place.latitude))
    tall = func.pow(func.sin((there - here) / 2), 2)
    wide = func.pow(func.sin((func.radians(col(Place.longitude)) - func.radians(near.longitude)) / 2), 2)
    return 2000 * EARTH_KM * func.asin(func.least(1.0, func.sqrt(tall + func.cos(here) * func.cos(there) * wide)))
