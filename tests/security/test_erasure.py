"""The proof of erasure: somebody lives through the whole house, is erased, and not a word of hers is left anywhere.

She is called, writes, answers and is written about in words that nobody else uses. Afterwards every row of every
table of every service, its queues included, is read as the database's owner.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tests.town import Quarter, ok

CANARY = "quillfeather"
PHONE = "07700 900 371"
KEY = "900 371"


def said(what: str) -> str:
    """Return words of hers, that say what they are."""
    return f"{CANARY} {what}"


def until(look: Callable[[], Any], patience: float = 30) -> Any:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


class Life:
    """Somebody's way through the house, over HTTP; each step leaves words of hers in another room."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter, self.api = quarter, quarter.council
        registered = quarter.register(
            said("Amina"), external_ids=[{"system": "crm", "value": said("id")}],
            place={"latitude": 52.585, "longitude": -1.982},
        )  # fmt: skip
        self.id = str(registered["id"])
        self.home = f"/v1/participants/{self.id}"
        self.other = str(quarter.register("Margaret")["id"])

    def settle(self) -> None:
        contact = {"entries": [{"kind": "phone", "value": PHONE}, {"kind": "address", "value": said("Lane 3")}]}
        ok(self.api.put(f"{self.home}/contact", json=contact))
        ok(self.api.put(f"{self.home}/safeguards", json={"gender": "female"}))
        grant = {
            "purpose": "research", "recipient_id": self.quarter.organisation, "notice_version": "1",
            "interpreter": said("interpreter"), "language": "ar",
        }  # fmt: skip
        ok(self.api.post(f"{self.home}/consents", json=grant))
        ok(self.api.post(f"{self.home}/blocks", json={"other_id": str(self.quarter.register("Graham")["id"])}))
        asked = {"participant_id": self.id, "kind": "access", "asked": said("what do you know")}
        ok(self.api.post("/v1/rights-requests", json=asked))

    def be_assessed(self) -> None:
        found = [one for one in _each(self.api, "/v1/instruments") if one["name"] == "needs-and-capabilities"]
        newest = max(found, key=lambda one: int(one["version"]))["id"]
        body = {"participant_id": self.id, "instrument_id": newest, "language": "en"}
        home = f"/v1/assessments/{ok(self.api.post('/v1/assessments', json=body))['id']}"
        answers = {
            "consent_record": True, "consent_see": True, "consent_match": True, "willing": "yes",
            "activities": [{"text": said("mends coats"), "category": "repair", "willing": "yes"}],
            "needs": [{"text": said("wants company"), "category": "company", "urgency": "soon"}],
        }  # fmt: skip
        for question, value in answers.items():
            ok(self.api.put(f"{home}/answers/{question}", json={"value": value, "language": "en"}))
        ok(self.api.post(f"{home}:complete"))
        (capability,) = ok(self.api.get(f"{home}/capabilities"))["items"]
        consent = {"given": True, "method": "spoken", "language": "en"}
        terms = {"title": said("coats"), "released_text": said("mends"), "means": ["in_person"], "consent": consent}
        ok(self.api.post(f"{home}/capabilities/{capability['id']}:publish", json=terms))
        until(lambda: ok(self.api.get("/v1/offers", params={"participant_id": self.id}))["items"])

    def match(self) -> None:
        offer = {"participant_id": self.id, "title": said("repairs"), "text": said("with a needle"), "language": "en",
                 "category": "repair", "means": ["in_person"], "exchange": "credit"}  # fmt: skip
        need = {**offer, "participant_id": self.other, "title": "A coat", "text": "It is torn", "minutes": 60}
        made = [
            ok(self.api.post(f"/v1/{kind}", json=body))["id"] for kind, body in (("offers", offer), ("needs", need))
        ]
        for owner, name in ((self.id, said("account")), (self.other, "hers")):
            ok(self.api.put("/v1/accounts/by-external-id", params={"system": "bank", "value": name},
                            json={"owner": {"kind": "participant", "id": owner}}))  # fmt: skip
        self.pair = ok(self.api.post("/v1/matches", json={"need_id": made[1], "offer_id": made[0]}))
        home = f"/v1/matches/{self.pair['id']}"
        for side in ("need", "offer"):
            ok(self.api.post(f"{home}:accept", json={"side": side}))
        ok(self.api.post(f"{home}/introduction"))
        ok(self.api.post(f"{home}:activate"))
        self.api.post(f"{home}/messages", json={"side": "offer", "text": said("see you at six")})
        stated = {"seconds": 3600, "day": datetime.now(UTC).date().isoformat()}
        hours = ok(self.api.post(f"{home}/hours", json=stated))["id"]
        for side in ("offer", "need"):
            ok(self.api.post(f"{home}/hours/{hours}:confirm", json={"side": side}))
        words = {"side": "offer", "rating": 5, "outcome_text": said("felt useful"), "would_again": True}
        ok(self.api.post(f"{home}/feedback", json=words))

    def sit_at_a_round_table(self) -> None:
        soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        evening = {"title": "What can we do?", "starts_at": soon, "place": "Hall", "languages": ["en"]}
        home = f"/v1/round-tables/{ok(self.api.post('/v1/round-tables', json=evening))['id']}"
        ok(self.api.post(f"{home}:invite"))
        table = ok(self.api.post(f"{home}/tables", json={"language": "en", "facilitator": "Volunteer"}))["id"]
        ok(self.api.post(f"{home}:open"))
        card = {"question": 1, "category": "company", "text": said("a choir"), "language": "en",
                "participant_id": self.id, "visibility": "plenary"}  # fmt: skip
        ok(self.api.post(f"{home}/tables/{table}/cards", json=card))

    def take_part(self) -> None:
        council = {"name": "Hazelbrook council", "task": "Speak for the quarter", "language": "en",
                   "languages": ["en"], "seats": 1}  # fmt: skip
        home = f"/v1/councils/{ok(self.api.post('/v1/councils', json=council))['id']}"
        named = {"participant_id": self.id, "name_shown": said("Amina"), "language": "en"}
        ok(self.api.post(f"{home}/candidates", json=named))


def _each(api: httpx.Client, path: str) -> Iterator[Any]:
    cursor: str | None = ""
    while cursor is not None:
        page = ok(api.get(path, params={"cursor": cursor} if cursor else {}))
        yield from page["items"]
        cursor = page.get("next")


def rows(admin_url: str) -> Iterator[tuple[str, str]]:
    """Yield every row of every table of every schema, as text."""
    tables = (
        "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        " order by 1, 2"
    )
    with psycopg.connect(admin_url) as connection:
        for schema, table in connection.execute(tables).fetchall():
            for (row,) in connection.execute(f'select row_to_json(t)::text from "{schema}"."{table}" t').fetchall():
                yield f"{schema}.{table}", row


def words_left(admin_url: str) -> dict[str, str]:
    """Return a row of each table in which words of hers stand."""
    return {table: row[:400] for table, row in rows(admin_url) if CANARY in row or KEY in row}


def ledger(admin_url: str) -> int:
    with psycopg.connect(admin_url) as connection:
        found = connection.execute("select coalesce(sum(balance_seconds), 0)::bigint from timebank.accounts").fetchone()
    assert found is not None
    return int(found[0])


def test_no_word_of_an_erased_person_is_left_anywhere_and_all_counts_stay(
    hazelbrook: Quarter, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    life = Life(hazelbrook)
    for step in (life.settle, life.be_assessed, life.match, life.sit_at_a_round_table, life.take_part):
        step()
    admin = hazelbrook.town.admin_url
    api = hazelbrook.council
    before = words_left(admin)
    assert {"directory.contacts", "assessments.answers", "matching.offers", "community.candidates"} <= set(before)
    gaps = ok(api.get("/v1/reports/gaps"))["items"]
    answer = api.post(f"{life.home}:erase", json={"reason": "withdrawn", "requested_by": "person"})
    assert answer.status_code == 202, answer.text
    assert api.get(life.home).status_code == 404
    until(lambda: ok(api.get(answer.headers["location"]))["state"] == "done")
    assert words_left(admin) == {}
    assert ledger(admin) == 0
    assert _counted(ok(api.get("/v1/reports/gaps"))["items"]) == _counted(gaps)
    shown = [api.get(path).text for path in ("/v1/offers", "/v1/matches", "/v1/events", "/v1/participants")]
    shown.append(ok(api.get(f"/v1/needs/{life.pair['need_id']}/candidates")).__repr__())
    printed = capfd.readouterr()
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    for text in (*shown, *ours, printed.out, printed.err):
        assert CANARY not in text
        assert KEY not in text


def _counted(gaps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what was said to be needed and offered: that what she offered is still open does change."""
    return {one["category"]: one["needs"] for one in gaps}
