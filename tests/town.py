"""A whole house for tests, and the two fictional neighbourhoods in it: Hazelbrook in England, Lindenau in Germany.

Everything goes over real HTTP to a real server on loopback, as a partner app would do it.
"""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from starlette.types import ASGIApp

from deploy.house import House
from deploy.serving import Server, Serving, config
from gateway.bootstrap import ensure_bootstrap_key
from services.kernel.caller import SCOPES
from services.kernel.clock import Clock, system_clock

EVERYTHING = sorted(set(SCOPES) - {"tenants:write"})
_RENEWED_AFTER = 600.0


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve `app` on a free port of the loopback address while the context is open; yield its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(config(app, Serving(stop_seconds=2)))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            threading.Event().wait(0.02)
        assert server.started, "the server did not start"
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(15)


@dataclass
class Town:
    """A running house: where it answers and the key that makes tenants."""

    url: str
    key: str
    house: House | None = None
    admin_url: str = ""
    secret: str = ""
    clients: list[httpx.Client] = field(default_factory=list)

    def http(self, token: str | None = None) -> httpx.Client:
        """Return a client with `token`; it is closed with the town."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self.clients.append(httpx.Client(base_url=self.url, headers=headers, timeout=30))
        return self.clients[-1]

    def close(self) -> None:
        """Close the connections of all clients."""
        for client in self.clients:
            client.close()

    def found(self, slug: str, *, language: str, zone: str, organisation: str) -> "Quarter":
        """Found a tenant with its first organisation and a client that may do everything for it."""
        body = {
            "slug": slug, "name": slug.title(), "default_language": language, "time_zone": zone,
            "organisation": {"name": organisation},
        }  # fmt: skip
        tenant = ok(self.http(self.key).post("/v1/tenants", json=body))
        quarter = Quarter(self, tenant["id"], tenant["organisation_id"])
        quarter.council = quarter.app(tenant["organisation_id"], name="everything")
        return quarter


@dataclass
class Quarter:
    """One tenant, and apps of its organisations. `council` is the app of the founding organisation."""

    town: Town
    id: str
    organisation: str
    council: httpx.Client = field(init=False)

    def app(
        self, organisation: str | None = None, *, scopes: list[str] | None = None, name: str = "app"
    ) -> httpx.Client:
        """Return an HTTP client with a fresh token of a new API client."""
        credentials = self.credentials(organisation, scopes=scopes, name=name)
        client = self.town.http(token(self.town, credentials)["access_token"])
        renewed = time.monotonic()

        def renew(request: httpx.Request) -> None:
            nonlocal renewed
            if time.monotonic() - renewed > _RENEWED_AFTER:  # all tests together take longer than a token lives
                renewed = time.monotonic()
                fresh = f"Bearer {token(self.town, credentials)['access_token']}"
                client.headers["authorization"] = request.headers["authorization"] = fresh

        client.event_hooks = {"request": [renew]}
        return client

    def credentials(
        self, organisation: str | None = None, *, scopes: list[str] | None = None, name: str = "app"
    ) -> dict[str, str]:
        """Make an API client; return its id and secret."""
        body = {
            "tenant_id": self.id,
            "organisation_id": organisation or self.organisation,
            "name": f"{name} {uuid4().hex[:6]}",
            "scopes": EVERYTHING if scopes is None else scopes,
        }
        made: dict[str, str] = ok(self.town.http(self.town.key).post("/v1/clients", json=body))
        return made

    def organisation_named(self, name: str, kind: str = "charity") -> str:
        """Add another organisation; return its id."""
        return str(ok(self.council.post("/v1/organisations", json={"name": name, "kind": kind}))["id"])

    def person(self, participant: str, credentials: Mapping[str, str]) -> httpx.Client:
        """Return an HTTP client with the token of a participant, obtained by an app through token exchange."""
        exchanged = token(
            self.town,
            credentials,
            grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token=participant,
            subject_token_type="urn:cando:token-type:participant",
        )
        return self.town.http(exchanged["access_token"])

    def register(self, called: str, api: httpx.Client | None = None, **facts: Any) -> dict[str, Any]:
        """Register a participant who lets the app's organisation assess, match and introduce her."""
        purposes = facts.pop("purposes", ("assessment", "matching", "introduction", "timebank"))
        recipient = facts.pop("recipient", self.organisation)
        grants = [{"purpose": one, "recipient_id": recipient, "notice_version": "2026-01"} for one in purposes]
        body = {"called": called, "languages": [{"tag": "en"}], "consents": grants, **facts}
        made: dict[str, Any] = ok((api or self.council).post("/v1/participants", json=body))
        return made


def token(town: Town, credentials: Mapping[str, str], **form: str) -> dict[str, Any]:
    """Ask for a token with a client's credentials."""
    asked = {"grant_type": "client_credentials", **form}
    basic = httpx.BasicAuth(credentials["client_id"], credentials["client_secret"])
    made: dict[str, Any] = ok(town.http().post("/oauth/token", data=asked, auth=basic))
    return made


def ok(answer: httpx.Response) -> Any:
    """Return the body of an answer that is as hoped, or fail with what it said."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Return the problem of an answer, after making sure that it is the one expected."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"/problems/{slug}", body
    return body


@contextlib.contextmanager
def running_town(admin_url: str, secret: str, clock: Clock = system_clock) -> Iterator[Town]:
    """Open a house on a prepared database, served over HTTP."""
    house = House(admin_url, secret=secret, clock=clock)
    with served(house) as url:
        key = asyncio.run(_bootstrap(admin_url, secret))
        town = Town(url, key, house, admin_url, secret)
        yield town
        town.close()


async def _bootstrap(admin_url: str, secret: str) -> str:
    from deploy.database import runtime_url
    from services.kernel.database import Database

    database = Database(runtime_url(admin_url, "gateway", secret), schema="gateway")
    try:
        key = await ensure_bootstrap_key(database, secret, system_clock)
    finally:
        await database.close()
    assert key is not None
    return key
