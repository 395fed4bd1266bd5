"""Consent: named, for one purpose, ended at once, and never only in a copy. Contact stays apart."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.directory.people.domain import is_live, may_be_asked
from tests.town import Quarter, ok, problem

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
