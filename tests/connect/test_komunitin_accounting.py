"""The time-bank network moves hours through the facade: whole seconds, once each, and only between those who are seen."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from services.connect.app import create_app
from services.connect.komunitin import domain
from services.connect.settings import Settings
from services.kernel.problems import Unavailable
from services.kernel.upstream import Answer, UpstreamUnavailable, call
from tests.connect.komunitin import MEDIA_TYPE, Komunitin, errors, member, transfer
from tests.town import Quarter, Town, ok


@pytest.fixture(scope="module")
def quarter(town: Town) -> Quarter:
    return town.found(
        f"harbour-{uuid4().hex[:6]}", language="en", zone="Europe/London", organisation="Harbour Time Bank"
    )


@pytest.fixture(scope="module")
def amina(quarter: Quarter) -> dict[str, str]:
    return member(quarter, "Amina")


@pytest.fixture(scope="module")
def yusuf(quarter: Quarter) -> dict[str, str]:
    return member(quarter, "Yusuf")


@pytest.fixture(scope="module")
def client(town: Town, quarter: Quarter, amina: dict[str, str], yusuf: dict[str, str]) -> Komunitin:
    return Komunitin(town, quarter, scope="komunitin_accounting komunitin_social")


@pytest.fixture(scope="module")
def code(client: Komunitin) -> str:
    return str(client.read("/accounting/currencies")["data"][0]["attributes"]["code"])


@pytest.fixture(scope="module")
def path(code: str) -> str:
    return f"/accounting/{code}/transfers"


def _balance(client: Komunitin, code: str, who: Mapping[str, str]) -> int:
    return int(client.read(f"/accounting/{code}/accounts/{who['account']}")["data"]["attributes"]["balance"])


def test_a_transfer_is_made_once_under_the_id_that_its_client_gave_it(
    town: Town, client: Komunitin, quarter: Quarter, code: str, path: str, amina: dict[str, str], yusuf: dict[str, str]
) -> None:
    before, mine = _balance(client, code, amina), str(uuid4())
    pay = (path, amina["account"], yusuf["account"], 5400)
    made = client.pay(*pay, id=mine)
    assert (made.status_code, made.headers["content-type"]) == (201, MEDIA_TYPE)
    assert made.headers["location"] == made.json()["data"]["links"]["self"] == f"{client.base}{path}/{mine}"
    data = made.json()["data"]
    assert data["id"] == mine
    assert data["attributes"]["state"] == "committed"
    assert (data["attributes"]["amount"], data["attributes"]["meta"]) == (
        5400,
        {"description": "Two hours in the garden"},
    )
    with ThreadPoolExecutor(4) as many:
        again = list(many.map(lambda _: client.pay(*pay, id=mine), range(4)))
    other_client = Komunitin(town, quarter, scope="komunitin_accounting")
    for answer in (*again, other_client.pay(*pay, id=mine)):
        assert (answer.status_code, answer.json()["data"]) == (201, data)
    assert _balance(client, code, amina) == before - 5400
    for other in (client, other_client):
        errors(other.pay(path, amina["account"], yusuf["account"], 60, id=mine), 409, "TransactionError")
    document = client.read(f"{path}/{mine}", include="payer,payee,currency,payer.currency")
    assert {one["id"] for one in document["included"]} >= {amina["account"], yusuf["account"]}
    assert len(document["included"]) == 3
    ledger = ok(quarter.council.get("/v1/transfers", params={"account_id": amina["account"]}))["items"]
    assert [one["seconds"] for one in ledger] == [5400]


def test_hours_beyond_the_limit_are_refused_in_the_networks_words(
    client: Komunitin, quarter: Quarter, code: str, path: str, amina: dict[str, str], yusuf: dict[str, str]
) -> None:
    before = _balance(client, code, yusuf)
    errors(client.pay(path, yusuf["account"], amina["account"], 36_001 + before), 409, "InsufficientBalance")
    full = member(quarter, "Luwam")
    ok(quarter.council.patch(f"/v1/accounts/{full['account']}", json={"credit_limit_seconds": 60}))
    account = client.read(f"/accounting/{code}/accounts/{full['account']}")["data"]["attributes"]
    assert (account["creditLimit"], account["maximumBalance"]) == (36_000, 60)
    errors(client.pay(path, yusuf["account"], full["account"], 120), 409, "InsufficientMaximumBalance")
    assert _balance(client, code, yusuf) == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"amount": 0}, "/data/attributes/amount"),
        ({"amount": -3600}, "/data/attributes/amount"),
        ({"amount": 3600.5}, "/data/attributes/amount"),
        ({"amount": "3600"}, "/data/attributes/amount"),
        ({"amount": True}, "/data/attributes/amount"),
        ({"amount": 10**30}, "/data/attributes/amount"),
        ({"state": "pending"}, "/data/attributes/state"),
        ({"state": "new"}, "/data/attributes/state"),
        ({"meta": {"description": "a\u0000b"}}, "/data/attributes/meta/description"),
        ({"meta": {}}, "/data/attributes/meta/description"),
    ],
)
def test_a_transfer_that_is_none_is_a_bad_request_that_points_at_the_fault(
    client: Komunitin, path: str, amina: dict[str, str], yusuf: dict[str, str], change: dict[str, Any], pointer: str
) -> None:
    answer = client.pay(path, amina["account"], yusuf["account"], **{"amount": 60, **change})
    (error,) = errors(answer, 400, "BadRequest")
    assert error["source"] == {"pointer": pointer}


def test_absurd_documents_are_bad_requests_and_move_nothing(
    client: Komunitin, path: str, amina: dict[str, str], yusuf: dict[str, str]
) -> None:
    same = client.pay(path, amina["account"], amina["account"], 60)
    assert errors(same, 400, "BadRequest")[0]["source"] == {"pointer": "/data/relationships/payee"}
    errors(client.pay(path, amina["account"], yusuf["account"], 59), 400, "BadRequest")
    url, headers = f"{client.base}{path}", {"content-type": MEDIA_TYPE}
    for body in (b"", b"[]", b"null", b'{"data": []}', b"{" * 50_000, b'{"data": {"type": "transfers"}}', b"\xff"):
        assert errors(client.http.post(url, content=body, headers=headers), 400, "BadRequest")
    shoes = {"data": {**transfer(amina["account"], yusuf["account"], 60), "type": "shoes"}}
    errors(client.http.post(url, content=json.dumps(shoes), headers=headers), 409, "TransactionError")


def test_nobody_is_paid_who_is_not_seen_and_only_what_both_sides_show_is_read(
    client: Komunitin, quarter: Quarter, code: str, path: str, amina: dict[str, str]
) -> None:
    hidden = member(quarter, "Selam", purposes=("matching", "timebank"))
    body = {"from_account": hidden["account"], "to_account": amina["account"], "seconds": 600, "reason": "Plums"}
    unseen = ok(quarter.council.post("/v1/transfers", json=body, headers={"idempotency-key": uuid4().hex}))
    unknown = errors(client.pay(path, amina["account"], str(uuid4()), 60), 404, "NotFound")
    assert errors(client.pay(path, amina["account"], hidden["account"], 60), 404, "NotFound") == unknown
    errors(client.get(f"{path}/{unseen['id']}"), 404, "NotFound")
    errors(client.get(f"{path}/{uuid4()}"), 404, "NotFound")
    assert "Plums" not in str(client.crawl(path))


def test_transfers_are_filtered_ordered_and_paged(
    client: Komunitin, quarter: Quarter, path: str, yusuf: dict[str, str]
) -> None:
    asha, mina = member(quarter, "Asha"), member(quarter, "Mina")
    for minutes in range(1, 8):
        payer, payee = (asha, mina) if minutes % 2 else (mina, asha)
        ok(client.pay(path, payer["account"], payee["account"], 60 * minutes, meta=f"Tea {minutes}"))
    hers = {"filter[account]": asha["account"], "page[size]": "3"}
    newest = client.crawl(path, sort="-created", **hers)
    assert [one["attributes"]["amount"] for one in newest] == [420, 360, 300, 240, 180, 120, 60]
    largest = client.crawl(path, sort="-amount", **hers)
    assert [one["id"] for one in largest] == [one["id"] for one in newest]
    assert len(client.crawl(path, **{"filter[payer]": asha["account"]})) == 4
    stats = path.replace("transfers", "stats")
    begun = {"from": newest[-1]["attributes"]["created"]}
    assert client.read(f"{stats}/transfers", **begun)["data"]["attributes"]["values"] == [7]
    assert client.read(f"{stats}/accounts", minTransactions="7", **begun)["data"]["attributes"]["values"] == [2]
    middle = newest[3]["attributes"]["created"]
    assert len(client.crawl(path, **hers, **{"filter[from]": middle})) == 4
    assert len(client.crawl(path, **hers, **{"filter[to]": middle, "filter[state]": "committed"})) == 4
    assert [one["attributes"]["amount"] for one in client.crawl(path, **{"filter[search]": "tea 7"})] == [420]
    assert client.crawl(path, **{"filter[account]": yusuf["account"], "filter[search]": "tea"}) == []


def test_what_has_been_committed_stays_so(
    client: Komunitin, path: str, amina: dict[str, str], yusuf: dict[str, str]
) -> None:
    made = ok(client.pay(path, amina["account"], yusuf["account"], 60))["data"]
    assert made["attributes"]["state"] == "committed"
    url, headers = f"{client.base}{path}/{made['id']}", {"content-type": MEDIA_TYPE}

    def change(**attributes: str) -> Any:
        body = {"data": {"type": "transfers", "id": made["id"], "attributes": attributes}}
        return client.http.patch(url, content=json.dumps(body), headers=headers)

    assert ok(change(state="committed"))["data"] == made
    errors(change(state="rejected"), 409, "TransactionError")
    errors(client.http.delete(url), 405, "NotImplemented")


def test_a_token_that_only_reads_moves_nothing(
    town: Town, quarter: Quarter, path: str, amina: dict[str, str], yusuf: dict[str, str]
) -> None:
    reads = "komunitin_social_read_all komunitin_accounting_read_all"
    errors(Komunitin(town, quarter, scope=reads).pay(path, amina["account"], yusuf["account"], 60), 403, "Forbidden")


def test_an_organisations_account_and_the_communitys_are_there_for_all(
    town: Town, client: Komunitin, quarter: Quarter, code: str, path: str, amina: dict[str, str]
) -> None:
    pot = ok(quarter.council.post("/v1/accounts", json={"owner": {"kind": "community"}}))["id"]
    own = {"owner": {"kind": "organisation", "id": quarter.organisation}}
    bank = ok(quarter.council.post("/v1/accounts", json=own))["id"]
    ok(client.pay(path, amina["account"], pot, 60))
    (shown,) = client.read(f"/social/{code}/members", **{"filter[account]": f"{bank},{pot}"})["data"]
    assert shown["id"] == quarter.organisation
    assert shown["attributes"]["type"] in ("public", "business")
    choir = ok(quarter.council.post("/v1/groups", json={"name": "Harbour choir"}))["id"]
    theirs = ok(quarter.council.post("/v1/accounts", json={"owner": {"kind": "group", "id": choir}}))["id"]
    sung = client.read(f"/social/{code}/members/{choir}", include="account,group")
    assert sung["data"]["attributes"]["name"] == "Harbour choir"
    assert sung["data"]["relationships"]["account"]["data"]["id"] == theirs
    poor = Komunitin(town, quarter, scopes=["participants:read", "matching:read", "timebank:read"])
    assert bank not in {one["id"] for one in poor.crawl(f"/accounting/{code}/accounts")}


# --- when what it stands on does not answer -------------------------------------------------------------------------


def _ask(edge: Any, method: str, path: str, **more: Any) -> Answer:
    async def gateway(*_: Any) -> None:
        raise UpstreamUnavailable

    settings = Settings(database_url="postgresql://localhost/nowhere", service_secret="s" * 32)
    app = create_app(settings, peers={"edge": edge, "gateway": gateway})
    headers = {"authorization": "Bearer x", **more.pop("headers", {})}
    return asyncio.run(call(app, method, f"/komunitin{path}", headers=headers, **more))


async def _down(scope: Scope, receive: Receive, send: Send) -> None:
    raise UpstreamUnavailable


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    await Unavailable("Later.").response()(scope, receive, send)


async def _broken(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("<h1>Oh</h1>", 502)(scope, receive, send)


@pytest.mark.parametrize("edge", [_down, _busy, _broken], ids=["down", "busy", "broken"])
def test_when_v1_does_not_answer_the_facade_says_so_in_its_own_words(edge: Any) -> None:
    for method, path in (("GET", "/social/groups"), ("GET", "/accounting/X/transfers")):
        answer = _ask(edge, method, path)
        (error,) = json.loads(answer.body)["errors"]
        assert (answer.status, error["status"]) == (503, "503")
        assert error["code"] == "InternalError"
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.headers["access-control-allow-origin"] == "*"
    form = {"content-type": "application/x-www-form-urlencoded"}
    token = _ask(edge, "POST", "/auth/token", body=b"grant_type=client_credentials&client_id=a", headers=form)
    assert (token.status, token.json()["error"]) == (503, "temporarily_unavailable")


def test_codes_are_made_by_rule() -> None:
    assert domain.group_code("good-neighbours-6") == "GOODNEIGHBOURS6"
    assert len(domain.group_code("a" * 60)) == 31
    account = uuid4()
    assert domain.member_code("MILL", account) == domain.member_code("MILL", account)
    assert len(domain.short(account)) == 8
