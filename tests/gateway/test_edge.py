"""The edge: what it lets through and what not, what it adds, and that one broken service is not everybody's."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.routing import DESTINATIONS
from services.kernel.app import NAMES
from services.kernel.caller import AUDIENCE, ISSUER
from services.kernel.secrets import derived
from tests.conftest import SECRET
from tests.gateway.conftest import LIMIT, ROOT, Gate, made, refused


@pytest.fixture
def app(gate: Gate) -> httpx.Client:
    return gate.app(gate.tenant(), "matching:write", "events:read")


def raw(gate: Gate, target: bytes, token: str = "", method: bytes = b"GET") -> bytes:
    """Send a request as it stands, and return the whole answer."""
    address = urlsplit(gate.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        lines = [method + b" " + target + b" HTTP/1.1", b"host: x", b"connection: close"]
        if token:
            lines.append(b"authorization: Bearer " + token.encode())
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def test_each_collection_is_answered_by_the_service_that_owns_it(gate: Gate, app: httpx.Client) -> None:
    for collection, (service, _) in DESTINATIONS.items():
        if service != "gateway":
            for path in (f"/v1/{collection}", f"/v1/{collection}/1/things", f"/v1/{collection}:import"):
                answer = made(app.get(path), 200)
                assert (answer["service"], answer["path"]) == (service, path)


OURS = ("/internal/subjects/0190a0b0-0000-7000-8000-000000000001", "/internal/retention", "/internal/retention:count")


@pytest.mark.parametrize(
    "path", ["/v1/needs", "/v1/unknown", "/v1", "/nothing", "/v1/events", "/internal/events", *OURS]
)
@pytest.mark.parametrize(
    "authorization",
    [
        None, "Bearer", "Bearer x", "Basic YTpi", "Bearer cando_at_" + "0" * 32 + "_" + "a" * 43,
        "Bearer cando_bk_" + "0" * 32 + "_" + "a" * 43, "Bearer a\u00e9".encode("latin-1").decode("latin-1"),
    ],
)  # fmt: skip
def test_without_a_good_token_nothing_but_401(gate: Gate, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization.encode("latin-1")}
    answer = gate.http().get(path, headers=headers)  # type: ignore[arg-type]
    refused(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_signed_token_or_a_client_secret_is_no_access_token(gate: Gate) -> None:
    tenant = gate.tenant()
    client = gate.client(tenant)
    signed = gate.http(gate.token(client)).get("/v1/needs").json()["token"]
    for shown in (signed, client["client_secret"]):
        refused(gate.http(shown).get("/v1/needs"), 401, "unauthenticated")


def test_what_the_desk_holds_about_people_is_for_our_services_alone(gate: Gate, app: httpx.Client) -> None:
    """From outside its addresses answer like any that is not there, whatever token or header comes along."""
    tenant = gate.tenant()
    person, kinds, count = OURS
    secret = derived(SECRET, "service:directory")
    asked = {"service": "directory", "tenant": tenant["id"]}
    ours = made(gate.http(secret).post("/internal/service-tokens", json=asked), 200)["token"]
    assert made(gate.http(ours).get(person), 200) == {"tables": {}}
    assert made(gate.http(ours).get(kinds), 200)["items"]
    signed = made(app.get("/v1/needs"), 200)["token"]
    posing = {"x-cando-scope": "internal", "x-cando-kind": "service", "x-forwarded-for": "127.0.0.1"}
    for path, method in ((person, "GET"), (f"{person}:erase", "POST"), (kinds, "GET"), (count, "POST")):
        body: dict[str, Any] | None = {"before": {}} if method == "POST" else None
        refused(app.request(method, path, json=body, headers=posing), 404, "not-found")
        refused(gate.bootstrap.request(method, path, json=body, headers=posing), 404, "not-found")
        for shown in (signed, _forged(ours), _unsigned(ours), secret):
            refused(gate.http(shown).request(method, path, json=body), 401, "unauthenticated")
    refused(gate.http(ours).get("/internal/subject-matters"), 401, "unauthenticated")


def _unsigned(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, "", algorithm="none", headers={"kid": jwt.get_unverified_header(token)["kid"]})


def _forged(token: str) -> str:
    """The same claims, signed by a key of the attacker's own under the name of ours."""
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": kid})


def test_two_tokens_in_one_request_are_refused(gate: Gate) -> None:
    token = gate.token(gate.client(gate.tenant()))
    headers = [("authorization", f"Bearer {token}"), ("authorization", f"Bearer {token}")]
    refused(gate.http().get("/v1/needs", headers=headers), 401, "unauthenticated")


@pytest.mark.parametrize(
    "path", ["/v1/unknown", "/v1/audits", "/v1", "/v2/needs", "/internal/events", "/nothing", *OURS]
)
def test_an_unknown_address_is_not_found(app: httpx.Client, path: str) -> None:
    refused(app.get(path), 404, "not-found")


@pytest.mark.parametrize(
    "target",
    [
        "/v1/needs/..%2f..%2finternal/events", "/v1/needs/../../internal/events", "/v1/needs/%2e%2e/offers",
        "//v1/needs", "/v1//needs", "/v1/needs\\..\\x", "/v1/needs%5c..", "/v1/needs/%00",
        "/v1/needs/%0d%0aX-Evil:1", "/v1/needs/%1f", "/v1/needs/./1", "/v1/needs/", "/v1/needs/%7f",
        "/v1/needs%2F1", "/v1/%2e%2e/internal/events", "/health/../v1/needs", "/v1/needs/%ff", "/problems/..",
        "/%2e/health",
    ],
)  # fmt: skip
def test_path_tricks_are_not_found(gate: Gate, app: httpx.Client, target: str) -> None:
    before = {name: service.asked for name, service in gate.services.items()}
    answer = raw(gate, target.encode(), app.headers["authorization"].removeprefix("Bearer "))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"/problems/not-found" in answer
    assert {name: service.asked for name, service in gate.services.items()} == before


def test_no_header_from_outside_says_who_the_caller_is(gate: Gate, app: httpx.Client) -> None:
    posing = {
        "x-cando-tenant": "1", "X-Cando-Subject": "2", "forwarded": "for=1.1.1.1", "x-forwarded-for": "1.1.1.1",
        "x-forwarded-host": "evil", "x-real-ip": "1.1.1.1", "cookie": "a=b", "proxy-authorization": "Basic x",
    }  # fmt: skip
    answer = made(app.get("/v1/needs", headers={**posing, "accept-language": "de", "if-match": '"1"'}), 200)
    assert not answer["headers"].keys() & {name.lower() for name in posing}
    assert answer["headers"]["accept-language"] == "de"
    assert answer["headers"]["if-match"] == '"1"'
    assert answer["headers"]["authorization"] == f"Bearer {answer['token']}"


def test_a_sane_request_id_is_kept_and_another_replaced(app: httpx.Client) -> None:
    answer = app.get("/v1/needs", headers={"x-request-id": "abcdefgh-1"})
    assert answer.headers["x-request-id"] == answer.json()["headers"]["x-request-id"] == "abcdefgh-1"
    assert app.get("/v1/needs", headers={"x-request-id": "<script>"}).headers["x-request-id"] != "<script>"


def test_the_signed_token_is_short_and_used_again(gate: Gate, app: httpx.Client) -> None:
    tokens = {app.get("/v1/needs").json()["token"] for _ in range(3)}
    assert len(tokens) == 1
    keys = jwt.PyJWKSet.from_dict(gate.http().get("/.well-known/jwks.json").json())
    claims = jwt.decode(
        tokens.pop(), keys.keys[0], algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER, options={"verify_exp": True}
    )
    assert claims["exp"] - claims["iat"] == 60
    assert "d" not in gate.http().get("/.well-known/jwks.json").json()["keys"][0]


def test_answers_carry_the_headers_that_no_answer_goes_without(gate: Gate, app: httpx.Client) -> None:
    for answer in (app.get("/v1/needs"), app.get("/v1/unknown"), gate.http().get("/v1/needs"), app.get("/v1/tenants")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert gate.http().get("/health").headers["x-content-type-options"] == "nosniff"


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(gate: Gate, app: httpx.Client) -> None:
    large = b"x" * (LIMIT + 1)
    refused(app.post("/v1/needs", content=large), 413, "too-large")
    refused(app.post("/v1/needs", content=iter([large[:1000]] * 60)), 413, "too-large")
    assert made(app.post("/v1/needs", content=large[:LIMIT]), 200)["size"] == LIMIT
    for path in ("/v1/imports", "/v1/participants:import"):
        assert made(app.post(path, content=large * 15), 200)["size"] == len(large) * 15
        refused(app.post(path, content=large * 17), 413, "too-large")
    assert gate.http().post("/oauth/token", content=large).status_code == 413


@pytest.mark.parametrize("fault", ["raises", "hangs"])
def test_one_service_down_gives_503_on_its_routes_only(gate: Gate, app: httpx.Client, fault: str) -> None:
    broken = gate.services["matching"]
    broken.fault = fault
    began = time.monotonic()
    answer = app.get("/v1/needs")
    problem = refused(answer, 503, "upstream-unavailable")
    assert time.monotonic() - began < 10, "the limit is 3 seconds; this service would take 30"
    assert "secret" not in json.dumps(problem)
    assert answer.headers["retry-after"]
    assert made(app.get("/v1/participants"), 200)["service"] == "directory"
    broken.fault = ""
    assert made(app.get("/v1/needs"), 200)["service"] == "matching"


def test_a_post_is_never_tried_twice(gate: Gate, app: httpx.Client) -> None:
    for fault in ("raises", "hangs"):
        gate.services["matching"].fault = fault
        before = gate.services["matching"].asked
        refused(app.post("/v1/needs", json={}), 503, "upstream-unavailable")
        assert gate.services["matching"].asked == before + 1


def test_an_answer_broken_off_is_not_taken_for_whole(gate: Gate, app: httpx.Client) -> None:
    gate.services["matching"].fault = "breaks"
    with pytest.raises(httpx.RemoteProtocolError):
        app.get("/v1/needs")


def test_health_says_alive_and_ready_names_what_is_not(gate: Gate) -> None:
    http = gate.http()
    assert made(http.get("/ready"), 200)["services"] == dict.fromkeys(("gateway", *NAMES), "ready")
    gate.services["timebank"].fault = "raises"
    problem = refused(http.get("/ready"), 503, "unavailable")
    assert problem["services"]["timebank"] == "not ready"
    assert problem["services"]["directory"] == "ready"
    assert "timebank" in problem["detail"]
    assert made(http.get("/health"), 200)["status"] == "ok"


def test_a_newcomer_finds_the_way(gate: Gate) -> None:
    http = gate.http()
    links = made(http.get("/"), 200)["links"]
    for name in ("docs", "contract", "health"):
        assert http.get(links[name]).status_code == 200


def test_the_contract_is_openapi_and_names_the_server(gate: Gate) -> None:
    document = made(gate.http().get("/openapi.json"), 200)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/"}]
    for path in ("/oauth/token", "/v1/tenants", "/v1/clients", "/v1/staff", "/v1/events"):
        assert path in document["paths"]
    assert not [path for path in document["paths"] if path.startswith("/internal")]


def test_the_docs_page_needs_nothing_from_elsewhere_and_runs_nothing(gate: Gate) -> None:
    answer = gate.http().get("/docs")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert not re.search(r"<script|\son\w+=|(?:src|href)=\"(?:https?:)?//", answer.text)
    for part in ('<html lang="en">', "<main", 'class="skip"', "/v1/tenants", 'id="create_client"'):
        assert part in answer.text
    for address in re.findall(r'(?:src|href)="(/[^"]*)"', answer.text):
        assert gate.http().get(address).status_code == 200
    assert len(re.findall(r'id="([^"]+)"', answer.text)) == len(set(re.findall(r'id="([^"]+)"', answer.text)))


def test_every_problem_type_leads_somewhere(gate: Gate, app: httpx.Client) -> None:
    for problem in made(gate.http().get("/problems"), 200)["items"]:
        assert made(gate.http().get(problem["type"]), 200) == problem
    refused(gate.http().get("/problems/unheard-of"), 404, "not-found")


def test_a_service_obtains_its_own_token_by_its_own_secret(gate: Gate) -> None:
    def ask(service: str, secret: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {secret}"}
        return gate.http().post("/internal/service-tokens", json={"service": service, **more}, headers=headers)

    tenant = gate.tenant()["id"]
    secret = derived(SECRET, "service:matching")
    answer = made(ask("matching", secret, tenant=tenant, purpose="introduction"), 200)
    assert answer["expires_in"] == 300
    claims = jwt.decode(answer["token"], options={"verify_signature": False})
    assert (claims["kind"], claims["sub"], claims["scope"]) == ("service", "matching", "internal")
    assert (claims["tenant"], claims["purpose"]) == (tenant, "introduction")
    assert "tenant" not in jwt.decode(made(ask("matching", secret), 200)["token"], options={"verify_signature": False})
    for service, shown in (("directory", secret), ("matching", "guess"), ("matching", "-")):
        refused(ask(service, shown), 401, "unauthenticated")
    refused(ask("strangers", secret), 422, "invalid-request")
    refused(gate.http(answer["token"]).get("/v1/needs"), 401, "unauthenticated")


def test_the_command_prints_a_services_secret() -> None:
    def run(*arguments: str, secret: str = SECRET) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gateway", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "CANDO_SECRET": secret}, check=False
        )

    assert run("service-secret", "matching").stdout.strip() == derived(SECRET, "service:matching")
    assert run("service-secret", "nobody").returncode == 2
    assert run("service-secret", "matching", secret="short").returncode == 1
