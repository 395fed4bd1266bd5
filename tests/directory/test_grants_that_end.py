"""A grant that ends by itself is told of once, so that whoever keeps a copy knows what to fetch again."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.database import runtime_url
from services.directory.app import create_app
from services.directory.consents import expiring
from services.directory.settings import Settings
from services.kernel.secrets import derived
from tests.life import until
from tests.town import Quarter, Town, ok, problem


def _tell_at(town: Town, moment: datetime) -> None:
    """Let the hourly task run at a moment."""
    settings = Settings(
        database_url=runtime_url(town.admin_url, "directory", town.secret),
        service_secret=derived(town.secret, "service:directory"),
        gateway_url=town.url,
        pool=2,
    )

    async def run() -> None:
        kernel = create_app(settings, clock=lambda: moment).state.kernel
        try:
            await expiring.tell(kernel)
        finally:
            await kernel.database.close()

    asyncio.run(run())


def _facts(quarter: Quarter, cursor: str, subject: str) -> list[dict[str, Any]]:
    found = ok(quarter.council.get("/v1/events", params={"after": cursor, "limit": 1000}))["items"]
    return [one for one in found if one["subject"] == subject]


def test_a_grant_that_ends_by_itself_is_told_of_once_and_one_taken_back_is_not(town: Town, hazelbrook: Quarter) -> None:
    began = time.monotonic()
    cursor = ok(hazelbrook.council.get("/v1/events", params={"after": "now", "wait": 20}))["next"]
    assert time.monotonic() - began < 15, "the end of the feed is not waited for"
    now = datetime.now(UTC)
    grant = {"purpose": "matching", "recipient_id": hazelbrook.organisation, "notice_version": "2026-01"}
    ends = {**grant, "expires_at": (now + timedelta(hours=1)).isoformat()}
    people = [hazelbrook.register("Hana", purposes=()) for _ in range(2)]
    for person in people:
        made = ok(hazelbrook.council.post(f"/v1/participants/{person['id']}/consents", json=ends))
    ok(hazelbrook.council.post(f"/v1/participants/{people[1]['id']}/consents/{made['id']}:revoke"))
    _tell_at(town, now + timedelta(minutes=59))
    for _ in range(2):
        _tell_at(town, now + timedelta(minutes=61))

    def told(person: dict[str, Any]) -> list[str]:
        facts = _facts(hazelbrook, cursor, person["id"])
        return [fact["type"] for fact in facts if fact["type"].startswith("consent.")]

    until(lambda: told(people[0]) == ["consent.given", "consent.expired"])
    until(lambda: told(people[1]) == ["consent.given", "consent.revoked"])


def test_needs_are_told_of_when_their_words_are_withheld_and_when_they_are_shown_again(hazelbrook: Quarter) -> None:
    amina = hazelbrook.register("Amina")["id"]
    need = ok(hazelbrook.council.post("/v1/needs", json={"participant_id": amina, "title": "Reading letters"}))["id"]
    cursor = ok(hazelbrook.council.get("/v1/events", params={"after": "now"}))["next"]
    grants = ok(hazelbrook.council.get(f"/v1/participants/{amina}/consents"))["items"]
    (matching,) = (one["id"] for one in grants if one["purpose"] == "matching")
    ok(hazelbrook.council.post(f"/v1/participants/{amina}/consents/{matching}:revoke"))
    until(lambda: [one["type"] for one in _facts(hazelbrook, cursor, need)] == ["need.consent_changed"])
    (shown,) = ok(hazelbrook.council.get("/v1/needs", params={"ids": need}))["items"]
    assert (shown["withheld"], shown["title"]) == (True, "")
    ok(hazelbrook.council.post(f"/v1/participants/{amina}:restrict", json={"reason": "contested"}))
    until(lambda: len(_facts(hazelbrook, cursor, need)) == 2)


def test_a_need_that_was_withdrawn_before_its_person_left_is_told_of_too(hazelbrook: Quarter) -> None:
    amina = hazelbrook.register("Amina")["id"]
    need = ok(hazelbrook.council.post("/v1/needs", json={"participant_id": amina, "title": "Reading letters"}))["id"]
    ok(hazelbrook.council.post(f"/v1/needs/{need}:withdraw"))
    cursor = ok(hazelbrook.council.get("/v1/events", params={"after": "now"}))["next"]
    assert hazelbrook.council.delete(f"/v1/participants/{amina}").status_code == 204
    until(lambda: [one["type"] for one in _facts(hazelbrook, cursor, need)] == ["need.consent_changed"])


def test_a_collection_answers_the_ids_asked_for_that_may_be_seen_and_no_others(
    hazelbrook: Quarter, lindenau: Quarter
) -> None:
    mine = [hazelbrook.register("Hana")["id"] for _ in range(3)]
    theirs = lindenau.register("Hannah")["id"]
    asked = ",".join([*mine[:2], theirs])
    for collection in ("participants", "organisations", "accounts", "projects", "round-tables", "surveys", "people"):
        ids = f"{asked},{hazelbrook.organisation},{lindenau.organisation}"
        answer = ok(hazelbrook.council.get(f"/v1/{collection}", params={"ids": ids}))
        wanted = {"participants": set(mine[:2]), "organisations": {hazelbrook.organisation}}.get(collection, set())
        assert {one["id"] for one in answer["items"]} == wanted, collection
    problem(hazelbrook.council.get("/v1/participants", params={"ids": "Hana"}), 422, "invalid-request")
    many = ",".join([mine[0], *(f"00000000-0000-7000-8000-{number:012d}" for number in range(200))])
    problem(hazelbrook.council.get("/v1/participants", params={"ids": many}), 422, "invalid-request")
    assert ok(hazelbrook.council.get("/v1/participants", params={"ids": ""}))["items"] == []
