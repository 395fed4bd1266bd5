"""The disk is full: what must be written is refused in plain words, the rest is read, and it goes on by itself."""

import contextlib
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, text

from deploy.database import prepare, runtime_url
from services.kernel import tables
from services.kernel.database import Database, DatabaseUnavailable, StorageFull
from tests.conftest import SECRET
from tests.faults.machines import Cluster, own_cluster

SCHEMA = "timebank"
_SMALL = {"min_wal_size": "32MB", "max_wal_size": "48MB"}


@pytest.fixture(scope="module")
def small() -> Iterator[Path]:
    """A folder on a disk of its own, of 200 MB."""
    with tempfile.TemporaryDirectory(prefix="cando-disk-") as made:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", made], capture_output=True)
        if mounted.returncode:
            pytest.skip("a disk of its own takes a mount, which is not allowed here")
        Path(made).chmod(0o755)
        try:
            yield Path(made)
        finally:
            subprocess.run(["umount", "-l", made], check=True)


@pytest.fixture(scope="module")
def own(small: Path) -> Iterator[Cluster]:
    with own_cluster(_SMALL, folder=small, prepared=False) as cluster:
        prepare(cluster.url, SECRET, services=[SCHEMA])
        yield cluster


@contextlib.contextmanager
def no_room(folder: Path) -> Iterator[None]:
    """Have not a byte left while the context is open."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65_536))
    try:
        yield
    finally:
        os.unlink(filler)


async def _write(database: Database, tenant: UUID) -> UUID:
    one = uuid4()
    async with database.transaction(tenant) as session:
        much = {f"{n}": secrets.token_hex(500) for n in range(40)}
        row = {"id": one, "type": "note.made", "subject": one, "ids": much, "at": text("now()")}
        await session.execute(insert(tables.events).values(row))
    return one


async def test_with_the_disk_full_writes_are_refused_reads_go_on_and_nothing_is_lost(own: Cluster, small: Path) -> None:
    database, tenant, kept, refused = Database(runtime_url(own.url, SCHEMA, SECRET), schema=SCHEMA), uuid4(), [], []
    for _ in range(20):
        kept.append(await _write(database, tenant))
    with no_room(small):
        for _ in range(40):
            try:
                kept.append(await _write(database, tenant))
            except DatabaseUnavailable as problem:
                refused.append(problem)
            async with database.transaction(tenant) as session:
                seen = await session.scalar(select(func.count()).select_from(tables.events))
            assert (seen or 0) >= len(kept)
    assert refused
    assert {type(one) for one in refused} == {StorageFull}
    answer = refused[0].response()
    assert (answer.status_code, answer.headers["retry-after"], refused[0].slug) == (503, "60", "storage-full")
    kept.append(await _write(database, tenant))
    async with database.transaction(tenant) as session:
        assert set(await session.scalars(select(tables.events.c.id))) == set(kept)
    await database.close()
