"""Every sensitive read is one row of the audit: the table of what is sensitive, and what each reading is called.

A route that shows what is about a person belongs into `READS`; each is read once here, and must leave one row.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.caseworkers import Worker, hire
from tests.directory.test_access import begin
from tests.town import Quarter, ok

PHONE = {"entries": [{"kind": "phone", "value": "01632 960123"}]}


class Scene:
    """Somebody with everything on record, the apps that read, and an officer of hers."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter, self.council = quarter, quarter.council
        charity = quarter.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
        self.charity = quarter.app(charity)
        self.person: str = quarter.register("Amina")["id"]
        self.home = f"/v1/participants/{self.person}"
        grant = {"purpose": "matching", "recipient_id": charity, "notice_version": "1"}
        ok(self.council.post(f"{self.home}/consents", json=grant))
        ok(self.council.put(f"{self.home}/contact", json=PHONE))
        ok(self.council.put(f"{self.home}/safeguards", json={"gender": "female"}))
        self.worker: Worker = hire(quarter)
        self.worker.assign(self.person)
        self.assessment = f"/v1/assessments/{begin(self.council, self.person)['id']}"
        account = {"owner": {"kind": "participant", "id": self.person}}
        self.account = f"/v1/accounts/{ok(self.council.post('/v1/accounts', json=account))['id']}"

    def rows(self) -> list[tuple[str, str]]:
        """Return every row about her so far: service and action."""
        found = []
        with psycopg.connect(self.quarter.town.admin_url) as connection:
            for service in ("directory", "assessments", "matching", "timebank", "community", "connect"):
                query = f"select action from {service}.audit where subject = %s or person = %s"
                found += [(service, row[0]) for row in connection.execute(query, (self.person, self.person))]
        return found


@pytest.fixture(scope="module")
def scene(hazelbrook: Quarter) -> Scene:
    return Scene(hazelbrook)


Read = Callable[[Scene], httpx.Response]
MANY: dict[str, Any] = {"limit": 200}
READS: dict[str, tuple[Read, tuple[str, str] | None]] = {
    "her record, by who registered her": (lambda s: s.council.get(s.home), None),
    "her record, by another organisation": (lambda s: s.charity.get(s.home), ("directory", "participant.read")),
    "her record, by staff": (lambda s: s.worker.api.get(s.home), ("directory", "participant.read")),
    "a list, by another organisation": (
        lambda s: s.charity.get("/v1/participants", params=MANY), ("directory", "participants.listed")
    ),
    "a list, by staff": (
        lambda s: s.worker.api.get("/v1/participants", params=MANY), ("directory", "participants.listed")
    ),
    "her contact": (lambda s: s.council.get(f"{s.home}/contact"), ("directory", "contact.read")),
    "her contact, by staff": (lambda s: s.worker.api.get(f"{s.home}/contact"), ("directory", "contact.read")),
    "her safeguards": (lambda s: s.council.get(f"{s.home}/safeguards"), ("directory", "safeguards.read")),
    "her checks": (lambda s: s.council.get(f"{s.home}/checks"), ("directory", "checks.read")),
    "her assessment": (lambda s: s.council.get(s.assessment), ("assessments", "assessment.read")),
    "its answers": (lambda s: s.council.get(f"{s.assessment}/answers"), ("assessments", "assessment.read")),
    "its capabilities": (lambda s: s.council.get(f"{s.assessment}/capabilities"), ("assessments", "assessment.read")),
    "its needs": (lambda s: s.council.get(f"{s.assessment}/needs"), ("assessments", "assessment.read")),
    "its sittings": (lambda s: s.council.get(f"{s.assessment}/sittings"), ("assessments", "assessment.read")),
    "its outcomes": (lambda s: s.council.get(f"{s.assessment}/outcomes"), ("assessments", "assessment.read")),
    "its summary": (lambda s: s.council.get(f"{s.assessment}/summary"), ("assessments", "assessment.read")),
    "a list of assessments": (
        lambda s: s.council.get("/v1/assessments", params={"participant_id": s.person}),
        ("assessments", "assessments.listed"),
    ),
    "her statement": (lambda s: s.council.get(f"{s.account}/statement"), ("timebank", "statement.read")),
}  # fmt: skip


@pytest.mark.parametrize("what", READS)
def test_every_sensitive_read_is_one_row_about_the_person(scene: Scene, what: str) -> None:
    read, expected = READS[what]
    before = scene.rows()
    ok(read(scene))
    after = scene.rows()
    for known in before:
        after.remove(known)
    assert after == ([] if expected is None else [expected])
