"""`make run` as a newcomer meets it: one process that starts, keeps its data, stops cleanly, and says what is wrong."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from deploy.database import prepare
from deploy.standalone import Settings


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cando-run-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def command(*module: str, **settings: str) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CANDO_")}
    return subprocess.Popen(
        [sys.executable, "-m", *(module or ("deploy.standalone",))],
        env={**env, "CANDO_PORT": "0", **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def started(**settings: str) -> Iterator[tuple[str, str]]:
    """Start, yield what it printed and its address, then press Ctrl-C and expect a clean end."""
    process = command(**settings)
    try:
        assert process.stdout
        assert process.stderr
        said = ""
        while "Ctrl-C stops" not in said:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            said += line
        found = re.search(r"Cando answers at (http://\S+)", said)
        assert found
        yield said, found[1]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


def refusal(**settings: str) -> str:
    process = command(**settings)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1, said
    (sentence,) = said.strip().splitlines()
    return sentence


def test_it_starts_shows_the_key_once_and_a_second_start_keeps_all_data(folder: Path) -> None:
    body = {"slug": "kept", "name": "Kept", "default_language": "en", "time_zone": "Europe/London",
            "organisation": {"name": "Kept Council"}}  # fmt: skip
    with started(CANDO_DATA=str(folder)) as (said, url):
        key = re.search(r"export KEY=(\S+)", said)
        assert key
        headers = {"authorization": f"Bearer {key[1]}"}
        assert httpx.get(f"{url}/health").status_code == 200
        made = httpx.post(f"{url}/v1/tenants", headers=headers, json=body, timeout=20)
        assert made.status_code == 201
    with started(CANDO_DATA=str(folder)) as (said, url):
        assert "KEY=" not in said
        listed = httpx.get(f"{url}/v1/tenants", headers=headers, timeout=20).json()
        assert [tenant["slug"] for tenant in listed["items"]] == ["kept"]


def test_the_secret_is_readable_by_its_owner_alone(folder: Path) -> None:
    with started(CANDO_DATA=str(folder)):
        assert (folder / "secret").stat().st_mode & 0o077 == 0


def test_it_runs_on_a_database_that_is_named(cluster: str, folder: Path) -> None:
    with started(CANDO_DATABASE_URL=cluster, CANDO_SECRET="x" * 40, CANDO_DATA=str(folder)) as (_, url):
        assert httpx.get(f"{url}/ready", timeout=20).status_code == 200


def test_a_port_in_use_is_one_clear_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Port {port} cannot be used" in refusal(CANDO_PORT=port, CANDO_DATA=str(folder))


def test_an_unreachable_database_is_one_clear_sentence_without_its_password(folder: Path) -> None:
    url = "postgresql://someone:hush@127.0.0.1:1/none"
    sentence = refusal(CANDO_DATABASE_URL=url, CANDO_DATA=str(folder))
    assert "cannot be reached" in sentence
    assert "hush" not in sentence


def test_a_folder_that_cannot_be_written_is_one_clear_sentence() -> None:
    assert "cannot be written" in refusal(CANDO_DATA="/proc/cando")


def test_a_table_outside_row_level_security_stops_the_start(new_database: Callable[[], str], folder: Path) -> None:
    url = new_database()
    prepare(url, "x" * 40)
    with psycopg.connect(url) as connection:
        connection.execute("create table matching.forgotten (tenant_id uuid)")
    sentence = refusal(CANDO_DATABASE_URL=url, CANDO_SECRET="x" * 40, CANDO_DATA=str(folder))
    assert "Row-level security is not forced on forgotten" in sentence


def test_a_part_whose_role_could_read_every_tenant_says_so_in_its_log_and_ends(new_database: Callable[[], str]) -> None:
    settings = {"CANDO_DATABASE_URL": new_database(), "CANDO_SERVICE_SECRET": "x" * 40, "CANDO_PORT": "0"}
    process = command("deploy.serving", "directory", **settings)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3, said
    (last,) = [line for line in map(json.loads, said.splitlines()) if line["event"] == "does-not-start"]
    assert last["service"] == "directory"
    assert "role" in last["because"]


@pytest.mark.parametrize("url", ["nonsense", "mysql://someone@localhost/cando"])
def test_an_address_that_names_no_postgresql_is_one_clear_sentence(url: str, folder: Path) -> None:
    assert "CANDO_DATABASE_URL" in refusal(CANDO_DATABASE_URL=url, CANDO_DATA=str(folder))


def test_another_secret_than_the_databases_is_one_clear_sentence(new_database: Callable[[], str], folder: Path) -> None:
    url = new_database()
    with started(CANDO_DATABASE_URL=url, CANDO_SECRET="x" * 40, CANDO_DATA=str(folder)):
        pass
    sentence = refusal(CANDO_DATABASE_URL=url, CANDO_SECRET="y" * 40, CANDO_DATA=str(folder))
    assert "CANDO_SECRET is not the one" in sentence


def test_two_instances_do_not_share_one_data_folder(folder: Path) -> None:
    with started(CANDO_DATA=str(folder)) as (_, url):
        assert "Another Cando runs on the data" in refusal(CANDO_DATA=str(folder))
        assert httpx.get(f"{url}/ready", timeout=20).status_code == 200


def test_a_setting_that_cannot_be_used_is_one_clear_sentence() -> None:
    assert "CANDO_PORT cannot be used" in refusal(CANDO_PORT="eighty")


def test_a_database_that_is_too_old_is_one_clear_sentence(folder: Path) -> None:
    with old_server() as port:
        url = f"postgresql://someone@127.0.0.1:{port}/old?sslmode=disable&gssencmode=disable"
        assert "PostgreSQL 16 or newer is needed; this one is 14.9" in refusal(
            CANDO_DATABASE_URL=url, CANDO_DATA=str(folder)
        )


@contextmanager
def old_server() -> Iterator[int]:
    """Greet one client as PostgreSQL 14 does: there is no old server in a wheel."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    greeting = (
        message(b"R", struct.pack("!I", 0))
        + message(b"S", b"server_version\x0014.9\x00")
        + message(b"S", b"client_encoding\x00UTF8\x00")
        + message(b"K", struct.pack("!II", 1, 1))
        + message(b"Z", b"I")
    )

    def greet() -> None:
        client, _ = listener.accept()
        with client:
            client.recv(4096)
            client.sendall(greeting)
            client.recv(4096)

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def test_settings_have_the_defaults_that_the_documentation_names() -> None:
    assert (Settings.model_fields["port"].default, Settings.model_fields["host"].default) == (8000, "127.0.0.1")
