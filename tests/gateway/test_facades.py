"""What the edge refuses to a facade's client itself: in that client's language, readable by a page of any origin."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse

from gateway.facades import Spoken, language_of
from tests.gateway.conftest import LIMIT, Gate

ORIGIN = {"origin": "https://app.timebanks.example"}
JSON_API = "application/vnd.api+json"


def _code(body: Any) -> str:
    (error,) = body["errors"]
    assert set(error) == {"status", "code", "title", "detail"}
    return f"{error['status']} {error['code']}"


def _issue(body: Any) -> str:
    assert body["resourceType"] == "OperationOutcome"
    (issue,) = body["issue"]
    assert (issue["severity"], bool(issue["diagnostics"])) == ("error", True)
    return str(issue["code"])


def _error(body: Any) -> str:
    return str(body["error"])


@pytest.mark.parametrize(
    ("address", "media_type", "said", "down", "large"),
    [
        ("/komunitin/social/groups", JSON_API, _code, "503 InternalError", "413 BadRequest"),
        ("/fhir/Task", "application/fhir+json", _issue, "transient", "too-long"),
        ("/komunitin/auth/token", "application/json", _error, "temporarily_unavailable", "invalid_request"),
    ],
)
def test_the_edges_own_refusals_are_said_in_the_facades_language(
    gate: Gate, address: str, media_type: str, said: Callable[[Any], str], down: str, large: str
) -> None:
    gate.services["connect"].fault = "raises"
    client = gate.http("x")
    wanting = client.get(address, headers=ORIGIN)
    full = client.post(address, content=b"x" * (LIMIT + 1), headers=ORIGIN)
    chunked = client.post(address, content=(b"x" * 1000 for _ in range(LIMIT // 1000 + 2)), headers=ORIGIN)
    for answer, status, words in ((wanting, 503, down), (full, 413, large)):
        assert (answer.status_code, answer.headers["content-type"]) == (status, media_type)
        assert said(answer.json()) == words
        assert answer.headers["x-request-id"]
        assert ("access-control-allow-origin" in answer.headers) == address.startswith("/komunitin")
    assert chunked.headers["content-type"] == media_type
    assert wanting.headers["retry-after"] == "1"
    assert wanting.headers["cache-control"] == "no-store"
    assert "secret" not in wanting.text


def test_an_address_that_is_not_clean_is_unknown_in_the_facades_language(gate: Gate) -> None:
    unclean = gate.http().get("/komunitin/social/a%2fb")
    assert _code(unclean.json()) == "404 NotFound"
    assert unclean.headers["access-control-allow-origin"] == "*"
    assert _issue(gate.http().get("/fhir/a%2fb").json()) == "not-found"
    plain = gate.http().get("/fhirs/a%2fb")
    assert plain.headers["content-type"] == "application/problem+json"


def test_a_page_may_ask_although_the_facade_is_down_and_reads_that_it_is(gate: Gate) -> None:
    gate.services["connect"].fault = "raises"
    asked = {**ORIGIN, "access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    preflight = gate.http().options("/komunitin/social/groups", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    for answer in (preflight, gate.http().get("/komunitin/social/groups", headers=ORIGIN)):
        assert answer.headers["access-control-allow-origin"] == ORIGIN["origin"]
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["vary"] == "Origin"
    odd = gate.http().options("/komunitin/social", headers={"access-control-request-headers": 'a; b="c"'})
    assert "Authorization" in odd.headers["access-control-allow-headers"]


async def test_what_a_facade_says_itself_is_not_touched() -> None:
    told = JSONResponse({"errors": [{"code": "NotFound"}]}, 404, media_type=JSON_API)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Spoken(told)), base_url="http://x") as client:
        answer = await client.get("/komunitin/social/groups", headers=ORIGIN)
    assert (answer.status_code, answer.content) == (404, told.body)
    assert "access-control-allow-origin" not in answer.headers


def test_only_whole_beginnings_of_addresses_have_a_language() -> None:
    assert [language and language.prefix for language in map(
        language_of, ("/komunitin", "/komunitin/auth", "/komunitin/authors", "/fhir/Task", "/fhirs", "/v1/needs")
    )] == ["/komunitin", "/komunitin/auth", "/komunitin", "/fhir", None, None]  # fmt: skip
