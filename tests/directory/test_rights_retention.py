"""How long things are kept: counted first, ended only where that is switched on, in every service that answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy import rights
from tests.town import Quarter, ok, problem

KIND = "directory.answered-requests"
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


def answered_request(quarter: Quarter) -> str:
    """A request of somebody, answered over a year ago."""
    her = quarter.register("Amina")["id"]
    asked = {"participant_id": her, "kind": "access", "asked": "What do you know of me?"}
    made = ok(quarter.council.post("/v1/rights-requests", json=asked))
    path = f"/v1/rights-requests/{made['id']}"
    ok(quarter.council.patch(path, json={"state": "done", "answer": "Sent by post."}))
    with psycopg.connect(quarter.town.admin_url, autocommit=True) as connection:
        connection.execute("update directory.rights_requests set closed_at = %s where id = %s", (LONG_AGO, made["id"]))
    return path


def set_period(quarter: Quarter, months: int | None, *, enforce: bool, kind: str = KIND) -> Any:
    return quarter.council.put("/v1/retention", json={"rules": {kind: {"months": months, "enforce": enforce}}})


def run(quarter: Quarter) -> dict[str, int]:
    counts: dict[str, int] = ok(quarter.council.post("/v1/retention:run"))["kinds"][KIND]
    return counts


def test_what_is_old_is_reported_before_it_ends_and_ends_only_where_that_is_switched_on(
    hazelbrook: Quarter, lindenau: Quarter
) -> None:
    path, elsewhere = answered_request(hazelbrook), answered_request(lindenau)
    ok(set_period(hazelbrook, 12, enforce=False))
    for _ in range(2):
        assert run(hazelbrook) == {"older": 1, "gone": 0}, "counted, and counted again, and there"
    ok(set_period(hazelbrook, 12, enforce=True))
    assert run(hazelbrook) == {"older": 1, "gone": 0}, "the first run after the change only reports"
    assert ok(hazelbrook.council.get(path))["asked"] is not None
    assert run(hazelbrook) == {"older": 1, "gone": 1}
    assert run(hazelbrook) == {"older": 0, "gone": 0}
    kept = ok(hazelbrook.council.get(path))
    assert (kept["asked"], kept["answer"], kept["state"]) == (None, None, "done")
    assert ok(lindenau.council.get(elsewhere))["asked"] is not None
    ok(set_period(hazelbrook, None, enforce=False))
    assert KIND not in ok(hazelbrook.council.post("/v1/retention:run"))["kinds"], "kept for ever"
    reports = ok(hazelbrook.council.get("/v1/retention/reports"))["items"]
    assert [one["kinds"][KIND]["gone"] for one in reports if KIND in one["kinds"]].count(1) == 1


def test_every_service_says_what_it_keeps_and_only_who_may_sets_it(hazelbrook: Quarter) -> None:
    policy = ok(hazelbrook.council.get("/v1/retention"))
    assert policy["missing"] == []
    kinds = {one["kind"]: one for one in policy["kinds"]}
    assert kinds["gateway.access-tokens"]["service"] == "gateway"
    assert kinds["directory.idle-participants"]["months"] is None, "nobody is erased for silence unless a town says so"
    few = hazelbrook.app(scopes=["participants:write", "directory:write"])
    problem(few.get("/v1/retention"), 403, "forbidden")
    problem(set_period(hazelbrook, 12, enforce=True, kind="directory.secrets"), 422, "invalid-request")
    problem(set_period(hazelbrook, 12, enforce=True, kind="directory.ended-grants"), 422, "invalid-request")
    problem(set_period(hazelbrook, None, enforce=True), 422, "invalid-request")


def test_the_command_exports_erases_and_reports(
    hazelbrook: Quarter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    her = hazelbrook.register("Amina")["id"]
    credentials = hazelbrook.credentials(scopes=["participants:write", "rights:manage"])
    monkeypatch.setenv("CANDO_URL", hazelbrook.town.url)
    monkeypatch.delenv("CANDO_CLIENT_ID", raising=False)
    assert rights.main(["report"]) == 1
    monkeypatch.setenv("CANDO_CLIENT_ID", credentials["client_id"])
    monkeypatch.setenv("CANDO_CLIENT_SECRET", credentials["client_secret"])
    file = tmp_path / "export.json"
    assert rights.main(["export", her, "--to", str(file)]) == 0
    assert '"called": "Amina"' in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert rights.main(["export", her, "--to", str(file)]) == 1, "a file that is there is not written over"
    assert rights.main(["erase", her, "--reason", "withdrawn", "--requested-by", "person"]) == 0
    assert rights.main(["report"]) == 0
    assert "gateway.access-tokens" in capsys.readouterr().out
    assert rights.main(["export", str(uuid4())]) == 1
