"""The running room on a real database, between tiny neighbours that only say what it asks them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from deploy.database import prepare, runtime_url
from services.assessments.app import create_app
from services.assessments.instruments.operations import get_shipped
from services.assessments.settings import Settings
from services.kernel.caller import Caller
from services.kernel.clock import system_clock
from services.kernel.upstream import Answer, call
from tests.conftest import SECRET
from tests.neighbours import Signing
from tests.neighbours import problem as problem

AGREED = {"given": True, "method": "spoken", "language": "en"}
"""What a person says who lets one capability or need be made known: the `consent` in the body of publishing."""
SCOPES = frozenset({"assessments:write", "assessments:manage", "reports:read", "events:read"})


@dataclass
class Neighbours(Signing):
    """A gateway that signs, a directory that knows `consents`, and the facts that directory and matching tell."""

    consents: set[tuple[str, str, str]] = field(default_factory=set)
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"directory": [], "matching": []})
    directory_answers: bool = True
    not_asked: dict[str, str | None] = field(default_factory=dict)

    async def directory(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/internal/events":
            await self._feed("directory", scope, receive, send)
            return
        if not self.directory_answers:
            raise ConnectionError
        if scope["path"].endswith("/do-not-ask"):
            self.not_asked[scope["path"].split("/")[3]] = (await Request(scope, receive).json())["until"]
            await Response(status_code=204)(scope, receive, send)
            return
        asked = await Request(scope, receive).json()
        said = {one: self._verdict(one, asked["organisation"], asked["purpose"]) for one in asked["people"]}
        await JSONResponse({"people": said})(scope, receive, send)

    def _verdict(self, person: str, organisation: str, purpose: str) -> dict[str, Any]:
        allowed = (person, organisation, purpose) in self.consents
        return {"allowed": allowed, "ask": person not in self.not_asked, "blocks": []}

    async def matching(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._feed("matching", scope, receive, send)

    async def _feed(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        told = self.facts[name]
        position = int(Request(scope).query_params["after"].partition(".")[0])
        if position >= len(told):
            await asyncio.sleep(0.02)
        await JSONResponse({"items": told[position:], "next": f"{len(told)}.0"})(scope, receive, send)


@dataclass
class Room:
    """One tenant's view of the running room: calls as an organisation, a person or a service."""

    app: FastAPI
    neighbours: Neighbours
    admin: str
    tenant: UUID = field(default_factory=uuid4)
    organisation: UUID = field(default_factory=uuid4)

    def app_of(self, organisation: UUID | None = None, *, scopes: frozenset[str] = SCOPES) -> Caller:
        of = organisation or self.organisation
        return Caller("app", str(of), str(of), scopes, tenant=self.tenant, organisation=of)

    def person(self, person: str) -> Caller:
        return Caller("person", person, "app", SCOPES, tenant=self.tenant, organisation=self.organisation)

    def service(self) -> Caller:
        return Caller("service", "matching", "matching", frozenset({"internal"}), tenant=self.tenant)

    async def ask(
        self, method: str, path: str, body: Any = None, *, caller: Caller | None = None, **headers: str
    ) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        path, _, query = path.partition("?")
        sent = {"authorization": f"Bearer {self.neighbours.token(caller or self.app_of())}", **given}
        return await call(self.app, method, path, query=query, body=body, headers=sent)

    async def do(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Ask, insist on success, and return the body."""
        answer = await self.ask(method, path, body, **more)
        assert answer.status < 300, (method, path, answer.status, answer.body)
        return answer.json() if answer.body else None

    def participant(self, *purposes: str, organisation: UUID | None = None) -> str:
        person = str(uuid4())
        for purpose in purposes or ("assessment", "matching"):
            self.neighbours.consents.add((person, str(organisation or self.organisation), purpose))
        return person

    def revoke(self, person: str, purpose: str = "matching") -> None:
        kept = {grant for grant in self.neighbours.consents if grant[0] != person or grant[2] != purpose}
        self.neighbours.consents = kept

    def tell(self, neighbour: str, fact: str, subject: str, at: str = "2026-11-28T10:00:00Z", /, **ids: Any) -> None:
        """Let a neighbour publish a fact."""
        event = {"id": str(uuid4()), "type": fact, "subject": subject, "tenant": str(self.tenant), "ids": ids}
        self.neighbours.facts[neighbour].append({**event, "at": at})

    async def heard(self) -> None:
        """Return when every fact that was told has been handled."""
        wanted = {source: f"{len(facts)}.0" for source, facts in self.neighbours.facts.items() if facts}

        async def caught_up() -> bool:
            found = {follower.source: await follower._position() for follower in self.app.state.followers}
            return all(found[source] == position for source, position in wanted.items())

        await until(caught_up)

    async def facts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.do("GET", "/v1/events?limit=1000"))["items"]
        return found

    async def instrument(self) -> str:
        return str(get_shipped("needs-and-capabilities", 1).id)

    async def started(self, person: str | None = None, **more: Any) -> dict[str, Any]:
        body = {"participant_id": person or self.participant(), "instrument_id": await self.instrument()}
        made: dict[str, Any] = await self.do("POST", "/v1/assessments", {**body, "language": "en", **more})
        return made

    async def completed(self, person: str | None = None, **answers: Any) -> dict[str, Any]:
        started = await self.started(person)
        for question, value in {"willing": "yes", "needs": [], **answers}.items():
            await self.do("PUT", f"/v1/assessments/{started['id']}/answers/{question}", {"value": value})
        done: dict[str, Any] = await self.do("POST", f"/v1/assessments/{started['id']}:complete")
        return done

    async def items(self, assessment: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.do("GET", f"/v1/assessments/{assessment['id']}/{kind}"))["items"]
        return found

    async def evening(self, *, at: str = "open", **more: Any) -> dict[str, Any]:
        body = {"title": "At the library", "starts_at": "2026-11-28T18:00:00Z", "languages": ["ti", "prs"], **more}
        made: dict[str, Any] = await self.do("POST", "/v1/round-tables", body)
        for state, step in (("inviting", "invite"), ("open", "open"), ("plenary", "to-plenary"), ("closed", "close")):
            if made["state"] == at:
                break
            made = await self.do("POST", f"/v1/round-tables/{made['id']}:{step}")
            assert made["state"] == state
        return made

    async def table(self, evening: Mapping[str, Any], language: str = "ti") -> str:
        body = {"language": language, "facilitator": "facilitator A"}
        return str((await self.do("POST", f"/v1/round-tables/{evening['id']}/tables", body))["id"])

    async def lay(self, evening: Mapping[str, Any], table: str, **card: Any) -> dict[str, Any]:
        body = {"question": 1, "category": "language", "text": "a language course", "language": "en", **card}
        laid: dict[str, Any] = await self.do("POST", f"/v1/round-tables/{evening['id']}/tables/{table}/cards", body)
        return laid


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Return when `condition` holds; fail when it does not in time."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def prepared(new_database: Callable[[], str]) -> str:
    """The admin address of a database with this room's tables."""
    admin = new_database()
    prepare(admin, SECRET, services=["assessments"])
    return admin


@pytest.fixture
async def room(prepared: str) -> AsyncIterator[Room]:
    """A running room, and a tenant of its own for each test."""
    neighbours = Neighbours()
    settings = Settings(database_url=runtime_url(prepared, "assessments", SECRET), service_secret="s", pool=3)
    peers = {"gateway": neighbours.gateway, "directory": neighbours.directory, "matching": neighbours.matching}
    app = create_app(settings, peers=peers, clock=system_clock)
    async with app.router.lifespan_context(app):
        for follower in app.state.followers:
            await follower._move("0.0", since=await follower._position())
        yield Room(app, neighbours, prepared)
