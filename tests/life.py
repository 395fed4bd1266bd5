"""Somebody's way through the whole house, over HTTP: each step leaves words of hers in another room.

She is called, writes, answers and is written about in words that nobody else uses, so that what is left can be found.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import httpx
import psycopg

from tests.caseworkers import hire
from tests.town import Quarter, ok


def key_of(word: str) -> str:
    """Return the end of the telephone number of whoever has this word: a number that no one else has either."""
    return f"900 {100 + crc32(word.encode()) % 900}"


def until(look: Callable[[], Any], patience: float = 30) -> Any:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


class Life:
    """Somebody's way through the house, over HTTP; each step leaves words of hers in another room."""

    def __init__(self, quarter: Quarter, word: str) -> None:
        self.quarter, self.api, self.word = quarter, quarter.council, word
        registered = quarter.register(
            self.said("Amina"), external_ids=[{"system": "crm", "value": self.said("id")}],
            place={"latitude": 52.585, "longitude": -1.982},
        )  # fmt: skip
        self.id = str(registered["id"])
        self.home = f"/v1/participants/{self.id}"
        self.other = str(quarter.register("Margaret")["id"])

    def said(self, what: str) -> str:
        """Return words of hers, that say what they are."""
        return f"{self.word} {what}"

    def settle(self) -> None:
        contact = {
            "entries": [
                {"kind": "phone", "value": f"07700 {key_of(self.word)}"},
                {"kind": "address", "value": self.said("Lane 3")},
            ]
        }
        ok(self.api.put(f"{self.home}/contact", json=contact))
        held = {
            "kind": "dbs-basic",
            "checked_on": "2026-01-05",
            "checked_by": self.said("clerk"),
            "valid_until": "2029-01-05",
        }
        ok(self.api.put(f"{self.home}/safeguards", json={"gender": "female", "checks": [held]}))
        ok(self.api.put(f"{self.home}/household", json={"adults": 2, "children": [{"band": "0-2", "count": 1}]}))
        acts = {"kind": "acts_for", "basis": "power_of_attorney", "evidence_seen_by": self.said("notary")}
        ok(self.api.post(f"{self.home}/relations", json={"other_id": self.other, **acts}))
        grant = {
            "purpose": "research", "recipient_id": self.quarter.organisation, "notice_version": "1",
            "interpreter": self.said("interpreter"), "language": "ar",
        }  # fmt: skip
        ok(self.api.post(f"{self.home}/consents", json=grant))
        ok(self.api.post(f"{self.home}/blocks", json={"other_id": str(self.quarter.register("Graham")["id"])}))
        asked = {"participant_id": self.id, "kind": "access", "asked": self.said("what do you know")}
        ok(self.api.post("/v1/rights-requests", json=asked))

    def be_looked_after(self) -> None:
        """One caseworker is assigned to her, one breaks the glass, and a third says what she thinks of that."""
        hire(self.quarter).assign(self.id)
        glass = {"participant_id": self.id, "category": "risk_to_life", "reason": self.said("did not answer the door")}
        opened = ok(hire(self.quarter).api.post("/v1/overrides", json=glass))["id"]
        found = {"verdict": "justified", "note": self.said("was ill")}
        ok(hire(self.quarter).api.post(f"/v1/overrides/{opened}:review", json=found))

    def show_herself(self) -> None:
        shown = {"participant_id": self.id, "name": self.said("sews"), "description": self.said("mends what others throw away"),
                 "concepts": ["sewing"], "languages": ["en"]}  # fmt: skip
        ok(self.api.post("/v1/people", json=shown))
        self.herself = self.quarter.person(self.id, self.quarter.credentials())
        assert ok(self.herself.get(self.home))["called"]

    def be_registered_twice(self) -> None:
        """Another record of hers, which says something of its own, is merged into this one."""
        place = {"latitude": 52.585, "longitude": -1.982}
        self.twin = str(self.quarter.register(self.said("Aminah"), place=place)["id"])
        contact = {"entries": [{"kind": "phone", "value": f"07700 {key_of(self.word)}"}]}
        ok(self.api.put(f"/v1/participants/{self.twin}/contact", json=contact))
        body = {"participant_id": self.twin, "title": self.said("bakes"), "language": "en", "category": "food"}
        ok(self.api.post("/v1/offers", json=body))
        asked = {"kind": "participants", "entry_id": self.id}
        found = ok(self.api.post("/v1/duplicates:look", json=asked))["items"]
        (pair,) = [one for one in found if self.twin in one["entry_ids"]]
        wanted = {"survivor": self.id, "take": {"called": "absorbed"}}
        self.merge = ok(self.api.post(f"/v1/duplicates/{pair['id']}:merge", json=wanted))["id"]

    def be_assessed(self) -> None:
        found = [one for one in _each(self.api, "/v1/instruments") if one["name"] == "needs-and-capabilities"]
        newest = max(found, key=lambda one: int(one["version"]))["id"]
        body = {"participant_id": self.id, "instrument_id": newest, "language": "en"}
        self.assessment = home = f"/v1/assessments/{ok(self.api.post('/v1/assessments', json=body))['id']}"
        answers = {
            "consent_record": True, "consent_see": True, "consent_match": True, "willing": "yes",
            "activities": [{"text": self.said("mends coats"), "category": "repair", "willing": "yes"}],
            "needs": [{"text": self.said("wants company"), "category": "company", "urgency": "soon"}],
        }  # fmt: skip
        for question, value in answers.items():
            ok(self.api.put(f"{home}/answers/{question}", json={"value": value, "language": "en"}))
        ok(self.api.post(f"{home}:complete"))
        (capability,) = ok(self.api.get(f"{home}/capabilities"))["items"]
        consent = {"given": True, "method": "spoken", "language": "en", "interpreter": self.said("cousin")}
        terms = {
            "title": self.said("coats"),
            "released_text": self.said("mends"),
            "means": ["in_person"],
            "consent": consent,
        }
        self.capability = f"{home}/capabilities/{capability['id']}"
        ok(self.api.post(f"{self.capability}:publish", json=terms))
        until(lambda: ok(self.api.get("/v1/offers", params={"participant_id": self.id}))["items"])

    def match(self) -> None:
        offer = {"participant_id": self.id, "title": self.said("repairs"), "text": self.said("with a needle"), "language": "en",
                 "category": "repair", "means": ["in_person"], "exchange": "credit"}  # fmt: skip
        need = {**offer, "participant_id": self.other, "title": "A coat", "text": "It is torn", "minutes": 60}
        made = [
            ok(self.api.post(f"/v1/{kind}", json=body))["id"] for kind, body in (("offers", offer), ("needs", need))
        ]
        for owner, name in ((self.id, self.said("account")), (self.other, "hers")):
            ok(self.api.put("/v1/accounts/by-external-id", params={"system": "bank", "value": name},
                            json={"owner": {"kind": "participant", "id": owner}}))  # fmt: skip
        self.pair = ok(self.api.post("/v1/matches", json={"need_id": made[1], "offer_id": made[0]}))
        home = f"/v1/matches/{self.pair['id']}"
        for side in ("need", "offer"):
            ok(self.api.post(f"{home}:accept", json={"side": side}))
        ok(self.api.post(f"{home}/introduction"))
        ok(self.api.post(f"{home}:activate"))
        ok(self.api.post(f"{home}/messages", json={"side": "offer", "text": self.said("see you at six")}))
        weighed = {"what": self.said("has a dog"), "weighed_by": "caseworker", "mitigation": self.said("ties it up"),
                   "agreed_by": self.said("herself")}  # fmt: skip
        ok(self.api.post(f"{home}/risks", json=weighed))
        stated = {"seconds": 3600, "day": datetime.now(UTC).date().isoformat()}
        hours = ok(self.api.post(f"{home}/hours", json=stated))["id"]
        for side in ("offer", "need"):
            ok(self.api.post(f"{home}/hours/{hours}:confirm", json={"side": side}))
        words = {"side": "offer", "rating": 5, "outcome_text": self.said("felt useful"), "would_again": True}
        ok(self.api.post(f"{home}/feedback", json=words))

    def sit_at_a_round_table(self) -> None:
        soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        evening = {"title": "What can we do?", "starts_at": soon, "place": "Hall", "languages": ["en"]}
        home = f"/v1/round-tables/{ok(self.api.post('/v1/round-tables', json=evening))['id']}"
        ok(self.api.post(f"{home}:invite"))
        table = ok(self.api.post(f"{home}/tables", json={"language": "en", "facilitator": "Volunteer"}))["id"]
        ok(self.api.post(f"{home}:open"))
        invited = {"inviter": "Saffron", "language": "en", "participant_id": self.id}
        ok(self.api.post(f"{home}/invitations", json=invited))
        for who, text in ((self.id, self.said("a choir")), (self.id, self.said("a choir for all")), (None, "a choir")):
            card = {
                "question": 1,
                "category": "company",
                "text": text,
                "language": "en",
                "participant_id": who,
                "visibility": "plenary",
                "translation": {"language": "de", "text": text, "by": "interpreter A"},
            }
            ok(self.api.post(f"{home}/tables/{table}/cards", json=card))
        ok(self.api.post(f"{home}:to-plenary"))
        ok(self.api.post(f"{home}/groups:suggest"))
        ok(self.api.post(f"{home}:publish-results"))
        self.evening = f"{home}/results/published"

    def take_part(self) -> None:
        council = {"name": "Hazelbrook council", "task": "Speak for the quarter", "language": "en",
                   "languages": ["en"], "seats": 1}  # fmt: skip
        home = f"/v1/councils/{ok(self.api.post('/v1/councils', json=council))['id']}"
        named = {"participant_id": self.id, "name_shown": self.said("Amina"), "language": "en"}
        ok(self.api.post(f"{home}/candidates", json=named))
        soon = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
        rota = {"title": "Cleaning plan", "places": ["upper level"], "starts_on": soon, "weeks": 4, "weekdays": ["sunday"],
                "helpers_each": 1}  # fmt: skip
        self.rota = f"/v1/rotas/{ok(self.api.post('/v1/rotas', json=rota))['id']}"
        for name, who in ((self.said("Amina"), self.id), ("Volunteer 12", None)):
            joins = {"name_shown": name, "household": f"{name}'s", "participant_id": who}
            ok(self.api.post(f"{self.rota}/volunteers", json=joins))
        ok(self.api.post(f"{self.rota}:plan", json={}))
        lab = {
            "title": "A choir",
            "question": "Where could it sing?",
            "members": [
                {"participant_id": self.id, "role": "citizen"},
                {"staff_role": "integration manager", "role": "staff"},
            ],
        }
        home = f"/v1/co-production-labs/{ok(self.api.post('/v1/co-production-labs', json=lab))['id']}"
        (seat,) = [one for one in ok(self.api.get(f"{home}/members"))["items"] if one["participant_id"] == self.id]
        ok(self.api.post(f"{home}/meetings", json={"held_on": "2026-02-01", "present": [seat["id"]]}))
        action = {
            "what": "Ask the parish for its hall",
            "who": self.said("Amina"),
            "participant_id": self.id,
            "why": self.said("sings"),
        }
        plan = {"title": "After the choir", "language": "en", "source": {"kind": "workshop"}, "actions": [action]}
        ok(self.api.post("/v1/action-plans", json=plan))

    def live(self) -> None:
        """Do it all. The twin comes last: what is done afterwards would be done to the record that stayed."""
        for step in (
            self.settle, self.be_looked_after, self.be_assessed, self.match, self.sit_at_a_round_table,
            self.take_part, self.show_herself, self.be_registered_twice,
        ):  # fmt: skip
            step()


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


def words_left(admin_url: str, word: str) -> dict[str, str]:
    """Return a row of each table in which words of hers stand."""
    return {table: row[:400] for table, row in rows(admin_url) if word in row or key_of(word) in row}
