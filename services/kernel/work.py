"""One operation, one transaction: what a use case gets to work with, committed before the answer is sent.

A route that names `Annotated[Work, within("scope")]` runs inside a transaction of the caller's tenant. `WorkRoute`
commits it when the answer is ready and before its first byte leaves; any error rolls it back. The same place makes
POSTs repeatable: with an `Idempotency-Key` the first request's effect stands, and later ones are shown its result.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.routing import APIRoute
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.kernel import ids, tables
from services.kernel.caller import Caller, authenticate, external_token
from services.kernel.context import Kernel
from services.kernel.metrics import here
from services.kernel.peers import Peers
from services.kernel.problems import Conflict, Forbidden, Invalid, Unauthenticated
from services.kernel.upstream import call

KEY_HEADER = "idempotency-key"
LONGEST_KEY = 255
_HOLD = text(
    "select pg_advisory_xact_lock(key) from"
    " (select hashtextextended(name, 0) as key from unnest(cast(:names as text[])) as name order by 1) as ordered"
)
Related = UUID | str | int | None
Fact = tuple[str, UUID, Mapping[str, Related]]
"""A fact's type, its subject, and related ids and states."""


class KeyReused(Conflict):
    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"


@dataclass(slots=True)
class Work:
    """What an operation works with: the transaction's session, who asks, and what time it is."""

    kernel: Kernel
    session: AsyncSession
    caller: Caller
    tenant: UUID
    now: datetime

    def new_id(self) -> UUID:
        """Return a fresh UUIDv7."""
        return ids.new_id(self.kernel.clock())

    @property
    def peers(self) -> Peers:
        """Return the neighbours that this service may ask."""
        return self.kernel.peers

    @property
    def organisation(self) -> UUID:
        """Return the caller's organisation. Raises Forbidden for a caller without one."""
        if self.caller.organisation is None:
            raise Forbidden("This needs a token of an organisation.")
        return self.caller.organisation

    async def record(self, fact: str, subject: UUID, **related: Related) -> None:
        """Record the fact `fact` (such as `offer.withdrawn`) about `subject`, with ids and states but no texts.

        `by`, the caller's organisation, is always among them.
        """
        await self.record_all([(fact, subject, related)])

    async def record_all(self, facts: Sequence[Fact]) -> None:
        """Record many facts at once, each as `record` takes it."""
        rows = [
            {
                "id": self.new_id(), "type": fact, "subject": subject, "at": self.now,
                "ids": _related({"by": self.caller.organisation, **related}),
            }
            for fact, subject, related in facts
        ]  # fmt: skip
        if rows:
            await self.session.execute(insert(tables.events), rows)

    async def audit(
        self, action: str, subject: UUID, *, purpose: str | None = None, person: UUID | None = None
    ) -> None:
        """Write one row that the caller did `action` to `subject`'s data; `person` where the subject is hers, not she.

        A person is shown the rows whose subject or person she is.
        """
        row = {
            "id": self.new_id(), "at": self.now, "actor_kind": self.caller.kind, "actor": self.caller.subject,
            "organisation_id": self.caller.organisation, "on_behalf_of": self.caller.on_behalf_of,
            "action": action, "subject": subject, "person": person, "purpose": purpose,
        }  # fmt: skip
        await self.session.execute(insert(tables.audit).values(row))

    async def hold(self, name: str) -> None:
        """Hold `name` in this tenant until the transaction ends: whoever else asks for it waits."""
        key = func.hashtextextended(f"{self.tenant}/{name}", 0)
        await self.session.execute(select(func.pg_advisory_xact_lock(key)))

    async def hold_all(self, names: Collection[str]) -> None:
        """Hold many names as `hold` holds one; all who do so take them in one order, and never wait in a circle."""
        if names:
            await self.session.execute(_HOLD, {"names": [f"{self.tenant}/{one}" for one in names]})

    async def defer(self, task: str, **arguments: str) -> None:
        """Queue a background task that exists only if this transaction commits."""
        await self.kernel.jobs.defer(self.session, task, tenant=str(self.tenant), **arguments)


def _related(related: Mapping[str, Related]) -> dict[str, str | int]:
    return {name: _plain(value) for name, value in related.items() if value is not None}


def _plain(value: UUID | str | int) -> str | int:
    return str(value) if isinstance(value, UUID) else value


class _Replayed(Exception):
    def __init__(self, status: int, reference: str) -> None:
        self.status = status
        self.reference = reference


@dataclass(slots=True)
class _Claim:
    work: Work
    key: str


async def _open_work(
    request: Request,
    caller: Annotated[Caller, Security(authenticate)],
    _: Annotated[str | None, Depends(external_token)],
) -> Work:
    kernel: Kernel = request.app.state.kernel
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    stack: AsyncExitStack = request.state.stack
    session = await stack.enter_async_context(kernel.database.transaction(caller.tenant))
    work = Work(kernel, session, caller, caller.tenant, kernel.clock())
    key = request.headers.get(KEY_HEADER)
    if key is not None and request.method == "POST":
        await _claim(request, work, key)
        request.state.claim = _Claim(work, key)
    return work


@asynccontextmanager
async def as_service(kernel: Kernel, tenant: UUID, *, organisation: UUID | None = None) -> AsyncIterator[Work]:
    """Open one transaction of `tenant` for the service itself, or on behalf of `organisation`: jobs and followers."""
    caller = Caller("service", kernel.name, kernel.name, frozenset(), tenant=tenant, organisation=organisation)
    async with kernel.database.transaction(tenant) as session:
        yield Work(kernel, session, caller, tenant, kernel.clock())


def within(*scopes: str) -> Any:
    """Return the dependency that opens the work of a route which needs `scopes`, each of them."""
    return Security(_open_work, scopes=scopes)


def opens_work(dependency: object) -> bool:
    """Say whether a route's dependency is the one that opens its work, and so reads an `Idempotency-Key`."""
    return dependency is _open_work


async def _claim(request: Request, work: Work, key: str) -> None:
    """Take the key for this request; a request with the same key that is under way is waited for."""
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid.field("/idempotency-key", "must be 1 to 255 printable ASCII characters", source="header")
    fingerprint = await _fingerprint(request)
    t = tables.idempotency
    row = {"client": _client(work), "key": key}
    taken = await work.session.execute(
        upsert(t).values(**row, request_hash=fingerprint, at=work.now).on_conflict_do_nothing().returning(t.c.key)
    )
    if taken.first() is not None:
        return
    found = (await work.session.execute(select(t).where(t.c.client == row["client"], t.c.key == key))).one()
    if found.request_hash != fingerprint:
        raise KeyReused("Use a new key for a new request.")
    raise _Replayed(found.status or 200, found.reference or "")


def _client(work: Work) -> str:
    """Return whose keys these are: one app acting for one subject."""
    return f"{work.caller.client}/{work.caller.subject}"


async def _fingerprint(request: Request) -> str:
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(head + await request.body()).hexdigest()


async def _settle(claim: _Claim, response: Response) -> None:
    t = tables.idempotency
    reference = response.headers.get("content-location") or response.headers.get("location")
    client = _client(claim.work)
    await claim.work.session.execute(
        update(t)
        .where(t.c.client == client, t.c.key == claim.key)
        .values(status=response.status_code, reference=reference)
    )


async def _replay(request: Request, replayed: _Replayed) -> Response:
    """Show the result of the first request as it stands now."""
    here().replays.inc()
    headers = {"idempotency-replayed": "true"}
    if not replayed.reference:
        return Response(status_code=replayed.status, headers=headers)
    kept = {name: request.headers[name] for name in ("authorization", "accept-language", "x-request-id")
            if name in request.headers}  # fmt: skip
    path, _, query = replayed.reference.partition("?")
    answer = await call(request.app, "GET", path, query=query, headers=kept)
    shown: Mapping[str, str] = {n: v for n, v in answer.headers.items() if n != "content-length"}
    status = replayed.status if answer.status == 200 else answer.status
    return Response(answer.body, status, {**shown, **headers, "location": replayed.reference})


class WorkRoute(APIRoute):
    """A route whose work is committed after the answer is made and before it is sent."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler in the transaction that `within` opens."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                async with AsyncExitStack() as stack:
                    request.state.stack = stack
                    response = await answer(request)
                    if claim := getattr(request.state, "claim", None):
                        await _settle(claim, response)
            except _Replayed as replayed:
                return await _replay(request, replayed)
            return response

        return handle
