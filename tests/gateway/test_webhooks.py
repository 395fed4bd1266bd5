"""Webhooks as their owners meet them: made, read, changed, tested, paused, replayed; each message signed, thin and once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from standardwebhooks import Webhook
from starlette.responses import Response

from gateway.webhooks.signing import Unverified, headers_for, new_secret, verify
from tests.gateway.conftest import Gate, made, refused
from tests.gateway.receivers import Arrived, Receiver, receiving, until

MANAGE = ("webhooks:manage", "events:read")
SOMEWHERE = "https://crm.example.org/cando"


@pytest.fixture
def tenant(gate: Gate) -> dict[str, Any]:
    return gate.tenant()


@pytest.fixture
def app(gate: Gate, tenant: dict[str, Any]) -> httpx.Client:
    return gate.app(tenant, *MANAGE)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def webhook(app: httpx.Client, url: str = SOMEWHERE, *types: str, **more: Any) -> dict[str, Any]:
    return made(app.post("/v1/webhooks", json={"url": url, "event_types": types or ["*"], **more}))


def news(gate: Gate, tenant: dict[str, Any], type: str = "offer.created", service: str = "matching", **ids: Any) -> str:
    """Let something happen in a service; return the fact's id."""
    fact = {
        "id": str(uuid4()), "type": type, "subject": ids.pop("subject", str(uuid4())), "tenant": tenant["id"],
        "at": ids.pop("at", gate.clock()).isoformat(), "ids": ids,
    }  # fmt: skip
    gate.services[service].news.append(fact)
    return str(fact["id"])


def deliveries(app: httpx.Client, hook: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made(app.get(f"/v1/webhooks/{hook['id']}/deliveries", params=asked), 200)["items"]
    return found


def test_the_secret_is_shown_once_and_lies_sealed(gate: Gate, app: httpx.Client) -> None:
    key = {"idempotency-key": uuid4().hex}
    body = {"url": SOMEWHERE, "event_types": ["offer.*", "need.created", "offer.*"], "description": "CRM"}
    answer = app.post("/v1/webhooks", json=body, headers=key)
    hook = made(answer)
    assert hook["secret"].startswith("whsec_")
    assert hook["event_types"] == ["need.created", "offer.*"]
    assert (answer.headers["location"], answer.headers["etag"]) == (f"/v1/webhooks/{hook['id']}", '"1"')
    again = app.post("/v1/webhooks", json=body, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    for shown in (app.get("/v1/webhooks").text, app.get(f"/v1/webhooks/{hook['id']}").text, again.text):
        assert hook["id"] in shown
        assert 'secret"' not in shown
        assert hook["secret"] not in shown
    with psycopg.connect(gate.admin_url) as database:
        (row,) = database.execute("select secret from gateway.webhooks where id = %s", [hook["id"]]).fetchall()
    assert hook["secret"][6:20] not in row[0]


def test_a_webhook_is_changed_by_whoever_has_read_it_and_deleted(app: httpx.Client) -> None:
    hook = webhook(app)
    address = f"/v1/webhooks/{hook['id']}"
    changed = app.patch(address, json={"url": SOMEWHERE + "/2"}, headers={"if-match": '"1"'})
    assert made(changed, 200)["url"] == SOMEWHERE + "/2"
    refused(app.patch(address, json={"url": SOMEWHERE}, headers={"if-match": '"1"'}), 412, "stale-version")
    assert made(app.patch(address, json={"url": SOMEWHERE + "/2"}), 200)["version"] == 2
    refused(app.patch(address, json={"event_types": None}), 422, "invalid-request")
    refused(app.delete(address, headers={"if-match": '"1"'}), 412, "stale-version")
    assert app.delete(address).status_code == 204
    refused(app.get(address), 404, "not-found")
    facts = made(app.get("/v1/events", params={"limit": 1000}), 200)["items"]
    mine = [one for one in facts if one["subject"] == hook["id"]]
    assert [one["type"] for one in mine] == ["webhook.created", "webhook.changed", "webhook.deleted"]
    assert "example.org" not in str(facts)


def test_a_webhook_is_its_organisations_alone(gate: Gate, tenant: dict[str, Any], app: httpx.Client) -> None:
    hook = webhook(app)
    message = made(app.post(f"/v1/webhooks/{hook['id']}:test"))["id"]
    neighbour = gate.app(tenant, *MANAGE, organisation=gate.organisation(tenant))
    address, stranger = f"/v1/webhooks/{hook['id']}", gate.app(gate.tenant(), *MANAGE)
    for other in (neighbour, stranger):
        asked = [other.get(address), other.patch(address, json={"url": SOMEWHERE}), other.delete(address),
                 other.get(f"{address}/deliveries"), other.get(f"{address}/deliveries/{message}"),
                 other.post(f"{address}/deliveries/{message}:replay"),
                 other.post(f"{address}:recover", json={"since": gate.clock().isoformat()})]  # fmt: skip
        asked += [
            other.post(f"{address}:{do}") for do in ("rotate-secret", "end-old-secret", "pause", "enable", "test")
        ]
        unknown = other.get(f"/v1/webhooks/{uuid4()}").json()
        assert [refused(one, 404, "not-found") for one in asked] == [unknown] * len(asked)
        assert made(other.get("/v1/webhooks"), 200)["items"] == []
    refused(gate.app(tenant, "events:read").get("/v1/webhooks"), 403, "forbidden")
    refused(gate.bootstrap.get("/v1/webhooks"), 403, "forbidden")


@pytest.mark.parametrize(
    "url", ["http://crm.example.org/", "ftp://crm.example.org/", "https://10.0.0.1/", "https://localhost/", "https://[::1]/",
            "https://a:b@crm.example.org/", "https://crm.example.org:22/", "crm", "", "https://crm.example.org/\x00",
            "https://169.254.169.254/latest", "https://x.internal/", "https://e.org/" + 2000 * "x"],
    ids=range(13),
)  # fmt: skip
def test_an_address_that_leads_inside_or_is_not_https_is_refused(app: httpx.Client, url: str) -> None:
    problem = refused(app.post("/v1/webhooks", json={"url": url, "event_types": ["*"]}), 422, "invalid-request")
    assert problem["errors"][0]["path"] == "/url"


def test_types_that_are_none_are_refused_and_there_is_a_most(app: httpx.Client) -> None:
    for types in ([], ["Offer"], ["offer."], ["*.created"], ["offer**"], ["a" * 101], ["x"] * 51, [7], "*", ["o\x00"]):
        refused(app.post("/v1/webhooks", json={"url": SOMEWHERE, "event_types": types}), 422, "invalid-request")
    for _ in range(20):
        webhook(app)
    refused(app.post("/v1/webhooks", json={"url": SOMEWHERE, "event_types": ["*"]}), 409, "too-many-webhooks")
    page = app.get("/v1/webhooks", params={"limit": 15})
    assert len(made(page, 200)["items"]) == 15
    assert 'rel="next"' in page.headers["link"]
    assert len(made(app.get("/v1/webhooks", params={"cursor": page.json()["next"]}), 200)["items"]) == 5


def test_a_fact_arrives_signed_and_says_no_more_than_the_feed_would(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client, receiver: Receiver
) -> None:
    other = gate.organisation(tenant)
    neighbour = gate.app(tenant, *MANAGE, organisation=other)
    with receiving() as elsewhere:
        hook = webhook(app, receiver.url, "offer.*", "client.created")
        webhook(neighbour, elsewhere.url, "offer.created")
        news(gate, tenant, "need.created")
        news(gate, tenant, at=gate.clock() - timedelta(hours=1))  # before there was a webhook
        news(gate, gate.tenant())
        told = news(gate, tenant, by=tenant["organisation_id"], participant=str(uuid4()))
        until(lambda: receiver.got and elsewhere.got)
        gate.client(tenant)
        until(lambda: len(receiver.got) == 2)
    offer, client = receiver.got
    fact = gate.services["matching"].news[-1]
    moment = fact["at"].replace("+00:00", "Z")
    assert offer.said == {
        "type": "offer.created", "timestamp": moment, "data": {"id": told, "subject": fact["subject"], "ids": fact["ids"]},
    }  # fmt: skip
    assert (offer.id, offer.headers["user-agent"], offer.headers["content-type"]) == (told, "cando", "application/json")
    assert Webhook(hook["secret"]).verify(offer.body, offer.headers) == offer.said
    assert client.said["type"] == "client.created"
    (shown,) = elsewhere.got
    assert shown.said["data"] == {"id": told, "subject": fact["subject"], "ids": {}}
    (row, _) = until(lambda: len(found := deliveries(app, hook, state="delivered")) == 2 and found)
    assert (row["event_id"], row["next_attempt_at"], [one["status"] for one in row["attempts"]]) == (told, None, [204])
    assert [one["type"] for one in deliveries(app, hook, event_type="client.created")] == ["client.created"]
    assert deliveries(app, hook, state="failed") == []


def test_five_hundred_facts_arrive_though_a_fifth_fails_at_first_and_the_secret_changes(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client
) -> None:
    seen: set[str] = set()

    def answer(arrived: Arrived) -> Response:
        first = arrived.id not in seen
        seen.add(arrived.id)
        return Response(status_code=503 if first and int(arrived.id[:4], 16) % 5 == 0 else 200)

    with receiving(answer) as receiver:
        hook = webhook(app, receiver.url)
        address = f"/v1/webhooks/{hook['id']}"
        told = [news(gate, tenant, service=("matching", "timebank")[one % 2]) for one in range(250)]
        until(lambda: len(receiver.got) > 50, seconds=60)
        rotated = app.post(f"{address}:rotate-secret")
        fresh = made(rotated, 200)["secret"]
        assert rotated.headers["content-location"] == address
        rotation = len(receiver.got)
        refused(app.post(f"{address}:rotate-secret"), 409, "two-secrets-live")
        told += [news(gate, tenant) for _ in range(200)]
        until(lambda: set(told) <= seen, seconds=60)
        ending = len(receiver.got)
        made(app.post(f"{address}:end-old-secret"), 200)
        refused(app.post(f"{address}:end-old-secret"), 409, "no-old-secret")
        newest = [news(gate, tenant) for _ in range(50)]
        until(lambda: not deliveries(app, hook, state="waiting", limit=1) and set(newest) <= seen, seconds=60)
    assert {one.id for one in receiver.got} == {*told, *newest}
    fine = [one.id for one in receiver.got if int(one.id[:4], 16) % 5]
    assert len(fine) == len(set(fine)), "what had arrived came again"
    signed = [tuple(_is_signed(secret, one) for secret in (hook["secret"], fresh)) for one in receiver.got]
    on_its_way = 16  # what was taken before a change may come after it, signed as before
    assert all(any(one) for one in signed)
    assert set(signed[:rotation]) == {(True, False)}
    assert set(signed[rotation + on_its_way : ending]) == {(True, True)}
    assert set(signed[ending + on_its_way :]) == {(False, True)}


def _is_signed(secret: str, one: Arrived) -> bool:
    try:
        return bool(verify(secret, one.headers, one.body))
    except Unverified:
        return False


def test_a_paused_webhook_is_told_later_and_a_test_says_that_nothing_happened(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client, receiver: Receiver
) -> None:
    hook = webhook(app, receiver.url, "offer.*", "need.*")
    address = f"/v1/webhooks/{hook['id']}"
    assert made(app.post(f"{address}:pause"), 200)["state"] == "paused"
    refused(app.post(f"{address}:test"), 409, "illegal-state")
    told = [news(gate, tenant), news(gate, tenant, "need.created")]
    until(lambda: len(deliveries(app, hook, state="waiting")) == 2)
    assert receiver.got == []
    assert made(app.post(f"{address}:enable"), 200)["state"] == "enabled"
    until(lambda: len(receiver.got) == 2)
    assert receiver.ids() == told
    made_ = app.post(f"{address}:test")
    delivery = made(made_)
    assert made_.headers["location"] == f"{address}/deliveries/{delivery['id']}"
    until(lambda: len(receiver.got) == 3)
    assert receiver.got[2].said["type"] == "webhook.test"
    until(lambda: app.get(made_.headers["location"]).json()["state"] == "delivered")


def test_a_message_is_sent_again_on_request_with_the_same_id(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client, receiver: Receiver
) -> None:
    hook = webhook(app, receiver.url)
    told = news(gate, tenant)
    (row,) = until(lambda: deliveries(app, hook, state="delivered"))
    address = f"/v1/webhooks/{hook['id']}/deliveries/{row['id']}"
    again = app.post(f"{address}:replay")
    assert made(again, 200)["state"] == "waiting"
    assert again.headers["content-location"] == address
    until(lambda: app.get(address).json()["state"] == "delivered")
    assert receiver.ids() == [told, told]
    assert len(app.get(address).json()["attempts"]) == 2
    long_ago = (gate.clock() - timedelta(days=31)).isoformat()
    refused(app.post(f"/v1/webhooks/{hook['id']}:recover", json={"since": long_ago}), 422, "invalid-request")
    body = {"since": (gate.clock() - timedelta(hours=1)).isoformat()}
    assert made(app.post(f"/v1/webhooks/{hook['id']}:recover", json=body), 200) == {"recovered": 0}


def test_an_organisation_that_is_gone_is_told_nothing_more(
    gate: Gate, tenant: dict[str, Any], app: httpx.Client, receiver: Receiver
) -> None:
    other = gate.organisation(tenant)
    neighbour = gate.app(tenant, *MANAGE, organisation=other)
    hook, kept = webhook(neighbour, receiver.url), webhook(app)
    news(gate, tenant, "organisation.deleted", "directory", subject=other)
    feed = gate.app(tenant, "events:read")
    until(lambda: (hook["id"], "webhook.deleted") in {
        (one["subject"], one["type"]) for one in feed.get("/v1/events", params={"limit": 1000}).json()["items"]
    })  # fmt: skip
    assert len(made(app.get("/v1/webhooks"), 200)["items"]) == 1 == len([kept])
    before = len(receiver.got)
    news(gate, tenant)
    with receiving() as elsewhere:
        webhook(app, elsewhere.url, "need.*")
        last = news(gate, tenant, "need.created")
        until(lambda: elsewhere.ids() == [last])
    assert len(receiver.got) == before


def test_signatures_in_other_zones_and_signatures_that_are_none() -> None:
    secret, message, body = new_secret(), uuid4(), b'{"type":"offer.created"}'
    here = datetime.now(UTC).astimezone(timezone(timedelta(hours=5, minutes=30)))
    headers = headers_for(message, body, secrets=[secret], at=here)
    assert verify(secret, headers, body) == {"type": "offer.created"}
    for wrong in ({"webhook-signature": "v1"}, {"webhook-signature": "v1,%%,x"}, {"webhook-signature": ""},
                  {"webhook-timestamp": "nan"}, {"webhook-id": "other"}, {"webhook-signature": "v1,é"}):  # fmt: skip
        with pytest.raises(Unverified):
            verify(secret, {**headers, **wrong}, body)
    with pytest.raises(Unverified):
        verify(secret, headers, b"\xff")
    late = headers_for(message, body, secrets=[secret], at=here - timedelta(minutes=6))
    with pytest.raises(Unverified):
        verify(secret, late, body)
