"""Every query about imports."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlmodel import col

from services.directory.imports.domain import Flaw
from services.directory.models import Import, ImportLine
from services.kernel.work import Work


async def find(work: Work, import_id: UUID, *, lock: bool = False) -> Import | None:
    """Return an import."""
    query = select(Import).where(col(Import.id) == import_id)
    return await work.session.scalar(query.with_for_update() if lock else query)


async def page(work: Work, *, after: UUID | None, limit: int) -> Sequence[Import]:
    """Return up to `limit` imports in the order of their ids."""
    query = select(Import).order_by(col(Import.id)).limit(limit)
    return (await work.session.scalars(query if after is None else query.where(col(Import.id) > after))).all()


async def lines(work: Work, import_id: UUID, *, after: int, limit: int) -> Sequence[ImportLine]:
    """Return up to `limit` flaws of an import in the order they were found, after the one numbered `after`."""
    query = select(ImportLine).where(col(ImportLine.import_id) == import_id, col(ImportLine.number) > after)
    return (await work.session.scalars(query.order_by(col(ImportLine.number)).limit(limit))).all()


async def forget_lines(work: Work, import_id: UUID) -> None:
    """Drop the flaws of an earlier try."""
    await work.session.execute(delete(ImportLine).where(col(ImportLine.import_id) == import_id))


async def add_lines(work: Work, import_id: UUID, flaws: Sequence[Flaw]) -> None:
    """Keep what could not be used, numbered on from what is kept already."""
    kept = select(func.count()).where(col(ImportLine.import_id) == import_id)
    first = (await work.session.scalar(kept) or 0) + 1
    rows = [
        {
            "id": work.new_id(), "import_id": import_id, "number": first + n,
            "file": flaw.file[:200], "line": flaw.line,
            "outcome": flaw.outcome, "field": flaw.field, "reason": flaw.reason,
        }
        for n, flaw in enumerate(flaws)
    ]  # fmt: skip
    if rows:
        await work.session.execute(insert(ImportLine), rows)
