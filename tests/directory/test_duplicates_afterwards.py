"""What becomes of merged entries later: deleted, named again, taken apart when the rest has moved on; and of very many."""

from typing import Any
from uuid import UUID

from services.directory.duplicates.evidence import _often_together
from tests.directory.test_duplicates import looked, merged, organisation, place, two_alike, word
from tests.town import Quarter, ok, problem


def _alike(api: Any, collection: str, first: dict[str, Any], second: dict[str, Any]) -> list[dict[str, Any]]:
    name = word().title()
    same = {"name": f"{name} Lunch Table", "website": f"https://{name.lower()}.example/"}
    return [dict(ok(api.post(f"/v1/{collection}", json={**same, **own}))) for own in (first, second)]


def test_what_was_absorbed_goes_with_the_survivor_and_stands_in_nobodys_way(hazelbrook: Quarter) -> None:
    api, system = hazelbrook.council, word()
    host, owner = organisation(api, word())["id"], organisation(api, word())["id"]
    name = {"external_ids": [{"system": system, "value": "2"}]}
    one, other = _alike(api, "services", {"organisation_id": host}, {"organisation_id": host, **name})
    made = merged(api, "services", one["id"], other["id"])
    ok(api.delete(f"/v1/services/{one['id']}"))
    ok(api.delete(f"/v1/organisations/{host}"))
    problem(api.get(f"/v1/services/{other['id']}"), 404, "not-found")
    problem(api.post(f"/v1/merges/{made['id']}:undo"), 409, "illegal-state")
    put = {"system": system, "value": "2"}
    answer = api.put("/v1/services/by-external-id", params=put, json={"name": "Anew", "organisation_id": owner})
    assert (answer.status_code, answer.json()["name"]) == (201, "Anew")


def test_a_merge_makes_nothing_that_could_not_be_said_and_neither_does_its_undoing(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    host = organisation(api, word())["id"]
    young = {"organisation_id": host, "minimum_age": 5, "maximum_age": 18}
    one, other = _alike(api, "services", young, {"organisation_id": host, "minimum_age": 60, "maximum_age": 90})
    (pair,) = looked(api, "services", one["id"])
    body = {"survivor": one["id"], "take": {"minimum_age": "absorbed"}}
    problem(api.post(f"/v1/duplicates/{pair['id']}:merge", json=body), 422, "invalid-request")
    made = merged(api, "services", one["id"], other["id"], minimum_age="absorbed", maximum_age="absorbed")
    ok(api.patch(f"/v1/services/{one['id']}", json={"minimum_age": 65}))
    undone = ok(api.post(f"/v1/merges/{made['id']}:undo"))
    assert {part.rpartition("/")[2] for part in undone["stayed"]} >= {"minimum_age", "maximum_age"}
    now = ok(api.get(f"/v1/services/{one['id']}"))
    assert (now["minimum_age"], now["maximum_age"]) == (65, 90)
    ok(api.patch(f"/v1/services/{one['id']}", json={"description": "It can still be changed."}))


def test_an_undoing_leaves_out_what_would_put_an_organisation_above_itself(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    top, low = organisation(api, word())["id"], organisation(api, word())["id"]
    absorbed, survivor = two_alike(api, parent_id=top)
    ok(api.patch(f"/v1/organisations/{low}", json={"parent_id": absorbed["id"]}))
    made = merged(api, "organisations", survivor["id"], absorbed["id"])
    ok(api.patch(f"/v1/organisations/{top}", json={"parent_id": low}))
    undone = ok(api.post(f"/v1/merges/{made['id']}:undo"))
    assert undone["stayed"] == [f"organisations/{low}/parent_id"]
    assert ok(api.get(f"/v1/organisations/{low}"))["parent_id"] == survivor["id"]
    assert ok(api.get(f"/v1/organisations/{absorbed['id']}"))["parent_id"] == top


def test_a_place_that_was_absorbed_is_named_by_those_who_do_not_know_it_yet(hazelbrook: Quarter) -> None:
    api, name, host = hazelbrook.council, word().title(), organisation(hazelbrook.council, word())["id"]
    one, other = place(api, f"{name} Hall", "HB1 7CD"), place(api, f"The {name} hall", "hb17cd")
    merged(api, "places", one["id"], other["id"])
    body = {"name": word(), "organisation_id": host, "place_ids": [other["id"], one["id"]]}
    assert ok(api.post("/v1/services", json=body))["place_ids"] == [one["id"]]


def test_an_organisation_that_holds_an_activity_or_a_word_is_not_absorbed(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    for address, body in (
        ("/v1/activities", {"name": "Fox walk"}),
        ("/v1/terms", {"concept": "bike_repair", "text": word(), "language": "en"}),
    ):
        one, other = two_alike(api)
        ok(hazelbrook.app(other["id"], scopes=["directory:write"]).post(address, json=body))
        (pair,) = looked(api, "organisations", one["id"])
        answer = api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": one["id"]})
        problem(answer, 409, "organisation-acts")


def test_only_what_shares_two_keys_with_what_is_looked_at_is_compared() -> None:
    a, b, c, d = (UUID(int=n) for n in range(4))
    blocks = [[a, b, c], [b, a], [c, d], [d, c], [a, c]]
    assert _often_together(blocks, {a}) == {(a, b), (a, c)}
    assert _often_together(blocks, {d}) == {(c, d)}
