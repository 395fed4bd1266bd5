"""The pieces that the queries of a search are put together from; whatever comes from outside is a parameter.

People whom the caller may see are handed in as rows of JSON and joined as if they stood in the index.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.directory.gazetteer.domain import EARTH_KM, KM_PER_DEGREE
from services.directory.search.domain import SAME_NAME, Circle, Question, Sort, Wanted
from services.directory.search.entries import DAY, WEEK, Entry, week_parts, written
from services.directory.search.postings import COLUMNS, RECORD, rows_of

OPEN_PERHAPS = "(a.hours && m.minutes)"
_CONDITIONS = {
    "kind": "a.kind = any(:kinds)",
    "category": "a.category = :category",
    "concept": "a.id in (select asset_id from about)",
    "near": "n.asset_id is not null",
    "area": "a.areas && cast(:areas as text[])",
    "open": f"({OPEN_PERHAPS} and (a.plain_from <= :open_from or a.id = any(cast(:open_ids as uuid[]))))",
    "free": "a.free",
    "max_cost": "(a.free or a.lowest_cost <= :max_cost)",
    "access": "a.access @> cast(:access as text[])",
    "spoken": "cast(:spoken as text) = any(a.tongues)",
    "age": "((a.minimum_age is null or a.minimum_age <= :age) and (a.maximum_age is null or a.maximum_age >= :age))",
    "updated_after": "a.updated_at > :updated_after",
}


@dataclass(slots=True)
class Asked:
    """A search as the database gets it: what filters hold, and the parameters of all pieces."""

    conditions: dict[str, str]
    parameters: dict[str, Any]
    question: Question | None
    circle: Circle | None
    sort: Sort
    has_people: bool
    needed: int = 0
    cursor: Sequence[Any] = field(default_factory=tuple)


def asked(wanted: Wanted, question: Question | None, people: Sequence[Entry]) -> Asked:
    """Return the pieces and parameters of a search; `people` are those whom the caller may see."""
    said: dict[str, Any] = {
        "kind": list(wanted.kinds), "category": wanted.category, "concept": list(wanted.concepts),
        "near": wanted.circle, "area": list(wanted.areas), "open": wanted.open_from, "free": wanted.free,
        "max_cost": None if wanted.free else wanted.max_cost, "access": list(wanted.access),
        "spoken": wanted.spoken, "age": wanted.age, "updated_after": wanted.updated_after,
    }  # fmt: skip
    conditions = {
        "cost" if name in ("free", "max_cost") else name: _CONDITIONS[name]
        for name, value in said.items() if value not in (None, [], False) or (value == 0 and value is not False)
    }  # fmt: skip
    named = {"kind": "kinds", "concept": "concepts", "area": "areas"}
    parameters = {named.get(name, name): value for name, value in said.items() if name not in ("near", "open", "free")}
    parameters |= _open(wanted) | around(wanted.circle) | _leads(question)
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
    minutes = min(WEEK, max(1, math.ceil((until - wanted.open_from).total_seconds() / 60)))
    return {"open_from": wanted.open_from, "open_minutes": minutes, "open_ids": [], "zones": [], "moments": []}


def in_zones(asked: Asked, zones: Iterable[str]) -> None:
    """Say which minutes of a local week are asked for in each of these time zones."""
    known = sorted(set(zones))
    begin, minutes = asked.parameters["open_from"], asked.parameters["open_minutes"]
    weeks = [written(week_parts(_minute(begin, zone), minutes)) for zone in known]
    asked.parameters |= {"zones": known, "moments": weeks}


def _minute(moment: datetime, zone: str) -> int:
    local = moment.astimezone(ZoneInfo(zone))
    return local.weekday() * DAY + local.hour * 60 + local.minute


def around(circle: Circle | None) -> dict[str, Any]:
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

_AS_IN_INDEX = {"name": 'name collate "C"'} | {one: f"cast({one} as varchar)" for one in ("kind", "category", "zone")}
_SHOWN = ", ".join(f"{_AS_IN_INDEX.get(name, name)} as {name}" for name in COLUMNS)
_PEOPLE = f"""people as materialized (select {_SHOWN} from jsonb_to_recordset(cast(:people as jsonb)) as r({RECORD})),
people_postings as materialized (select term collate "C" as term, asset_id, weight
    from jsonb_to_recordset(cast(:people_terms as jsonb)) as r(term text, asset_id uuid, weight smallint))"""  # noqa: S608
_LEADS = """leads as (select * from unnest(cast(:terms as text[]), cast(:groups as int[]),
    cast(:name_points as int[]), cast(:text_points as int[])) as l(term, grp, name_points, text_points))"""
_LED_TO = """select p.asset_id, l.grp, case when p.weight > 1 then l.name_points else l.text_points end as points
    from leads l join {} p on p.term = l.term"""
_HITS = """hits as (select asset_id, sum(points)::int as points from (
    select asset_id, grp, max(points) as points from ({}) led_to group by 1, 2) of_group
    group by 1 having count(*) filter (where grp > 0) >= :needed or bool_or(grp = 0))"""
_ABOUT = "select p.asset_id from {} p where p.term = any(:concepts)"
# Nearest first: whoever wants a page in this order then stops after a page.
_NEAR = f"""near as (select asset_id, min(metres) as metres from (select asset_id,
    round({2000 * EARTH_KM} * asin(least(1, sqrt(power(sin(radians(latitude - :latitude) / 2), 2)
    + cos(radians(:latitude)) * cos(radians(latitude)) * power(sin(radians(longitude - :longitude) / 2), 2)))))::int
    as metres
    from asset_points where latitude between :south and :north and longitude between :west and :east) measured
    where metres <= :radius group by 1 order by 2)"""  # noqa: S608
_MOMENTS = """moments as materialized (select * from unnest(cast(:zones as text[]),
    cast(cast(:moments as text[]) as int4multirange[])) as w(zone, minutes))"""


def relations(asked: Asked) -> str:
    """Return the relations that every query of a search begins with."""
    parts = [_PEOPLE] if asked.has_people else []
    if asked.question is not None:
        parts += [_LEADS, _HITS.format(_everywhere(_LED_TO, asked))]
    if "concept" in asked.conditions:
        parts.append(f"about as materialized ({_everywhere(_ABOUT, asked)})")
    if asked.circle is not None:
        parts.append(_NEAR)
    if "open" in asked.conditions:
        parts.append(_MOMENTS)
    return f"with {', '.join(parts)}, " if parts else "with "


def _everywhere(postings: str, asked: Asked) -> str:
    """Return what postings say of assets and of people, each joined by itself: together they would be read whole."""
    tables = ["asset_postings", "people_postings"] if asked.has_people else ["asset_postings"]
    return " union all ".join(postings.format(table) for table in tables)


def entries(asked: Asked, seen: str, condition: str = "", *, near: str = "join") -> str:
    """Return a query for `seen` of all assets and people under a condition.

    `near` is how distances are joined: `left join` keeps what lies outside the circle.
    """
    joined = ""
    if asked.question is not None:
        joined += " join hits h on h.asset_id = a.id"
    if asked.circle is not None:
        joined += f" {near} near n on n.asset_id = a.id"
    if "open" in asked.conditions:
        joined += " left join moments m on m.zone = a.zone"
    tables = ["asset_index", "people"] if asked.has_people else ["asset_index"]
    return " union all ".join(f"select {seen} from {table} a{joined}{condition}" for table in tables)  # noqa: S608


def columns(asked: Asked) -> str:
    """Return the columns of a hit."""
    score = f"h.points + case when a.name = :exact then {SAME_NAME} else 0 end" if asked.question else "0"
    metres = "n.metres" if asked.circle else "null::int"
    return f"a.id, a.kind, a.name, {score} as score, {metres} as metres"


def where(asked: Asked) -> str:
    """Return the condition that every filter holds."""
    held = [f"({condition})" for condition in asked.conditions.values()]
    return " where " + " and ".join(held) if held else ""


def where_but(asked: Asked, name: str) -> str:
    """Return the condition that every filter holds but this one, which does not."""
    missed = "n.asset_id is null" if name == "near" else f"({asked.conditions[name]}) is not true"
    held = [f"({condition})" for other, condition in asked.conditions.items() if other != name]
    return " where " + " and ".join([missed, *held])


def ordered(asked: Asked) -> tuple[str, str]:
    """Return what comes after the cursor, and the order."""
    if asked.sort == "relevance":
        return "(-score, name, id) > (:c0, :c1, cast(:c2 as uuid))", "-score, name, id"
    keys = {"distance": ("metres", "name", "id"), "name": ("name", "id")}[asked.sort]
    marks = ", ".join(("cast(:c{} as uuid)" if key == "id" else ":c{}").format(n) for n, key in enumerate(keys))
    return f"({', '.join(keys)}) > ({marks})", ", ".join(keys)
