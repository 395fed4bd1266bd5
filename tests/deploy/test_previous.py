"""A rolling upgrade: the tables first, then the processes one by one. The release before runs beside this one.

It takes some minutes and the history of the repository: CANDO_PREVIOUS=1 asks for it.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.database import SERVICES, prepare
from tests.conftest import SECRET
from tests.deploy.previous import RELEASE, unpack
from tests.street import PARTS, Street, bootstrap_key

pytestmark = pytest.mark.skipif(not os.environ.get("CANDO_PREVIOUS"), reason="CANDO_PREVIOUS does not ask for it")
_PLAY = """
import json, sys
from deploy.demo.client import Instance
from deploy.demo.founding import found_hazelbrook
from deploy.demo.journeys import partner_app
from deploy.demo.story import silent
with Instance(sys.argv[1], sys.argv[2]) as instance:
    seen = partner_app.play(silent(), found_hazelbrook(instance))
print(json.dumps([seen.states, seen.balances_after, seen.contacts, seen.seen_before_revoking, seen.seen_after_revoking]))
"""
_SEEN = [
    ["proposed", "proposed", "accepted", "introduced", "active", "completed"],
    {"Leyla": -5400, "Margaret": 5400},
    ["01632 960 102", "01632 960 101"],
    True,
    False,
]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the release before."""
    folder = tmp_path_factory.mktemp("previous")
    if not unpack(folder):
        pytest.skip(f"the history is not here: {RELEASE} cannot be unpacked")
    return folder


@pytest.fixture(scope="module")
def street(
    release: Path, new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Street, str]]:
    """The release before on the tables of this one, each part a process of its own."""
    admin_url = new_database()
    prepare(admin_url, SECRET)
    patience = {
        name: os.environ[name] for name in ("CANDO_PATIENCE", "CANDO_CONSENT_TIMEOUT", "CANDO_AUTHORITY_TIMEOUT")
    }
    street = Street(admin_url, tmp_path_factory.mktemp("street") / "log", told=patience)
    for part in PARTS:
        _is(street, part, release)
    with street.standing():
        yield street, asyncio.run(bootstrap_key(admin_url))


def _journey(release: Path, street: Street, key: str) -> object:
    """Play the partner app of the release before, from its own code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDO_")}
    done = subprocess.run(
        [sys.executable, "-c", _PLAY, street.url("gateway"), key], cwd=release, capture_output=True, text=True,
        env={**environment, "PYTHONPATH": str(release)}, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:] + street.log.read_text()[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _is(street: Street, part: str, home: Path | None) -> None:
    """Let a part be of the release that lies in `home`, or of this one."""
    street.homes.pop(part, None)
    street.starts.pop(part, None)
    if home is not None:
        street.homes[part] = home
        module = "gateway" if part == "gateway" else f"services.{part}"
        street.starts[part] = [
            sys.executable, "-m", "uvicorn", f"{module}.app:create_app", "--factory",
            "--port", str(street.ports[part]), "--log-level", "warning", "--timeout-graceful-shutdown", "2",
        ]  # fmt: skip


def _swap(street: Street, part: str, home: Path | None) -> None:
    street.stop(part)
    _is(street, part, home)
    street.start(part)


def test_the_release_before_runs_on_these_tables(release: Path, street: tuple[Street, str]) -> None:
    assert _journey(release, *street) == _SEEN


def test_this_gateway_stands_before_the_services_of_the_release_before(
    release: Path, street: tuple[Street, str]
) -> None:
    _swap(street[0], "gateway", None)
    street[0].wait_until_ready("gateway")
    assert _journey(release, *street) == _SEEN


def test_the_gateway_of_the_release_before_stands_before_these_services(
    release: Path, street: tuple[Street, str]
) -> None:
    for part in PARTS:
        _swap(street[0], part, release if part == "gateway" else None)
    for part in reversed(PARTS):
        street[0].wait_until_ready(part)
    assert _journey(release, *street) == _SEEN


def test_all_processes_are_of_this_release_at_the_end(release: Path, street: tuple[Street, str]) -> None:
    _swap(street[0], "gateway", None)
    street[0].wait_until_ready("gateway")
    assert _journey(release, *street) == _SEEN
    assert set(SERVICES) == set(PARTS)
