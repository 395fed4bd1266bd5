"""No name, no text, no token and no secret in the log, whatever breaks while they are held."""

import ast
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.database import prepare, runtime_url
from gateway.settings import Settings
from services.kernel import logs
from services.kernel.app import from_environment
from tests.conftest import SECRET
from tests.observability.loud import CANARY

ROOT = Path(__file__).parents[2]
_LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
_PATHS = (
    "/integrity", "/statement", "/task", "/loop", "/thread", "/left", "/warn", "/library", "/ours", "/job", "/stream",
)  # fmt: skip


@pytest.fixture(scope="module")
def lines(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Everything that the loud service has written after it broke in every way."""
    url = new_database()
    prepare(url, SECRET, services=("community",))
    path = tmp_path_factory.mktemp("loud") / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: told for name, told in os.environ.items() if not name.startswith("CANDO_")},
        "CANDO_DATABASE_URL": runtime_url(url, "community", SECRET), "CANDO_LOG_LEVEL": "DEBUG",
        "CANDO_SERVICE_SECRET": "Wrenna-the-secret", "PYTHONASYNCIODEBUG": "1",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "uvicorn", "tests.observability.loud:create_app", "--factory", "--port", str(port),
        "--log-level", "debug", "--timeout-graceful-shutdown", "1",
    ]  # fmt: skip
    with path.open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        _provoke(port, process, path)
    finally:
        process.terminate()
        process.wait(15)
    return path.read_text().splitlines()


def _provoke(port: int, process: "subprocess.Popen[bytes]", path: Path) -> None:
    headers = {"authorization": "Bearer wrenna-token", "user-agent": CANARY, "connection": "close"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=10) as http:
        _wait_for(http, process, path)
        for one in (f"/raise/{CANARY}", *_PATHS):
            try:
                http.get(one, params={"q": CANARY})
            except httpx.TransportError:
                assert one == "/stream"
        http.post("/given", json={"number": CANARY})
        http.post("/given", content=f'{{"number": "{CANARY}'.encode())
        http.request("WRENNA", f"/{CANARY}")
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(f"{CANARY}\r\n\r\n".encode())
        raw.recv(1000)
    until = time.monotonic() + 10
    while not ("job-failed" in (said := path.read_text()) and "feed-behind" in said) and time.monotonic() < until:
        time.sleep(0.1)


def _wait_for(http: httpx.Client, process: "subprocess.Popen[bytes]", path: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, path.read_text()[-2000:]
        try:
            if http.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(path.read_text()[-2000:])


def test_nothing_of_what_was_held_is_in_the_log(lines: list[str]) -> None:
    for word in ("wrenna", "finchley", "07700", "example.org", SECRET.lower()):
        assert [line for line in lines if word in line.lower()] == []


def test_every_line_is_one_object_of_known_fields(lines: list[str]) -> None:
    for line in lines:
        told = json.loads(line)
        assert set(told) <= set(logs.FIELDS), line
        assert {"event", "level", "timestamp"} <= set(told), line


def test_each_thing_that_broke_is_in_the_log_with_where_it_did(lines: list[str]) -> None:
    told: list[dict[str, Any]] = [json.loads(line) for line in lines]
    seen = {(one["event"], one.get("error")) for one in told}
    assert {
        ("unhandled", "RuntimeError"), ("unhandled", "IntegrityError"), ("unhandled", "DataError"),
        ("thread-broke", "ValueError"), ("left-behind", "ValueError"), ("warned", "UserWarning"),
        ("job-failed", "ValueError"), ("feed-behind", "ValueError"), ("unhandled", "ValueError"),
    } <= seen  # fmt: skip
    for one in told:
        if one["event"] in ("unhandled", "job-failed", "feed-behind") and "trail" in one:
            assert any("loud.py:" in place for place in one["trail"]), one
    assert {one["service"] for one in told if one["event"] in ("job-failed", "feed-behind")} == {"community"}
    task = [one for one in told if one.get("logger") == "asyncio" and one.get("error") == "ValueError"]
    assert len(task) >= 2, "the task that nobody awaited, and what the loop itself ran"


def test_a_library_says_what_stands_in_its_source_and_no_more(lines: list[str]) -> None:
    said = {told.get("says") for told in map(json.loads, lines)}
    assert "A request of %s failed" in said
    assert "Invalid HTTP request received." in said
    assert "withheld" in "".join(lines)


def test_a_secret_that_cannot_be_used_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDO_SECRET", "wrenna-too-short")
    with pytest.raises(SystemExit) as refused:
        from_environment(Settings)
    assert "CANDO_SECRET cannot be used" in str(refused.value)
    assert "wrenna" not in str(refused.value)
    assert refused.value.__suppress_context__


def _logged() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("services", "gateway", "deploy"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)) if "log." in source else ():
                called = node.func if isinstance(node, ast.Call) else None
                if (
                    isinstance(node, ast.Call)
                    and isinstance(called, ast.Attribute)
                    and called.attr in _LEVELS
                    and isinstance(called.value, ast.Name)
                    and called.value.id == "log"
                ):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_what_we_log_is_a_plain_event_with_known_fields() -> None:
    found = list(_logged())
    assert len(found) > 10
    for where, call in found:
        event = call.args[0]
        assert isinstance(event, ast.Constant), where
        assert logs.FIELDS["event"](event.value), where
        assert len(call.args) == 1, where
        unknown = {one.arg for one in call.keywords if one.arg} - set(logs.FIELDS)
        assert not unknown, f"{where} logs {unknown}"


def test_every_field_and_event_is_documented() -> None:
    page = (ROOT / "docs" / "observe.md").read_text(encoding="utf-8")
    fields = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
    assert fields >= set(logs.FIELDS)
    events = {str(call.args[0].value) for _, call in _logged() if isinstance(call.args[0], ast.Constant)}
    missing = {event for event in events if "`" + event + "`" not in page}
    assert not missing
