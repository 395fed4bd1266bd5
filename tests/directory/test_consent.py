"""Consent: named, for one purpose, ended at once, and never only in a copy. Contact stays apart."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.database import runtime_url
from services.directory.consents.domain import covers, is_live
from services.directory.people.domain import may_be_asked
from tests.directory.test_access import begin
from tests.town import Quarter, Town, ok, problem

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Grant:
    def __init__(self, given_at: datetime, expires_at: datetime | None) -> None:
        self.given_at, self.expires_at = given_at, expires_at


@pytest.mark.parametrize(
    ("given", "expires", "revoked", "live"),
    [
        (NOON, None, False, True),
        (NOON, None, True, False),
        (NOON, NOON, False, False),
        (NOON, NOON + timedelta(seconds=1), False, True),
        (NOON + timedelta(seconds=1), None, False, False),
    ],
)
def test_a_grant_holds_from_given_until_expired_or_revoked(
    given: datetime, expires: datetime | None, revoked: bool, live: bool
) -> None:
    assert is_live(Grant(given, expires), revoked=revoked, now=NOON) is live


def test_who_asked_not_to_be_asked_is_not_asked_until_then() -> None:
    assert may_be_asked(False, None, now=NOON)
    assert not may_be_asked(True, None, now=NOON)
    assert not may_be_asked(True, NOON + timedelta(days=1), now=NOON)
    assert may_be_asked(True, NOON, now=NOON)


def test_a_revoked_consent_cannot_be_revoked_twice_and_stays_on_record(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Amina", purposes=("matching",))
    url = f"/v1/participants/{made['id']}/consents"
    (grant,) = ok(hazelbrook.council.get(url))["items"]
    assert grant["live"]
    ended = ok(hazelbrook.council.post(f"{url}/{grant['id']}:revoke"))
    assert not ended["live"]
    problem(hazelbrook.council.post(f"{url}/{grant['id']}:revoke"), 409, "already-revoked")
    assert ok(hazelbrook.council.get(f"{url}/{grant['id']}")) == ended


def test_consent_is_not_given_in_the_future(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Bashir")
    body = {
        "purpose": "matching", "recipient_id": hazelbrook.organisation, "notice_version": "1",
        "given_at": "2199-01-01T00:00:00Z",
    }  # fmt: skip
    found = problem(
        hazelbrook.council.post(f"/v1/participants/{made['id']}/consents", json=body), 422, "invalid-request"
    )
    assert found["errors"][0]["path"] == "/given_at"


def test_a_repeated_upsert_does_not_bring_back_what_was_revoked(hazelbrook: Quarter) -> None:
    where = {"system": "crm", "value": uuid4().hex}
    grant = {"purpose": "matching", "recipient_id": hazelbrook.organisation, "notice_version": "1"}
    body = {"called": "Celia", "consents": [grant]}
    made = ok(hazelbrook.council.put("/v1/participants/by-external-id", params=where, json=body))
    url = f"/v1/participants/{made['id']}/consents"
    (given,) = ok(hazelbrook.council.get(url))["items"]
    ok(hazelbrook.council.post(f"{url}/{given['id']}:revoke"))
    ok(hazelbrook.council.put("/v1/participants/by-external-id", params=where, json=body))
    assert [one["live"] for one in ok(hazelbrook.council.get(url))["items"]] == [False]


def test_contact_is_apart_from_the_participant_and_only_for_who_registered_her(hazelbrook: Quarter) -> None:
    charity = hazelbrook.organisation_named("Good Neighbours Three")
    made = hazelbrook.register("Dawit")
    url = f"/v1/participants/{made['id']}"
    entries = [{"kind": "phone", "value": "01632 960123"}]
    ok(hazelbrook.council.put(f"{url}/contact", json={"entries": entries}))
    assert "01632" not in hazelbrook.council.get(url).text
    assert ok(hazelbrook.council.get(f"{url}/contact"))["entries"] == entries
    grant = {"purpose": "introduction", "recipient_id": charity, "notice_version": "1"}
    ok(hazelbrook.council.post(f"{url}/consents", json=grant))
    problem(hazelbrook.app(charity).get(f"{url}/contact"), 403, "not-yours")


def test_a_block_is_kept_both_ways_and_in_silence(hazelbrook: Quarter) -> None:
    one, other = hazelbrook.register("Esther"), hazelbrook.register("Farid")
    url = f"/v1/participants/{one['id']}/blocks"
    made = ok(hazelbrook.council.post(url, json={"other_id": other["id"]}))
    assert ok(hazelbrook.council.post(url, json={"other_id": other["id"]}))["id"] == made["id"]
    assert ok(hazelbrook.council.get(f"/v1/participants/{other['id']}/blocks"))["items"] == []
    problem(hazelbrook.council.post(url, json={"other_id": one["id"]}), 422, "blocks-itself")
    assert hazelbrook.council.delete(f"{url}/{made['id']}").status_code == 204
    problem(hazelbrook.council.delete(f"{url}/{made['id']}"), 404, "not-found")


def grant(organisation: str, purpose: str, **more: Any) -> dict[str, Any]:
    return {"purpose": purpose, "recipient_id": organisation, "notice_version": "1", **more}


def test_who_recorded_a_grant_is_shown_to_her_and_not_to_who_is_named_in_it(hazelbrook: Quarter) -> None:
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    amina = hazelbrook.register("Amina", purposes=("matching", "acting"))
    url = f"/v1/participants/{amina['id']}/consents"
    given = ok(hazelbrook.council.post(url, json=grant(charity, "timebank")))
    ok(hazelbrook.council.post(f"{url}/{given['id']}:revoke"))
    again = ok(hazelbrook.council.post(url, json=grant(charity, "timebank")))
    herself = hazelbrook.person(amina["id"], hazelbrook.credentials())
    shown = {one["id"]: one for one in ok(herself.get(url))["items"]}
    assert shown[given["id"]]["captured_by"].startswith("app:")
    assert shown[given["id"]]["revoked_by"] == shown[given["id"]]["captured_by"]
    theirs = ok(hazelbrook.app(charity).get(url))["items"]
    assert [(one["captured_by"], one["revoked_by"]) for one in theirs] == [(None, None)] * 2
    for live, expected in ((True, {again["id"]}), (False, {given["id"]})):
        found = ok(hazelbrook.app(charity).get(url, params={"live": live}))["items"]
        assert {one["id"] for one in found} == expected


def test_a_grant_names_a_published_notice_in_a_language_that_was_reviewed(town: Town) -> None:
    quarter = town.found(f"orchard-{uuid4().hex[:6]}", language="en", zone="Europe/London", organisation="Council")
    amina = quarter.register("Amina", purposes=())
    url = f"/v1/participants/{amina['id']}/consents"
    asked = grant(quarter.organisation, "matching", given_at="2026-01-02T00:00:00Z")
    ok(quarter.council.post(url, json=asked))
    texts = [
        {"language": "en", "text": "We match you.", "review": "reviewed"},
        {"language": "prs", "text": "…", "review": "machine"},
        {"language": "ti", "text": "…"},
    ]
    notice = {"purpose": "matching", "version": "2026-02", "texts": texts, "valid_from": "2026-02-01T00:00:00Z"}
    made = ok(quarter.council.post("/v1/notices", json=notice))
    assert ok(quarter.council.get(f"/v1/notices/{made['id']}")) == made
    assert ok(quarter.council.get("/v1/notices", params={"purpose": "matching"}))["items"] == [made]
    problem(quarter.council.post("/v1/notices", json={**notice, "texts": texts[:1]}), 409, "notice-published")
    ok(quarter.council.post(url, json=asked))
    now = {**asked, "given_at": None}
    assert (
        problem(quarter.council.post(url, json=now), 422, "invalid-request")["errors"][0]["path"] == "/notice_version"
    )
    now["notice_version"] = "2026-02"
    ok(quarter.council.post(url, json={**now, "language": "en-GB"}))
    for unreviewed in ("prs", "ti"):
        problem(quarter.council.post(url, json={**now, "language": unreviewed}), 422, "notice-not-reviewed")
        ok(quarter.council.post(url, json={**now, "language": unreviewed, "interpreter": "interpreter A"}))
    for wrong in ({"language": "de"}, {"given_at": "2026-01-02T00:00:00Z"}):
        problem(quarter.council.post(url, json={**now, **wrong}), 422, "invalid-request")
    ok(quarter.council.post(url, json=grant(quarter.organisation, "timebank")))
    problem(quarter.app(scopes=["participants:write"]).post("/v1/notices", json=notice), 403, "forbidden")


def test_a_grant_of_some_categories_covers_these_and_no_others(hazelbrook: Quarter, inside: Any) -> None:
    assert covers([[]], ["transport"])
    assert covers([["transport"], ["company"]], ["company", "transport"])
    assert not covers([["transport"]], ["company"])
    assert not covers([], [])
    amina = hazelbrook.register("Amina", purposes=())
    url = f"/v1/participants/{amina['id']}/consents"
    ok(hazelbrook.council.post(url, json=grant(hazelbrook.organisation, "matching", categories=["transport"])))
    asked = {"people": [amina["id"]], "organisation": hazelbrook.organisation, "purpose": "matching"}
    for categories, allowed in ([], True), (["transport"], True), (["company"], False):
        said = ok(inside(hazelbrook).post("/internal/authority", json={**asked, "categories": categories}))
        assert said["people"][amina["id"]]["allowed"] is allowed


def test_grants_their_ends_and_notices_cannot_be_changed_by_the_service(hazelbrook: Quarter) -> None:
    for table in ("consents", "revocations", "notices"):
        for statement in (f"update directory.{table} set id = id", f"delete from directory.{table}"):
            url = runtime_url(hazelbrook.town.admin_url, "directory", hazelbrook.town.secret)
            with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_what_is_revoked_ends_with_the_next_request_in_every_service(hazelbrook: Quarter) -> None:
    amina, own = hazelbrook.register("Amina", purposes=()), hazelbrook.organisation
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    council, url = hazelbrook.council, f"/v1/participants/{amina['id']}/consents"
    given = {
        purpose: ok(council.post(url, json=grant(recipient, purpose)))["id"]
        for purpose, recipient in
        {"assessment": own, "matching": own, "timebank": own, "acting": own, "directory": charity}.items()
    }  # fmt: skip
    begun = begin(council, amina["id"])
    assessment, hers = f"/v1/assessments/{begun['id']}", {"participant_id": amina["id"]}
    need = {**hers, "title": "A lift", "language": "en", "category": "transport"}
    plan = {
        "title": "Doors", "language": "en", "source": {"kind": "round_table"},
        "actions": [{"what": "Open them", "participant_id": amina["id"]}],
    }  # fmt: skip
    account = {"owner": {"kind": "participant", "id": amina["id"]}}
    steps: dict[str, Callable[[], httpx.Response]] = {
        "assessment": lambda: council.get(assessment),
        "matching": lambda: council.post("/v1/needs", json=need),
        "timebank": lambda: council.post("/v1/accounts", json=account),
        "directory": lambda: hazelbrook.app(charity).get(f"/v1/participants/{amina['id']}"),
    }
    refusals = {
        "assessment": (403, "consent-revoked"), "matching": (422, "invalid-request"),
        "timebank": (422, "invalid-request"), "directory": (404, "not-found"),
    }  # fmt: skip
    herself = hazelbrook.person(amina["id"], hazelbrook.credentials())
    ok(council.post("/v1/action-plans", json=plan))
    for purpose, step in steps.items():
        ok(step())
        ok(council.post(f"{url}/{given[purpose]}:revoke"))
        problem(step(), *refusals[purpose])
    assert ok(council.get("/v1/assessments", params=hers))["items"] == []
    assert ok(herself.get(assessment))["id"] == begun["id"]
    ok(council.post(f"{url}/{given['acting']}:revoke"))
    problem(council.post("/v1/action-plans", json=plan), 422, "invalid-request")
    task = ok(council.post(url, json=grant(own, "assessment", legal_basis="public_task")))
    assert ok(council.get(assessment))["id"] == begun["id"]
    ok(council.post(f"{url}/{task['id']}:revoke"))
    assert council.delete(assessment).status_code == 204
