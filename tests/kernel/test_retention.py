"""How long every service keeps what: counted first, ended as at erasure, and said why where it never ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from tests.life import Life, until, words_left
from tests.town import Quarter, Town, ok

WORD = "featherquill"
OLD = datetime(2011, 5, 4, tzinfo=UTC)
ENDING = {
    "assessments.finished": {"assessments.answers", "assessments.answer_entries", "assessments.capabilities",
                             "assessments.stated_needs", "assessments.agreements"},
    "assessments.withdrawn-publications": {"assessments.publications"},
    "matching.messages": {"matching.messages"},
    "matching.past-offers": {"matching.offers"},
    "matching.feedback": {"matching.feedback"},
    "matching.risks": {"matching.risks"},
    "community.past-volunteers": {"community.volunteers"},
    "community.past-candidates": {"community.candidates"},
    "community.settled-actions": {"community.actions"},
    "timebank.reasons": set(),
}  # fmt: skip
"""Kinds, each with the tables in which it is the one that leaves no word of hers."""
NEVER = {
    "assessments.cards", "assessments.survey-responses", "community.past-turns", "community.past-ballots",
    "community.lab-members", "community.lab-minutes", "directory.ended-grants", "matching.hours",
    "timebank.closed-accounts", "timebank.ended-holds", "timebank.journal", "timebank.transfers",
    *(f"{name}.audit" for name in ("directory", "assessments", "matching", "timebank", "community", "connect", "gateway")),
}  # fmt: skip


@pytest.fixture(scope="module")
def oldbrook(town: Town) -> Quarter:
    """A neighbourhood of its own: everything in it is made old."""
    return town.found("oldbrook", language="en", zone="Europe/London", organisation="Oldbrook Council")


@pytest.fixture(scope="module")
def life(oldbrook: Quarter) -> Life:
    """Somebody who lived through the house, and whose matches, publications, rota and council have ended."""
    life = Life(oldbrook, WORD)
    for step in (life.be_assessed, life.match, life.take_part):
        step()
    api = life.api
    ok(api.post(f"/v1/matches/{life.pair['id']}:complete"))
    ok(api.post(f"{life.capability}:unpublish"))
    for offer in ok(api.get("/v1/offers", params={"participant_id": life.id}))["items"]:
        if offer["source"]["system"] == "direct":
            ok(api.post(f"/v1/offers/{offer['id']}:withdraw"))
    until(lambda: {one["state"] for one in _offers(life)} <= {"withdrawn"})
    return life


def _offers(life: Life) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(life.api.get("/v1/offers", params={"participant_id": life.id}))["items"]
    return found


def aged(admin_url: str, tenant: str) -> Iterator[str]:
    """Make every row old, and what ends by itself ended."""
    query = (
        "select table_schema, table_name, column_name from information_schema.columns where table_schema in"
        " ('assessments', 'matching', 'timebank', 'community') and column_name in ('created_at', 'updated_at')"
        " order by 1, 2"
    )
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        for schema, table, column in connection.execute(query).fetchall():
            connection.execute(
                f'update "{schema}"."{table}" set "{column}" = %s where tenant_id = %s'.encode(), (OLD, tenant)
            )
            yield table
        connection.execute("update community.rotas set starts_on = %s where tenant_id = %s", (OLD.date(), tenant))
        connection.execute("update community.councils set state = 'ended' where tenant_id = %s", (tenant,))
        connection.execute("update community.actions set state = 'done' where tenant_id = %s", (tenant,))


def run(quarter: Quarter) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = ok(quarter.council.post("/v1/retention:run"))["kinds"]
    return found


def test_what_ended_long_ago_loses_its_words_in_every_service_and_stays_counted(oldbrook: Quarter, life: Life) -> None:
    api, admin = oldbrook.council, oldbrook.town.admin_url
    gaps, accounts = ok(api.get("/v1/reports/gaps")), ok(api.get("/v1/accounts"))["items"]
    assert "matching.offers" in words_left(admin, WORD)
    assert list(aged(admin, oldbrook.id))
    rules = {kind: {"months": 12, "enforce": True} for kind in ENDING}
    ok(api.put("/v1/retention", json={"rules": rules}))
    before, held = run(oldbrook), words_left(admin, WORD)
    assert [kind for kind in ENDING if before[kind]["older"] == 0] == []
    assert {kind for kind in ENDING if before[kind]["gone"]} == set(), "the first run only reports"
    assert {table for tables in ENDING.values() for table in tables} - held.keys() == set()
    ended, left = run(oldbrook), words_left(admin, WORD)
    assert {kind: ended[kind]["gone"] for kind in ENDING} == {kind: before[kind]["older"] for kind in ENDING}
    assert {table for tables in ENDING.values() for table in tables} & left.keys() == set()
    again = run(oldbrook)
    assert {kind: again[kind]["older"] for kind in ENDING} == dict.fromkeys(ENDING, 0), "what has ended is not old"
    assert _needs(ok(api.get("/v1/reports/gaps"))) == _needs(gaps)
    assert [one["balance_seconds"] for one in ok(api.get("/v1/accounts"))["items"]] == [
        one["balance_seconds"] for one in accounts
    ]
    assert ok(api.get(life.assessment))["state"] == "completed"
    for shown in ("capabilities", "needs", "answers"):
        ok(api.get(f"{life.assessment}/{shown}"))


def _needs(report: dict[str, Any]) -> dict[str, int]:
    return {one["category"]: one["needs"] for one in report["items"]}


def test_what_never_ends_says_why_and_cannot_be_switched_to_end(oldbrook: Quarter, life: Life) -> None:
    api = oldbrook.council
    kinds = {one["kind"]: one for one in ok(api.get("/v1/retention"))["kinds"]}
    assert {name for name, one in kinds.items() if one["ends"].startswith("kept: ")} == NEVER
    assert [name for name, one in kinds.items() if not name.startswith(f"{one['service']}.")] == []
    assert {one["enforce"] for one in kinds.values() if one["kind"] not in ENDING} == {False}
    for kind in NEVER:
        answer = api.put("/v1/retention", json={"rules": {kind: {"months": 1, "enforce": True}}})
        assert answer.status_code == 422, kind
    ok(api.put("/v1/retention", json={"rules": {kind: {"months": 1, "enforce": False} for kind in NEVER}}))
    counted = run(oldbrook)
    assert min(counted[kind]["older"] for kind in ("timebank.transfers", "matching.hours", "community.past-turns")) > 0
    assert {counted[kind]["gone"] for kind in NEVER} == {0}
