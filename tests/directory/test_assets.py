"""Organisations, places and services: what a community already has."""

from uuid import uuid4

import pytest

from services.directory.assets.domain import CyclicReference, check_no_cycle
from tests.town import Quarter, ok, problem


def test_a_service_is_found_by_the_words_in_it(hazelbrook: Quarter) -> None:
    word = f"zq{uuid4().hex[:8]}"
    body = {"name": f"Repair table {word}", "organisation_id": hazelbrook.organisation, "category": "repair",
            "description": "Bring what is broken on Saturdays."}  # fmt: skip
    made = ok(hazelbrook.council.post("/v1/services", json=body))
    for words in (word, f"saturdays {word.upper()}", f"{word} broken"):
        assert [one["id"] for one in ok(hazelbrook.council.get("/v1/services", params={"q": words}))["items"]] == [
            made["id"]
        ]
    assert ok(hazelbrook.council.get("/v1/services", params={"q": f"{word} garden"}))["items"] == []
    assert ok(hazelbrook.council.get("/v1/services", params={"q": word, "category": "garden"}))["items"] == []


def test_words_are_words_and_not_patterns(hazelbrook: Quarter) -> None:
    assert ok(hazelbrook.council.get("/v1/services", params={"q": "%' or 1=1 --"}))["items"] == []
    problem(hazelbrook.council.get("/v1/services?q=a%00b"), 422, "invalid-request")


def test_an_organisation_cannot_be_above_itself(hazelbrook: Quarter) -> None:
    top, middle, low = (hazelbrook.organisation_named(name) for name in ("Top", "Middle", "Low"))
    ok(hazelbrook.council.patch(f"/v1/organisations/{middle}", json={"parent_id": top}))
    ok(hazelbrook.council.patch(f"/v1/organisations/{low}", json={"parent_id": middle}))
    answer = hazelbrook.council.patch(f"/v1/organisations/{top}", json={"parent_id": low})
    problem(answer, 422, "cyclic-reference")
    assert ok(hazelbrook.council.get(f"/v1/organisations/{top}"))["parent_id"] is None


def test_a_circle_is_seen_wherever_it_closes() -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    check_no_cycle(a, {a: b, b: c, c: None})
    with pytest.raises(CyclicReference):
        check_no_cycle(a, {a: a})
    with pytest.raises(CyclicReference):
        check_no_cycle(a, {a: b, b: c, c: b})


def test_references_to_nothing_or_to_another_tenant_are_refused_alike(hazelbrook: Quarter, lindenau: Quarter) -> None:
    problems = [
        problem(
            hazelbrook.council.post("/v1/services", json={"name": "S", "organisation_id": owner}),
            422,
            "invalid-request",
        )
        for owner in (str(uuid4()), lindenau.organisation)
    ]
    assert problems[0] == problems[1]


def test_what_another_organisation_holds_cannot_be_changed(hazelbrook: Quarter) -> None:
    place = ok(hazelbrook.council.post("/v1/places", json={"name": "Community Hall"}))
    theirs = hazelbrook.app(hazelbrook.organisation_named("Good Neighbours Four"))
    assert ok(theirs.get(f"/v1/places/{place['id']}"))["name"] == "Community Hall"
    problem(theirs.patch(f"/v1/places/{place['id']}", json={"name": "Ours"}), 403, "held-by-another")
    problem(theirs.delete(f"/v1/places/{place['id']}"), 403, "held-by-another")


def test_an_organisation_that_is_referred_to_stays(hazelbrook: Quarter) -> None:
    owner = hazelbrook.organisation_named("Food Train")
    ok(hazelbrook.council.post("/v1/services", json={"name": "Groceries", "organisation_id": owner}))
    problem(hazelbrook.council.delete(f"/v1/organisations/{owner}"), 409, "still-in-use")


@pytest.mark.parametrize("body", [{"name": "P", "latitude": 52.0}, {"name": "P", "latitude": 52, "longitude": 181}])
def test_a_place_has_both_coordinates_or_none(hazelbrook: Quarter, body: dict[str, object]) -> None:
    problem(hazelbrook.council.post("/v1/places", json=body), 422, "invalid-request")


def test_what_must_be_there_cannot_be_set_to_null(hazelbrook: Quarter) -> None:
    place = ok(hazelbrook.council.post("/v1/places", json={"name": "Library"}))
    problem(hazelbrook.council.patch(f"/v1/places/{place['id']}", json={"name": None}), 422, "invalid-request")
    assert ok(hazelbrook.council.patch(f"/v1/places/{place['id']}", json={"description": None}))["description"] is None


def test_a_place_that_a_service_names_stays_until_the_service_is_gone(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    hall = ok(api.post("/v1/places", json={"name": "Mill End Hall"}))["id"]
    body = {"name": "Tea", "organisation_id": hazelbrook.organisation, "place_ids": [hall]}
    tea = ok(api.post("/v1/services", json=body))["id"]
    problem(api.delete(f"/v1/places/{hall}"), 409, "still-in-use")
    ok(api.delete(f"/v1/services/{tea}"))
    ok(api.delete(f"/v1/places/{hall}"))
    problem(api.get(f"/v1/places/{hall}"), 404, "not-found")
