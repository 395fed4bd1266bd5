"""Cando served for a measurement: each part as a process of its own on a free port, ended by its own handle."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy import embedded
from deploy.database import prepare, runtime_url
from services.kernel.secrets import derived

SECRET = "benchmark-" + "s" * 40
PARTS = ("gateway", "directory", "assessments", "matching", "timebank", "community", "connect")
_ROOT = Path(__file__).parents[2]
_PATIENCE = 90.0
_UNLIMITED = {
    "CANDO_RATE_CLIENT": "0", "CANDO_RATE_TENANT": "0", "CANDO_RATE_ADDRESS": "0", "CANDO_CLIENT_AT_ONCE": "0",
    "CANDO_LOG_LEVEL": "WARNING",
}  # fmt: skip


@contextlib.contextmanager
def own_database(settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start a PostgreSQL of its own, prepared; yield its admin address, and take everything of it away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cando-bench-"))
    folder.chmod(0o755)
    server = embedded.start(folder, settings=settings)
    try:
        prepare(server.get_uri(), SECRET)
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody holds now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Processes:
    """Processes by name, each with its port."""

    admin_url: str
    log: Path
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], told: Mapping[str, str]) -> None:
        """Start `command` with nothing of Cando's in its environment but what it is told."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CANDO_")}
        with self.log.open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env={**environment, **told}, stdout=log, stderr=log, cwd=_ROOT
            )

    def part(self, name: str) -> None:
        """Start one part of Cando."""
        for one in PARTS:
            self.ports.setdefault(one, free_port())
        told = {f"CANDO_{one.upper()}_URL": f"http://127.0.0.1:{self.ports[one]}" for one in PARTS}
        told["CANDO_DATABASE_URL"] = runtime_url(self.admin_url, name, SECRET)
        told |= {"CANDO_SECRET": SECRET} if name == "gateway" else {
            "CANDO_SERVICE_SECRET": derived(SECRET, f"service:{name}")}  # fmt: skip
        told |= {**_UNLIMITED, "CANDO_PORT": str(self.ports[name])}
        self.start(name, [sys.executable, "-m", "deploy.serving", name], told)

    def bare(self, told: Mapping[str, str], name: str = "bare") -> None:
        """Start the bare app."""
        port = self.ports.setdefault(name, free_port())
        self.start(name, [sys.executable, "-m", "tests.benchmarks.bare"], {**told, "CANDO_PORT": str(port)})

    def whole(self, name: str = "standalone") -> None:
        """Start everything as one process."""
        port = self.ports.setdefault(name, free_port())
        told = {**_UNLIMITED, "CANDO_DATABASE_URL": self.admin_url, "CANDO_SECRET": SECRET, "CANDO_PORT": str(port)}
        self.start(name, [sys.executable, "-m", "deploy.standalone"], told)

    def url(self, name: str) -> str:
        """Return the address of a process."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def pid(self, *names: str) -> list[int]:
        """Return the numbers of processes."""
        return [self.running[name].pid for name in names]

    def wait(self, name: str, path: str = "/ready") -> None:
        """Wait until a process answers."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            assert self.running[name].poll() is None, self.log.read_text()[-3000:]
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url(name) + path, timeout=5):
                return
            time.sleep(0.05)
        raise AssertionError(f"{name} does not answer: {self.log.read_text()[-3000:]}")

    def stop(self, *names: str) -> None:
        """End processes, each by its own handle."""
        ending = [self.running.pop(name) for name in names]
        for one in ending:
            one.terminate()
        for one in ending:
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait(20)


@contextlib.contextmanager
def processes(admin_url: str) -> Iterator[Processes]:
    """Yield a place to start processes from; whatever still runs ends with it."""
    with tempfile.TemporaryDirectory(prefix="cando-bench-log-") as folder:
        made = Processes(admin_url, Path(folder) / "log")
        try:
            yield made
        finally:
            made.stop(*list(made.running))
