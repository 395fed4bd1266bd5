"""A running gateway on a real database, over real HTTP, before tiny services that say what reached them."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.database import prepare, runtime_url
from gateway.app import create_app
from gateway.bootstrap import ensure_bootstrap_key
from gateway.settings import Settings
from services.kernel.app import NAMES
from services.kernel.caller import Verifier, claims_of
from services.kernel.clock import system_clock
from services.kernel.database import Database
from services.kernel.problems import Problem
from tests.conftest import SECRET
from tests.town import served

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
LIMIT = 50_000


class MovingClock:
    """The machine's clock, and how far a test has moved it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


@dataclass
class Echo:
    """A service that says who asked and what arrived; `fault` makes it fail in one way or another."""

    name: str
    neighbours: dict[str, ASGIApp]
    fault: str = ""
    facts: list[dict[str, Any]] = field(default_factory=list)
    news: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/internal/events":  # the desk follows it all the time
            await JSONResponse(await self._news(Request(scope)))(scope, receive, send)
            return
        self.asked += 1
        if self.fault == "raises":
            raise RuntimeError("a secret that must not be shown")
        if self.fault == "hangs":
            await asyncio.sleep(30)
        try:
            answer = await self._answer(Request(scope, receive))
        except Problem as problem:
            answer = problem.response()
        if self.fault == "breaks":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise RuntimeError("half-way")
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path == "/ready":
            return JSONResponse({"status": "ready"})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        assert scheme == "Bearer"
        caller = await Verifier(self.neighbours["gateway"]).verify(token)
        tenant = str(caller.tenant)
        match request.url.path.split("/")[1:]:
            case ["v1", "events"]:
                return JSONResponse(await self._feed(request))
            case ["internal", "organisations"]:
                caller.require("internal")
                made = str(uuid4())
                self.organisations[made] = tenant
                return JSONResponse({"id": made}, 201)
            case ["internal", "organisations", id]:
                return JSONResponse({}, 200 if self.organisations.get(id) == tenant else 404)
            case ["internal", "participants", id]:
                return JSONResponse({}, 200 if self.people.get(id) == request.query_params["organisation"] else 404)
        body = await request.body()
        return JSONResponse({
            "service": self.name, "path": request.url.path, "caller": claims_of(caller), "size": len(body),
            "headers": dict(request.headers), "token": token,
        })  # fmt: skip

    async def _feed(self, request: Request) -> dict[str, Any]:
        start = int(request.query_params["after"].partition(".")[2] or 0)
        limit, wait = int(request.query_params["limit"]), float(request.query_params["wait"])
        while wait > 0 and len(self.facts) <= start:
            await asyncio.sleep(0.05)
            wait -= 0.05
        items = self.facts[start : start + limit]
        return {"items": items, "next": f"1.{start + len(items)}"}

    async def _news(self, request: Request) -> dict[str, Any]:
        """Return what our services alone are told, of all tenants."""
        start = int(request.query_params["after"].partition(".")[2] or 0)
        if len(self.news) <= start:
            await asyncio.sleep(0.5)
        items = self.news[start : start + int(request.query_params.get("limit", 500))]
        return {"items": items, "next": f"1.{start + len(items)}"}

    def happened(self, type: str, at: datetime, tenant: str) -> str:
        """Add a fact; return its id."""
        id = str(uuid4())
        self.facts.append(
            {"id": id, "type": type, "subject": str(uuid4()), "tenant": tenant, "at": at.isoformat(), "ids": {}}
        )
        return id


@dataclass
class Gate:
    """A running gateway: where it answers, the bootstrap key, the services behind it, its clock."""

    url: str
    key: str
    admin_url: str
    services: dict[str, Echo]
    clock: MovingClock
    opened: list[httpx.Client] = field(default_factory=list)

    def http(self, token: str | None = None) -> httpx.Client:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=20)
        self.opened.append(client)
        return client

    @property
    def bootstrap(self) -> httpx.Client:
        return self.http(self.key)

    @property
    def directory(self) -> Echo:
        return self.services["directory"]

    def tenant(self, slug: str = "") -> dict[str, Any]:
        """Found a tenant."""
        slug = slug or f"quarter-{uuid4().hex[:8]}"
        body = {
            "slug": slug, "name": slug.title(), "default_language": "en", "time_zone": "Europe/London",
            "organisation": {"name": "Hazelbrook Council"},
        }  # fmt: skip
        return made(self.bootstrap.post("/v1/tenants", json=body))

    def organisation(self, tenant: dict[str, Any]) -> str:
        """Let the directory know another organisation of the tenant."""
        id = str(uuid4())
        self.directory.organisations[id] = tenant["id"]
        return id

    def client(self, tenant: dict[str, Any], *scopes: str, organisation: str = "") -> dict[str, Any]:
        """Make a client with these scopes."""
        body = {
            "tenant_id": tenant["id"], "organisation_id": organisation or tenant["organisation_id"], "name": "app",
            "scopes": scopes or ["matching:read"],
        }  # fmt: skip
        return made(self.bootstrap.post("/v1/clients", json=body))

    def ask(self, client: dict[str, Any], **form: str) -> httpx.Response:
        """Ask for a token."""
        basic = httpx.BasicAuth(client["client_id"], client["client_secret"])
        with self.http() as http:
            return http.post("/oauth/token", data={"grant_type": "client_credentials", **form}, auth=basic)

    def token(self, client: dict[str, Any], **form: str) -> str:
        return str(made(self.ask(client, **form), 200)["access_token"])

    def app(self, tenant: dict[str, Any], *scopes: str, organisation: str = "") -> httpx.Client:
        """Return an HTTP client with a token of a new client."""
        return self.http(self.token(self.client(tenant, *scopes, organisation=organisation)))


def made(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    """Return the body of an answer with the status hoped for."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    body: dict[str, Any] = json.loads(answer.content)
    return body


def refused(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Return the problem of an answer, after making sure that it is the one expected."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"/problems/{slug}", body
    return body


def settings_for(admin_url: str, **more: Any) -> Settings:
    return Settings(
        database_url=runtime_url(admin_url, "gateway", SECRET), secret=SECRET, upstream_timeout=3.0,
        largest_body=LIMIT, pool=4, **more,
    )  # fmt: skip


@pytest.fixture(scope="session")
def gateway_database(new_database: Callable[[], str]) -> str:
    """A database prepared for the gateway alone."""
    url = new_database()
    prepare(url, SECRET, services=["gateway"])
    return url


@pytest.fixture(scope="session")
def the_gate(gateway_database: str) -> Iterator[Gate]:
    neighbours: dict[str, ASGIApp] = {}
    services = {name: Echo(name, neighbours) for name in NAMES}
    clock = MovingClock()
    gateway = create_app(
        settings_for(gateway_database, outbound_allow="127.0.0.1:*"), upstreams=neighbours, clock=clock
    )
    neighbours.update({**services, "gateway": gateway})
    key = asyncio.run(_bootstrap_key(gateway_database))
    with served(gateway) as url:
        yield Gate(url, key, gateway_database, services, clock)


@pytest.fixture
def gate(the_gate: Gate) -> Iterator[Gate]:
    """The gateway, with every service well again afterwards."""
    yield the_gate
    while the_gate.opened:
        the_gate.opened.pop().close()
    the_gate.clock.ahead = timedelta()
    for service in the_gate.services.values():
        service.fault = ""
        service.facts.clear()


async def _bootstrap_key(admin_url: str) -> str:
    database = Database(runtime_url(admin_url, "gateway", SECRET), schema="gateway")
    try:
        key = await ensure_bootstrap_key(database, SECRET, system_clock)
    finally:
        await database.close()
    assert key is not None
    return key


ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def fresh(new_database: Callable[[], str]) -> str:
    """The admin address of a database that has the gateway's tables and nothing in them."""
    url = new_database()
    prepare(url, SECRET, services=["gateway"])
    return url
