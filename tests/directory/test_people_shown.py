"""People as assets: seen by herself, by who registered her, and by whom her live consent names; by nobody else."""

from uuid import uuid4

import httpx

from tests.town import Quarter, ok, problem

SHOWN = {"name": "Amina, who sews", "concepts": ["sewing"], "languages": ["prs"], "areas": ["Mill End"]}


def _ids(api: httpx.Client) -> list[str]:
    return [one["id"] for one in ok(api.get("/v1/people", params={"limit": 200}))["items"]]


def test_an_entry_is_seen_while_a_grant_for_the_directory_lives_and_not_a_request_longer(hazelbrook: Quarter) -> None:
    theirs = hazelbrook.organisation_named("Good Neighbours Six")
    api, other = hazelbrook.council, hazelbrook.app(theirs)
    amina = hazelbrook.register("Amina")["id"]
    entry = ok(api.post("/v1/people", json={"participant_id": amina, **SHOWN}))["id"]
    grants = f"/v1/participants/{amina}/consents"
    matching = {"purpose": "matching", "recipient_id": theirs, "notice_version": "2026-01"}
    ok(api.post(grants, json=matching))
    problem(other.get(f"/v1/people/{entry}"), 404, "not-found")
    assert entry not in _ids(other), "a grant for anything else shows nothing"
    grant = ok(api.post(grants, json={**matching, "purpose": "directory"}))["id"]
    assert ok(other.get(f"/v1/people/{entry}"))["name"] == SHOWN["name"]
    assert entry in _ids(other)
    problem(other.patch(f"/v1/people/{entry}", json={"name": "Somebody"}), 403, "not-yours")
    problem(other.delete(f"/v1/people/{entry}"), 403, "not-yours")
    ok(api.post(f"{grants}/{grant}:revoke"))
    problem(other.get(f"/v1/people/{entry}"), 404, "not-found")
    assert entry not in _ids(other)
    assert entry in _ids(api), "who registered her still sees it"


def test_a_neighbouring_tenant_and_a_reader_of_assets_alone_see_nobody(hazelbrook: Quarter, lindenau: Quarter) -> None:
    entry = ok(
        hazelbrook.council.post("/v1/people", json={"participant_id": hazelbrook.register("Eden")["id"], **SHOWN})
    )
    problem(lindenau.council.get(f"/v1/people/{entry['id']}"), 404, "not-found")
    assert entry["id"] not in _ids(lindenau.council)
    public = hazelbrook.app(scopes=["directory:read"])
    problem(public.get("/v1/people"), 403, "forbidden")


def test_she_writes_her_own_entry_once_and_nobody_elses(hazelbrook: Quarter) -> None:
    credentials = hazelbrook.credentials(hazelbrook.organisation)
    selam, other = hazelbrook.register("Selam")["id"], hazelbrook.register("Hanna")["id"]
    herself = hazelbrook.person(selam, credentials)
    entry = ok(herself.post("/v1/people", json=SHOWN))
    assert entry["participant_id"] == selam
    problem(herself.post("/v1/people", json=SHOWN), 409, "already-shown")
    problem(herself.post("/v1/people", json={**SHOWN, "participant_id": other}), 422, "invalid-request")
    hers = ok(hazelbrook.council.post("/v1/people", json={**SHOWN, "participant_id": other}))["id"]
    assert _ids(herself) == [entry["id"]]
    problem(herself.get(f"/v1/people/{hers}"), 404, "not-found")
    address = f"/v1/people/{entry['id']}"
    assert ok(herself.patch(address, json={"description": "On Saturdays."}))["version"] == 2
    problem(herself.patch(address, json={"name": "S"}, headers={"If-Match": '"1"'}), 412, "stale-version")
    ok(herself.delete(address))
    problem(herself.get(address), 404, "not-found")
    assert ok(herself.post("/v1/people", json=SHOWN))["id"] != entry["id"]


def test_a_participant_who_is_gone_shows_nothing(hazelbrook: Quarter) -> None:
    person = hazelbrook.register("Yusuf")["id"]
    entry = ok(hazelbrook.council.post("/v1/people", json={**SHOWN, "participant_id": person}))["id"]
    ok(hazelbrook.council.delete(f"/v1/participants/{person}"))
    problem(hazelbrook.council.get(f"/v1/people/{entry}"), 404, "not-found")
    assert entry not in _ids(hazelbrook.council)


def test_a_list_can_be_narrowed_to_people_who_let_the_reader_do_more_and_that_ends_with_the_grant(
    hazelbrook: Quarter,
) -> None:
    api = hazelbrook.council
    agreed: dict[str, str | int] = {"agreed": "directory,timebank", "limit": 200}

    def listed() -> set[str]:
        return {one["participant_id"] for one in ok(api.get("/v1/people", params=agreed))["items"]}

    both = hazelbrook.register("Amina", purposes=("directory", "timebank"))["id"]
    one = hazelbrook.register("Selam", purposes=("timebank",))["id"]
    elsewhere = hazelbrook.organisation_named("Good Neighbours Seven")
    theirs = hazelbrook.register("Hanna", purposes=("directory", "timebank"), recipient=elsewhere)["id"]
    for person in (both, one, theirs):
        ok(api.post("/v1/people", json={"participant_id": person, **SHOWN}))
    assert both in listed()
    assert not {one, theirs} & listed()
    grants = ok(api.get(f"/v1/participants/{both}/consents"))["items"]
    grant = next(given["id"] for given in grants if given["purpose"] == "directory")
    ok(api.post(f"/v1/participants/{both}/consents/{grant}:revoke"))
    assert both not in listed()
    problem(api.get("/v1/people", params={"agreed": "anything"}), 422, "invalid-request")


def test_whoever_keeps_a_copy_is_told_when_an_entry_is_to_be_seen_no_more(hazelbrook: Quarter) -> None:
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    other = hazelbrook.app(charity)
    person = hazelbrook.register("Esther", purposes=("directory",), recipient=charity)["id"]
    entry = ok(hazelbrook.council.post("/v1/people", json={"participant_id": person, **SHOWN}))["id"]
    home = f"/v1/participants/{person}"
    (grant,) = ok(hazelbrook.council.get(f"{home}/consents"))["items"]
    since = ok(other.get("/v1/events", params={"after": "now"}))["next"]

    def told(expected: list[str]) -> None:
        nonlocal since
        found = ok(other.get("/v1/events", params={"after": since, "wait": 5, "limit": 1000}))
        since = found["next"]
        assert entry in [one["subject"] for one in found["items"] if one["type"] == "person.changed"]
        assert [one["id"] for one in ok(other.get("/v1/people", params={"ids": entry}))["items"]] == expected

    ok(hazelbrook.council.post(f"{home}:restrict", json={"reason": "contested"}))
    told([])
    ok(hazelbrook.council.post(f"{home}:unrestrict"))
    told([entry])
    ok(hazelbrook.council.post(f"{home}/consents/{grant['id']}:revoke"))
    told([])
    again = {"purpose": "directory", "recipient_id": charity, "notice_version": "2026-01"}
    ok(hazelbrook.council.post(f"{home}/consents", json=again))
    told([entry])
    ok(hazelbrook.council.delete(home))
    told([])
