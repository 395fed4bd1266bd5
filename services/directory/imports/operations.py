"""Importing: queued with its files or from a feed, worked through in the background, idempotent, reported by line.

Each entry is checked like any other request body: a field that cannot be used is dropped and reported, an entry
without what it needs is refused and reported, the rest goes in. Running the same import again changes nothing.
"""

from collections.abc import AsyncIterator
from uuid import UUID

from services.directory.imports import domain, repository, running
from services.directory.models import Import
from services.kernel.caller import Caller
from services.kernel.context import Kernel
from services.kernel.problems import Forbidden, Invalid, NotFound, Unauthenticated
from services.kernel.upkeep import tenants
from services.kernel.versions import check_version
from services.kernel.work import Work, as_service

TASK = "run_import"
HOURLY = "forget_unfinished_uploads"
_PIECE = 1_000_000
run = running.run


async def queue(work: Work, *, format: str, source: str, files: list[dict[str, str]]) -> Import:
    """Queue an import; a background task starts it once this is committed."""
    made = _new(work, format=format, source=source, held_by=work.organisation)
    made.files = [{"name": one["name"], "media": running.media_of("", format)} for one in files]
    if format == "open-referral":
        made.files = [{"name": one["name"], "media": "application/json"} for one in files]
    work.session.add(made)
    await work.session.flush()
    for number, file in enumerate(files):
        content = file["content"].encode("utf-8", "replace")
        for piece, start in enumerate(range(0, len(content) or 1, _PIECE)):
            await repository.add_chunk(
                work, made.id, file=number, number=piece, content=content[start : start + _PIECE]
            )  # fmt: skip
    await work.defer(TASK, import_id=str(made.id))
    return made


def _new(work: Work, *, format: str, source: str, held_by: UUID, state: str = "queued") -> Import:
    return Import(
        id=work.new_id(), created_at=work.now, updated_at=work.now, format=format, source=source, state=state,
        held_by=held_by,
    )  # fmt: skip


async def queue_from_feed(work: Work, *, feed_id: UUID, source: str, mode: str, held_by: UUID) -> Import:
    """Queue an import from a feed."""
    made = _new(work, format="open-referral", source=source, held_by=held_by)
    made.feed_id, made.mode = feed_id, mode
    work.session.add(made)
    await work.session.flush()
    await work.defer(TASK, import_id=str(made.id))
    return made


async def upload(
    kernel: Kernel,
    caller: Caller,
    *,
    format: str,
    source: str,
    name: str,
    media: str,
    content: AsyncIterator[bytes],
) -> UUID:
    """Keep a file as it comes, a piece a transaction, and queue its import; return the import's id."""
    tenant, organisation = caller.tenant, caller.organisation
    if tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    if organisation is None:
        raise Forbidden("This needs a token of an organisation.")
    async with as_service(kernel, tenant, organisation=organisation) as work:
        made = _new(work, format=format, source=source, held_by=organisation, state="uploading")
        made.files = [{"name": name, "media": media}]
        work.session.add(made)
    try:
        await _keep_pieces(kernel, tenant, made.id, content)
    except BaseException:
        await _give_up(kernel, tenant, made.id)
        raise
    async with as_service(kernel, tenant, organisation=organisation) as work:
        job = await find(work, made.id, lock=True)
        if job.state == "uploading":
            job.state, job.version, job.updated_at = "queued", job.version + 1, work.now
            await work.defer(TASK, import_id=str(job.id))
    return made.id


async def _keep_pieces(kernel: Kernel, tenant: UUID, import_id: UUID, content: AsyncIterator[bytes]) -> None:
    waiting, number = bytearray(), 0
    async for part in content:
        waiting += part
        while len(waiting) >= _PIECE:
            await _keep_piece(kernel, tenant, import_id, number, bytes(waiting[:_PIECE]))
            del waiting[:_PIECE]
            number += 1
    if not waiting and not number:
        raise Invalid("There is nothing in the body.")
    if waiting:
        await _keep_piece(kernel, tenant, import_id, number, bytes(waiting))


async def _keep_piece(kernel: Kernel, tenant: UUID, import_id: UUID, number: int, content: bytes) -> None:
    async with as_service(kernel, tenant) as work:
        await repository.add_chunk(work, import_id, file=0, number=number, content=content)


async def _give_up(kernel: Kernel, tenant: UUID, import_id: UUID) -> None:
    async with as_service(kernel, tenant) as work:
        job = await find(work, import_id, lock=True)
        await _cancelled(work, job)


async def _cancelled(work: Work, job: Import) -> None:
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
    await _cancelled(work, job)
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
                await _cancelled(work, job)
