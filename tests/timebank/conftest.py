"""A running time bank on a real database, between tiny neighbours that only say what it asks them."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from deploy.database import runtime_url
from services.kernel.caller import Caller
from services.kernel.clock import system_clock
from services.kernel.context import Kernel
from services.kernel.upstream import Answer, call
from services.kernel.work import Work
from services.timebank.app import create_app
from services.timebank.settings import Settings
from tests.conftest import SECRET
from tests.neighbours import Signing

WRITE = frozenset({"timebank:write", "timebank:manage", "events:read"})


@dataclass
class Neighbours(Signing):
    """A gateway that signs, a directory that knows who is in `known`, a matching that tells `facts`."""

    known: set[str] = field(default_factory=set)
    facts: list[dict[str, Any]] = field(default_factory=list)
    in_care: set[str] = field(default_factory=set)
    directory_answers: bool = True

    async def directory(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.directory_answers:
            raise ConnectionError
        if scope["path"] == "/internal/authority":
            asked = await Request(scope, receive).json()
            assert asked["purpose"] == "timebank"
            may = self.known & self.in_care if "staff" in asked else self.known
            said = {one: {"allowed": one in may, "ask": False, "blocks": []} for one in asked["people"]}
            answer = JSONResponse({"people": said})
        elif scope["path"].startswith("/internal/staff/"):
            assert Request(scope).query_params["purpose"] == "timebank"
            answer = JSONResponse({"people": sorted(self.in_care)})
        else:
            name = scope["path"].rpartition("/")[2]
            answer = JSONResponse({"id": name}, 200 if name in self.known else 404)
        await answer(scope, receive, send)

    async def matching(self, scope: Scope, receive: Receive, send: Send) -> None:
        after = Request(scope).query_params["after"]
        told = self.facts[int(after.partition(".")[0]) :]
        await JSONResponse({"items": told, "next": f"{len(self.facts)}.0"})(scope, receive, send)


@dataclass
class Bank:
    """One tenant's view of the running time bank: calls as an organisation, a person or a service."""

    app: FastAPI
    neighbours: Neighbours
    tenant: UUID = field(default_factory=uuid4)
    organisation: UUID = field(default_factory=uuid4)
    admin: str = ""

    @property
    def kernel(self) -> Kernel:
        kernel: Kernel = self.app.state.kernel
        return kernel

    def app_of(self, organisation: UUID | None = None) -> Caller:
        of = organisation or self.organisation
        return Caller("app", str(of), str(of), WRITE, tenant=self.tenant, organisation=of)

    def person(self, person: UUID) -> Caller:
        return Caller("person", str(person), "app", WRITE, tenant=self.tenant, organisation=self.organisation)

    def staff(self) -> Caller:
        return Caller("staff", str(uuid4()), "app", WRITE, tenant=self.tenant, organisation=self.organisation)

    def service(self) -> Caller:
        return Caller("service", "matching", "matching", frozenset({"internal"}), tenant=self.tenant)

    async def ask(
        self, method: str, path: str, body: Any = None, *, caller: Caller | None = None, **headers: str
    ) -> Answer:
        token = self.neighbours.token(caller or self.app_of())
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        path, _, query = path.partition("?")
        sent = {"authorization": f"Bearer {token}", **given}
        return await call(self.app, method, path, query=query, body=body, headers=sent)

    def newcomer(self) -> UUID:
        person = uuid4()
        self.neighbours.known.add(str(person))
        return person

    async def account(self, owner: UUID | None = None, *, kind: str = "participant", **more: Any) -> dict[str, Any]:
        body: dict[str, Any] = {"owner": {"kind": kind}, **more}
        if kind != "community":
            body["owner"]["id"] = str(owner or self.newcomer())
        answer = await self.ask("POST", "/v1/accounts", body)
        assert answer.status == 201, answer.body
        opened: dict[str, Any] = answer.json()
        return opened

    async def transfer(
        self, payer: str, payee: str, seconds: Any, *, caller: Caller | None = None, key: str = "", **more: Any
    ) -> Answer:
        body = {"from_account": payer, "to_account": payee, "seconds": seconds, "reason": "Gardening", **more}
        return await self.ask("POST", "/v1/transfers", body, caller=caller, idempotency_key=key or uuid4().hex)

    async def reverse(self, transfer: str, reason: str, *, caller: Caller | None = None, **headers: str) -> Answer:
        path = f"/v1/transfers/{transfer}:reverse"
        headers.setdefault("idempotency_key", uuid4().hex)
        return await self.ask("POST", path, {"reason": reason}, caller=caller, **headers)

    async def bring_in(self, *lines: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        """Send lines of the import; return what is answered for each, and the sum."""
        answer = await self.send_lines(b"\n".join(json.dumps(line).encode() for line in lines), query=query)
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    async def send_lines(
        self, content: bytes, *, caller: Caller | None = None, query: str = "", **headers: str
    ) -> httpx.Response:
        token = self.neighbours.token(caller or self.app_of())
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"authorization": f"Bearer {token}", "content-type": "application/x-ndjson", **given}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://bank") as client:
            path = f"/v1/accounts:import?system=hours-book{query}"
            return await client.post(path, content=content, headers=sent)

    async def statement(self, account: str, query: str = "") -> dict[str, Any]:
        answer = await self.ask("GET", f"/v1/accounts/{account}/statement?{query}")
        assert answer.status == 200, answer.body
        return dict(answer.json())

    async def read(self, account: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.ask("GET", f"/v1/accounts/{account}")).json()
        return found

    async def hold(self, match: UUID, payer: UUID, payee: UUID, seconds: int, **more: Any) -> Answer:
        body = {"match_id": str(match), "payer": str(payer), "payee": str(payee), "seconds": seconds,
                "organisation": str(self.organisation), **more}  # fmt: skip
        return await self.ask("POST", "/internal/holds", body, caller=self.service())

    async def facts(self) -> list[dict[str, Any]]:
        return [dict(one) for one in (await self.ask("GET", "/v1/events")).json()["items"]]

    @contextlib.asynccontextmanager
    async def work(self, caller: Caller | None = None) -> AsyncIterator[Work]:
        async with self.kernel.database.transaction(self.tenant) as session:
            yield Work(self.kernel, session, caller or self.app_of(), self.tenant, self.kernel.clock())

    def as_owner(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database past row-level security, as its administrator."""
        return _as_administrator(self.admin).execute(sql.encode(), values).fetchall()


_administrators: dict[str, psycopg.Connection] = {}


def _as_administrator(url: str) -> psycopg.Connection:
    """Return the one connection that these tests have past row-level security; `running` closes it."""
    if url not in _administrators:
        _administrators[url] = psycopg.connect(url, autocommit=True)
    return _administrators[url]


def settings_of(admin: str) -> Settings:
    return Settings(database_url=runtime_url(admin, "timebank", SECRET), service_secret="told", pool=8)


def build_app(admin: str, neighbours: Neighbours) -> FastAPI:
    peers = {"gateway": neighbours.gateway, "directory": neighbours.directory, "matching": neighbours.matching}
    return create_app(settings_of(admin), peers=peers, clock=system_clock)


@pytest.fixture(scope="session")
async def running(apart_url: str) -> AsyncIterator[tuple[FastAPI, Neighbours]]:
    """The time bank's app with an open database; its follower is stepped by the tests that need it."""
    neighbours = Neighbours()
    app = build_app(apart_url, neighbours)
    await app.state.kernel.database.check()
    yield app, neighbours
    await app.state.kernel.database.close()
    while _administrators:
        _administrators.popitem()[1].close()


@pytest.fixture
def bank(running: tuple[FastAPI, Neighbours], apart_url: str) -> Bank:
    """A tenant of its own for each test."""
    app, neighbours = running
    neighbours.directory_answers, neighbours.in_care = True, set()
    return Bank(app, neighbours, admin=apart_url)


def fact(bank: Bank, kind: str, subject: UUID, **ids: Any) -> dict[str, Any]:
    """Return a fact as matching tells it."""
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in ids.items()}
    at = datetime.now(UTC).isoformat()
    return {"id": str(uuid4()), "type": kind, "subject": str(subject), "tenant": str(bank.tenant), "at": at,
            "ids": plain}  # fmt: skip
