"""Importing: queued with its files or from a feed, worked through in the background, idempotent, reported by line.

Each entry is checked like any other request body: a field that cannot be used is dropped and reported, an entry
without what it needs is refused and reported, the rest goes in. Running the same import again changes nothing.
"""

from uuid import UUID

from services.directory.imports import domain, repository, running
from services.directory.models import Import
from services.kernel.context import Kernel
from services.kernel.problems import Forbidden, NotFound
from services.kernel.upkeep import tenants
from services.kernel.versions import check_version
from services.kernel.work import Work, as_service

TASK = "run_import"
HOURLY = "forget_unfinished_uploads"
PIECE = 1_000_000
run = running.run


async def queue(work: Work, *, format: str, source: str, files: list[dict[str, str]]) -> Import:
    """Queue an import; a background task starts it once this is committed."""
    made = new(work, format=format, source=source, held_by=work.organisation)
    made.files = [{"name": one["name"], "media": running.media_of("", format)} for one in files]
    work.session.add(made)
    await work.session.flush()
    for number, file in enumerate(files):
        content = file["content"].encode("utf-8", "replace")
        for piece, start in enumerate(range(0, len(content) or 1, PIECE)):
            await repository.add_chunk(
                work, made.id, file=number, number=piece, content=content[start : start + PIECE]
            )  # fmt: skip
    await work.defer(TASK, import_id=str(made.id))
    return made


def new(work: Work, *, format: str, source: str, held_by: UUID, state: str = "queued") -> Import:
    """Return an import that is not kept yet."""
    return Import(
        id=work.new_id(), created_at=work.now, updated_at=work.now, format=format, source=source, state=state,
        held_by=held_by,
    )  # fmt: skip


async def queue_from_feed(work: Work, *, feed_id: UUID, source: str, mode: str, held_by: UUID) -> Import:
    """Queue an import from a feed."""
    made = new(work, format="open-referral", source=source, held_by=held_by)
    made.feed_id, made.mode = feed_id, mode
    work.session.add(made)
    await work.session.flush()
    await work.defer(TASK, import_id=str(made.id))
    return made


async def cancelled(work: Work, job: Import) -> None:
    """End an import that nobody works on: its file goes, what was taken in stays."""
    job.state, job.finished_at, job.updated_at, job.version = "cancelled", work.now, work.now, job.version + 1
    job.files = None
    await repository.forget_chunks(work, job.id)


async def find(work: Work, import_id: UUID, *, lock: bool = False) -> Import:
    """Return an import. Raises NotFound."""
    found = await repository.find(work, import_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def cancel(work: Work, import_id: UUID, *, if_match: str | None) -> Import:
    """Stop an import where it is: what it has taken in stays. Raises ImportEnded, Forbidden."""
    job = await _mine(work, import_id, if_match)
    if job.state not in domain.LIVE:
        raise domain.ImportEnded
    await stop(work, job)
    return job


async def _mine(work: Work, import_id: UUID, if_match: str | None) -> Import:
    job = await find(work, import_id, lock=True)
    if job.held_by != work.organisation:
        raise Forbidden("Another organisation began this import.")
    check_version(if_match, job.version)
    return job


async def stop(work: Work, job: Import) -> None:
    """Cancel an import that has not ended; a task drops what it has read."""
    await cancelled(work, job)
    await work.defer(TASK, import_id=str(job.id))
    feed = await repository.feed(work, job.feed_id, lock=True) if job.feed_id else None
    if feed is not None:
        feed.change(work.now, state="cancelled")


async def accept_deletions(work: Work, import_id: UUID, *, if_match: str | None) -> Import:
    """Let an import that waits go on to delete what its source no longer has. Raises NothingToAccept, Forbidden."""
    job = await _mine(work, import_id, if_match)
    if job.state != "suspect":
        raise domain.NothingToAccept
    job.state, job.updated_at, job.version = "queued", work.now, job.version + 1
    job.progress = {**job.progress, "accepted": True, "suspect": False, "attempts": 0}
    await work.audit("import.deletions-accepted", job.id)
    await work.defer(TASK, import_id=str(job.id))
    return job


async def forget_unfinished_uploads(kernel: Kernel) -> None:
    """Drop what came of uploads that broke off a day ago."""
    async for tenant in tenants(kernel):
        async with as_service(kernel, tenant) as work:
            for job in await repository.forgotten_uploads(work, before=work.now - domain.UPLOAD_LIVES):
                await cancelled(work, job)
