"""Households: how many live together, of children only the ages; seen by her and by who registered her."""

from typing import Any
from uuid import uuid4

import pytest

from tests.directory.conftest import Inside
from tests.town import Quarter, ok, problem

FAMILY = {"adults": 2, "children": [{"band": "6-11", "count": 1}, {"band": "0-2", "count": 1}]}


def of(person: dict[str, Any]) -> str:
    return f"/v1/participants/{person['id']}/household"


def test_two_participants_can_be_one_household(hazelbrook: Quarter, inside: Inside) -> None:
    api, amina, bashir = hazelbrook.council, hazelbrook.register("Amina"), hazelbrook.register("Bashir")
    problem(api.get(of(amina)), 404, "not-found")
    put = api.put(of(amina), json=FAMILY)
    house = ok(put)
    assert (put.headers["etag"], house["adults"], house["members"]) == ('"1"', 2, [amina["id"]])
    assert [one["band"] for one in house["children"]] == ["0-2", "6-11"]
    assert ok(api.put(of(amina), json=FAMILY)) == house
    alone = ok(api.put(of(bashir), json={"adults": 1}))
    shared = ok(api.put(of(bashir), json={**FAMILY, "shared_with": house["id"]}))
    assert (shared["id"], shared["members"]) == (house["id"], [amina["id"], bashir["id"]])
    ids = f"{amina['id']},{bashir['id']},{uuid4()}"
    households = ok(inside(hazelbrook).get(f"/internal/households?ids={ids}"))["households"]
    assert households == {amina["id"]: house["id"], bashir["id"]: house["id"]}
    problem(api.put(of(amina), json={**FAMILY, "shared_with": alone["id"]}), 422, "invalid-request")
    herself = hazelbrook.person(amina["id"], hazelbrook.credentials())
    assert ok(herself.get(of(amina)))["members"] == [amina["id"]]
    assert api.delete(of(amina)).status_code == 204
    assert ok(api.get(of(bashir)))["members"] == [bashir["id"]]
    assert api.delete(of(bashir)).status_code == 204
    problem(api.put(of(amina), json={**FAMILY, "shared_with": house["id"]}), 422, "invalid-request")


def test_nobody_else_sees_or_enters_a_household(hazelbrook: Quarter, lindenau: Quarter, inside: Inside) -> None:
    charity = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    theirs, celia = hazelbrook.app(charity), hazelbrook.register("Celia")
    house = ok(hazelbrook.council.put(of(celia), json=FAMILY))
    dawit = ok(theirs.post("/v1/participants", json={"called": "Dawit"}))
    foreign = problem(theirs.put(of(dawit), json={**FAMILY, "shared_with": house["id"]}), 422, "invalid-request")
    unknown = problem(theirs.put(of(dawit), json={**FAMILY, "shared_with": str(uuid4())}), 422, "invalid-request")
    assert foreign == unknown
    for api in (theirs, lindenau.council):
        for answer in (api.get(of(celia)), api.put(of(celia), json=FAMILY), api.delete(of(celia))):
            problem(answer, 404, "not-found")
    ok(hazelbrook.council.post(f"/v1/participants/{celia['id']}/consents", json={
        "purpose": "matching", "recipient_id": charity, "notice_version": "1"}))  # fmt: skip
    problem(theirs.get(of(celia)), 403, "not-yours")
    problem(hazelbrook.council.put(of(celia), json=FAMILY, headers={"if-match": '"7"'}), 412, "stale-version")
    assert ok(inside(lindenau).get(f"/internal/households?ids={celia['id']}"))["households"] == {}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"adults": 31}, "/adults"),
        ({"adults": True}, "/adults"),
        ({"adults": 1, "children": [{"band": "5", "count": 1}]}, "/children/0/band"),
        ({"adults": 1, "children": [{"band": "3-5", "count": 0}]}, "/children/0/count"),
        ({"adults": 1, "children": [{"band": "3-5", "count": 1}] * 2}, ""),
        ({"adults": 1, "children": [{"band": "3-5", "count": 1, "called": "Ana"}]}, "/children/0/called"),
    ],
)
def test_bad_input_names_the_field(hazelbrook: Quarter, body: dict[str, Any], path: str) -> None:
    made = hazelbrook.register("Esther")
    found = problem(hazelbrook.council.put(of(made), json=body), 422, "invalid-request")
    assert [error["path"] for error in found["errors"]] == [path]
    problem(hazelbrook.council.get(of(made)), 404, "not-found")
