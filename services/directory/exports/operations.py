"""Exports: read from a cursor that the server holds, some at a time, while they are being sent.

Sending takes longer than the request that asked, so each export has a transaction of its own.
"""

import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import IO

from services.directory.exports import formats, hsds
from services.directory.exports.formats import Exported
from services.directory.models import Organisation, Place, Service
from services.directory.search import index, postings
from services.directory.search import operations as search
from services.directory.search.operations import Prepared
from services.directory.search.repository import Hit
from services.kernel.work import Work

_AT_ONCE = 500
_IN_MEMORY = 1_000_000
_CHUNK = 256 * 1024
TABLES = (Organisation, Place, Service)


@asynccontextmanager
async def _apart(work: Work) -> AsyncIterator[Work]:
    """Open a transaction of the same caller that lasts as long as the sending."""
    async with work.kernel.database.transaction(work.tenant) as session:
        yield Work(work.kernel, session, work.caller, work.tenant, work.now)


async def _exported(work: Work, prepared: Prepared) -> AsyncIterator[list[Exported]]:
    async with _apart(work) as reading:
        async for hits in search.stream(reading, prepared, at_once=_AT_ONCE):
            yield await _with_assets(reading, hits)
            reading.session.expunge_all()


async def _with_assets(work: Work, hits: Sequence[Hit]) -> list[Exported]:
    assets = {one.id: one for one in await index.assets_of(work, {hit.id: hit.kind for hit in hits})}
    points = await postings.points_of(work, [hit.id for hit in hits])
    return [
        Exported(hit.kind, assets[hit.id], points.get(hit.id, []),
                 None if hit.metres is None else hit.metres / 1000)
        for hit in hits if hit.id in assets and assets[hit.id].deleted_at is None
    ]  # fmt: skip


async def table(work: Work, prepared: Prepared) -> AsyncIterator[str]:
    """Yield what was found as CSV."""
    yield formats.table([formats.COLUMNS])
    async for some in _exported(work, prepared):
        yield formats.table([formats.cells(one) for one in some])


async def lines(work: Work, prepared: Prepared) -> AsyncIterator[str]:
    """Yield what was found as lines of JSON."""
    async for some in _exported(work, prepared):
        yield "".join(map(formats.line, some))


async def features(work: Work, prepared: Prepared) -> AsyncIterator[str]:
    """Yield what was found and has a place as one GeoJSON FeatureCollection."""
    yield formats.COLLECTION_BEGINS
    comma = ""
    async for some in _exported(work, prepared):
        made = ",\n".join(formats.feature(one) for one in some if one.points)
        if made:
            yield comma + made
            comma = ",\n"
    yield formats.COLLECTION_ENDS


class _Outlet:
    """A file that can only be written to, and emptied: what a zip writer needs of one that is sent as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


async def package(work: Work) -> AsyncIterator[bytes]:
    """Yield the whole directory as an HSDS data package in a zip file; its tables are laid out on disk meanwhile."""
    outlet = _Outlet()
    with ExitStack() as stack, zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("datapackage.json", hsds.package(work.now))
        yield outlet.take()
        files: dict[str, IO[bytes]] = {
            name: stack.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY)) for name in hsds.TABLES
        }
        await _lay_out(work, lambda name, text: files[name].write(text.encode()))
        for name, file in files.items():
            file.seek(0)
            for _ in _copied(archive, f"{name}.csv", file):
                yield outlet.take()
    yield outlet.take()


def _copied(archive: zipfile.ZipFile, name: str, file: IO[bytes]) -> Iterator[None]:
    with archive.open(name, "w") as entry:
        while part := file.read(_CHUNK):
            entry.write(part)
            yield
    yield


async def _lay_out(work: Work, write: Callable[[str, str], object]) -> None:
    for name, columns in hsds.TABLES.items():
        write(name, formats.records(columns, [], with_head=True))
    terms: set[str] = set()
    async with _apart(work) as reading:
        for kind in TABLES:
            after = None
            while some := await postings.present(reading, kind, after=after, limit=_AT_ONCE):
                for asset in some:
                    for name, row in hsds.rows_of(asset):
                        write(name, formats.records(hsds.TABLES[name], [row], with_head=False))
                    for key, row in hsds.terms_of(asset) if isinstance(asset, Service) else ():
                        if key not in terms:
                            terms.add(key)
                            write(
                                "taxonomy_terms", formats.records(hsds.TABLES["taxonomy_terms"], [row], with_head=False)
                            )
                after = some[-1].id
                reading.session.expunge_all()
