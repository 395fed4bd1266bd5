"""What an import has read and not yet taken in, kept in the database: read first, in any order; taken in by rank.

Queries only. An entry is staged once: a second one of the same id is not taken, unless the first merely stood inside
another entry.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlmodel import col

from services.directory.assets.repository import hold_parents
from services.directory.imports.bulk import written
from services.directory.imports.domain import COUNTED, RANKS, Addition, Entry, Flaw, Link
from services.directory.models import ImportEntry
from services.kernel import tables
from services.kernel.work import Work

_STAGE = text(
    "insert into import_entries (import_id, rank, name, file, line, embedded, facts)"
    " select :import_id, rank, name, file, line, embedded, facts from jsonb_to_recordset(cast(:rows as jsonb))"
    " as r(rank integer, name text, file text, line integer, embedded boolean, facts jsonb)"
    " on conflict (tenant_id, import_id, rank, name) do update set file = excluded.file, line = excluded.line,"
    " embedded = excluded.embedded, facts = excluded.facts where import_entries.embedded and not excluded.embedded"
    " returning rank, name, (xmax = 0) as fresh"
)
_APPEND = text(
    "update import_entries s set facts = s.facts || jsonb_build_object(cast(:field as text),"
    " case when jsonb_typeof(v.value) = 'array'"
    " then coalesce(s.facts -> cast(:field as text), '[]'::jsonb) || v.value else v.value end)"
    " from jsonb_to_recordset(cast(:rows as jsonb)) as v(rank smallint, name text, value jsonb)"
    " where s.import_id = :import_id and s.rank = v.rank and s.name = v.name returning s.rank, s.name"
)
_KNOWN = text(
    "select value, resource_id from external_ids"
    " where collection = :collection and system = :system and value = any(cast(:names as text[]))"
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
        {"rank": rank, "name": name, "file": one.file[:200], "line": one.line, "embedded": one.embedded,
         "facts": one.document()}
        for (rank, name), one in chosen.items()
    ]  # fmt: skip
    kept = await work.session.execute(_STAGE, {"import_id": import_id, "rows": written(rows)})
    fresh = {(row.rank, row.name): row.fresh for row in kept}
    earlier = [_repeats(one) for key, one in chosen.items() if key not in fresh and not one.embedded]
    return sum(new for (rank, _), new in fresh.items() if rank in COUNTED), repeats + earlier, len(earlier)


def _repeats(entry: Entry) -> Flaw:
    return Flaw(entry.file, entry.line, "left_out", "repeats the id of an earlier line; the first is kept", "id")


async def link(work: Work, import_id: UUID, links: Sequence[Link]) -> list[Flaw]:
    """Keep services at places under the ids of the pairs, and add the places to the services."""
    rows = [
        {"rank": RANKS["link"], "name": name, "file": one.file[:200], "line": one.line, "embedded": False,
         "facts": {"_service": one.service}}
        for name, one in {each.name: each for each in links}.items()
    ]  # fmt: skip
    if not rows:
        return []
    await work.session.execute(_STAGE, {"import_id": import_id, "rows": written(rows)})
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
        rows = written([{"rank": rank, "name": name, "value": value} for (rank, name), value in values.items()])
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
    wanted = set(names)
    known = await references(work, collection, source, wanted)
    fresh = sorted(wanted - known.keys())
    if not fresh:
        return known
    locks = [f"{work.tenant}/{collection}/{source}/{name}" for name in fresh]
    await work.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(n, 0)) from unnest(cast(:names as text[])) n"),
        {"names": locks},
    )
    return known | await references(work, collection, source, fresh)


async def references(work: Work, collection: str, source: str, names: Iterable[str]) -> dict[str, UUID]:
    """Return what is known under the source's names."""
    asked = {"collection": collection, "system": source, "names": list(names)}
    return {row[0]: row[1] for row in await work.session.execute(_KNOWN, asked)}


async def forget_names(work: Work, collection: str, resources: Collection[UUID]) -> None:
    """Take all names, of whatever system, from these."""
    t = tables.external_ids
    await work.session.execute(delete(t).where(t.c.collection == collection, t.c.resource_id.in_(resources)))


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
    await hold_parents(work)
    found = await work.session.execute(
        text(
            "with recursive up as (select id, parent_id from organisations where id = any(cast(:ids as uuid[]))"
            " union select o.id, o.parent_id from organisations o join up on o.id = up.parent_id) select * from up"
        ),
        {"ids": list(organisations)},
    )
    return {row[0]: row[1] for row in found}
