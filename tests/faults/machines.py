"""What breaks in these tests: Cando as one process, and a PostgreSQL that may be stopped, killed and brought back.

Every process is started here and ended by its own handle.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from deploy import embedded
from deploy.database import prepare
from tests.conftest import SECRET

_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class OneProcess:
    """`python -m deploy.standalone` on a database that is there."""

    admin_url: str
    log: Path
    told: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    parts = ("everything",)

    def url(self, _: str = "") -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, _: str = "") -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDO_")}
        environment |= {"CANDO_DATABASE_URL": self.admin_url, "CANDO_SECRET": SECRET, "CANDO_PORT": str(self.port)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.standalone"], env=environment | dict(self.told), stdout=log, stderr=log
            )

    def key(self) -> str:
        """Return the bootstrap key, which it has printed at its first start."""
        return self.log.read_text().partition("export KEY=")[2].split()[0]

    def kill(self, _: str = "") -> None:
        """End it as a power cut would (SIGKILL)."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(15)

    def wait_until_ready(self, _: str = "") -> None:
        until = time.monotonic() + _WITHIN
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url()}/ready", timeout=10).is_success:
                    return
            time.sleep(0.1)
        raise AssertionError(f"it is not ready: {self.log.read_text()[-2000:]}")

    @contextlib.contextmanager
    def standing(self) -> Iterator[None]:
        """Have it running while the context is open."""
        self.start()
        try:
            self.wait_until_ready()
            yield
        finally:
            assert self.process is not None
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


@dataclass
class Cluster:
    """A PostgreSQL of a test's own that keeps its promises (fsync is on), and may be ended in three ways."""

    server: Any

    @property
    def url(self) -> str:
        return str(self.server.get_uri())

    def end(self, how: signal.Signals) -> None:
        """End it: SIGINT asks it to stop at once in order, SIGQUIT leaves all as it is, SIGKILL is a crash."""
        process = self.server.get_postmaster_info().process
        children = process.children(recursive=True)
        os.kill(process.pid, how)
        process.wait(20)
        for child in children:  # they find out by themselves
            child.wait(20)

    def begin(self) -> None:
        """Start it again."""
        self.server.ensure_postgres_running()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(statement)
            return list(found.fetchall()) if found.description else []


@contextlib.contextmanager
def own_cluster(
    settings: Mapping[str, str] | None = None, *, folder: Path | None = None, prepared: bool = True
) -> Iterator[Cluster]:
    """Have a cluster while the context is open, with every service's tables in it if `prepared`."""
    made = folder or Path(tempfile.mkdtemp(prefix="cando-faults-"))
    made.chmod(0o755)
    server = embedded.start(made, settings={"shared_buffers": "32MB", **(settings or {})})
    try:
        if prepared:
            prepare(server.get_uri(), SECRET)
        yield Cluster(server)
    finally:
        server.cleanup()
        if folder is None:
            shutil.rmtree(made, ignore_errors=True)
