"""One person and the many ways to her: several ids after a merge, several requests at once, staff in several rooms."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.caseworkers import Worker, hire
from tests.directory.test_duplicates import merged
from tests.directory.test_duplicates_of_people import grant, reach, twice, verdicts
from tests.town import Quarter, ok, problem

Inside = Callable[[Quarter], httpx.Client]
CHECK = {"kind": "dbs-basic", "checked_on": "2026-01-05", "checked_by": "Council", "valid_until": "2026-12-01"}
EMERGENCY = {"category": "safeguarding", "reason": "She did not open the door on three days."}


def at_once(*ask: Callable[[], httpx.Response]) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(ask)) as pool:
        return [one.result() for one in [pool.submit(each) for each in ask]]


@pytest.fixture(scope="module")
def two(hazelbrook: Quarter) -> tuple[str, str, str]:
    """Return somebody, the record that was merged into hers, and an organisation which that one named before."""
    survivor, absorbed = twice(hazelbrook)
    charity = hazelbrook.organisation_named("Good Neighbours of the absorbed")
    grant(hazelbrook, absorbed, charity)
    merged(hazelbrook.council, "participants", survivor, absorbed)
    return survivor, absorbed, charity


def test_what_is_written_under_an_old_id_protects_the_person_who_she_is_now(
    hazelbrook: Quarter, two: tuple[str, str, str]
) -> None:
    (hers, old, _), council = two, hazelbrook.council
    ok(council.put(f"/v1/participants/{old}/safeguards", json={"gender": "female", "checks": [CHECK]}))
    assert ok(council.get(f"/v1/participants/{hers}/safeguards"))["gender"] == "female"
    ok(council.post(f"/v1/participants/{old}/checks", json=CHECK | {"kind": "first-aid"}))
    kinds = {one["kind"] for one in ok(council.get(f"/v1/participants/{hers}/checks"))["items"]}
    assert kinds == {"dbs-basic", "first-aid"}
    reach(council, old, "01632 960 124", hidden=True)
    contact = ok(council.get(f"/v1/participants/{hers}/contact"))
    assert (contact["do_not_disclose"], contact["participant_id"]) == (True, hers)
    ok(council.put(f"/v1/participants/{old}/household", json={"adults": 2}))
    assert ok(council.get(f"/v1/participants/{hers}/household"))["members"] == [hers]


def test_relations_and_blocks_know_that_two_ids_are_one_person(hazelbrook: Quarter, two: tuple[str, str, str]) -> None:
    (hers, old, _), council = two, hazelbrook.council
    other = hazelbrook.register("Gwen")["id"]
    for one, herself in ((hers, old), (old, hers), (old, old)):
        itself: dict[str, Any] = {"kind": "family_of", "other_id": herself}
        problem(council.post(f"/v1/participants/{one}/relations", json=itself), 422, "relates-to-itself")
        problem(council.post(f"/v1/participants/{one}/blocks", json={"other_id": herself}), 422, "blocks-itself")
    cares = {"kind": "carer_of", "other_id": old}
    made = ok(council.post(f"/v1/participants/{other}/relations", json=cares))
    problem(
        council.post(f"/v1/participants/{other}/relations", json={**cares, "other_id": hers}), 409, "already-related"
    )
    for one in (hers, old):
        (seen,) = ok(council.get(f"/v1/participants/{one}/relations"))["items"]
        assert (seen["id"], seen["relation"], seen["other_id"]) == (made["id"], "cared_for_by", other)
    ok(council.post(f"/v1/participants/{old}/blocks", json={"other_id": other}))
    assert [one["other_id"] for one in ok(council.get(f"/v1/participants/{hers}/blocks"))["items"]] == [other]


def test_she_takes_back_a_grant_on_a_record_that_was_merged_into_hers(
    hazelbrook: Quarter, two: tuple[str, str, str], inside: Inside
) -> None:
    hers, old, charity = two
    theirs, herself = hazelbrook.app(charity), hazelbrook.person(hers, hazelbrook.credentials())
    assert verdicts(inside(hazelbrook), charity, hers)[hers]["allowed"]
    ok(theirs.get(f"/v1/participants/{old}"))
    seen = [
        (one["action"], one["organisation_id"]) for one in ok(herself.get(f"/v1/participants/{hers}/looks"))["items"]
    ]
    assert ("participant.read", charity) in seen
    (given,) = ok(herself.get(f"/v1/participants/{hers}/consents", params={"live": True}))["items"]
    ok(herself.post(f"/v1/participants/{hers}/consents/{given['id']}:revoke"))
    assert not verdicts(inside(hazelbrook), charity, hers, old)[old]["allowed"]
    problem(theirs.get(f"/v1/participants/{hers}"), 404, "not-found")


def test_looks_from_before_a_merge_are_shown_to_her_too(hazelbrook: Quarter) -> None:
    hers, old = twice(hazelbrook)
    ok(hazelbrook.council.get(f"/v1/participants/{old}/contact"))
    merged(hazelbrook.council, "participants", hers, old)
    looks = ok(hazelbrook.person(hers, hazelbrook.credentials()).get(f"/v1/participants/{hers}/looks"))["items"]
    assert "contact.read" in {one["action"] for one in looks}


def test_staff_assigned_to_or_alarmed_about_an_old_id_see_the_person(hazelbrook: Quarter) -> None:
    hers, old = twice(hazelbrook)
    before, after, alarmed = hire(hazelbrook), hire(hazelbrook), hire(hazelbrook)
    before.assign(old)
    merged(hazelbrook.council, "participants", hers, old)
    assert after.assign(old)["participant_id"] == hers
    for worker in (before, after):
        assert ok(worker.api.get(f"/v1/participants/{hers}"))["id"] == hers
    problem(alarmed.api.get(f"/v1/participants/{old}"), 404, "not-found")
    ok(alarmed.api.post("/v1/overrides", json={"participant_id": old, **EMERGENCY}))
    for one in (hers, old):
        assert ok(alarmed.api.get(f"/v1/participants/{one}"))["id"] == hers


def test_what_two_do_at_once_is_done_once(hazelbrook: Quarter, worker: Worker) -> None:
    one, other = hazelbrook.register("Farid")["id"], hazelbrook.register("Gwen")["id"]
    apis = [hazelbrook.app() for _ in range(3)]
    body = {"participant_id": one, "staff_id": worker.id}
    made = at_once(*(lambda api=api: api.post("/v1/assignments", json=body) for api in apis))
    assert len({ok(answer)["id"] for answer in made}) == 1
    ok(hazelbrook.council.post(f"/v1/assignments/{made[0].json()['id']}:end"))
    problem(worker.api.get(f"/v1/participants/{one}"), 404, "not-found")

    family = [(one, other), (other, one), (one, other)]
    related = at_once(*(
        lambda api=api, ends=ends: api.post(
            f"/v1/participants/{ends[0]}/relations", json={"kind": "family_of", "other_id": ends[1]}
        )
        for api, ends in zip(apis, family, strict=True)
    ))  # fmt: skip
    assert Counter(answer.status_code for answer in related) == {201: 1, 409: 2}

    grants = f"/v1/participants/{one}/consents"
    given = ok(hazelbrook.council.get(grants))["items"][0]["id"]
    ended = at_once(*(lambda api=api: api.post(f"{grants}/{given}:revoke") for api in apis))
    assert sorted(answer.status_code for answer in ended) == [200, 409, 409]
    assert [answer.json()["type"] for answer in ended if answer.is_error] == ["/problems/already-revoked"] * 2


def test_staff_see_what_is_due_needed_and_matched_of_those_alone_whom_they_are_assigned_to(
    hazelbrook: Quarter, worker: Worker
) -> None:
    council = hazelbrook.council
    person, helper = hazelbrook.register("Hanna")["id"], hazelbrook.register("Idris")["id"]
    ok(council.post(f"/v1/participants/{person}/checks", json=CHECK))
    told = {"title": "Somebody to walk with", "category": "company"}
    need = ok(council.post("/v1/needs", json={"participant_id": person, **told}))
    offer = ok(council.post("/v1/offers", json={"participant_id": helper, **told}))
    match = ok(council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    ours = ok(council.post("/v1/needs", json={"organisation_id": hazelbrook.organisation, "title": "Chairs"}))
    addresses = [f"/v1/needs/{need['id']}", f"/v1/offers/{offer['id']}", f"/v1/matches/{match['id']}"]
    addresses += [f"/v1/matches/{match['id']}/{rest}" for rest in ("messages", "profiles")]

    def lists() -> tuple[set[str], set[str], set[str]]:
        needs, matches = (
            ok(worker.api.get(f"/v1/{kind}", params={"limit": 200}))["items"] for kind in ("needs", "matches")
        )
        due = ok(worker.api.get("/v1/participants/checks-due", params={"within_days": 3660}))["items"]
        return {one["id"] for one in needs}, {one["id"] for one in matches}, {one["participant_id"] for one in due}

    needs, matches, due = lists()
    assert (need["id"] in needs, ours["id"] in needs, matches, due) == (False, True, set(), set())
    for address in addresses:
        problem(worker.api.get(address), 404, "not-found")
    worker.assign(person)
    assert (need["id"] in lists()[0], lists()[1:]) == (True, (set(), {person}))
    ok(worker.api.get(addresses[0]))
    problem(worker.api.get(addresses[2]), 404, "not-found")
    worker.assign(helper)
    for address in addresses:
        ok(worker.api.get(address))
    assert lists()[1] == {match["id"]}
    for grant_id in [one["id"] for one in ok(council.get(f"/v1/participants/{person}/consents"))["items"]]:
        ok(council.post(f"/v1/participants/{person}/consents/{grant_id}:revoke"))
    for address in (addresses[0], *addresses[2:]):
        problem(worker.api.get(address), 404, "not-found")


def test_who_read_what_two_wrote_to_each_other_is_shown_to_both(hazelbrook: Quarter) -> None:
    council = hazelbrook.council
    people = [hazelbrook.register(name)["id"] for name in ("Jamila", "Kofi")]
    told = {"title": "Somebody to cook with", "category": "company"}
    need = ok(council.post("/v1/needs", json={"participant_id": people[0], **told}))
    offer = ok(council.post("/v1/offers", json={"participant_id": people[1], **told}))
    match = ok(council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    for rest in ("messages", "profiles"):
        ok(council.get(f"/v1/matches/{match['id']}/{rest}"))
    for person in people:
        looks = ok(council.get(f"/v1/participants/{person}/looks", params={"limit": 200}))["items"]
        assert Counter(one["action"] for one in looks if one["service"] == "matching") == {
            "messages.read": 1, "match.profiles": 1,
        }  # fmt: skip
