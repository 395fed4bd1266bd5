"""Breaking the glass: an hour of reading for a reason, seen by the person, reviewed by somebody else."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from services.directory.access.domain import AlreadyReviewed, OwnOverride, check_review, runs
from tests.caseworkers import Worker, hire
from tests.town import Quarter, ok, problem

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
REASON = {"category": "risk_to_life", "reason": "She called the night line and the call broke off."}
PHONE = {"entries": [{"kind": "phone", "value": "01632 960123"}]}


@pytest.mark.parametrize(
    ("starts", "ends", "ended", "holds"),
    [
        (NOON, None, None, True),
        (NOON + HOUR, None, None, False),
        (NOON - HOUR, NOON, None, False),
        (NOON - HOUR, NOON + HOUR, None, True),
        (NOON - HOUR, None, NOON, False),
    ],
)
def test_an_assignment_holds_from_its_beginning_until_its_end(
    starts: datetime, ends: datetime | None, ended: datetime | None, holds: bool
) -> None:
    assert runs(starts, ends, ended, now=NOON) is holds


def test_nobody_reviews_their_own_override_or_one_that_was_reviewed() -> None:
    one, other = uuid4(), uuid4()
    check_review(opened_by=one, reviewed_at=None, reviewer=other)
    with pytest.raises(OwnOverride):
        check_review(opened_by=one, reviewed_at=None, reviewer=one)
    with pytest.raises(AlreadyReviewed):
        check_review(opened_by=one, reviewed_at=NOON, reviewer=other)


def test_an_override_opens_reading_for_an_hour_and_never_writing(hazelbrook: Quarter, worker: Worker) -> None:
    amina = hazelbrook.register("Amina")
    url = f"/v1/participants/{amina['id']}"
    ok(hazelbrook.council.put(f"{url}/contact", json=PHONE))
    ok(hazelbrook.council.put(f"{url}/safeguards", json={"gender": "female"}))
    reads = (url, f"{url}/contact", f"{url}/safeguards")
    for address in reads:
        problem(worker.api.get(address), 404, "not-found")
    opened = ok(worker.api.post("/v1/overrides", json={"participant_id": amina["id"], **REASON}))
    assert ok(worker.api.get(url))["called"] == "Amina"
    assert ok(worker.api.get(f"{url}/contact"))["entries"] == PHONE["entries"]
    assert ok(worker.api.get(f"{url}/safeguards"))["gender"] == "female"
    problem(worker.api.patch(url, json={"called": "X"}), 404, "not-found")
    problem(worker.api.put(f"{url}/contact", json=PHONE), 404, "not-found")
    problem(worker.api.get(f"{url}/consents"), 404, "not-found")
    looks = ok(hazelbrook.council.get(f"{url}/looks"))["items"]
    assert [(one["action"], one["purpose"]) for one in looks if one["staff_id"] == worker.id] == [
        ("override.opened", "risk_to_life"),
        *((action, f"override:{opened['id']}") for action in ("participant.read", "contact.read", "safeguards.read")),
    ]
    with psycopg.connect(hazelbrook.town.admin_url, autocommit=True) as connection:
        connection.execute("update directory.overrides set ends_at = now() where id = %s", (opened["id"],))
    for address in reads:
        problem(worker.api.get(address), 404, "not-found")


def test_a_contact_that_is_never_disclosed_is_not_opened_either(hazelbrook: Quarter, worker: Worker) -> None:
    amina = hazelbrook.register("Amina")
    url = f"/v1/participants/{amina['id']}/contact"
    ok(hazelbrook.council.put(url, json={**PHONE, "do_not_disclose": True}))
    ok(worker.api.post("/v1/overrides", json={"participant_id": amina["id"], **REASON}))
    assert "01632" not in str(problem(worker.api.get(url), 403, "do-not-disclose"))


def test_an_override_is_for_staff_without_another_way(hazelbrook: Quarter, lindenau: Quarter, worker: Worker) -> None:
    amina, elsewhere = hazelbrook.register("Amina"), lindenau.register("Lena")
    body = {"participant_id": amina["id"], **REASON}
    problem(hazelbrook.council.post("/v1/overrides", json=body), 403, "staff-only")
    for unknown in (elsewhere["id"], str(uuid4())):
        problem(worker.api.post("/v1/overrides", json={**body, "participant_id": unknown}), 404, "not-found")
    problem(worker.api.post("/v1/overrides", json={**body, "reason": "because"}), 422, "invalid-request")
    worker.assign(amina["id"])
    problem(worker.api.post("/v1/overrides", json=body), 409, "override-not-needed")
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    stranger = hire(hazelbrook, charity)
    ok(stranger.api.post("/v1/overrides", json=body))
    assert ok(stranger.api.get(f"/v1/participants/{amina['id']}"))["called"] == "Amina"
    problem(hire(hazelbrook, charity).api.get(f"/v1/participants/{amina['id']}"), 404, "not-found")


def test_a_second_member_of_staff_reviews_it(hazelbrook: Quarter, worker: Worker) -> None:
    amina = hazelbrook.register("Amina")
    opened = ok(worker.api.post("/v1/overrides", json={"participant_id": amina["id"], **REASON}))
    url, verdict = f"/v1/overrides/{opened['id']}", {"verdict": "unjustified", "note": "She had only moved."}
    waiting = {"reviewed": "false", "participant_id": amina["id"]}
    assert [one["id"] for one in ok(hazelbrook.council.get("/v1/overrides", params=waiting))["items"]] == [opened["id"]]
    problem(worker.api.post(f"{url}:review", json=verdict), 403, "own-override")
    problem(hazelbrook.council.post(f"{url}:review", json=verdict), 403, "staff-only")
    weak = hire(hazelbrook, scopes=["participants:write"])
    problem(weak.api.post(f"{url}:review", json=verdict), 403, "forbidden")
    problem(weak.api.get(url), 404, "not-found")
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    problem(hire(hazelbrook, charity).api.post(f"{url}:review", json=verdict), 404, "not-found")
    officer = hire(hazelbrook)
    reviewed = ok(officer.api.post(f"{url}:review", json=verdict))
    assert (reviewed["verdict"], reviewed["reviewed_by"]) == ("unjustified", officer.id)
    problem(hire(hazelbrook).api.post(f"{url}:review", json=verdict), 409, "already-reviewed")
    assert ok(hazelbrook.council.get("/v1/overrides", params=waiting))["items"] == []
    assert ok(worker.api.get(url)) == reviewed
