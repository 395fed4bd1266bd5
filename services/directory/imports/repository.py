"""Every query about imports: the imports themselves, their pieces of files, their lines, and the feeds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, tuple_
from sqlmodel import col

from services.directory.assets.repository import REFERRING
from services.directory.imports import bulk
from services.directory.imports.domain import COUNTED, LIVE, Flaw
from services.directory.models import Asset, Feed, Import, ImportChunk, ImportEntry, ImportLine
from services.kernel.work import Work


async def find(work: Work, import_id: UUID, *, lock: bool = False) -> Import | None:
    """Return an import."""
    query = select(Import).where(col(Import.id) == import_id)
    return await work.session.scalar(query.with_for_update() if lock else query)


async def page(work: Work, *, after: UUID | None, limit: int) -> Sequence[Import]:
    """Return up to `limit` imports in the order of their ids."""
    query = select(Import).order_by(col(Import.id)).limit(limit)
    return (await work.session.scalars(query if after is None else query.where(col(Import.id) > after))).all()


async def live(work: Work, feed_id: UUID) -> Sequence[Import]:
    """Return the imports from a feed that have not ended, locked."""
    query = select(Import).where(col(Import.feed_id) == feed_id, col(Import.state).in_(LIVE))
    return (await work.session.scalars(query.order_by(col(Import.id)).with_for_update())).all()


async def forgotten_uploads(work: Work, *, before: datetime) -> Sequence[Import]:
    """Return uploads that were begun and never ended, locked."""
    query = select(Import).where(col(Import.state) == "uploading", col(Import.created_at) < before)
    return (await work.session.scalars(query.with_for_update(skip_locked=True))).all()


async def lines(work: Work, import_id: UUID, *, after: int, limit: int) -> Sequence[ImportLine]:
    """Return up to `limit` flaws of an import in the order they were found, after the one numbered `after`."""
    query = select(ImportLine).where(col(ImportLine.import_id) == import_id, col(ImportLine.number) > after)
    return (await work.session.scalars(query.order_by(col(ImportLine.number)).limit(limit))).all()


async def add_lines(work: Work, import_id: UUID, flaws: Sequence[Flaw], *, after: int) -> int:
    """Keep what could not be used, numbered on from `after`; return the last number."""
    rows = [
        {
            "id": work.new_id(), "import_id": import_id, "number": after + n,
            "file": flaw.file[:200], "line": flaw.line,
            "outcome": flaw.outcome, "field": flaw.field, "reason": flaw.reason,
        }
        for n, flaw in enumerate(flaws, start=1)
    ]  # fmt: skip
    await bulk.insert(work, "import_lines", rows)
    return after + len(rows)


async def add_chunk(work: Work, import_id: UUID, *, file: int, number: int, content: bytes) -> None:
    """Keep a piece of a file."""
    row = {"import_id": import_id, "file": file, "number": number, "content": content}
    await work.session.execute(insert(ImportChunk).values(row))


async def chunk(work: Work, import_id: UUID, *, file: int, number: int) -> bytes | None:
    """Return a piece of a file, or None after the last."""
    query = select(col(ImportChunk.content)).where(
        col(ImportChunk.import_id) == import_id, col(ImportChunk.file) == file, col(ImportChunk.number) == number
    )
    return await work.session.scalar(query)


async def forget_chunks(work: Work, import_id: UUID) -> None:
    """Drop the files of an import."""
    await work.session.execute(delete(ImportChunk).where(col(ImportChunk.import_id) == import_id))


async def forget_entries(work: Work, import_id: UUID, *, limit: int) -> bool:
    """Drop up to `limit` of what an import has read; say whether there may be more."""
    place = tuple_(col(ImportEntry.rank), col(ImportEntry.number))
    theirs = col(ImportEntry.import_id) == import_id
    query = select(col(ImportEntry.rank), col(ImportEntry.number)).where(theirs)
    last = (await work.session.execute(query.order_by(*place).offset(limit - 1).limit(1))).first()
    gone = delete(ImportEntry).where(theirs)
    if last is not None:  # by their order, which has an index: a list of numbers would be compared one by one
        gone = gone.where(place <= tuple_(last.rank, last.number))
    await work.session.execute(gone)
    return last is not None


async def entries(
    work: Work, import_id: UUID, *, rank: int, after: int, limit: int, with_parent: bool = False
) -> Sequence[ImportEntry]:
    """Return up to `limit` entries of one rank in the order they were read, after the one numbered `after`."""
    query = select(ImportEntry).where(
        col(ImportEntry.import_id) == import_id, col(ImportEntry.rank) == rank, col(ImportEntry.number) > after
    )
    if with_parent:
        query = query.where(col(ImportEntry.facts).op("?")("_parent"))
    return (await work.session.scalars(query.order_by(col(ImportEntry.number)).limit(limit))).all()


async def count_entries(work: Work, import_id: UUID) -> int:
    """Return how many entries an import has read."""
    query = select(func.count()).where(col(ImportEntry.import_id) == import_id, col(ImportEntry.rank).in_(COUNTED))
    return await work.session.scalar(query) or 0


async def feed(work: Work, feed_id: UUID, *, lock: bool = False) -> Feed | None:
    """Return a feed that has not been deleted."""
    query = select(Feed).where(col(Feed.id) == feed_id, col(Feed.deleted_at).is_(None))
    return await work.session.scalar(query.with_for_update() if lock else query)


async def feed_of(work: Work, source: str) -> Feed | None:
    """Return the feed of a source."""
    query = select(Feed).where(col(Feed.source) == source, col(Feed.deleted_at).is_(None))
    return await work.session.scalar(query)


async def feeds(work: Work, *, after: UUID | None, limit: int) -> Sequence[Feed]:
    """Return up to `limit` feeds in the order of their ids."""
    query = select(Feed).where(col(Feed.deleted_at).is_(None)).order_by(col(Feed.id)).limit(limit)
    return (await work.session.scalars(query if after is None else query.where(col(Feed.id) > after))).all()


async def due_feeds(work: Work) -> Sequence[UUID]:
    """Return the feeds whose time has come."""
    query = select(col(Feed.id)).where(
        col(Feed.deleted_at).is_(None), col(Feed.next_run_at) <= work.now, col(Feed.every_hours).is_not(None)
    )
    return (await work.session.scalars(query)).all()


async def in_use(work: Work, kind: type[Asset], ids: Collection[UUID]) -> set[UUID]:
    """Return those of `ids` that anything refers to which is not deleted: each table is read once for all of them."""
    used: set[UUID] = set()
    for referring, name in REFERRING.get(kind, ()):
        column = col(getattr(referring, name))
        live = referring.deleted_at.is_(None)
        if name == "place_ids":
            named = select(func.jsonb_array_elements_text(column).label("id")).where(live).subquery()
            query = select(named.c.id).where(named.c.id.in_([str(one) for one in ids])).distinct()
        else:
            query = select(column).where(live, column.in_(ids)).distinct()
        used |= {UUID(str(one)) for one in await work.session.scalars(query)}
    return used


def counted(counts: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts that are not nothing."""
    return {name: int(count) for name, count in counts.items() if count}
