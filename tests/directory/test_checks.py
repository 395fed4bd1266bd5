"""Checks: which, when, by whom, until when; never what they say. They end by the clock, which tells of it once."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config

from deploy.database import ALEMBIC_INI, prepare, runtime_url
from services.directory.app import create_app
from services.directory.safeguards import warnings
from services.directory.settings import Settings
from services.kernel.secrets import derived
from tests.conftest import SECRET
from tests.directory.conftest import Inside
from tests.directory.test_migrations import SOMEBODY, TENANT
from tests.town import Quarter, Town, ok, problem

TODAY = datetime.now(UTC).date()


def check(kind: str = "dbs-enhanced", *, days: int = 400, **facts: Any) -> dict[str, Any]:
    """Return a check that ends in so many days."""
    until = TODAY + timedelta(days=days)
    seen = min(until, TODAY) - timedelta(days=30)
    return {
        "kind": kind,
        "checked_on": str(seen),
        "checked_by": "Hazelbrook Council",
        "valid_until": str(until),
    } | facts


def of(person: dict[str, Any], rest: str = "checks") -> str:
    return f"/v1/participants/{person['id']}/{rest}"


def told(quarter: Quarter, inside: Inside, person: dict[str, Any]) -> list[dict[str, str]]:
    """Return the checks that matching's gates hear of."""
    (one,) = ok(inside(quarter).get(f"/internal/participants?ids={person['id']}"))["items"]
    found: list[dict[str, str]] = one["checks"]
    return found


def test_a_check_is_recorded_once_retracted_and_kept_as_history(hazelbrook: Quarter, inside: Inside) -> None:
    api, made = hazelbrook.council, hazelbrook.register("Amina")
    answer = api.post(of(made), json=check())
    first = ok(answer)
    assert (answer.status_code, answer.headers["etag"], first["holds"]) == (201, '"1"', True)
    assert ok(api.get(answer.headers["location"])) == first == ok(api.post(of(made), json=check()))
    safeguards = ok(api.get(of(made, "safeguards")))
    assert safeguards["checks"] == [check()]
    assert told(hazelbrook, inside, made) == [{"kind": "dbs-enhanced", "valid_until": first["valid_until"]}]
    assert api.delete(of(made, f"checks/{first['id']}")).status_code == 204
    problem(api.delete(of(made, f"checks/{first['id']}")), 409, "already-retracted")
    assert ok(api.get(of(made)))["items"] == []
    (history,) = ok(api.get(of(made), params={"retracted": True}))["items"]
    assert (history["id"], history["holds"], history["retracted_at"] is None) == (first["id"], False, False)
    assert told(hazelbrook, inside, made) == []
    assert ok(api.get(of(made, "safeguards")))["version"] == safeguards["version"] + 1
    assert ok(api.get(f"/v1/participants/{made['id']}"))["version"] == made["version"] + 2


def test_safeguards_and_checks_tell_one_truth(hazelbrook: Quarter) -> None:
    api, made = hazelbrook.council, hazelbrook.register("Bashir")
    ok(api.put(of(made, "safeguards"), json={"gender": "male", "checks": [check()]}))
    ok(api.post(of(made), json=check("first-aid")))
    both = ok(api.get(of(made, "safeguards")))
    assert {one["kind"] for one in both["checks"]} == {"dbs-enhanced", "first-aid"}
    kept = ok(api.put(of(made, "safeguards"), json={"gender": "male", "checks": [check("first-aid")]}))
    assert (kept["version"], [one["kind"] for one in kept["checks"]]) == (both["version"] + 1, ["first-aid"])
    same = ok(api.put(of(made, "safeguards"), json={"gender": "male", "checks": [check("first-aid")]}))
    assert same == kept
    assert [one["kind"] for one in ok(api.get(of(made)))["items"]] == ["first-aid"]


def test_an_expired_check_holds_for_nobody(hazelbrook: Quarter, inside: Inside) -> None:
    made = hazelbrook.register("Celia")
    over = ok(hazelbrook.council.post(of(made), json=check(days=-1)))
    last_day = ok(hazelbrook.council.post(of(made), json=check("first-aid", days=0)))
    assert (over["holds"], last_day["holds"]) == (False, True)
    assert [one["kind"] for one in told(hazelbrook, inside, made)] == ["first-aid"]


def test_who_registered_her_writes_she_reads_and_nobody_else_learns_of_it(
    hazelbrook: Quarter, lindenau: Quarter
) -> None:
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    theirs, made = hazelbrook.app(charity), hazelbrook.register("Dawit")
    herself = hazelbrook.person(made["id"], hazelbrook.credentials())
    first = ok(hazelbrook.council.post(of(made), json=check()))
    problem(herself.post(of(made), json=check("first-aid")), 403, "organisations-only")
    problem(herself.delete(of(made, f"checks/{first['id']}")), 403, "organisations-only")
    assert ok(herself.get(of(made)))["items"] == [first]
    for api in (theirs, lindenau.council):
        for answer in (api.get(of(made)), api.post(of(made), json=check()), api.get(of(made, f"checks/{first['id']}"))):
            problem(answer, 404, "not-found")
        assert ok(api.get("/v1/participants/checks-due", params={"within_days": 3660}))["items"] == []
    grant = {"purpose": "matching", "recipient_id": charity, "notice_version": "1"}
    ok(hazelbrook.council.post(of(made, "consents"), json=grant))
    problem(theirs.get(of(made)), 403, "not-yours")
    problem(theirs.delete(of(made, f"checks/{first['id']}")), 403, "not-yours")


def test_there_is_nowhere_to_write_what_a_certificate_says(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Esther")
    for wrong in ({"result": "none recorded"}, {"note": "x"}, {"valid_until": "2001-01-01"}, {"kind": "DBS enhanced"}):
        problem(hazelbrook.council.post(of(made), json=check() | wrong), 422, "invalid-request")
    assert ok(hazelbrook.council.get(of(made)))["items"] == []


def test_what_ends_soon_is_listed_by_its_last_day_and_what_was_renewed_is_not(town: Town) -> None:
    quarter = town.found(f"checks-{uuid4().hex[:6]}", language="en", zone="Europe/London", organisation="Council")
    one, other = quarter.register("Farid"), quarter.register("Gwen")
    for person, kind, days in (
        (one, "a", 61), (one, "b", 60), (one, "c", 5), (one, "c", 300), (other, "d", -3), (other, "e", 20),
    ):  # fmt: skip
        ok(quarter.council.post(of(person), json=check(kind, days=days)))
    address = "/v1/participants/checks-due"
    due = ok(quarter.council.get(address))["items"]
    assert [(item["kind"], item["holds"]) for item in due] == [("d", False), ("e", True), ("b", True)]
    assert [item["kind"] for item in ok(quarter.council.get(address, params={"within_days": 0}))["items"]] == ["d"]
    page = ok(quarter.council.get(address, params={"limit": 2}))
    rest = ok(quarter.council.get(address, params={"limit": 2, "cursor": page["next"]}))
    assert (page["items"] + rest["items"], rest["next"]) == (due, None)
    herself = quarter.person(one["id"], quarter.credentials())
    assert [item["kind"] for item in ok(herself.get(address))["items"]] == ["b"]


def tell_at(town: Town, day: date) -> None:
    """Let the hourly task run on a day."""
    settings = Settings(
        database_url=runtime_url(town.admin_url, "directory", town.secret),
        service_secret=derived(town.secret, "service:directory"),
        gateway_url=town.url,
        pool=2,
    )

    async def run() -> None:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        kernel = create_app(settings, clock=lambda: noon).state.kernel
        try:
            await warnings.tell(kernel)
        finally:
            await kernel.database.close()

    asyncio.run(run())


def test_the_end_of_a_check_is_told_once_before_and_once_after_by_ids_alone(town: Town, hazelbrook: Quarter) -> None:
    made, gone = hazelbrook.register("Hana"), hazelbrook.register("Idris")
    kept = ok(hazelbrook.council.post(of(made), json=check(days=70)))
    renewed = ok(hazelbrook.council.post(of(made), json=check("first-aid", days=30)))
    ok(hazelbrook.council.post(of(made), json=check("first-aid", days=3000)))
    ok(hazelbrook.council.post(of(gone), json=check(days=20)))
    assert hazelbrook.council.delete(f"/v1/participants/{gone['id']}").status_code == 204
    before = ok(hazelbrook.council.get(f"/v1/participants/{made['id']}"))["version"]
    for days, facts in ((9, []), (10, ["check.expiring"]), (70, ["check.expiring"])):
        tell_at(town, TODAY + timedelta(days=days))
        assert [fact for fact, _, _ in _facts(town, made)] == facts
    assert ok(hazelbrook.council.get(f"/v1/participants/{made['id']}"))["version"] == before
    for _ in range(2):
        tell_at(town, TODAY + timedelta(days=71))
    ids = {"participant": made["id"], "registered_by": hazelbrook.organisation}
    assert _facts(town, made) == [(fact, kept["id"], ids) for fact in ("check.expiring", "check.expired")]
    assert ok(hazelbrook.council.get(f"/v1/participants/{made['id']}"))["version"] == before + 1
    assert renewed["id"] not in {check_id for _, check_id, _ in _facts(town, made)}
    assert _facts(town, gone) == []


def _facts(town: Town, person: dict[str, Any]) -> list[tuple[str, str, dict[str, str]]]:
    query = (
        "select type, subject::text, ids from directory.events"
        " where type like 'check.%%' and ids ->> 'participant' = %s order by at, id"
    )
    with psycopg.connect(town.admin_url) as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query, (person["id"],)).fetchall()]


def test_checks_that_were_there_before_become_rows_and_go_back(new_database: Callable[[], str]) -> None:
    url = new_database()
    prepare(url, SECRET, services=["directory"])
    config = Config(ALEMBIC_INI, ini_section="directory")
    config.attributes["url"] = url
    seen = [check(), check("first-aid", days=10)]
    with psycopg.connect(url, autocommit=True) as connection:
        command.downgrade(config, "0007")
        for statement in SOMEBODY.split(";"):
            connection.execute(statement.encode())
        connection.execute(
            "insert into directory.safeguards (tenant_id, id, created_at, updated_at, version, guardian_agreed, checks)"
            " values (%s, %s, now(), now(), 1, false, %s)",
            (TENANT, TENANT, json.dumps(seen)),
        )
        command.upgrade(config, "0008")
        rows = connection.execute("select kind, valid_until::text, checked_by from directory.checks").fetchall()
        assert sorted(rows) == sorted((one["kind"], one["valid_until"], one["checked_by"]) for one in seen)
        connection.execute("update directory.checks set retracted_at = now() where kind = 'first-aid'")
        command.downgrade(config, "0007")
        assert connection.execute("select checks from directory.safeguards").fetchall() == [([seen[0]],)]
