"""Taking a file of any size as it comes, a piece a transaction, and queueing its import.

With an `Idempotency-Key` the file is taken once: a second request with the key is shown the first one's import, if its
body is the same to the last byte. While the first is under way the second is refused; once nothing has come of the
first for a minute it is given up, and the second takes its place.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.directory.imports import domain, operations, repository
from services.directory.models import Import
from services.kernel import tables
from services.kernel.caller import Caller
from services.kernel.context import Kernel
from services.kernel.problems import Forbidden, Invalid, Unauthenticated
from services.kernel.work import KEY_HEADER, LONGEST_KEY, KeyReused, Work, as_service

_SILENT = timedelta(minutes=1)
_UNDER_WAY = "uploading"
_STILL = "The first request with this Idempotency-Key is still being sent."
_t = tables.idempotency


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that is being sent: what it is, whose, and the key that makes it repeatable, if there is one.

    `asked` is the request without its body.
    """

    format: str
    source: str
    name: str
    media: str
    asked: str
    key: str | None
    content: AsyncIterator[bytes]


@dataclass(slots=True)
class _Upload:
    kernel: Kernel
    tenant: UUID
    organisation: UUID
    client: str
    sent: Sent
    import_id: UUID


async def upload(kernel: Kernel, caller: Caller, sent: Sent) -> tuple[UUID, bool]:
    """Keep a file and queue its import; return the import's id, and whether it was there already.

    Raises ImportUnderWay, KeyReused, ImportEnded when it is cancelled meanwhile.
    """
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    if caller.organisation is None:
        raise Forbidden("This needs a token of an organisation.")
    if sent.key is not None and not (
        0 < len(sent.key) <= LONGEST_KEY and sent.key.isascii() and sent.key.isprintable()
    ):
        raise Invalid.field(f"/{KEY_HEADER}", "must be 1 to 255 printable ASCII characters", source="header")
    async with as_service(kernel, caller.tenant, organisation=caller.organisation) as work:
        client = f"{caller.client}/{caller.subject}"
        made = operations.new(
            work, format=sent.format, source=sent.source, held_by=caller.organisation, state=_UNDER_WAY
        )
        this = _Upload(kernel, caller.tenant, caller.organisation, client, sent, made.id)
        earlier = await _claim(work, this) if sent.key is not None else None
        if earlier is None:
            made.files = [{"name": sent.name, "media": sent.media}]
            work.session.add(made)
    if earlier is not None:
        return await _same(this, *earlier), True
    try:
        digest = await _keep_pieces(this)
    except BaseException:
        await _give_up(this)
        raise
    await _queue(this, digest)
    return made.id, False


async def _claim(work: Work, this: _Upload) -> tuple[str, str] | None:
    """Take the key for this upload; else return the fingerprint and the reference of the request that had it."""
    mine = {"request_hash": _UNDER_WAY, "reference": str(this.import_id), "at": work.now}
    row = {"client": this.client, "key": this.sent.key, **mine}
    taken = await work.session.execute(upsert(_t).values(row).on_conflict_do_nothing().returning(_t.c.key))
    if taken.first() is not None:
        return None
    of_key = (_t.c.client == this.client, _t.c.key == this.sent.key)
    found = (await work.session.execute(select(_t).where(*of_key).with_for_update())).first()
    if found is None:
        raise domain.ImportUnderWay(_STILL)
    if found.request_hash != _UNDER_WAY:
        return found.request_hash, found.reference or ""
    job = await repository.find(work, UUID(found.reference))
    if job is not None and job.state == _UNDER_WAY:
        if job.updated_at > work.now - _SILENT:
            raise domain.ImportUnderWay(_STILL)
        await operations.cancelled(work, await operations.find(work, job.id, lock=True))
    await work.session.execute(update(_t).where(*of_key).values(mine))
    return None


async def _same(this: _Upload, fingerprint: str, reference: str) -> UUID:
    """Return the import of the first request, if this one sends the same. Raises KeyReused."""
    digest = _begun(this.sent)
    async for part in this.sent.content:
        digest.update(part)
    if digest.hexdigest() != fingerprint:
        raise KeyReused("Use a new key for a new request.")
    return UUID(reference.rpartition("/")[2])


def _begun(sent: Sent) -> "hashlib._Hash":
    return hashlib.sha256(f"{sent.asked}\n{sent.media}\n".encode())


async def _keep_pieces(this: _Upload) -> str:
    """Keep the file in pieces; return the fingerprint of the request."""
    waiting, number, digest = bytearray(), 0, _begun(this.sent)
    async for part in this.sent.content:
        digest.update(part)
        waiting += part
        while len(waiting) >= operations.PIECE:
            await _keep_piece(this, number, bytes(waiting[: operations.PIECE]))
            del waiting[: operations.PIECE]
            number += 1
    if not waiting and not number:
        raise Invalid("There is nothing in the body.")
    if waiting:
        await _keep_piece(this, number, bytes(waiting))
    return digest.hexdigest()


async def _keep_piece(this: _Upload, number: int, content: bytes) -> None:
    async with as_service(this.kernel, this.tenant) as work:
        mine = update(Import).where(col(Import.id) == this.import_id, col(Import.state) == _UNDER_WAY)
        if (await work.session.execute(mine.values(updated_at=work.now).returning(col(Import.id)))).first() is None:
            raise domain.ImportEnded("It was cancelled while its file was being sent.")
        await repository.add_chunk(work, this.import_id, file=0, number=number, content=content)


async def _queue(this: _Upload, digest: str) -> None:
    """Queue the import. The key is always taken before the import, or two may wait for each other."""
    async with as_service(this.kernel, this.tenant, organisation=this.organisation) as work:
        done = {"request_hash": digest, "status": 201, "reference": f"/v1/imports/{this.import_id}"}
        await work.session.execute(update(_t).where(*_mine(this)).values(done))
        job = await operations.find(work, this.import_id, lock=True)
        if job.state != _UNDER_WAY:
            raise domain.ImportEnded("It was cancelled while its file was being sent.")
        job.state, job.version, job.updated_at = "queued", job.version + 1, work.now
        await work.defer(operations.TASK, import_id=str(job.id))


async def _give_up(this: _Upload) -> None:
    async with as_service(this.kernel, this.tenant) as work:
        await work.session.execute(delete(_t).where(*_mine(this)))
        job = await operations.find(work, this.import_id, lock=True)
        if job.state == _UNDER_WAY:
            await operations.cancelled(work, job)


def _mine(this: _Upload) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a key is held by this very upload."""
    return (_t.c.client == this.client, _t.c.key == (this.sent.key or ""), _t.c.reference == str(this.import_id))
