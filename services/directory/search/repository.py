"""The queries of a search: a page of hits, how many there are, what is known of words.

Where words were asked for, everything they lead to is looked at once: for the page, the filters and the counts. Where
they were not, a page is read in its order and stops, and counting stops at `COUNTED`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, and_, or_, select, text
from sqlmodel import col

from services.directory.models import AssetPosting, KnownWord
from services.directory.search.domain import COUNTED, Circle, Counts, Sort
from services.directory.search.pieces import (
    OPEN_PERHAPS,
    Asked,
    around,
    columns,
    entries,
    ordered,
    relations,
    where,
    where_but,
)
from services.kernel.work import Work

_LAST = "\U0010ffff"
_FACETS = {"kind": "kind", "category": "category", "free": "free::text"}
_LISTS = {"language": "tongues", "access": "access", "area": "areas"}
_COUNTED = "a.kind, a.category, a.free, a.tongues, a.access, a.areas"
_NO_HIT = ", null::uuid as id, null as kind, null as name, null::int as score, null::int as metres"
_ZONES = text(
    "with recursive known as ((select min(zone) as zone from asset_index) union all"
    " select (select min(a.zone) from asset_index a where a.zone > known.zone) from known where known.zone is not null)"
    " select zone from known where zone is not null"
)


class Hit(NamedTuple):
    """An asset that was found: which, where it stands in the order, and how far away it is."""

    id: UUID
    kind: str
    name: str
    score: int
    metres: int | None

    def place(self, sort: Sort) -> tuple[Any, ...]:
        """Return where a hit stands in an order, as `pieces.ordered` puts it."""
        orders: dict[Sort, tuple[Any, ...]] = {
            "relevance": (-self.score, self.name, self.id),
            "distance": (self.metres, self.name, self.id),
            "name": (self.name, self.id),
        }
        return orders[sort]


def page_query(asked: Asked, *, limit: int | None) -> TextClause:
    """Return the query for a page of hits in their order, after the cursor."""
    after, order = ordered(asked)
    start = f" where {after}" if asked.cursor else ""
    most = " limit :limit" if limit is not None else ""
    found = f"found as not materialized ({entries(asked, columns(asked), where(asked))})"
    return text(f"{relations(asked)}{found} select * from found{start} order by {order}{most}")  # noqa: S608


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
    query = text(f"{relations(asked)}led as (select from hits limit 1) select 1 from led")  # noqa: S608
    return bool((await _run(work, query, page_parameters(asked, limit=None))).first())


async def first_page(work: Work, asked: Asked, *, limit: int, facets: bool) -> tuple[list[Hit], Counts]:
    """Return the first page of hits, how many there are, how many more without each filter, and the facets."""
    if asked.question is None:
        hits = await page(work, asked, limit=limit)
        return hits, _counts(asked, await _parts(work, asked, _enough(asked), facets=facets, limit=0), facets=facets)
    rows = await _parts(work, asked, _everything(asked), facets=facets, limit=limit)
    hits = [Hit(row.id, row.kind, row.name, row.score, row.metres) for row in rows if row.part == "hit"]
    # The database does not promise its own order for parts that are put together.
    return sorted(hits, key=lambda hit: hit.place(asked.sort)), _counts(asked, rows, facets=facets)


async def _parts(work: Work, asked: Asked, found: tuple[str, list[str]], *, facets: bool, limit: int) -> Any:
    relation, selects = found
    total = f"select 'total' as part, null as value, count(*)::int as n{_NO_HIT} from found"  # noqa: S608
    parts = [*selects, total, *(_facets() if facets else ())]
    combined = f", combined as (select {_COUNTED}, count(*)::int as n from found a group by 1, 2, 3, 4, 5, 6)"  # noqa: S608
    query = f"{relations(asked)}{relation}{combined if facets else ''} {' union all '.join(parts)}"
    return (await _run(work, text(query), page_parameters(asked, limit=limit) | {"enough": COUNTED + 1})).all()


def _everything(asked: Asked) -> tuple[str, list[str]]:
    """Return the relations for all that the words lead to, looked at once, and the parts that read them."""
    marks = {name: f"f_{name}" for name in asked.conditions}
    flags = "".join(f", coalesce({asked.conditions[name]}, false) as {mark}" for name, mark in marks.items())
    all_hold = " and ".join(marks.values()) or "true"
    seen = columns(asked) + _COUNTED.replace("a.kind", "")
    relation = (
        f"base as materialized ({entries(asked, seen + flags, near='left join')}),"  # noqa: S608
        f" found as (select * from base where {all_hold})"
    )
    hidden = [
        f"select 'hidden', '{name}', count(*)::int{_NO_HIT} from base where "  # noqa: S608
        + " and ".join([f"not {mark}", *(other for other in marks.values() if other != mark)])
        for name, mark in marks.items()
    ]
    hits = (
        "select 'hit' as part, null as value, null::int as n, * from"  # noqa: S608
        f" (select id, kind, name, score, metres from found order by {ordered(asked)[1]} limit :limit) shown"
    )
    return relation, [hits, *hidden]


def _enough(asked: Asked) -> tuple[str, list[str]]:
    """Return the relations for counting up to enough, and the parts that read them."""
    relation = f"found as ({entries(asked, _COUNTED, where(asked))} limit :enough)"
    hidden = [
        f"select 'hidden' as part, '{name}' as value, (select count(*)::int from"  # noqa: S608
        f" ({entries(asked, '1', where_but(asked, name), near='left join' if name == 'near' else 'join')}"
        f" limit :enough) more) as n{_NO_HIT}"
        for name in asked.conditions
    ]
    return relation, hidden


def _facets() -> list[str]:
    plain = [
        f"select '{facet}', {column}, sum(n)::int{_NO_HIT} from combined where {column} is not null group by {column}"  # noqa: S608
        for facet, column in _FACETS.items()
    ]
    lists = [
        f"select '{facet}', one, sum(n)::int{_NO_HIT}"  # noqa: S608
        f" from (select unnest({column}) as one, n from combined) each_one group by one"
        for facet, column in _LISTS.items()
    ]
    return plain + lists


def _counts(asked: Asked, rows: Any, *, facets: bool) -> Counts:
    total = next(row.n for row in rows if row.part == "total")
    hidden = {row.value: min(row.n, COUNTED) for row in rows if row.part == "hidden"}
    found: dict[str, dict[str, int]] = {name: {} for name in (*_FACETS, *_LISTS)} if facets else {}
    for row in rows:
        if row.part in found:
            found[row.part][row.value] = row.n
    more = asked.question is None and total > COUNTED
    return Counts(COUNTED if more else total, {name: hidden[name] for name in asked.conditions}, found, at_least=more)


async def perhaps_open(work: Work, asked: Asked, *, limit: int) -> dict[UUID, str]:
    """Return the assets that can be open then, where only a look at their windows says whether they are."""
    others = {name: condition for name, condition in asked.conditions.items() if name != "open"}
    unclear = f"{OPEN_PERHAPS} and not coalesce(a.plain_from <= :open_from, false)"
    wanted = replace(asked, conditions=others | {"open": unclear})
    found = f"found as ({entries(wanted, 'a.id, a.kind', where(wanted))} limit :limit)"
    query = text(f"{relations(wanted)}{found} select * from found")  # noqa: S608
    rows = await _run(work, query, page_parameters(replace(wanted, cursor=()), limit=limit))
    return {row.id: row.kind for row in rows}


async def zones(work: Work) -> list[str]:
    """Return the time zones in which anything opens, each looked up by itself: they are few."""
    return list(await work.session.scalars(_ZONES))


async def _run(work: Work, query: TextClause, parameters: Mapping[str, Any]) -> Any:
    return await work.session.execute(query, dict(parameters))


async def words_like(work: Work, word: str, *, begun: int) -> tuple[list[str], list[str]]:
    """Return known words that begin with `word`, and where there are none, some about as long."""
    known, length, ending = col(KnownWord.word), col(KnownWord.length), col(KnownWord.ending)
    query = select(known).where(_begins(known, word)).order_by(known).limit(begun)
    beginning = list(await work.session.scalars(query))
    if beginning:
        return beginning, []
    # One slip leaves the first or the last half as it was; letters swapped in the middle all but one of a half.
    half = max(1, len(word) // 2 - 1)
    first, last = word[:half], word[::-1][:half]
    same_half = or_(_begins(known, first), _begins(ending, last))
    query = select(known).where(same_half, length.between(len(word) - 2, len(word) + 2))
    return [], list(await work.session.scalars(query))


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    return and_(column >= text, column < text + _LAST)


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
    rows = await _run(work, query, {"ids": list(ids)} | around(circle))
    return {row.asset_id: (row.latitude, row.longitude) for row in rows}
