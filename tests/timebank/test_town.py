"""The time bank in the whole house, over real HTTP through the gateway."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx

from tests.town import Quarter, ok


def _opened(api: httpx.Client, person: dict[str, Any]) -> dict[str, Any]:
    body = {"owner": {"kind": "participant", "id": person["id"]}}
    made: dict[str, Any] = ok(api.post("/v1/accounts", json=body))
    return made


def _give(
    api: httpx.Client, payer: dict[str, Any], payee: dict[str, Any], seconds: int, *, key: str = ""
) -> httpx.Response:
    body = {"from_account": payer["id"], "to_account": payee["id"], "seconds": seconds, "reason": "Repairing a bicycle"}
    return api.post("/v1/transfers", json=body, headers={"Idempotency-Key": key or uuid4().hex})


def test_neighbours_exchange_an_hour_through_the_gateway(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    payer, payee = (_opened(api, hazelbrook.register(name)) for name in ("Mo", "Ada"))
    answer = _give(api, payer, payee, 3600)
    assert answer.status_code == 201
    assert ok(api.get(answer.headers["location"]))["seconds"] == 3600
    statement = ok(api.get(f"/v1/accounts/{payee['id']}/statement"))
    assert (statement["opening_seconds"], statement["closing_seconds"]) == (0, 3600)


def test_thirty_requests_with_one_key_move_the_hour_once(hazelbrook: Quarter) -> None:
    api, key = hazelbrook.council, uuid4().hex
    payer, payee = (_opened(api, hazelbrook.register(name)) for name in ("Mo", "Ada"))
    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(lambda _: _give(api, payer, payee, 3600, key=key), range(30)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert ok(api.get(f"/v1/accounts/{payee['id']}"))["balance_seconds"] == 3600


def test_who_has_not_agreed_to_the_time_bank_gets_no_account(hazelbrook: Quarter) -> None:
    person = hazelbrook.register("Jo", purposes=("matching",))
    body = {"owner": {"kind": "participant", "id": person["id"]}}
    answer = hazelbrook.council.post("/v1/accounts", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "/owner/id")


def test_an_organisation_of_the_neighbourhood_has_an_account_and_an_unknown_one_has_not(hazelbrook: Quarter) -> None:
    bank = hazelbrook.organisation_named("Hazelbrook Time Bank")
    for owner, status in ((bank, 201), (str(uuid4()), 422)):
        body = {"owner": {"kind": "organisation", "id": owner}}
        assert hazelbrook.council.post("/v1/accounts", json=body).status_code == status


def test_the_other_neighbourhood_sees_nothing_of_it(hazelbrook: Quarter, lindenau: Quarter) -> None:
    account = _opened(hazelbrook.council, hazelbrook.register("Kit"))
    foreign = lindenau.council.get(f"/v1/accounts/{account['id']}")
    unknown = lindenau.council.get(f"/v1/accounts/{uuid4()}")
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())
    own = _opened(lindenau.council, lindenau.register("Lou"))
    assert _give(lindenau.council, own, account, 60).status_code == 422
