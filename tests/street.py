"""Cando as its own processes for tests: each part is started with nothing but its environment, and ended by its handle."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.database import runtime_url
from gateway.bootstrap import ensure_bootstrap_key
from services.kernel.clock import system_clock
from services.kernel.database import Database
from services.kernel.secrets import derived
from tests.conftest import SECRET

PARTS = ("gateway", "directory", "assessments", "matching", "timebank", "community", "connect")
_STARTS_WITHIN = 60.0


def _free_ports() -> Mapping[str, int]:
    with ExitStack() as held:
        sockets = {name: held.enter_context(socket.socket()) for name in PARTS}
        for one in sockets.values():
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in sockets.items()}


@dataclass
class Street:
    """Cando as seven processes on loopback ports, on one database."""

    admin_url: str
    log: Path
    ports: Mapping[str, int] = field(default_factory=_free_ports)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    homes: dict[str, Path] = field(default_factory=dict)
    """Where the code of a part lies that is not of this release."""
    starts: dict[str, list[str]] = field(default_factory=dict)
    """How such a part is started."""

    def url(self, part: str) -> str:
        return f"http://127.0.0.1:{self.ports[part]}"

    def start(self, part: str) -> None:
        """Start one part with nothing but its environment."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDO_")}
        environment |= {f"CANDO_{one.upper()}_URL": self.url(one) for one in PARTS}
        environment |= self.told
        environment["CANDO_DATABASE_URL"] = runtime_url(self.admin_url, part, SECRET)
        if part == "gateway":
            environment["CANDO_SECRET"] = SECRET
        else:
            environment["CANDO_SERVICE_SECRET"] = derived(SECRET, f"service:{part}")
        environment["CANDO_PORT"] = str(self.ports[part])
        environment.setdefault("CANDO_STOP_SECONDS", "2")
        command = self.starts.get(part, [sys.executable, "-m", "deploy.serving", part])
        if home := self.homes.get(part):
            environment["PYTHONPATH"] = str(home)
        with self.log.open("ab") as log:
            self.processes[part] = subprocess.Popen(
                command, env=environment, cwd=home, stdout=log, stderr=log,
            )  # fmt: skip

    def stop(self, part: str) -> None:
        """End one part, by its own handle."""
        process = self.processes.pop(part)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)

    def kill(self, part: str) -> None:
        """End one part as a power cut would (SIGKILL)."""
        process = self.processes.pop(part)
        process.kill()
        process.wait(15)

    @contextlib.contextmanager
    def standing(self) -> Iterator[None]:
        """Have every part running while the context is open."""
        try:
            for part in PARTS:
                self.start(part)
            for part in reversed(PARTS):
                self.wait_until_ready(part)
            yield
        finally:
            for part in list(self.processes):
                self.stop(part)

    def wait_until_ready(self, part: str) -> None:
        """Wait until one part answers that it is ready."""
        until = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < until:
            assert self.processes[part].poll() is None, self.log.read_text()[-2000:]
            try:
                if httpx.get(f"{self.url(part)}/ready").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"{part} is not ready: {self.log.read_text()[-2000:]}")


async def bootstrap_key(admin_url: str) -> str:
    """Return the key of a new installation."""
    database = Database(runtime_url(admin_url, "gateway", SECRET), schema="gateway")
    try:
        return await ensure_bootstrap_key(database, SECRET, system_clock) or ""
    finally:
        await database.close()
