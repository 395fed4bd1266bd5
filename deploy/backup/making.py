"""Making a backup, while Cando runs: every schema as of one moment, and a manifest of what must be in it."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import psycopg

from deploy.backup import contents, tools
from deploy.backup.sealing import Sealing
from deploy.database import Refused, connected, take_turns

PART = 8 << 20
"""Bytes of a dump in one member of the archive: it is never held whole."""
Manifest = dict[str, Any]


def make(admin: str, file: Path, *, secret: str, passphrase: str = "", plain: bool = False) -> Manifest:
    """Write a backup of the whole installation to a new file, readable by its owner alone; return its manifest."""
    with connected(admin) as turns, _new(file) as out:
        take_turns(turns)
        with psycopg.connect(turns.info.dsn, password=turns.info.password) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            services = contents.present(connection)
            if not services:
                raise Refused("There is no Cando in this database: nothing to back up.")
            with Sealing(out, secret=secret, passphrase=passphrase, plain=plain) as sealed:
                return _written(admin, connection, services, sealed)


def private(file: Path) -> IO[bytes]:
    """Open a new file that its owner alone can read, in the place of whatever lies there. Raises OSError."""
    file.unlink(missing_ok=True)
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def _new(file: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `file` that takes its place only when it is whole. Raises Refused."""
    partial = file.with_name(f"{file.name}.partial")
    if file.exists():
        raise Refused(f"{file} is there already; a backup is never written over.")
    try:
        out = private(partial)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from None
    try:
        with out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def _written(admin: str, connection: psycopg.Connection, services: list[str], sealed: Sealing) -> Manifest:
    row = connection.execute("select pg_export_snapshot(), current_database(), now()").fetchone()
    assert row is not None
    snapshot, database, moment = row
    with tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        sums = {one: _dump(admin, one, snapshot, connection.info.server_version, archive) for one in services}
        manifest: Manifest = {
            "format": 1,
            "cando": version("cando"),
            "made_at": moment.astimezone(UTC).isoformat(),
            "server": connection.info.parameter_status("server_version"),
            "database": database,
            **asdict(contents.count(connection, services)),
            "sha256": sums,
        }
        add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
    return manifest


def _dump(admin: str, service: str, snapshot: str, server: int, archive: tarfile.TarFile) -> str:
    """Add the dump of one service, part by part; return its sha256."""
    where, environment = tools.address(admin)
    command = [
        tools.tool("pg_dump", server=server), "--format=custom", f"--snapshot={snapshot}", "--enable-row-security",
        "--no-unlogged-table-data",
        f"--role=cando_{service}_owner", *(f"--schema={one}" for one in contents.schemas_of(service)), where,
    ]  # fmt: skip
    digest, number = hashlib.sha256(), 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dump:  # noqa: S603
        assert dump.stdout
        assert dump.stderr
        while part := dump.stdout.read(PART):
            digest.update(part)
            add(archive, f"{service}.dump.{number:05}", part)
            number += 1
        said = dump.stderr.read().decode(errors="replace").strip()
    if dump.returncode:
        raise Refused(f"pg_dump could not read {service}: {said.splitlines()[-1] if said else dump.returncode}")
    return digest.hexdigest()


def add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add a member that nobody else could read when it is unpacked."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))
