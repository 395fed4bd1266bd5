"""What safety gates may know of a participant: for her and who registered her, on record, and told to matching alone."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from services.directory.models import Participant, Safeguards
from tests.directory.conftest import Inside
from tests.town import Quarter, ok, problem

CHECK = {
    "kind": "dbs-enhanced", "checked_on": "2026-03-01", "checked_by": "Hazelbrook Council", "valid_until": "2029-03-01",
}  # fmt: skip
DECLARED = {"gender": "female", "born_on": "1981-05-04", "guardian_agreed": False, "checks": [CHECK]}
AWAY = {"starts": "2026-12-24T00:00:00", "minutes": 5 * 24 * 60, "time_zone": "Europe/London", "rule": None}


def address(person: dict[str, Any]) -> str:
    return f"/v1/participants/{person['id']}/safeguards"


def test_what_was_declared_is_read_back_with_its_etag(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Amina")
    problem(hazelbrook.council.get(address(made)), 404, "not-found")
    put = hazelbrook.council.put(address(made), json=DECLARED)
    kept = ok(put)
    assert {name: kept[name] for name in DECLARED} == DECLARED
    assert (kept["participant_id"], put.headers["etag"]) == (made["id"], '"1"')
    assert ok(hazelbrook.council.get(address(made))) == kept
    assert "1981" not in hazelbrook.council.get(f"/v1/participants/{made['id']}").text


def test_what_a_put_leaves_out_is_taken_back(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Bashir")
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    kept = ok(hazelbrook.council.put(address(made), json={"guardian_agreed": True}))
    assert (kept["gender"], kept["born_on"], kept["guardian_agreed"], kept["checks"]) == (None, None, True, [])


def test_a_stale_etag_replaces_nothing(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Celia")
    ok(hazelbrook.council.put(address(made), json=DECLARED, headers={"if-match": '"0"'}))
    late = hazelbrook.council.put(address(made), json={}, headers={"if-match": '"0"'})
    problem(late, 412, "stale-version")
    assert ok(hazelbrook.council.get(address(made)))["gender"] == "female"


def test_she_herself_and_who_registered_her_and_nobody_else(hazelbrook: Quarter, lindenau: Quarter) -> None:
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    theirs, made, credentials = hazelbrook.app(charity), hazelbrook.register("Dawit"), hazelbrook.credentials()
    herself = hazelbrook.person(made["id"], credentials)
    other = hazelbrook.person(hazelbrook.register("Esther")["id"], credentials)
    problem(herself.put(address(made), json=DECLARED), 403, "organisations-only")
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    assert ok(herself.get(address(made)))["gender"] == "female"
    for stranger in (theirs, other, lindenau.council):
        refused(stranger, made, 404, "not-found")
    grant = {"purpose": "matching", "recipient_id": charity, "notice_version": "1"}
    ok(hazelbrook.council.post(f"/v1/participants/{made['id']}/consents", json=grant))
    refused(theirs, made, 403, "not-yours")


def refused(api: httpx.Client, person: dict[str, Any], status: int, slug: str) -> None:
    """Make sure that safeguards are refused, and just as contact is."""
    contact = f"/v1/participants/{person['id']}/contact"
    told = problem(api.get(address(person)), status, slug)
    assert told == problem(api.put(address(person), json={}), status, slug) == problem(api.get(contact), status, slug)


def test_they_go_out_of_view_with_the_participant(hazelbrook: Quarter, inside: Inside) -> None:
    made = hazelbrook.register("Farid")
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    assert hazelbrook.council.delete(f"/v1/participants/{made['id']}").status_code == 204
    problem(hazelbrook.council.get(address(made)), 404, "not-found")
    problem(hazelbrook.council.put(address(made), json=DECLARED), 404, "not-found")
    assert ok(inside(hazelbrook).get(f"/internal/participants?ids={made['id']}")) == {"items": []}


def test_every_reading_and_writing_is_on_record(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Gwen")
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    ok(hazelbrook.council.get(address(made)))
    with psycopg.connect(hazelbrook.town.admin_url) as connection:
        rows = connection.execute(
            "select action from directory.audit where subject = %s order by at, id", (made["id"],)
        ).fetchall()
    assert [row[0] for row in rows] == ["safeguards.written", "safeguards.read"]


def test_a_change_moves_her_version_and_is_told_by_ids_alone_and_a_repetition_is_not(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Hana")
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    assert ok(hazelbrook.council.get(f"/v1/participants/{made['id']}"))["version"] == 2
    with psycopg.connect(hazelbrook.town.admin_url) as connection:
        query = "select type, ids from directory.events where subject = %s and type = 'participant.changed'"
        facts = connection.execute(query, (made["id"],)).fetchall()
    ids = {"by": hazelbrook.organisation, "registered_by": hazelbrook.organisation, "version": 2}
    assert facts == [("participant.changed", ids)]


def test_matching_is_told_what_its_gates_ask_and_who_checked_is_not_among_it(
    hazelbrook: Quarter, inside: Inside
) -> None:
    silent, made = hazelbrook.register("Idris"), hazelbrook.register("Jonas", busy=[AWAY])
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    answer = ok(inside(hazelbrook).get(f"/internal/participants?ids={made['id']},{silent['id']}"))
    told = {one["id"]: one for one in answer["items"]}
    guarded = ("gender", "born_on", "guardian_agreed", "checks")
    assert [told[silent["id"]][name] for name in guarded] == [None, None, False, []]
    until = [{"kind": "dbs-enhanced", "valid_until": "2029-03-01"}]
    assert [told[made["id"]][name] for name in guarded] == ["female", "1981-05-04", False, until]
    assert (told[made["id"]]["busy"], told[made["id"]]["version"]) == ([AWAY], 2)


def test_who_only_asks_whether_somebody_may_be_seen_learns_nothing_of_them(hazelbrook: Quarter, inside: Inside) -> None:
    made = hazelbrook.register("Kofi")
    ok(hazelbrook.council.put(address(made), json=DECLARED))
    seen = ok(inside(hazelbrook).get(f"/internal/participants/{made['id']}?organisation={hazelbrook.organisation}"))
    assert seen["id"] == made["id"]
    assert {"gender", "born_on", "guardian_agreed", "checks"}.isdisjoint(seen)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"gender": "unknown"}, "/gender"),
        ({"born_on": "2199-01-01"}, "/born_on"),
        ({"born_on": "1899-12-31"}, "/born_on"),
        ({"born_on": "2026-02-30"}, "/born_on"),
        ({"guardian_agreed": "yes"}, "/guardian_agreed"),
        ({"checks": [CHECK] * 11}, "/checks"),
        ({"checks": [{**CHECK, "kind": "DBS"}]}, "/checks/0/kind"),
        ({"checks": [{**CHECK, "kind": "dbs--enhanced"}]}, "/checks/0/kind"),
        ({"checks": [{**CHECK, "kind": "d" * 41}]}, "/checks/0/kind"),
        ({"checks": [{**CHECK, "valid_until": "2026-02-28"}]}, "/checks/0"),
        ({"checks": [{**CHECK, "checked_by": "\x00"}]}, "/checks/0/checked_by"),
        ({"checks": [{**CHECK, "certificate": "none recorded"}]}, "/checks/0/certificate"),
    ],
)
def test_bad_input_names_the_field_and_leaves_nothing(hazelbrook: Quarter, body: dict[str, Any], path: str) -> None:
    made = hazelbrook.register("Lin")
    found = problem(hazelbrook.council.put(address(made), json=body), 422, "invalid-request")
    assert [error["path"] for error in found["errors"]] == [path]
    problem(hazelbrook.council.get(address(made)), 404, "not-found")


def test_when_she_cannot_is_kept_changed_and_shown_like_when_she_can(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Mara", busy=[AWAY])
    assert made["busy"] == [AWAY]
    url = f"/v1/participants/{made['id']}"
    later = {**AWAY, "starts": "2027-01-02T00:00:00"}
    assert ok(hazelbrook.council.patch(url, json={"busy": [AWAY, later]}))["busy"] == [AWAY, later]
    assert ok(hazelbrook.council.patch(url, json={"called": "Mara B"}))["busy"] == [AWAY, later]
    assert ok(hazelbrook.council.patch(url, json={"busy": []}))["busy"] == []
    problem(hazelbrook.council.patch(url, json={"busy": None}), 422, "invalid-request")
    where = {"system": "crm", "value": uuid4().hex}
    upserted = hazelbrook.council.put(
        "/v1/participants/by-external-id", params=where, json={"called": "N", "busy": [AWAY]}
    )
    assert ok(upserted)["busy"] == [AWAY]


def test_what_is_personal_is_marked_so() -> None:
    personal = {one.name for one in Safeguards.__table__.columns if one.info.get("personal")}  # type: ignore[attr-defined]
    assert personal == {"gender", "born_on", "guardian_agreed"}
    assert Participant.__table__.columns["called"].info == {"personal": True}  # type: ignore[attr-defined]
