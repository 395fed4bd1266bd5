"""The time bank in the whole house, over real HTTP through the gateway."""

import json
import random
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


def test_sixty_transfers_at_once_on_three_accounts_each_sent_twice_move_each_hour_once(
    hazelbrook: Quarter,
) -> None:
    api = hazelbrook.council
    accounts = [_opened(api, hazelbrook.register(name)) for name in ("Mo", "Ada", "Kit")]
    chance = random.Random(7)
    asked = [(*chance.sample(accounts, 2), chance.randint(60, 36_000), uuid4().hex) for _ in range(30)] * 2
    chance.shuffle(asked)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda one: _give(api, *one[:3], key=one[3]), asked))
    assert 201 in {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} <= {
        "/problems/insufficient-credit"
    }
    moved = {answer.json()["id"]: answer.json() for answer in answers if answer.status_code == 201}
    for account in accounts:
        gained = sum(one["seconds"] for one in moved.values() if one["to_account"] == account["id"])
        given = sum(one["seconds"] for one in moved.values() if one["from_account"] == account["id"])
        now = ok(api.get(f"/v1/accounts/{account['id']}"))
        assert now["balance_seconds"] == gained - given
        assert now["balance_seconds"] >= -now["debit_limit_seconds"]


def test_a_group_of_the_directory_has_an_account_and_its_opening_balance_comes_in_once(lindenau: Quarter) -> None:
    api = lindenau.council
    choir = ok(api.post("/v1/groups", json={"name": "Donnerstagschor"}))["id"]
    lou = lindenau.register("Lou")["id"]
    lines = [
        {"id": "G1", "data": {"owner": {"kind": "group", "id": choir}, "opening_seconds": 7200}},
        {"id": "M1", "data": {"owner": {"kind": "participant", "id": lou}, "opening_seconds": -1800}},
        {"id": "G2", "data": {"owner": {"kind": "group", "id": str(uuid4())}, "opening_seconds": 7200}},
    ]
    content = "\n".join(json.dumps(line) for line in lines)
    for expected in (["created", "created", "refused"], ["unchanged", "unchanged", "refused"]):
        answer = api.post(
            "/v1/accounts:import?system=stunden", content=content, headers={"content-type": "application/x-ndjson"}
        )
        assert answer.status_code == 200, answer.text
        assert [json.loads(line)["outcome"] for line in answer.text.splitlines()[:-1]] == expected
    assert ok(api.get("/v1/timebank-policy"))["debit_limit_seconds"] == 36_000


def test_the_other_neighbourhood_sees_nothing_of_it(hazelbrook: Quarter, lindenau: Quarter) -> None:
    account = _opened(hazelbrook.council, hazelbrook.register("Kit"))
    foreign = lindenau.council.get(f"/v1/accounts/{account['id']}")
    unknown = lindenau.council.get(f"/v1/accounts/{uuid4()}")
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())
    own = _opened(lindenau.council, lindenau.register("Lou"))
    assert _give(lindenau.council, own, account, 60).status_code == 422
