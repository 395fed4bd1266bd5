"""What the image holds and what the compose file starts, made here without a container engine.

The wheel is built from what the Dockerfile copies, in the way it builds it, and unpacked; each process of the compose
file is started from there with its command and environment, in an empty folder, with its secrets in files. Only hosts
and ports are others: the loopback address, and ports that are free.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from deploy import credentials
from services.kernel.app import NAMES
from tests.conftest import SECRET

ROOT = Path(__file__).parents[2]
PARTS = ("gateway", *NAMES)
_STARTS_WITHIN = 300.0


@cache
def documents(path: Path) -> list[dict[str, Any]]:
    """Return what a file of YAML holds."""
    return [one for one in yaml.load_all(path.read_text(), yaml.CSafeLoader) if one]


def compose() -> dict[str, Any]:
    (loaded,) = documents(ROOT / "deploy" / "compose.yaml")
    return loaded


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions: the word and what follows it."""
    joined = re.sub(r"\\\n", " ", (ROOT / "deploy" / "Dockerfile").read_text())
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def copied() -> list[tuple[str, str]]:
    """Return what the build takes from the repository, and where it puts it."""
    found = []
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            found += [(source, f"{target}{source}" if target.endswith("/") else target) for source in sources]
    return found


def install(build: Path, into: Path) -> Path:
    """Build the wheel in `build`, unpack it in `into`, and return that."""
    for source, target in copied():
        where = build / target.removeprefix("/build/")
        if (ROOT / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc", "secrets", "kubernetes")
            shutil.copytree(ROOT / source, where, ignore=ignored)
        else:
            shutil.copy(ROOT / source, where)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(build / "wheel"), str(build)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = (build / "wheel").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(into)
    return into


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


Name = tuple[str, int]
"""A part and which of its replicas."""


@dataclass
class Installation:
    """Processes as the compose file would start them. Replica n of a part is asked by the others' replica n, or by 0."""

    installed: Path
    folder: Path
    admin_url: str
    replicas: Mapping[str, int]
    ports: dict[Name, int] = field(default_factory=dict)
    processes: dict[Name, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        credentials.write(self.folder / "secrets", self.admin_url, SECRET)
        self.ports = {(part, n): _free_port() for part in PARTS for n in range(self.replicas.get(part, 1))}

    @property
    def names(self) -> list[Name]:
        return [(part, n) for part in PARTS for n in range(self.replicas.get(part, 0))]

    def url(self, part: str, n: int = 0) -> str:
        return f"http://127.0.0.1:{self.ports[part, n if (part, n) in self.ports else 0]}"

    def prepare(self) -> str:
        """Run the job that makes the database ready; return what it says."""
        return self.told("prepare", *compose()["services"]["prepare"]["command"])

    def told(self, part: str, *command: str) -> str:
        """Run a command in the container of a part; return what it prints."""
        _, environment = self._run(part, 0)
        whole = [sys.executable, "-P", "-m", *command]
        done = subprocess.run(whole, env=environment, cwd=self._empty(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, part: str, n: int = 0) -> None:
        command, environment = self._run(part, n)
        with (self.folder / "log").open("ab") as log:
            started = subprocess.Popen(command, env=environment, cwd=self._empty(), stdout=log, stderr=log)
        self.processes[part, n] = started

    def signal(self, part: str, n: int, number: int) -> None:
        self.processes[part, n].send_signal(number)

    def kill(self, part: str, n: int = 0) -> None:
        """End one process as a power cut would."""
        process = self.processes.pop((part, n))
        process.kill()
        process.wait(15)

    def close(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)

    def is_healthy(self, part: str, n: int = 0) -> bool:
        """Ask the process as its container's health check would."""
        _, *check = compose()["services"][part]["healthcheck"]["test"]
        _, environment = self._run(part, n)
        said = subprocess.run(
            [sys.executable, "-P", *check[1:]], env=environment, cwd=self._empty(), capture_output=True
        )
        return said.returncode == 0

    def wait_until_ready(self, names: Sequence[Name]) -> None:
        until = time.monotonic() + _STARTS_WITHIN
        for part, n in names:
            while not self._answers(part, n):
                assert self.processes[part, n].poll() is None, f"{part}: {self.said()}"
                assert time.monotonic() < until, httpx.get(f"{self.url(part, n)}/ready/itself").text
                time.sleep(0.2)

    def said(self) -> str:
        return (self.folder / "log").read_text()[-3000:]

    def _answers(self, part: str, n: int) -> bool:
        try:
            return httpx.get(f"{self.url(part, n)}/ready/itself", timeout=5).is_success
        except httpx.TransportError:
            return False

    def _empty(self) -> Path:
        folder = self.folder / "empty"
        folder.mkdir(exist_ok=True)
        return folder

    def _run(self, part: str, n: int) -> tuple[list[str], dict[str, str]]:
        """Return command and environment of the image and the compose file, on loopback."""
        service = compose()["services"][part]
        assert dict(instructions())["ENTRYPOINT"] == '["python", "-m"]'
        given = {**_image_environment(), **{k: str(v) for k, v in service["environment"].items()}}
        environment = {name: self._here(value, n) for name, value in given.items()}
        environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.installed), "CANDO_PATIENCE": "4"}
        environment |= {"CANDO_CONSENT_TIMEOUT": "4", "NUMBA_CACHE_DIR": str(self.folder / "numba")}
        environment["CANDO_SECRETS_FOLDER"] = str(self._secrets(part, service["secrets"]))
        if "CANDO_PORT" in service["environment"]:
            environment |= {"CANDO_HOST": "127.0.0.1", "CANDO_PORT": str(self.ports[part, n])}
        return [sys.executable, "-P", "-m", *service["command"]], environment

    def _here(self, value: str, n: int) -> str:
        value = re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value)
        found = re.fullmatch(r"http://(\w+):\d+", value)
        return self.url(found[1], n) if found else value

    def _secrets(self, part: str, given: Sequence[Mapping[str, str]]) -> Path:
        """Return a folder with what is mounted for a part: each secret under the name of its target."""
        folder = self.folder / "mounted" / part
        folder.mkdir(parents=True, exist_ok=True)
        for one in given:
            path = folder / one["target"]
            if not path.exists():
                shutil.copy(self.folder / compose()["secrets"][one["source"]]["file"], path)
        return folder


def _image_environment() -> dict[str, str]:
    """Return what the Dockerfile's last stage sets, without what only makes sense in a container."""
    text = " ".join(rest for word, rest in instructions() if word == "ENV")
    told = dict(pair.split("=", 1) for pair in text.split() if "=" in pair)
    return {name: value for name, value in told.items() if name.startswith(("PYTHON", "CANDO_"))}
