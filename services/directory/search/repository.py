"""The queries of a search, put together from fixed pieces; whatever comes from outside is a parameter.

People whom the caller may see are handed in as rows of JSON and joined as if they stood in the index.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, select, text
from sqlmodel import col

from services.directory.gazetteer.domain import KM_PER_DEGREE
from services.directory.models import AssetPosting, KnownWord
from services.directory.search.domain import SAME_NAME, Circle, Counts, Question, Wanted
from services.directory.search.entries import Entry
from services.directory.search.postings import NAMES, RECORD, rows_of
from services.kernel.work import Work

_LAST = "\U0010ffff"
_FACETS = {"kind": "kind", "category": "category", "free": "free::text"}
_LISTS = {"language": "tongues", "access": "access", "area": "areas"}
_MINUTE = (
    "((extract(isodow from moment)::int - 1) * 1440"
    " + extract(hour from moment)::int * 60 + extract(minute from moment)::int)"
)
_OPEN_PERHAPS = f"""(a.hours && (select int4multirange(
    int4range({_MINUTE}, {_MINUTE} + :open_minutes),
    int4range({_MINUTE} - 10080, {_MINUTE} + :open_minutes - 10080))
    from (select cast(:open_from as timestamptz) at time zone a.zone as moment)))"""  # noqa: S608
_CONDITIONS = {
    "kind": "a.kind = any(:kinds)",
    "category": "a.category = :category",
    "concept": "exists (select from posts p where p.asset_id = a.id and p.term = any(:concepts))",
    "near": "n.asset_id is not null",
    "area": "a.areas && cast(:areas as text[])",
    "open": f"({_OPEN_PERHAPS} and (a.plain_from <= :open_from or a.id = any(cast(:open_ids as uuid[]))))",
    "free": "a.free",
    "max_cost": "(a.free or a.lowest_cost <= :max_cost)",
    "access": "a.access @> cast(:access as text[])",
    "spoken": "cast(:spoken as text) = any(a.tongues)",
    "age": "((a.minimum_age is null or a.minimum_age <= :age) and (a.maximum_age is null or a.maximum_age >= :age))",
    "updated_after": "a.updated_at > :updated_after",
}
_ORDERS = {
    "relevance": ("score", "desc", "name", "id"),
    "distance": ("metres", "", "name", "id"),
    "name": ("name", "", "id"),
}


class Hit(NamedTuple):
    """An asset that was found: which, where it stands in the order, and how far away it is."""

    id: UUID
    kind: str
    name: str
    score: int
    metres: int | None


@dataclass(slots=True)
class Asked:
    """A search as the database gets it: what filters hold, and the parameters of all pieces."""

    conditions: dict[str, str]
    parameters: dict[str, Any]
    question: Question | None
    circle: Circle | None
    sort: str
    has_people: bool
    needed: int = 0
    cursor: Sequence[Any] = field(default_factory=tuple)


def asked(wanted: Wanted, question: Question | None, people: Sequence[Entry]) -> Asked:
    """Return the pieces and parameters of a search; `people` are those whom the caller may see."""
    said: dict[str, Any] = {
        "kind": list(wanted.kinds), "category": wanted.category, "concept": list(wanted.concepts),
        "near": wanted.circle, "area": list(wanted.areas), "open": wanted.open_from,
        "free": wanted.free, "max_cost": wanted.max_cost, "access": list(wanted.access), "spoken": wanted.spoken,
        "age": wanted.age, "updated_after": wanted.updated_after,
    }  # fmt: skip
    conditions = {
        "cost" if name in ("free", "max_cost") else name: _CONDITIONS[name]
        for name, value in said.items() if value not in (None, [], False) or (value == 0 and value is not False)
    }  # fmt: skip
    named = {"kind": "kinds", "concept": "concepts", "area": "areas"}
    parameters = {named.get(name, name): value for name, value in said.items() if name not in ("near", "open", "free")}
    parameters |= _open(wanted) | _around(wanted.circle) | _leads(question)
    if people:
        rows = [{"term": term, "asset_id": str(one.id), "weight": w} for one in people for term, w in one.terms.items()]
        parameters |= {"people": rows_of(people), "people_terms": json.dumps(rows)}
    return Asked(
        conditions, parameters, question, wanted.circle, wanted.sort, bool(people),
        needed=len(question.words) if question else 0,
    )  # fmt: skip


def _open(wanted: Wanted) -> dict[str, Any]:
    if wanted.open_from is None:
        return {}
    until = wanted.open_until or wanted.open_from
    minutes = min(10080, max(1, math.ceil((until - wanted.open_from).total_seconds() / 60)))
    return {"open_from": wanted.open_from, "open_minutes": minutes, "open_ids": []}


def _around(circle: Circle | None) -> dict[str, Any]:
    """Return the box around a circle: what lies outside need not be measured."""
    if circle is None:
        return {}
    (latitude, longitude), radius = circle.middle, circle.radius_km
    tall = radius / KM_PER_DEGREE * 1.001
    farthest = min(89.9, max(abs(latitude - tall), abs(latitude + tall)))
    wide = tall / math.cos(math.radians(farthest))
    west, east = longitude - wide, longitude + wide
    if west < -180 or east > 180 or abs(latitude) + tall > 89:
        west, east = -180.0, 180.0
    return {
        "latitude": latitude, "longitude": longitude, "radius": radius * 1000,
        "south": latitude - tall, "north": latitude + tall, "west": west, "east": east,
    }  # fmt: skip


def _leads(question: Question | None) -> dict[str, Any]:
    if question is None:
        return {"exact": None}
    leads = question.leads
    return {
        "exact": question.name,
        "terms": [one.term for one in leads],
        "groups": [one.group for one in leads],
        "name_points": [one.name_points for one in leads],
        "text_points": [one.text_points for one in leads],
    }


# --- the pieces ------------------------------------------------------------------------------------------------------


def _with(asked: Asked) -> str:
    """Return the relations that every query of a search begins with."""
    people = f" union all select {NAMES} from jsonb_to_recordset(cast(:people as jsonb)) as r({RECORD})"  # noqa: S608
    terms = (
        " union all select term, asset_id, weight from jsonb_to_recordset(cast(:people_terms as jsonb))"
        " as r(term text, asset_id uuid, weight smallint)"
    )
    parts = [
        f"entries as (select {NAMES} from asset_index{people if asked.has_people else ''})",  # noqa: S608
        f"posts as (select term, asset_id, weight from asset_postings{terms if asked.has_people else ''})",  # noqa: S608
    ]
    if asked.question is not None:
        parts.append(_HITS)
    if asked.circle is not None:
        parts.append(_NEAR)
    return "with " + ", ".join(parts)


_HITS = """leads as (select * from unnest(cast(:terms as text[]), cast(:groups as int[]),
    cast(:name_points as int[]), cast(:text_points as int[])) as l(term, grp, name_points, text_points)),
hits as materialized (select asset_id, sum(points)::int as points from (
    select p.asset_id, l.grp, max(case when p.weight > 1 then l.name_points else l.text_points end) as points
    from leads l join posts p on p.term = l.term group by 1, 2) of_group
    group by 1 having count(*) filter (where grp > 0) >= :needed or bool_or(grp = 0))"""
_NEAR = """near as materialized (select asset_id, metres from (select asset_id,
    round(12742017.6 * asin(least(1, sqrt(power(sin(radians(latitude - :latitude) / 2), 2)
    + cos(radians(:latitude)) * cos(radians(latitude)) * power(sin(radians(longitude - :longitude) / 2), 2)))))::int
    as metres, row_number() over (partition by asset_id order by power(latitude - :latitude, 2)
    + power((longitude - :longitude) * cos(radians(:latitude)), 2)) as nearest
    from asset_points where latitude between :south and :north and longitude between :west and :east) measured
    where nearest = 1 and metres <= :radius)"""


def _from(asked: Asked) -> str:
    joined = "from entries a"
    if asked.question is not None:
        joined += " join hits h on h.asset_id = a.id"
    if asked.circle is not None:
        joined += " left join near n on n.asset_id = a.id"
    return joined


def _columns(asked: Asked) -> str:
    score = f"h.points + case when a.name = :exact then {SAME_NAME} else 0 end" if asked.question else "0"
    metres = "n.metres" if asked.circle else "null::int"
    return f"a.id, a.kind, a.name, {score} as score, {metres} as metres"


def _where(asked: Asked, *, without: str = "") -> str:
    held = [f"({condition})" for name, condition in asked.conditions.items() if name != without]
    return " where " + " and ".join(held) if held else ""


# --- the queries -----------------------------------------------------------------------------------------------------


def _ordered(asked: Asked) -> tuple[str, str]:
    """Return what comes after the cursor, and the order."""
    order = _ORDERS[asked.sort]
    if asked.sort == "relevance":
        after = "(-score, name, id) > (:c0, :c1, cast(:c2 as uuid))"
        return after, "-score, name, id"
    keys = [key for key in order if key]
    casts = {"id": "cast(:c{} as uuid)"}
    marks = ", ".join(casts.get(key, ":c{}").format(number) for number, key in enumerate(keys))
    return f"({', '.join(keys)}) > ({marks})", ", ".join(keys)


def page_query(asked: Asked, *, limit: int | None) -> TextClause:
    """Return the query for a page of hits in their order, after the cursor."""
    after, order = _ordered(asked)
    where = f" where {after}" if asked.cursor else ""
    most = " limit :limit" if limit is not None else ""
    found = f"(select {_columns(asked)} {_from(asked)}{_where(asked)}) found"
    return text(f"{_with(asked)} select * from {found}{where} order by {order}{most}")  # noqa: S608


def page_parameters(asked: Asked, *, limit: int | None) -> dict[str, Any]:
    """Return the parameters of a page's query."""
    cursor = {f"c{number}": part for number, part in enumerate(asked.cursor)}
    return asked.parameters | {"needed": asked.needed} | cursor | ({} if limit is None else {"limit": limit})


async def page(work: Work, asked: Asked, *, limit: int) -> list[Hit]:
    """Return up to `limit` hits in their order, after the cursor."""
    rows = await _run(work, page_query(asked, limit=limit), page_parameters(asked, limit=limit))
    return [Hit(*row) for row in rows]


async def has_hits(work: Work, asked: Asked) -> bool:
    """Say whether the words and concepts lead anywhere, whatever the filters say."""
    query = text(f"{_with(asked)} select 1 from hits limit 1")  # noqa: S608
    return bool((await _run(work, query, page_parameters(asked, limit=None))).first())


async def count(work: Work, asked: Asked, *, facets: bool) -> Counts:
    """Return how many there are, how many more there would be without each filter, and the facets."""
    names = list(asked.conditions)
    marks = "".join(f", coalesce({asked.conditions[name]}, false) as f_{name}" for name in names)
    everything = " and ".join(f"f_{name}" for name in names) or "true"
    but_one = "".join(
        f", count(*) filter (where not f_{name} and {' and '.join(f'f_{o}' for o in names if o != name) or 'true'})"
        for name in names
    )
    seen = "a.kind, a.category, a.free, a.tongues, a.access, a.areas"
    base = f"base as materialized (select {seen}{marks} {_from(asked)})"
    totals = f"select '' as facet, null as value, array[count(*) filter (where {everything}){but_one}] as n from base"  # noqa: S608
    parts = [totals, *(_facets(everything) if facets else ())]
    query = text(f"{_with(asked)}, {base} " + " union all ".join(parts))
    rows = (await _run(work, query, page_parameters(asked, limit=None))).all()
    total, *hidden = next(row.n for row in rows if row.facet == "")
    found: dict[str, dict[str, int]] = {name: {} for name in (*_FACETS, *_LISTS)} if facets else {}
    for row in rows:
        if row.facet:
            found[row.facet][row.value] = row.n[0]
    return Counts(total, dict(zip(names, hidden, strict=True)), found)


def _facets(everything: str) -> list[str]:
    plain = [
        f"select '{facet}', {column}, array[count(*)] from base where {everything} and {column} is not null group by 2"  # noqa: S608
        for facet, column in _FACETS.items()
    ]
    lists = [
        f"select '{facet}', one, array[count(*)] from base, unnest({column}) one where {everything} group by 2"  # noqa: S608
        for facet, column in _LISTS.items()
    ]
    return plain + lists


async def perhaps_open(work: Work, asked: Asked, *, limit: int) -> dict[UUID, str]:
    """Return the assets that can be open then, where only a look at their windows says whether they are."""
    others = {name: condition for name, condition in asked.conditions.items() if name != "open"}
    unclear = f"{_OPEN_PERHAPS} and not coalesce(a.plain_from <= :open_from, false)"
    wanted = Asked(
        others | {"open": unclear}, asked.parameters, asked.question, asked.circle, "name", asked.has_people,
        needed=asked.needed,
    )  # fmt: skip
    return {hit.id: hit.kind for hit in await page(work, wanted, limit=limit)}


async def _run(work: Work, query: TextClause, parameters: Mapping[str, Any]) -> Any:
    return await work.session.execute(query, dict(parameters))


async def words_like(work: Work, word: str, *, begun: int) -> tuple[list[str], list[str]]:
    """Return known words that begin with `word`, and where there are none, those about as long."""
    known, length = col(KnownWord.word), col(KnownWord.length)
    query = select(known).where(known >= word, known < word + _LAST).order_by(known).limit(begun)
    beginning = list(await work.session.scalars(query))
    if beginning:
        return beginning, []
    return [], list(await work.session.scalars(select(known).where(length.between(len(word) - 2, len(word) + 2))))


async def terms_of(work: Work, ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Return the words and concepts of these assets, with their weights."""
    found: dict[UUID, dict[str, int]] = {one: {} for one in ids}
    query = select(AssetPosting).where(col(AssetPosting.asset_id).in_(ids))
    for one in await work.session.scalars(query):
        found[one.asset_id][one.term] = one.weight
    return found


async def first_points(work: Work, ids: Sequence[UUID], circle: Circle | None) -> dict[UUID, tuple[float, float]]:
    """Return where each of these is: nearest to the middle of the circle, or first named."""
    order = "number"
    if circle is not None:
        order = "power(latitude - :latitude, 2) + power((longitude - :longitude) * cos(radians(:latitude)), 2)"
    query = text(
        "select distinct on (asset_id) asset_id, latitude, longitude from asset_points"  # noqa: S608
        f" where asset_id = any(:ids) order by asset_id, {order}"
    )
    rows = await _run(work, query, {"ids": list(ids)} | _around(circle))
    return {row.asset_id: (row.latitude, row.longitude) for row in rows}
