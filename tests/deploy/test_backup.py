"""A backup is made while Cando runs, proved, restored; what it could not know is noticed, and done again."""

import asyncio
import os
import re
import shlex
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.backup import erasures, restoring, tools
from deploy.backup.__main__ import parser
from deploy.backup.making import Manifest, make
from deploy.backup.restoring import Key, read, restore, verify
from deploy.backup.verifying import differences
from deploy.database import SERVICES, Refused, prepare
from deploy.house import House
from tests.conftest import SECRET
from tests.town import Quarter, ok, running_town

KEY = Key(SECRET)
_FAR = 10_000_000_000
"""Transactions that the server before had counted, and this one has not."""


@dataclass
class Past:
    """A neighbourhood that was backed up while it lived on, and what happened to it afterwards."""

    admin: str
    file: Path
    manifest: Manifest
    facts: list[str]
    cursor: str
    token: str
    erased: str
    revoked: dict[str, str]
    lost: str
    """Somebody who was registered after the backup."""
    credentials: dict[str, str]
    while_running: str


def _everything(api: httpx.Client) -> tuple[list[str], str]:
    facts: list[str] = []
    after = ""
    while page := api.get("/v1/events", params={"after": after, "limit": 1000}).json():
        facts += [one["id"] for one in page["items"]]
        after = page["next"]
        if not page["items"]:
            break
    return facts, after


def _count_from_afar(admin: str) -> None:
    """Let every number of a transaction look as if another server had given it."""
    with psycopg.connect(admin) as connection:
        for service in SERVICES:
            connection.execute(f"update {service}.events set xid = xid + {_FAR}")
            connection.execute(
                f"update {service}.cursors set position = (split_part(position, '.', 1)::bigint + {_FAR})::text"
                " || '.' || split_part(position, '.', 2) where position ~ '^[1-9][0-9]*[.][0-9]+$'"
            )
        for table in ("needs", "offers", "people"):
            connection.execute(f"alter table matching.{table} disable trigger user")
            connection.execute(f"update matching.{table} set changed_xid = changed_xid + {_FAR}")
            connection.execute(f"alter table matching.{table} enable trigger user")


def _neighbours(quarter: Quarter) -> list[dict[str, Any]]:
    """Register three neighbours; two exchange an hour, and each has something to offer."""
    api = quarter.council
    people = [quarter.register(name) for name in ("Leyla", "Margaret", "Winston")]
    accounts = [
        ok(api.post("/v1/accounts", json={"owner": {"kind": "participant", "id": one["id"]}})) for one in people[:2]
    ]
    hour = {
        "from_account": accounts[0]["id"], "to_account": accounts[1]["id"], "seconds": 3600, "reason": "Repairing a bicycle"
    }  # fmt: skip
    ok(api.post("/v1/transfers", json=hour, headers={"Idempotency-Key": uuid4().hex}))
    for one in people:
        offer = {"participant_id": one["id"], "title": "Repairing bicycles", "language": "en"}
        ok(api.post("/v1/offers", json=offer))
    return people


@pytest.fixture(scope="module")
def past(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Past:
    admin, file = new_database(), tmp_path_factory.mktemp("backup") / "night.backup"
    prepare(admin, SECRET)
    with running_town(admin, SECRET) as town:
        quarter = town.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Council")
        api = quarter.council
        _, margaret, winston = _neighbours(quarter)
        credentials = quarter.credentials()
        facts, _ = _everything(api)
        _count_from_afar(admin)
        manifest = make(admin, file, secret=SECRET)
        ok(api.post(f"/v1/participants/{winston['id']}:erase", json={"reason": "withdrawn", "requested_by": "person"}))
        consent = next(
            one for one in api.get(f"/v1/participants/{margaret['id']}/consents").json()["items"]
            if one["purpose"] == "matching"
        )  # fmt: skip
        ok(api.post(f"/v1/participants/{margaret['id']}/consents/{consent['id']}:revoke"))
        lost = ok(api.post("/v1/participants", json={"called": "Nobody", "languages": [{"tag": "en"}]}))
        _, cursor = _everything(api)
        with pytest.raises(Refused) as refused:
            restore(admin, file, KEY, replace=True)
        return Past(
            admin, file, manifest, facts, cursor, api.headers["authorization"], winston["id"],
            {"participant": margaret["id"], "consent": consent["id"]}, lost["id"], credentials, str(refused.value),
        )  # fmt: skip


def test_a_backup_holds_every_schema_and_counts_every_table_by_tenant(past: Past) -> None:
    kept = past.manifest["services"]
    assert set(kept) == set(SERVICES)
    assert sum(kept["directory"]["rows"]["directory.participants"].values()) == 3
    assert [one["journal_seconds"] for one in past.manifest["ledger"].values()] == [0]
    assert stat.S_IMODE(past.file.stat().st_mode) == 0o600
    assert b"Margaret" not in past.file.read_bytes()


def test_a_backup_can_be_restored_elsewhere_and_everything_is_as_it_was(past: Past) -> None:
    assert verify(past.admin, past.file, KEY)[1] == []


def _changed(past: Past, where: int) -> bytes:
    content = bytearray(past.file.read_bytes())
    content[where] ^= 1
    return bytes(content)


def test_a_backup_that_was_changed_cut_or_sealed_otherwise_is_not_used(past: Past, tmp_path: Path) -> None:
    whole, wrong = past.file.read_bytes(), tmp_path / "wrong.backup"
    cut = len(whole) - 1000
    for content in (_changed(past, len(whole) // 2), _changed(past, 70), whole[:cut], whole[:70], b"PGDMP", b""):
        wrong.write_bytes(content)
        with pytest.raises(Refused):
            read(wrong, KEY)
    with pytest.raises(Refused, match="another secret"):
        read(past.file, Key("another-" + SECRET))


def test_a_difference_of_one_row_one_sum_or_one_chain_is_found(past: Past) -> None:
    with restoring.beside(past.admin, "spoiled") as scratch:
        restoring.fill(scratch, past.file, KEY, past.manifest)
        with psycopg.connect(scratch) as connection:
            connection.execute("alter table matching.offers no force row level security")
            connection.execute("delete from matching.offers where ctid = (select min(ctid) from matching.offers)")
            connection.execute("update timebank.entries set seconds = seconds + 1 where seconds > 0")
            connection.execute("update directory.audit set purpose = 'none' where number = 1")
        told = " ".join(differences(scratch, past.manifest, secret=SECRET))
    for one in (
        "matching.offers has 2 rows",
        "matching.offers is not guarded",
        "does not balance",
        "ledger does not say",
    ):
        assert one in told


def test_nothing_is_restored_over_a_cando_unless_it_is_said_and_it_is_stopped(past: Past) -> None:
    with pytest.raises(Refused, match="--replace"):
        restore(past.admin, past.file, KEY)
    assert "Cando is running" in past.while_running


def test_what_was_restored_goes_on_and_notices_what_it_could_not_know(past: Past) -> None:
    restored = restore(past.admin, past.file, KEY, replace=True)
    assert restored.kept_as is not None
    assert {line.split()[0] for line in restored.again} == {"erased", "revoked"}
    asyncio.run(_goes_on(past, restored.again))


async def _goes_on(past: Past, again: Sequence[str]) -> None:
    house = House(past.admin, secret=SECRET)
    transport = httpx.ASGITransport(house, raise_app_exceptions=False)
    async with house.open(), httpx.AsyncClient(transport=transport, base_url="http://cando", timeout=30) as http:
        old = {"authorization": past.token}
        assert (await http.get("/v1/events", headers=old)).status_code == 401
        await _signed_in(http, past.credentials)
        await _the_feed_is_whole(http, past)
        await _erased_again(http, house, past, again)


async def _signed_in(http: httpx.AsyncClient, credentials: dict[str, str]) -> None:
    basic = httpx.BasicAuth(credentials["client_id"], credentials["client_secret"])
    told = await http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=basic)
    http.headers["authorization"] = f"Bearer {told.json()['access_token']}"


async def _the_feed_is_whole(http: httpx.AsyncClient, past: Past) -> None:
    gone = await http.get("/v1/events", params={"after": past.cursor})
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/cursor-expired")
    assert (await http.get(f"/v1/participants/{past.lost}")).status_code == 404
    page = (await http.get("/v1/events", params={"limit": 1000})).json()
    assert [one["id"] for one in page["items"]] == past.facts
    new = (await http.post("/v1/participants", json={"called": "Ada", "languages": [{"tag": "en"}]})).json()
    later = (await http.get("/v1/events", params={"after": page["next"], "wait": 5})).json()
    assert [one["subject"] for one in later["items"]] == [new["id"]]


async def _erased_again(http: httpx.AsyncClient, house: House, past: Past, again: Sequence[str]) -> None:
    hers = f"/v1/participants/{past.revoked['participant']}/consents/{past.revoked['consent']}"
    assert (await http.get(f"/v1/participants/{past.erased}")).json()["called"] == "Winston"
    assert (await http.get(hers)).json()["revoked_at"] is None
    directory = house.apps["directory"].state.kernel
    done = await erasures.apply(directory, again)
    assert (done.erased, done.revoked, done.waiting) == (1, 1, [])
    assert (await http.get(f"/v1/participants/{past.erased}")).status_code == 404
    assert (await http.get(hers)).json()["revoked_at"] is not None
    offers = (await http.get("/v1/offers")).json()["items"]
    assert [one["state"] for one in offers if one["participant_id"] == past.erased] == ["withdrawn"]
    twice = await erasures.apply(
        directory, [*again, f"erased {uuid4()} {uuid4()} 2026-01-01T00:00:00+00:00 died person"]
    )
    assert (twice.erased, twice.revoked, twice.already, twice.not_there) == (0, 0, len(again), 1)
    with pytest.raises(erasures.NotAList, match="Line 1"):
        await erasures.apply(directory, ["erased everybody"])


# --- what goes wrong -------------------------------------------------------------------------------------------------


def test_a_restoration_that_breaks_off_leaves_everything_as_it_was(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise Refused("The machine stopped.")

    with psycopg.connect(past.admin) as connection:
        before = connection.execute("select count(*) from directory.participants").fetchone()
    monkeypatch.setattr(restoring, "settle", broken)
    with pytest.raises(Refused, match="The machine stopped"):
        restore(past.admin, past.file, KEY, replace=True)
    with psycopg.connect(past.admin) as connection:
        assert connection.execute("select count(*) from directory.participants").fetchone() == before
        left = connection.execute("select count(*) from pg_database where datname like '%restoring'").fetchone()
        assert left == (0,)


def test_a_backup_of_a_newer_cando_is_refused_in_one_sentence(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "known", lambda _: ["0001"])
    with pytest.raises(Refused, match="of a newer Cando"):
        verify(past.admin, past.file, KEY)


def test_a_tool_that_is_older_than_the_server_is_refused_in_one_sentence() -> None:
    with pytest.raises(Refused, match="PostgreSQL 99 or newer"):
        tools.tool("pg_dump", server=990000)


def test_an_address_tells_no_password_to_who_lists_processes() -> None:
    where, environment = tools.address("postgresql://somebody:hush@127.0.0.1/cando")
    assert "hush" not in where
    assert environment["PGPASSWORD"] == "hush"


def test_a_passphrase_or_nothing_seals_a_backup_instead(past: Past, tmp_path: Path) -> None:
    make(past.admin, tmp_path / "phrase", secret="", passphrase="five small words")
    assert read(tmp_path / "phrase", Key("", "five small words"))["format"] == 1
    with pytest.raises(Refused, match="CANDO_BACKUP_PASSPHRASE"):
        read(tmp_path / "phrase", KEY)
    make(past.admin, tmp_path / "plain", secret="", plain=True)
    with (tmp_path / "plain").open("rb") as file:
        assert file.readline().startswith(b"CANDO-BACKUP 1 plain ")
        with tarfile.open(fileobj=file, mode="r|") as archive:
            names = [member.name for member in archive]
    assert names[-1] == "manifest.json"
    with pytest.raises(Refused, match="not sealed"):
        read(tmp_path / "plain", KEY)
    assert read(tmp_path / "plain", Key(SECRET, plain=True))["format"] == 1
    with pytest.raises(Refused, match="is there already"):
        make(past.admin, tmp_path / "plain", secret="", plain=True)


# --- from a terminal -------------------------------------------------------------------------------------------------


def _commands() -> list[list[str]]:
    """Return the words of each command on the backup's page."""
    page = (Path(__file__).parents[2] / "docs" / "backup.md").read_text()
    blocks = re.findall(r"```(?:ba)?sh\n(.*?)```", page, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if "-m deploy.backup" in line]
    return [shlex.split(line.replace('"$PYTHON"', "python").partition(">")[0])[3:] for line in lines]


def test_the_commands_on_the_page_are_those_that_there_are() -> None:
    assert {words[0] for words in _commands()} == {"make", "verify", "restore", "settle", "erasures"}
    for words in _commands():
        parser().parse_args(words)


@pytest.mark.skipif("CANDO_PREVIOUS" not in os.environ, reason="CANDO_PREVIOUS does not ask for it")
def test_the_commands_on_the_page_run_as_they_stand(past: Past, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "backup.md").read_text()
    script = "set -eu\n" + "\n".join(re.findall(r"```bash\n(.*?)```", page, re.DOTALL))
    told = {"CANDO_DATABASE_URL": past.admin, "CANDO_SECRET": SECRET, "PYTHON": sys.executable}
    told |= {"PATH": "/usr/bin:/bin:/usr/local/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["bash", "-c", script], env=told, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for one in ("can be restored, and holds what it should", "is kept as the database", "people erased"):
        assert one in done.stdout
    assert stat.S_IMODE((tmp_path / "hazelbrook.backup").stat().st_mode) == 0o600
