"""The queries that keep the index: rows for filters, postings that lead to assets, points on the map."""

import json
from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, exists, select, text, update
from sqlmodel import col

from services.directory.gazetteer.domain import Position
from services.directory.models import Asset, AssetIndex, AssetPoint, AssetPosting
from services.directory.search.entries import Entry
from services.kernel.work import Work

A = TypeVar("A", bound=Asset)
COLUMNS = {
    "id": "uuid", "kind": "text", "name": "text", "category": "text", "tongues": "text[]", "access": "text[]",
    "areas": "text[]", "free": "boolean", "lowest_cost": "integer", "minimum_age": "integer", "maximum_age": "integer",
    "hours": "int4multirange", "zone": "text", "plain_from": "timestamptz", "updated_at": "timestamptz",
}  # fmt: skip
"""What filters read, and as what."""
RECORD = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
NAMES = ", ".join(COLUMNS)
_KEEP_ROWS = text(
    f"insert into asset_index ({NAMES}, state) select {NAMES}, 'unlinked'"  # noqa: S608  our own column names
    f" from jsonb_to_recordset(cast(:rows as jsonb)) as r({RECORD}) order by id"
    " on conflict (tenant_id, id) do update set state = 'unlinked', "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")
)
_FORGET_TERMS = text(
    "delete from asset_postings where asset_id = any(:ids) and not (left(term, 1) = '#' and weight = 1)"
)
_KEEP_TERMS = text(
    "insert into asset_postings (term, asset_id, weight)"
    " select * from unnest(cast(:terms as text[]), cast(:ids as uuid[]), cast(:weights as smallint[]))"
    " on conflict (tenant_id, term, asset_id) do update set weight = greatest(excluded.weight, asset_postings.weight)"
)
_KEEP_POINTS = text(
    "insert into asset_points (asset_id, number, latitude, longitude) select * from unnest(cast(:ids as uuid[]),"
    " cast(:numbers as smallint[]), cast(:latitudes as float8[]), cast(:longitudes as float8[]))"
)
_FORGET_LINKS = text("delete from asset_postings where asset_id = any(:ids) and left(term, 1) = '#' and weight = 1")
_LEARN_WORDS = text(
    "insert into known_words (word, length) select distinct term, length(term) from asset_postings"
    " where asset_id = any(:ids) and left(term, 1) not in ('#', '@') order by term on conflict do nothing"
)


def rows_of(entries: Collection[Entry]) -> str:
    """Return the rows of entries as one JSON list, as `RECORD` reads it."""
    return json.dumps([{"id": one.id, **one.row} for one in entries], default=str)  # ids and times


async def keep(work: Work, entries: Sequence[Entry]) -> None:
    """Enter these, in place of what was entered of them before. What was read from their texts stays till it is new."""
    ids = [one.id for one in entries]
    await work.session.execute(_KEEP_ROWS, {"rows": rows_of(entries)})
    await work.session.execute(_FORGET_TERMS, {"ids": ids})
    await work.session.execute(delete(AssetPoint).where(col(AssetPoint.asset_id).in_(ids)))
    await _keep_terms(work, [(one.id, term, weight) for one in entries for term, weight in one.terms.items()])
    points = [(one.id, number, *point) for one in entries for number, point in enumerate(one.points)]
    if points:
        names = ("ids", "numbers", "latitudes", "longitudes")
        await work.session.execute(_KEEP_POINTS, dict(zip(names, map(list, zip(*points, strict=True)), strict=True)))


async def _keep_terms(work: Work, terms: Sequence[tuple[UUID, str, int]]) -> None:
    if terms:
        ids, words, weights = (list(part) for part in zip(*terms, strict=True))
        await work.session.execute(_KEEP_TERMS, {"ids": ids, "terms": words, "weights": weights})


async def remove(work: Work, ids: Collection[UUID]) -> None:
    """Take everything about these out."""
    await work.session.execute(delete(AssetPosting).where(col(AssetPosting.asset_id).in_(ids)))
    await work.session.execute(delete(AssetPoint).where(col(AssetPoint.asset_id).in_(ids)))
    await work.session.execute(delete(AssetIndex).where(col(AssetIndex.id).in_(ids)))


async def keep_links(work: Work, ids: Collection[UUID], about: Sequence[tuple[UUID, str, int]]) -> None:
    """Keep what these assets are about, in place of what was read before, and learn their words."""
    if not ids:
        return
    await work.session.execute(_FORGET_LINKS, {"ids": list(ids)})
    await _keep_terms(work, about)
    await work.session.execute(_LEARN_WORDS, {"ids": list(ids)})
    await work.session.execute(update(AssetIndex).where(col(AssetIndex.id).in_(ids)).values(state="linked"))


async def unlinked(work: Work, *, limit: int) -> dict[UUID, str]:
    """Return some assets whose text has not been read yet, with their kinds; nobody else takes them meanwhile."""
    query = select(col(AssetIndex.id), col(AssetIndex.kind)).where(col(AssetIndex.state) == "unlinked").limit(limit)
    return {row[0]: row[1] for row in await work.session.execute(query.with_for_update(skip_locked=True))}


async def unlink(work: Work, words: Collection[str]) -> int:
    """Have every asset read again that has all these words; return how many."""
    query = update(AssetIndex).values(state="unlinked").where(col(AssetIndex.state) == "linked")
    for word in words:
        having = select(col(AssetPosting.asset_id)).where(col(AssetPosting.term) == word)
        query = query.where(col(AssetIndex.id).in_(having))
    return len((await work.session.execute(query.returning(col(AssetIndex.id)))).all())


async def is_bare(work: Work) -> bool:
    """Say whether anything is entered by its name only, as a migration does it."""
    return bool(await work.session.scalar(select(exists().where(col(AssetIndex.state) == "bare"))))


async def at_places(work: Work, places: Collection[UUID]) -> dict[UUID, str]:
    """Return which assets are at these places, with their kinds."""
    terms = [f"@{one}" for one in places]
    query = (
        select(col(AssetIndex.id), col(AssetIndex.kind))
        .join(AssetPosting, col(AssetPosting.asset_id) == col(AssetIndex.id))
        .where(col(AssetPosting.term).in_(terms))
    )
    return {row[0]: row[1] for row in await work.session.execute(query)}


async def points_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[Position]]:
    """Return where each of `ids` that is entered lies."""
    if not ids:
        return {}
    found: dict[UUID, list[Position]] = {
        one: [] for one in await work.session.scalars(select(col(AssetIndex.id)).where(col(AssetIndex.id).in_(ids)))
    }
    query = select(AssetPoint).where(col(AssetPoint.asset_id).in_(ids)).order_by(col(AssetPoint.number))
    for point in await work.session.scalars(query):
        found.setdefault(point.asset_id, []).append((point.latitude, point.longitude))
    return found


async def assets(work: Work, table: type[A], ids: Collection[UUID]) -> Sequence[A]:
    """Return the assets of one kind with these ids, deleted or not."""
    if not ids:
        return []
    return (await work.session.scalars(select(table).where(col(table.id).in_(ids)))).all()


async def present(work: Work, table: type[A], *, after: UUID | None, limit: int) -> Sequence[A]:
    """Return up to `limit` assets of one kind that have not been deleted, in the order of their ids."""
    query = select(table).where(col(table.deleted_at).is_(None)).order_by(col(table.id)).limit(limit)
    return (await work.session.scalars(query if after is None else query.where(col(table.id) > after))).all()
