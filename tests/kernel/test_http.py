"""What every route does: reads carefully, answers problems, repeats safely, and commits before it answers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.town import Quarter, ok, problem


def send(api: httpx.Client, content: bytes, **headers: str) -> httpx.Response:
    return api.post("/v1/organisations", content=content, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize("content", [b"{", b'{"name": }', b"\xff\xfe", b'{"name": "\xff"}', b"{" * 100_000])
def test_what_cannot_be_read_is_malformed(hazelbrook: Quarter, content: bytes) -> None:
    problem(send(hazelbrook.council, content), 400, "malformed-request")


@pytest.mark.parametrize(
    "content",
    [b"[]", b"null", b'"text"', b"", b'{"name": NaN}', b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b'{"name": {"a": 1}}',
     b'{"name": "A", "languages": "en"}', b'{"name": "A", "website": "javascript:alert(1)"}'],
)  # fmt: skip
def test_what_is_readable_but_wrong_is_invalid(hazelbrook: Quarter, content: bytes) -> None:
    problem(send(hazelbrook.council, content), 422, "invalid-request")


def test_a_form_is_not_json(hazelbrook: Quarter) -> None:
    problem(hazelbrook.council.post("/v1/organisations", data={"name": "A"}), 415, "unsupported-media-type")


def test_a_body_that_is_too_large_is_refused_announced_or_not(hazelbrook: Quarter) -> None:
    large = b'{"name": "' + b"x" * 1_100_000 + b'"}'
    problem(send(hazelbrook.council, large), 413, "too-large")

    def unannounced() -> Iterator[bytes]:
        for start in range(0, len(large), 50_000):
            yield large[start : start + 50_000]

    answer = hazelbrook.council.post(
        "/v1/organisations",
        content=unannounced(),
        headers={"content-type": "application/json"},
    )
    problem(answer, 413, "too-large")


def test_an_unknown_address_and_an_unknown_method_are_problems(hazelbrook: Quarter) -> None:
    problem(hazelbrook.council.get("/v1/nothing-here"), 404, "not-found")
    problem(hazelbrook.council.get(f"/v1/organisations/{uuid4()}/nothing"), 404, "not-found")
    problem(hazelbrook.council.put("/v1/organisations"), 405, "method-not-allowed")
    problem(hazelbrook.council.get("/v1/organisations/not-a-uuid"), 422, "invalid-request")


def test_a_sane_request_id_comes_back_and_another_is_replaced(hazelbrook: Quarter) -> None:
    mine = hazelbrook.council.get("/v1/organisations", headers={"x-request-id": "visit-20261122"})
    assert mine.headers["x-request-id"] == "visit-20261122"
    theirs = hazelbrook.council.get("/v1/organisations", headers={"x-request-id": "a b;c"})
    assert theirs.headers["x-request-id"] != "a b;c"


def test_fifty_requests_with_one_key_have_one_effect(hazelbrook: Quarter) -> None:
    name, key = f"Once {uuid4().hex[:8]}", uuid4().hex

    def post(_: int) -> httpx.Response:
        return hazelbrook.council.post("/v1/organisations", json={"name": name}, headers={"idempotency-key": key})

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(post, range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(ok(hazelbrook.council.get("/v1/organisations", params={"q": name}))["items"]) == 1


def test_a_key_reused_for_another_request_is_refused(hazelbrook: Quarter) -> None:
    headers = {"idempotency-key": uuid4().hex}
    ok(hazelbrook.council.post("/v1/organisations", json={"name": "First"}, headers=headers))
    other = hazelbrook.council.post("/v1/organisations", json={"name": "Second"}, headers=headers)
    problem(other, 422, "idempotency-key-reused")


def test_a_key_of_another_client_is_another_key(hazelbrook: Quarter) -> None:
    headers = {"idempotency-key": uuid4().hex}
    mine = ok(hazelbrook.council.post("/v1/organisations", json={"name": "Mine"}, headers=headers))
    theirs = ok(hazelbrook.app().post("/v1/organisations", json={"name": "Mine"}, headers=headers))
    assert mine["id"] != theirs["id"]


def test_a_refused_request_leaves_its_key_free(hazelbrook: Quarter) -> None:
    headers = {"idempotency-key": uuid4().hex}
    bad = {"name": "A", "parent_id": str(uuid4())}
    problem(hazelbrook.council.post("/v1/organisations", json=bad, headers=headers), 422, "invalid-request")
    ok(hazelbrook.council.post("/v1/organisations", json={"name": "A"}, headers=headers))


def test_no_body_is_kept_for_a_key(hazelbrook: Quarter) -> None:
    canary = f"Canary{uuid4().hex}"
    ok(hazelbrook.council.post("/v1/participants", json={"called": canary}, headers={"idempotency-key": uuid4().hex}))
    with psycopg.connect(hazelbrook.town.admin_url) as connection:
        rows = connection.execute("select * from directory.idempotency").fetchall()
        facts = connection.execute("select * from directory.events").fetchall()
    assert rows
    assert facts
    assert canary not in str(rows)
    assert canary not in str(facts)


def test_what_was_answered_has_been_committed(hazelbrook: Quarter) -> None:
    with psycopg.connect(hazelbrook.town.admin_url, autocommit=True) as connection:
        for _ in range(20):
            made = ok(hazelbrook.council.post("/v1/organisations", json={"name": "Committed"}))
            found = connection.execute("select 1 from directory.organisations where id = %s", (made["id"],))
            assert found.fetchone() == (1,)


def test_a_commit_that_fails_is_not_answered_as_done(hazelbrook: Quarter) -> None:
    """A constraint that is checked at commit stands for any commit that fails."""
    with psycopg.connect(hazelbrook.town.admin_url, autocommit=True) as connection:
        connection.execute(
            "create function directory.refuse() returns trigger language plpgsql as"
            " $$ begin if new.name = 'Refused at commit' then raise check_violation; end if; return null; end $$;"
            "create constraint trigger refuse after insert on directory.organisations"
            " deferrable initially deferred for each row execute function directory.refuse()"
        )
        try:
            answer = hazelbrook.council.post("/v1/organisations", json={"name": "Refused at commit"})
            assert answer.status_code == 409
            found = ok(hazelbrook.council.get("/v1/organisations", params={"q": "Refused at commit"}))
            assert found["items"] == []
        finally:
            connection.execute("drop function directory.refuse() cascade")
