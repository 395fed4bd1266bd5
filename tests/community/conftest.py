"""The running room on a real database, between a tiny gateway and a tiny directory."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.database import prepare, runtime_url
from services.community.app import create_app
from services.community.settings import Settings
from services.kernel.caller import Caller
from services.kernel.clock import system_clock
from services.kernel.upstream import Answer, call
from tests.conftest import SECRET
from tests.neighbours import Signing
from tests.neighbours import problem as problem

SCOPES = frozenset({"community:write", "events:read"})


@dataclass
class Neighbours(Signing):
    """A gateway that signs, a directory that knows `consents`; a test may put a `matching` beside them."""

    consents: set[tuple[str, str, str]] = field(default_factory=set)
    directory_answers: bool = True
    apps: dict[str, ASGIApp] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.apps.update(gateway=self.gateway, directory=self.directory)

    async def directory(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.directory_answers:
            raise ConnectionError
        asked = await Request(scope, receive).json()
        said = {
            one: {"allowed": (one, asked["organisation"], asked["purpose"]) in self.consents} for one in asked["people"]
        }
        await JSONResponse({"people": said})(scope, receive, send)


@dataclass
class Room:
    """One tenant's view of the running room: calls as an organisation or a person."""

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
        for purpose in purposes or ("assessment",):
            self.neighbours.consents.add((person, str(organisation or self.organisation), purpose))
        return person

    async def facts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.do("GET", "/v1/events?limit=1000"))["items"]
        return found


@pytest.fixture(scope="session")
def prepared(new_database: Callable[[], str]) -> str:
    """The admin address of a database with this room's tables."""
    admin = new_database()
    prepare(admin, SECRET, services=["community"])
    return admin


@pytest.fixture
async def room(prepared: str) -> AsyncIterator[Room]:
    """A running room, and a tenant of its own for each test."""
    neighbours = Neighbours()
    settings = Settings(
        database_url=runtime_url(prepared, "community", SECRET), service_secret="s", pool=5, authority_timeout=5.0
    )
    app = create_app(settings, peers=neighbours.apps, clock=system_clock)
    async with app.router.lifespan_context(app):
        yield Room(app, neighbours, prepared)
