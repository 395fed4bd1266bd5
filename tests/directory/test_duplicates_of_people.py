"""One person registered twice: who may learn of it, what becomes of her consent, and what protects her."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.directory.test_duplicates import looked, merged, word
from tests.town import Quarter, ok, problem

Inside = Callable[[Quarter], httpx.Client]
HERE = {"latitude": 52.585, "longitude": -1.982}


def reach(api: httpx.Client, person: str, phone: str, *, hidden: bool = False) -> None:
    body = {"entries": [{"kind": "phone", "value": phone}], "do_not_disclose": hidden}
    ok(api.put(f"/v1/participants/{person}/contact", json=body))


def twice(quarter: Quarter, **facts: Any) -> tuple[str, str]:
    """Register one person twice, in two spellings of her name, reached by one telephone number."""
    name = word()
    first = quarter.register(f"{name} Rahimi", place=HERE, purposes=())["id"]
    second = quarter.register(f"{name[:-1]} rahimy", place=HERE, purposes=(), **facts)["id"]
    for person, phone in ((first, "+44 7700 900123"), (second, "07700 900 123")):
        reach(quarter.council, person, phone)
    return first, second


def verdicts(api: httpx.Client, organisation: str, *people: str, purpose: str = "matching") -> dict[str, Any]:
    body = {"people": list(people), "organisation": organisation, "purpose": purpose}
    return dict(ok(api.post("/internal/authority", json=body))["people"])


def grant(quarter: Quarter, person: str, recipient: str, api: httpx.Client | None = None) -> str:
    body = {"purpose": "matching", "recipient_id": recipient, "notice_version": "2026-01"}
    return str(ok((api or quarter.council).post(f"/v1/participants/{person}/consents", json=body))["id"])


def test_one_who_was_registered_twice_is_suspected_in_words_that_tell_nothing(hazelbrook: Quarter) -> None:
    first, second = twice(hazelbrook)
    (pair,) = looked(hazelbrook.council, "participants", first)
    assert sorted(pair["entry_ids"]) == sorted([first, second])
    assert pair["likelihood"] == "likely"
    assert {"name", "contact", "place"} <= {reason["factor"] for reason in pair["reasons"]}
    assert "900" not in str(pair["reasons"])
    for scopes in (["directory:read", "directory:manage"], ["directory:read", "participants:read"]):
        app = hazelbrook.app(scopes=scopes)
        answer = app.post("/v1/duplicates:look", json={"kind": "participants", "entry_id": first})
        problem(answer, 403, "forbidden")
    without = hazelbrook.app(scopes=["directory:read", "directory:manage"])
    problem(without.get(f"/v1/duplicates/{pair['id']}"), 404, "not-found")


def test_sisters_who_share_a_telephone_are_two(hazelbrook: Quarter) -> None:
    family = word()
    people = [hazelbrook.register(f"{name} {family}", place=HERE)["id"] for name in ("Amina", "Samira")]
    for person in people:
        reach(hazelbrook.council, person, "+44 7700 900456")
    assert looked(hazelbrook.council, "participants", people[0]) == []


def test_two_organisations_that_know_the_same_person_learn_of_it_only_by_her_grant(hazelbrook: Quarter) -> None:
    other = hazelbrook.organisation_named(f"Good Neighbours {word()}")
    theirs, name = hazelbrook.app(other), f"{word()} {word()}"
    ours = hazelbrook.register(name, place=HERE, purposes=())["id"]
    hers = hazelbrook.register(name, theirs, place=HERE, recipient=other)["id"]
    for api, person in ((hazelbrook.council, ours), (theirs, hers)):
        reach(api, person, "+44 7700 900789")
        assert looked(api, "participants", person) == []
    problem(theirs.post("/v1/duplicates:look", json={"kind": "participants", "entry_id": ours}), 404, "not-found")
    grant(hazelbrook, hers, hazelbrook.organisation, theirs)
    (pair,) = looked(hazelbrook.council, "participants", ours)
    assert {reason["factor"] for reason in pair["reasons"]} == {"name", "place", "languages"}
    assert looked(theirs, "participants", hers) == []
    problem(theirs.get(f"/v1/duplicates/{pair['id']}"), 404, "not-found")
    address = f"/v1/duplicates/{pair['id']}:merge"
    problem(hazelbrook.council.post(address, json={"survivor": ours}), 409, "registrar-cannot-see")
    grant(hazelbrook, ours, other)
    ok(hazelbrook.council.post(address, json={"survivor": ours}))
    assert ok(theirs.get(f"/v1/participants/{hers}"))["id"] == ours


def test_grants_on_either_record_hold_for_both_and_she_is_not_matched_with_herself(
    hazelbrook: Quarter, inside: Inside
) -> None:
    first, second = twice(hazelbrook)
    other = hazelbrook.organisation_named(f"Time Bank {word()}")
    stranger = hazelbrook.register(word())["id"]
    consent = grant(hazelbrook, second, other)
    authority = inside(hazelbrook)
    assert not verdicts(authority, other, first)[first]["allowed"]
    merged(hazelbrook.council, "participants", first, second)
    found = verdicts(authority, other, first, second, stranger)
    assert [found[one]["allowed"] for one in (first, second, stranger)] == [True, True, False]
    assert [found[one]["blocks"] for one in (first, second, stranger)] == [[second], [first], []]
    ok(hazelbrook.council.post(f"/v1/participants/{stranger}/blocks", json={"other_id": first}))
    found = verdicts(authority, other, first, second, stranger)
    assert sorted(found[stranger]["blocks"]) == sorted([first, second])
    assert found[second]["blocks"] == sorted([first, stranger])
    profiles = ok(authority.get("/internal/participants", params={"ids": f"{first},{second}"}))["items"]
    assert [one["id"] for one in profiles] == [first, second]
    assert ok(hazelbrook.app(other).get(f"/v1/participants/{second}"))["id"] == first
    assert consent


def test_what_protects_her_on_either_record_holds_and_stays_when_they_are_parted(
    hazelbrook: Quarter, inside: Inside
) -> None:
    api, authority = hazelbrook.council, inside(hazelbrook)
    first, second = twice(hazelbrook, do_not_ask=True)
    reach(api, second, "07700 900123", hidden=True)
    stranger = hazelbrook.register(word())["id"]
    ok(api.post(f"/v1/participants/{second}/blocks", json={"other_id": stranger}))
    made = merged(api, "participants", first, second)
    contact = ok(api.get(f"/v1/participants/{first}/contact"))
    assert contact["do_not_disclose"] is True
    assert contact["entries"][0]["value"] == "+44 7700 900123"
    assert ok(api.get(f"/v1/participants/{first}"))["do_not_ask"] is True
    assert [one["other_id"] for one in ok(api.get(f"/v1/participants/{first}/blocks"))["items"]] == [stranger]
    undone = ok(api.post(f"/v1/merges/{made['id']}:undo"))
    assert {one.rpartition("/")[2] for one in undone["stayed"]} == {"blocks", "do_not_ask", "do_not_disclose"}
    assert ok(api.get(f"/v1/participants/{second}"))["id"] == second
    found = verdicts(authority, hazelbrook.organisation, first, second)
    assert [found[one]["ask"] for one in (first, second)] == [False, False]
    assert [found[one]["blocks"] for one in (first, second)] == [[stranger], [stranger]]


def test_an_empty_record_takes_contact_and_birth_from_the_other_and_gives_them_back(hazelbrook: Quarter) -> None:
    api, system = hazelbrook.council, word()
    name = f"{word()} {word()}"
    first = hazelbrook.register(name, place=HERE)["id"]
    second = hazelbrook.register(name, place=HERE, external_ids=[{"system": system, "value": "2"}])["id"]
    reach(api, second, "07700 900555")
    ok(api.put(f"/v1/participants/{second}/safeguards", json={"born_on": "2012-05-06", "gender": "female"}))
    made = merged(api, "participants", first, second)
    assert ok(api.get(f"/v1/participants/{first}/contact"))["entries"][0]["value"] == "07700 900555"
    assert ok(api.get(f"/v1/participants/{first}/safeguards"))["born_on"] == "2012-05-06"
    answer = api.put(
        "/v1/participants/by-external-id", params={"system": system, "value": "2"}, json={"called": "Newly"}
    )
    assert (answer.status_code, ok(answer)["id"]) == (200, first)
    ids = [one["id"] for one in ok(api.get("/v1/participants", params={"limit": 200}))["items"]]
    assert second not in ids
    undone = ok(api.post(f"/v1/merges/{made['id']}:undo"))
    assert undone["stayed"] == []
    assert ok(api.get(f"/v1/participants/{first}/contact"))["entries"] == []
    assert ok(api.get(f"/v1/participants/{first}/safeguards"))["born_on"] is None
    assert ok(api.get(f"/v1/participants/{second}"))["called"] == name


def test_whom_a_block_stands_between_are_two_and_nothing_tells_why(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    first, second = twice(hazelbrook)
    (pair,) = looked(api, "participants", first)
    ok(api.post(f"/v1/participants/{second}/blocks", json={"other_id": first}))
    problem(api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": first}), 404, "not-found")
    assert looked(api, "participants", first) == []
