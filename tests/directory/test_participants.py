"""Participants: registered with consent, seen only by those who may, kept only as exactly as needed."""

from uuid import uuid4

import pytest

from services.kernel.places import snap
from tests.directory.conftest import Inside
from tests.town import Quarter, ok, problem


def test_a_registered_participant_is_read_back_with_her_etag(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Amina", languages=[{"tag": "ar", "level": "native"}, {"tag": "en", "level": "basic"}])
    answer = hazelbrook.council.get(f"/v1/participants/{made['id']}")
    assert ok(answer) == made
    assert answer.headers["etag"] == '"1"'


def test_the_exact_home_is_never_kept(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Bashir", place={"latitude": 52.58512, "longitude": -1.98234})
    assert (made["place"]["latitude"], made["place"]["longitude"]) == snap(52.58512, -1.98234)


def test_a_foreign_id_answers_exactly_as_an_unknown_one(hazelbrook: Quarter, lindenau: Quarter) -> None:
    made = hazelbrook.register("Celia")
    foreign = lindenau.council.get(f"/v1/participants/{made['id']}")
    unknown = lindenau.council.get(f"/v1/participants/{uuid4()}")
    assert problem(foreign, 404, "not-found") == problem(unknown, 404, "not-found")


def test_an_organisation_sees_only_whom_it_registered_or_who_named_it(hazelbrook: Quarter) -> None:
    charity = hazelbrook.organisation_named("Good Neighbours Hazelbrook")
    theirs = hazelbrook.app(charity)
    made = hazelbrook.register("Dawit")
    problem(theirs.get(f"/v1/participants/{made['id']}"), 404, "not-found")
    grant = {"purpose": "matching", "recipient_id": charity, "notice_version": "1"}
    given = ok(hazelbrook.council.post(f"/v1/participants/{made['id']}/consents", json=grant))
    assert ok(theirs.get(f"/v1/participants/{made['id']}"))["called"] == "Dawit"
    ok(hazelbrook.council.post(f"/v1/participants/{made['id']}/consents/{given['id']}:revoke"))
    problem(theirs.get(f"/v1/participants/{made['id']}"), 404, "not-found")


def test_who_did_not_register_her_may_not_change_her(hazelbrook: Quarter) -> None:
    charity = hazelbrook.organisation_named("Good Neighbours Two")
    grant = {"purpose": "matching", "recipient_id": charity, "notice_version": "1"}
    made = ok(hazelbrook.council.post("/v1/participants", json={"called": "Emeka", "consents": [grant]}))
    problem(hazelbrook.app(charity).patch(f"/v1/participants/{made['id']}", json={"called": "X"}), 403, "not-yours")


def test_a_person_sees_herself_and_nobody_else(hazelbrook: Quarter) -> None:
    credentials = hazelbrook.credentials()
    me, other = hazelbrook.register("Fatma"), hazelbrook.register("Gwen")
    mine = hazelbrook.person(me["id"], credentials)
    assert ok(mine.get(f"/v1/participants/{me['id']}"))["called"] == "Fatma"
    problem(mine.get(f"/v1/participants/{other['id']}"), 404, "not-found")
    assert [one["id"] for one in ok(mine.get("/v1/participants"))["items"]] == [me["id"]]


def test_a_stale_etag_changes_nothing(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Hana")
    url = f"/v1/participants/{made['id']}"
    ok(hazelbrook.council.patch(url, json={"called": "Hana R"}, headers={"if-match": '"1"'}))
    problem(hazelbrook.council.patch(url, json={"called": "Late"}, headers={"if-match": '"1"'}), 412, "stale-version")
    assert ok(hazelbrook.council.get(url))["called"] == "Hana R"


def test_a_change_that_changes_nothing_moves_no_version(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Idris")
    again = hazelbrook.council.patch(f"/v1/participants/{made['id']}", json={"called": "Idris"})
    assert ok(again)["version"] == 1


def test_an_upsert_by_external_id_is_the_same_twice(hazelbrook: Quarter) -> None:
    where = {"system": "civicrm", "value": uuid4().hex}
    first = hazelbrook.council.put("/v1/participants/by-external-id", params=where, json={"called": "Jonas"})
    again = hazelbrook.council.put("/v1/participants/by-external-id", params=where, json={"called": "Jonas"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    moved = hazelbrook.council.put("/v1/participants/by-external-id", params=where, json={"called": "Jonas B"})
    assert (ok(moved)["id"], moved.json()["version"]) == (first.json()["id"], 2)


def test_one_external_id_names_one_participant(hazelbrook: Quarter) -> None:
    name = {"system": "crm", "value": uuid4().hex}
    hazelbrook.register("Kofi", external_ids=[name])
    taken = hazelbrook.council.post("/v1/participants", json={"called": "Lin", "external_ids": [name]})
    problem(taken, 409, "external-id-taken")


def test_another_tenant_may_use_the_same_external_id(hazelbrook: Quarter, lindenau: Quarter) -> None:
    name = {"system": "crm", "value": uuid4().hex}
    hazelbrook.register("Mara", external_ids=[name])
    lindenau.register("Nadia", external_ids=[name])


def test_a_deleted_participant_is_gone_and_leaves_a_tombstone(hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Olu", external_ids=[{"system": "crm", "value": uuid4().hex}])
    assert hazelbrook.council.delete(f"/v1/participants/{made['id']}").status_code == 204
    problem(hazelbrook.council.get(f"/v1/participants/{made['id']}"), 404, "not-found")
    hazelbrook.register("Olu again", external_ids=made["external_ids"])


def test_pages_follow_one_another_without_gap_or_double(lindenau: Quarter) -> None:
    made = {lindenau.register(f"P{n}")["id"] for n in range(5)}
    seen: list[str] = []
    page = ok(lindenau.council.get("/v1/participants", params={"limit": 2}))
    while True:
        seen += [one["id"] for one in page["items"]]
        if page.get("next") is None:
            break
        answer = lindenau.council.get("/v1/participants", params={"limit": 2, "cursor": page["next"]})
        page = ok(answer)
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_her_version_moves_with_whatever_matching_reads_and_its_profile_says_so(
    hazelbrook: Quarter, inside: Inside
) -> None:
    made = hazelbrook.register("Petra")
    window = {"starts": "2026-01-03T10:00:00", "minutes": 60, "time_zone": "Europe/London", "rule": None}
    changes: list[tuple[str, object]] = [
        ("languages", [{"tag": "uk"}]), ("place", {"latitude": 52.6, "longitude": -1.9}), ("travel", ["bus"]),
        ("reach_km", 4.0), ("availability", [window]), ("busy", [window]), ("do_not_ask", True),
    ]  # fmt: skip
    for number, (name, value) in enumerate(changes, start=made["version"] + 1):
        assert ok(hazelbrook.council.patch(f"/v1/participants/{made['id']}", json={name: value}))["version"] == number
    ok(hazelbrook.council.put(f"/v1/participants/{made['id']}/safeguards", json={"gender": "female"}))
    ok(hazelbrook.council.put(f"/v1/participants/{made['id']}/household", json={"adults": 1}))  # it does not read that
    (told,) = ok(inside(hazelbrook).get(f"/internal/participants?ids={made['id']}"))["items"]
    assert told["version"] == made["version"] + len(changes) + 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"called": "A", "nickname": "B"}, "/nickname"),
        ({"called": 7}, "/called"),
        ({"called": "A\x00"}, "/called"),
        ({"called": "A", "languages": [{"tag": "zz"}]}, "/languages/0/tag"),
        ({"called": "A", "place": {"latitude": 91, "longitude": 0}}, "/place/latitude"),
        ({"called": "A", "do_not_ask_until": "2026-02-30T00:00:00Z"}, "/do_not_ask_until"),
        ({"called": "A", "consents": [{"purpose": "matching", "recipient_id": str(uuid4()), "notice_version": "1"}]},
         "/consents/0/recipient_id"),
    ],
)  # fmt: skip
def test_bad_input_names_the_field_and_leaves_nothing(hazelbrook: Quarter, body: dict[str, object], path: str) -> None:
    before = len(ok(hazelbrook.council.get("/v1/participants", params={"limit": 200}))["items"])
    found = problem(hazelbrook.council.post("/v1/participants", json=body), 422, "invalid-request")
    assert path in [error["path"] for error in found["errors"]]
    assert len(ok(hazelbrook.council.get("/v1/participants", params={"limit": 200}))["items"]) == before


def test_a_problem_never_repeats_what_somebody_wrote(hazelbrook: Quarter) -> None:
    answer = hazelbrook.council.post(
        "/v1/participants", json={"called": ["Canary Rosewater"], "phone": "0700 900 0000"}
    )
    assert "Canary" not in answer.text
    assert "0700" not in answer.text
