"""The right not to be asked again, when another room is told of it: noted for good or until a day, by services alone."""

from uuid import uuid4

from tests.directory.conftest import Inside
from tests.town import Quarter, ok, problem


def address(person: str) -> str:
    return f"/internal/participants/{person}/do-not-ask"


def test_what_another_room_was_told_is_noted_once_and_known_at_once(inside: Inside, hazelbrook: Quarter) -> None:
    made = hazelbrook.register("Farida")
    for _ in range(2):
        answer = inside(hazelbrook).put(address(made["id"]), json={"until": "2099-01-01T00:00:00Z"})
        assert answer.status_code == 204
    kept = ok(hazelbrook.council.get(f"/v1/participants/{made['id']}"))
    assert (kept["do_not_ask"], kept["do_not_ask_until"]) == (True, "2099-01-01T00:00:00Z")
    assert kept["version"] == made["version"] + 1
    question = {"people": [made["id"]], "organisation": hazelbrook.organisation, "purpose": "assessment"}
    assert ok(inside(hazelbrook).post("/internal/authority", json=question))["people"][made["id"]]["ask"] is False
    assert inside(hazelbrook).put(address(made["id"]), json={}).status_code == 204
    assert ok(hazelbrook.council.get(f"/v1/participants/{made['id']}"))["do_not_ask_until"] is None


def test_somebody_unknown_or_of_another_quarter_is_not_found(
    inside: Inside, hazelbrook: Quarter, lindenau: Quarter
) -> None:
    made = hazelbrook.register("Goran")
    problem(inside(hazelbrook).put(address(str(uuid4())), json={}), 404, "not-found")
    problem(inside(lindenau).put(address(made["id"]), json={}), 404, "not-found")
    assert ok(hazelbrook.council.get(f"/v1/participants/{made['id']}"))["do_not_ask"] is False
