"""Bringing a backup back: into a database beside the one that is there, which takes its place when all is proved.

Until that moment, which is one transaction, nothing of what is there has changed. The old database is kept under
another name, with what it knows and the backup does not.
"""

import hashlib
import json
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from deploy.backup import erasures, tools
from deploy.backup.contents import as_owner, present, schemas_of
from deploy.backup.making import Manifest
from deploy.backup.sealing import Damaged, Opening
from deploy.backup.settling import settle
from deploy.backup.verifying import differences
from deploy.database import SERVICES, Refused, connected, ground, known, prepare
from services.kernel.secrets import Box, WrongSecret

_PORTION = 1 << 20
_LEAVING = 8.0
"""Seconds for the connections of whoever has just been stopped to end."""


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a backup, and what the installation in it was made with. `plain`: it need not be sealed."""

    secret: str
    passphrase: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration did: the manifest, where the database before it is kept, what must be done again."""

    manifest: Manifest
    kept_as: str | None
    again: Sequence[str]


def read(file: Path, key: Key) -> Manifest:
    """Read a backup to its end and return its manifest. Raises Refused unless every byte is as it was written."""
    sums, told = {}, b""
    for name, parts in _members(file, key):
        if name == "manifest.json":
            told = b"".join(parts)
            continue
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        sums[name] = digest.hexdigest()
    try:
        manifest: Manifest = json.loads(told)
        whole = manifest["format"] == 1 and manifest["sha256"] == sums
    except (ValueError, LookupError, TypeError):
        whole = False
    if not whole:
        raise Refused(f"{file} is damaged: its parts are not those that its manifest names.")
    return manifest


def verify(admin: str, file: Path, key: Key) -> tuple[Manifest, list[str]]:
    """Restore a backup into a database of its own, compare everything, drop it again; return what differs."""
    manifest = _usable(file, key)
    with beside(admin, "verifying") as scratch:
        fill(scratch, file, key, manifest)
        return manifest, differences(scratch, manifest, secret=key.secret)


def restore(admin: str, file: Path, key: Key, *, replace: bool = False) -> Restored:
    """Put a backup in the place of what `admin` names. Raises Refused; then nothing there has changed."""
    manifest = _usable(file, key)
    name = _free(admin, replace=replace)
    with beside(admin, "restoring") as scratch:
        fill(scratch, file, key, manifest)
        if unlike := differences(scratch, manifest, secret=key.secret):
            raise Refused(f"What came back is not what was kept: {unlike[0]}")
        with psycopg.connect(scratch, autocommit=True) as connection:
            settle(connection)
        prepare(scratch, key.secret)
        _analyse(scratch)
        again = erasures.known_to(admin, since=datetime.fromisoformat(manifest["made_at"])) if replace else []
        kept_as = _swap(admin, name, str(make_url(scratch).database), keep=replace)
    return Restored(manifest, kept_as, again)


def _usable(file: Path, key: Key) -> Manifest:
    manifest = read(file, key)
    for service, kept in manifest["services"].items():
        if service not in SERVICES or kept["revision"] not in known(service):
            raise Refused(f"This backup is of a newer Cando ({manifest['cando']}); restore it with that one.")
    return manifest


def _members(file: Path, key: Key) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each dump, and the manifest, with its parts in order. Raises Refused for a file that cannot be read."""
    try:
        with file.open("rb") as sealed, _opening(sealed, key) as opened:
            with tarfile.open(fileobj=opened, mode="r|") as archive:
                parts = _Parts(archive)
                while parts.next is not None:
                    name = parts.name
                    yield name, parts.of(name)
            while opened.read(_PORTION):
                pass
    except Damaged as damaged:
        raise Refused(str(damaged)) from None
    except (tarfile.TarError, EOFError):
        raise Refused(f"{file} is damaged.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None


def _opening(sealed: IO[bytes], key: Key) -> Opening:
    return Opening(sealed, secret=key.secret, passphrase=key.passphrase, plain=key.plain)


class _Parts:
    """The members of an archive in order, where several that follow each other are parts of one dump."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self.next = archive.next()

    @property
    def name(self) -> str:
        assert self.next is not None
        service, dot, rest = self.next.name.partition(".dump.")
        return service if dot and rest.isdigit() else self.next.name

    def of(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of all that is `name`, and stand at what comes then."""
        while self.next is not None and self.name == name:
            content = self._archive.extractfile(self.next)
            while content is not None and (portion := content.read(_PORTION)):
                yield portion
            self.next = self._archive.next()


def _free(admin: str, *, replace: bool) -> str:
    """Return the name of the database that is to be restored, where nobody is at work. Raises Refused."""
    with connected(admin) as connection:
        if present(connection) and not replace:
            raise Refused("There is a Cando in this database already; --replace puts the backup in its place.")
        until = time.monotonic() + _LEAVING
        while at_work := _at_work(connection):
            if time.monotonic() > until:
                raise Refused(f"Cando is running on this database ({at_work} connections); stop it first.")
            time.sleep(0.2)
        return connection.info.dbname


def _at_work(connection: psycopg.Connection) -> int:
    query = "select count(*) from pg_stat_activity where datname = current_database() and usename like 'cando\\_%'"
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def beside(admin: str, doing: str) -> Iterator[str]:
    """Make a database beside the one that `admin` names, and drop it afterwards if it is still there by that name."""
    with connected(admin) as connection:
        name = f"{connection.info.dbname}_{doing}"[:63]
    scratch = make_url(admin).set(database=name).render_as_string(hide_password=False)
    with connected(_elsewhere(admin)) as elsewhere:
        elsewhere.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        elsewhere.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name)))
        try:
            yield scratch
        finally:
            elsewhere.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _elsewhere(admin: str) -> str:
    return make_url(admin).set(database="template1").render_as_string(hide_password=False)


def fill(scratch: str, file: Path, key: Key, manifest: Manifest) -> None:
    """Bring the dumps of a backup into an empty database, each under its service's owner."""
    with connected(scratch) as connection:
        for name, parts in _members(file, key):
            if name in manifest["services"]:
                ground(connection, name, key.secret)
                _load(scratch, name, parts, server=connection.info.server_version)
            else:
                for _ in parts:
                    pass
        _check_secret(connection, key.secret)


def _load(scratch: str, service: str, parts: Iterator[bytes], *, server: int) -> None:
    where, environment = tools.address(scratch)
    command = [
        tools.tool("pg_restore", server=server), "--exit-on-error", "--no-owner", f"--role=cando_{service}_owner",
        *(f"--schema={one}" for one in schemas_of(service)), f"--dbname={where}",
    ]  # fmt: skip
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as load:  # noqa: S603
        assert load.stdin
        assert load.stderr
        _hand_over(parts, load.stdin)
        said = load.stderr.read().decode(errors="replace").strip()
    if load.returncode:
        raise Refused(f"{service} could not be restored: {said.splitlines()[-1] if said else load.returncode}")


def _hand_over(parts: Iterator[bytes], to: IO[bytes]) -> None:
    """Write everything; whoever stopped reading says itself why."""
    gone = False
    for part in parts:
        if not gone:
            try:
                to.write(part)
            except BrokenPipeError:
                gone = True
    with suppress(BrokenPipeError):
        to.close()


def _check_secret(connection: psycopg.Connection, secret: str) -> None:
    with connection.transaction():
        as_owner(connection, "gateway")
        rows = connection.execute("select private from signing_keys").fetchall()
    try:
        for (private,) in rows:
            Box(secret, "signing-keys").open(private)
    except WrongSecret:
        raise Refused("CANDO_SECRET is not the one that this backup was made with.") from None


def _analyse(scratch: str) -> None:
    """Let the planner know the tables that were filled."""
    with psycopg.connect(scratch, autocommit=True) as connection:
        for service in SERVICES:
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(f"cando_{service}_owner")))
            tables = connection.execute("select tablename from pg_tables where schemaname = %s", [service]).fetchall()
            for (table,) in tables:
                connection.execute(sql.SQL("analyze {}").format(sql.Identifier(service, table)))


def _swap(admin: str, name: str, restored: str, *, keep: bool) -> str | None:
    """Give the restored database the name of the one there is, in one transaction; return the old one's new name."""
    old = f"{name[:40]}_before_{datetime.now(UTC):%Y%m%d%H%M%S}"
    rename = sql.SQL("alter database {} rename to {}")
    with connected(_elsewhere(admin)) as elsewhere:
        try:
            with elsewhere.transaction():
                elsewhere.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
                elsewhere.execute(rename.format(sql.Identifier(restored), sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:
            raise Refused(f"Somebody is connected to {name}; stop Cando, and whatever else uses it, first.") from None
        if keep:
            return old
        elsewhere.execute(sql.SQL("drop database {}").format(sql.Identifier(old)))
    return None
