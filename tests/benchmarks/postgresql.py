"""PostgreSQL with the same filters as the engine's gates: columns and indexes as a good engineer would set them.

What differs: order is by category, then by distance, since it knows no concepts; the hours of the week are a bit string,
as in the engine's first look, and the exact calendar is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from services.matching.engine import Listing
from services.matching.engine.calendar import ALL_HOURS, hours_of_week

_TABLE = """
create table offers (
    id text primary key, owner text not null, latitude double precision, longitude double precision,
    reach double precision not null, means smallint not null, languages text[] not null, hours bit(168) not null,
    places smallint not null, category text
)
"""
_INDEXES = (
    "create index on offers using gist (point(longitude, latitude)) where places > 0",
    "create index on offers (category) where places > 0",
    "analyze offers",
)
_QUESTION = """
select id from (
    select id, category, 6371.0088 * 2 * asin(sqrt(
        power(sin(radians(latitude - %(latitude)s) / 2), 2)
        + cos(radians(latitude)) * cos(radians(%(latitude)s)) * power(sin(radians(longitude - %(longitude)s) / 2), 2)
    )) as km, reach
    from offers
    where places > 0
      and point(longitude, latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
      and owner <> %(owner)s
      and (means & 1) > 0
      and languages && %(languages)s
      and bit_count(hours & %(hours)s::bit(168)) > 0
) near
where km <= greatest(%(reach)s, reach)
order by (category is not distinct from %(category)s) desc, km
limit 20
"""
_MEANS = {"in_person": 1, "phone": 2, "online": 4}
FARTHEST = 30.0
"""Nobody in the synthetic country goes farther than this, so neither does the box."""


def filled(uri: str, offers: Iterable[Listing]) -> psycopg.Connection[Any]:
    """Return a connection to a database that has these offers."""
    connection = psycopg.connect(uri, autocommit=True)
    connection.execute("drop table if exists offers")
    connection.execute(_TABLE)
    with connection.cursor() as cursor, cursor.copy("copy offers from stdin") as copy:
        for one in offers:
            copy.write_row(_row(one))
    for statement in _INDEXES:
        connection.execute(statement)
    return connection


def asking(connection: psycopg.Connection[Any]) -> Callable[[Listing], list[str]]:
    """Return what answers for a need, prepared once."""

    def answer(need: Listing) -> list[str]:
        return [row[0] for row in connection.execute(_QUESTION, _asked(need), prepare=True)]

    return answer


def _row(one: Listing) -> tuple[Any, ...]:
    assert one.place is not None
    return (
        one.id, one.owner, *one.place, one.reach, sum(_MEANS[way] for way in one.means), sorted(one.languages),
        _hours(one), one.capacity_left, one.category,
    )  # fmt: skip


def _asked(need: Listing) -> dict[str, Any]:
    assert need.place is not None
    latitude, longitude = need.place
    far = max(need.reach, FARTHEST)
    high = math.degrees(far / 6371.0088)
    wide = math.degrees(math.asin(math.sin(far / 6371.0088) / math.cos(math.radians(latitude))))
    return {
        "latitude": latitude, "longitude": longitude, "reach": need.reach, "owner": need.owner,
        "south": latitude - high, "north": latitude + high, "west": longitude - wide, "east": longitude + wide,
        "languages": sorted(need.languages), "hours": _hours(need), "category": need.category,
    }  # fmt: skip


def _hours(one: Listing) -> str:
    return format(hours_of_week(one.windows) if one.windows else ALL_HOURS, "0168b")
