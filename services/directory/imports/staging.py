"""What an import has read and not yet taken in, kept in the database: read first, in any order; taken in by rank.

Queries only. An entry is staged once: a second one of the same id is not taken, unless the first merely stood inside
another entry.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.directory.imports.domain import RANKS, Addition, Entry, Flaw, Link
from services.directory.models import ImportEntry
from services.kernel import tables
from services.kernel.work import Work

_APPEND = text(
    "update import_entries s set facts = s.facts || jsonb_build_object(cast(:field as text),"
    " case when jsonb_typeof(v.value) = 'array'"
    " then coalesce(s.facts -> cast(:field as text), '[]'::jsonb) || v.value else v.value end)"
    " from jsonb_to_recordset(cast(:rows as jsonb)) as v(rank smallint, name text, value jsonb)"
    " where s.import_id = :import_id and s.rank = v.rank and s.name = v.name returning s.rank, s.name"
)
_UNSEEN = (
    "from external_ids x where x.collection = :collection and x.system = :source and not exists"
    " (select from import_entries s where s.import_id = :import_id and s.rank = :rank and s.name = x.value)"
    " and exists (select from {table} a where a.id = x.resource_id and a.source = :source and a.deleted_at is null"
    " and a.held_by = :held_by)"
)
COLLECTIONS: Mapping[int, str] = {0: "organisations", 1: "places", 2: "services"}


async def stage(work: Work, import_id: UUID, entries: Sequence[Entry]) -> tuple[int, list[Flaw], int]:
    """Keep entries to be taken in.

    Return how many are new, the flaws of those that repeat an id, and how many repeat one of an earlier batch.
    """
    chosen: dict[tuple[int, str], Entry] = {}
    repeats: list[Flaw] = []
    for entry in entries:
        key = RANKS[entry.kind], entry.name
        first = chosen.get(key)
        if first is None or (first.embedded and not entry.embedded):
            chosen[key] = entry
        elif not entry.embedded:
            repeats.append(_repeats(entry))
    if not chosen:
        return 0, repeats, 0
    rows = [
        {"import_id": import_id, "rank": rank, "name": name, "file": one.file[:200], "line": one.line,
         "embedded": one.embedded, "facts": one.document()}
        for (rank, name), one in chosen.items()
    ]  # fmt: skip
    return await _insert(work, rows, chosen, repeats)


async def _insert(
    work: Work, rows: list[dict[str, Any]], chosen: Mapping[tuple[int, str], Entry], repeats: list[Flaw]
) -> tuple[int, list[Flaw], int]:
    statement = upsert(ImportEntry).values(rows)
    better = statement.on_conflict_do_update(
        index_elements=["tenant_id", "import_id", "rank", "name"],
        set_={name: statement.excluded[name] for name in ("file", "line", "embedded", "facts")},
        where=col(ImportEntry.embedded) & ~statement.excluded.embedded,
    )
    kept: Any = await work.session.execute(
        better.returning(col(ImportEntry.rank), col(ImportEntry.name), literal_column("(xmax = 0)").label("fresh"))
    )
    fresh = {(row.rank, row.name): row.fresh for row in kept}
    earlier = [_repeats(one) for key, one in chosen.items() if key not in fresh and not one.embedded]
    return sum(fresh.values()), repeats + earlier, len(earlier)


def _repeats(entry: Entry) -> Flaw:
    return Flaw(entry.file, entry.line, "left_out", "repeats the id of an earlier line; the first is kept", "id")


async def link(work: Work, import_id: UUID, links: Sequence[Link]) -> list[Flaw]:
    """Keep services at places under the ids of the pairs, and add the places to the services."""
    rows = [
        {"import_id": import_id, "rank": RANKS["link"], "name": name, "file": one.file[:200], "line": one.line,
         "embedded": False, "facts": {"_service": one.service}}
        for name, one in {each.name: each for each in links}.items()
    ]  # fmt: skip
    if not rows:
        return []
    await work.session.execute(upsert(ImportEntry).values(rows).on_conflict_do_nothing())
    added = [Addition("service", one.service, one.file, one.line, "_places", [one.place]) for one in links if one.place]
    return await add(work, import_id, added)


async def add(work: Work, import_id: UUID, additions: Sequence[Addition]) -> list[Flaw]:
    """Add to what is staged; return the flaws of those that belong to nothing."""
    resolved = await _without_links(work, import_id, additions)
    by_field: dict[str, dict[tuple[int, str], Any]] = defaultdict(dict)
    for one in resolved:
        key = RANKS[one.kind], one.name
        before = by_field[one.field].get(key)
        joined = [*before, *one.value] if isinstance(before, list) and isinstance(one.value, list) else one.value
        by_field[one.field][key] = joined
    found: set[tuple[str, int, str]] = set()
    for field, values in by_field.items():
        rows = json.dumps([{"rank": rank, "name": name, "value": value} for (rank, name), value in values.items()])
        done = await work.session.execute(_APPEND, {"field": field, "rows": rows, "import_id": import_id})
        found |= {(field, row[0], row[1]) for row in done}
    return [
        Flaw(one.file, one.line, "left_out", f"belongs to no {_WORDS[one.kind]} of this import", one.field.lstrip("_"))
        for one in resolved
        if (one.field, RANKS[one.kind], one.name) not in found
    ]


_WORDS = {"organisation": "organisation", "place": "location", "service": "service", "link": "service at a location"}


async def _without_links(work: Work, import_id: UUID, additions: Sequence[Addition]) -> list[Addition]:
    """Return the additions with services where pairs of service and place were named."""
    pairs = {one.name for one in additions if one.kind == "link"}
    if not pairs:
        return list(additions)
    query = select(col(ImportEntry.name), col(ImportEntry.facts)["_service"].astext).where(
        col(ImportEntry.import_id) == import_id, col(ImportEntry.rank) == 3, col(ImportEntry.name).in_(pairs)
    )
    whose = {row[0]: row[1] for row in await work.session.execute(query)}
    return [
        Addition("service", whose[one.name], one.file, one.line, one.field, one.value)
        if one.kind == "link" and one.name in whose
        else one
        for one in additions
    ]


async def known_ids(work: Work, collection: str, source: str, names: Iterable[str]) -> dict[str, UUID]:
    """Return what is known under the source's names; nobody else adds one of them until the transaction ends."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    locks = [f"{work.tenant}/{collection}/{source}/{name}" for name in wanted]
    await work.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(n, 0)) from unnest(cast(:names as text[])) n"),
        {"names": locks},
    )
    return await references(work, collection, source, wanted)


async def references(work: Work, collection: str, source: str, names: Iterable[str]) -> dict[str, UUID]:
    """Return what is known under the source's names."""
    t = tables.external_ids
    query = select(t.c.value, t.c.resource_id).where(
        t.c.collection == collection, t.c.system == source, t.c.value.in_(set(names))
    )
    return {row[0]: row[1] for row in await work.session.execute(query)}


async def count_known(work: Work, source: str) -> int:
    """Return how many entries are known under names of the source."""
    t = tables.external_ids
    query = select(func.count()).where(t.c.system == source, t.c.collection.in_(COLLECTIONS.values()))
    return await work.session.scalar(query) or 0


async def count_unseen(work: Work, import_id: UUID, *, rank: int, source: str, held_by: UUID) -> int:
    """Return how many entries came from the source before and were not read this time."""
    found = await work.session.scalar(
        text("select count(*) " + _UNSEEN.format(table=COLLECTIONS[rank])),
        {"collection": COLLECTIONS[rank], "source": source, "import_id": import_id, "rank": rank, "held_by": held_by},
    )
    return int(found or 0)


async def unseen(
    work: Work, import_id: UUID, *, rank: int, source: str, held_by: UUID, after: str, limit: int
) -> list[tuple[str, UUID]]:
    """Return up to `limit` of the entries that were not read this time, by name, after `after`."""
    found = await work.session.execute(
        text(
            "select x.value, x.resource_id " + _UNSEEN.format(table=COLLECTIONS[rank])
            + " and x.value > :after order by x.value limit :limit"
        ),
        {"collection": COLLECTIONS[rank], "source": source, "import_id": import_id, "rank": rank,
         "held_by": held_by, "after": after, "limit": limit},
    )  # fmt: skip
    return [(row[0], row[1]) for row in found]


async def ways_up(work: Work, organisations: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Return the organisations and all above them, each with its parent; nobody else changes one meanwhile."""
    await work.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"{work.tenant}/organisation-parents"},
    )
    found = await work.session.execute(
        text(
            "with recursive up as (select id, parent_id from organisations where id = any(cast(:ids as uuid[]))"
            " union select o.id, o.parent_id from organisations o join up on o.id = up.parent_id) select * from up"
        ),
        {"ids": list(organisations)},
    )
    return {row[0]: row[1] for row in found}
