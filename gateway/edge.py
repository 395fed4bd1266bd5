"""The edge itself: pure ASGI around every request, before any framework.

What is public goes to the desk. Everything else needs an opaque token, which is swapped for a signed one, and goes
to the service that owns its collection. Headers by which a caller could pose as somebody else end here. A service
that is down, breaks or takes too long is answered for with 503; nothing is tried twice. Whoever asks too much hears
429: a known client by what it and its tenant have asked, anybody else by the address.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial

import structlog
from fastapi import FastAPI
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import guests as public_feed
from gateway import routing
from gateway.facades import Spoken
from gateway.guests import Guests, PublicFeed
from gateway.identity import Identities, Known
from gateway.limits.gate import Limits
from gateway.settings import Settings
from services.kernel.clock import Clock
from services.kernel.edge import BASE_HEADER, Limited, Traced
from services.kernel.events import LONGEST_WAIT
from services.kernel.metrics import here
from services.kernel.problems import MethodNotAllowed, NotFound, Problem, TooLarge, Unauthenticated
from services.kernel.upstream import UpstreamUnavailable

_STRIPPED = {b"authorization", b"proxy-authorization", b"cookie", b"forwarded", b"x-real-ip"}
_STRIPPED_STARTS = (b"x-cando-", b"x-forwarded-")
_SNIFF = (b"x-content-type-options", b"nosniff")
_NO_STORE = (b"cache-control", b"no-store")
_LONG = 10
log = structlog.get_logger()


class Gateway:
    """The app that faces the world. `desk` is the app of the gateway's own resources, and has the lifespan.

    `upstreams` holds every service by name, and the desk.
    """

    def __init__(
        self,
        desk: FastAPI,
        upstreams: Mapping[str, ASGIApp],
        *,
        identities: Identities,
        guests: Guests,
        limits: Limits,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self.desk = desk
        self._apps = upstreams
        self._identities = identities
        self._guests = guests
        self._limits = limits
        self._public_url = settings.public_url
        self._timeout = settings.upstream_timeout
        limited = Limited(
            self._answer, largest=settings.largest_body, larger=routing.LARGE_PATHS,
            uploads=routing.UPLOADS, largest_upload=settings.largest_upload,
        )  # fmt: skip
        self._entrance = Traced(
            Spoken(limited), service="edge", clock=clock, metrics=desk.state.kernel.panel.part("edge"), outside=True
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.desk(scope, receive, send)
        elif scope["type"] == "http":
            await self._entrance(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        answer = _Answer(
            send,
            private=path.startswith("/v1/") or routing.is_facade(path),
            shared=public_feed.feed_of(path) is not None,
        )
        try:
            await self._forward(scope, receive, answer)
        except (Problem, HTTPException) as error:
            if answer.started:
                raise ConnectionError("A service broke off its answer.") from None
            problem = error if isinstance(error, Problem) else _problem(error)
            await problem.response()(scope, receive, answer)

    async def _forward(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        path: str = scope["path"]
        if not routing.is_clean(scope):
            raise NotFound
        if path in routing.NEVER_LIMITED or await self._is_of_ours(scope):
            await self._ask_desk(scope, receive, answer)
        elif routing.is_public(path):
            await self._as_stranger(partial(self._ask_desk, scope, receive, answer), scope, answer)
        elif (feed := public_feed.feed_of(path)) is not None:
            await self._as_stranger(partial(self._show_feed, feed, scope, receive, answer), scope, answer)
        elif routing.is_facade(path):
            ask = partial(self._ask, "connect", self._as_sent(scope), receive, answer)
            await self._as_stranger(ask, scope, answer)
        else:
            await self._as_client(scope, receive, answer)

    async def _ask_desk(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        base = public_feed.origin_of(scope, self._public_url)
        await self._ask(routing.DESK, _public(scope, base), receive, answer)

    async def _as_stranger(self, ask: Callable[[], Awaitable[None]], scope: Scope, answer: "_Answer") -> None:
        """Count by its address who needs no token, and who shows what is not good; whoever shows it does not count."""
        taken = await self._limits.stranger(scope)
        await ask()
        if self._was_good(scope, answer.status):
            self._limits.give_back(taken)

    def _was_good(self, scope: Scope, status: int) -> bool:
        """Say whether what was shown has proved good; where nobody looks at it, nothing has."""
        if scope["path"].startswith(routing.TOKEN_DOORS):
            return status // 100 in (2, 5)
        if not routing.is_facade(scope["path"]):
            return False
        try:
            return self._identities.remembers(_bearer(scope))
        except Unauthenticated:
            return False

    async def _as_client(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        """Let a known client ask a service, within its limits."""
        known = await self._recognised(scope)
        answer.tells(await self._limits.known(known.caller))
        path: str = scope["path"]
        destination = routing.destination_of(path)
        if destination is None:
            raise NotFound
        scope["route"] = destination
        if path == "/v1/events":  # may have waited half a minute, in which the token may have been revoked
            answer.before = partial(self._identities.internal_token, _bearer(scope))
        inner = {**scope, "headers": [*_kept(scope), (b"authorization", b"Bearer " + known.token.encode())]}
        waits = path == "/v1/events" and "wait" in QueryParams(scope["query_string"])
        with self._limits.under_way(known.caller, waits=waits):
            await self._ask(destination.service, inner, receive, answer)

    async def _recognised(self, scope: Scope) -> Known:
        """Return who shows a good token. Whoever does not is counted, before the database is asked about it."""
        try:
            presented = _bearer(scope)
        except Unauthenticated:
            await self._limits.stranger(scope)
            raise
        taken = None if self._identities.remembers(presented) else await self._limits.stranger(scope)
        known = await self._identities.recognised(presented)
        self._limits.give_back(taken)
        return known

    async def _is_of_ours(self, scope: Scope) -> bool:
        """Say whether one of our services asks, by its own signed token, for what is for them alone."""
        if not scope["path"].startswith(routing.FOR_SERVICES):
            return False
        try:
            caller = await self.desk.state.kernel.verifier.verify(_bearer(scope))
        except Unauthenticated:
            return False
        return bool(caller.kind == "service" and caller.may("internal"))

    async def _show_feed(self, feed: PublicFeed, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        """Let its service show a tenant's public feed. Whatever credentials came along are not looked at."""
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=public_feed.PREFLIGHT)(scope, receive, answer)
            return
        if scope["method"] not in ("GET", "HEAD"):
            refusal = MethodNotAllowed("The public feed is only read.").response()
            refusal.headers["allow"] = public_feed.ALLOWED
            await refusal(scope, receive, answer)
            return
        asked = public_feed.asked_of(scope, feed)
        token = await self._guests.token(asked.slug)
        headers = [
            *_kept(scope),
            (b"authorization", b"Bearer " + token.encode()),
            (b"x-cando-feed", public_feed.base_of(scope, asked, self._public_url).encode()),
        ]
        scope["route"] = routing.Destination(feed.service, feed.prefix)
        shown = {"path": feed.behind + asked.rest, "raw_path": feed.behind.encode() + asked.raw_rest}
        await self._ask(feed.service, {**scope, **shown, "headers": headers}, receive, answer)

    def _as_sent(self, scope: Scope) -> Scope:
        """Return a request to a facade: with the client's own token, and what absolute links start with."""
        scope["route"] = routing.Destination("connect", "/" + scope["path"].split("/")[1])
        base = public_feed.origin_of(scope, self._public_url)
        own = [(name, value) for name, value in scope["headers"] if name == b"authorization"]
        return {**scope, "headers": [*_kept(scope), *own, _base(base)]}

    async def _ask(self, service: str, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        """Let a service answer. It must begin within its time, counted from the last of the request that it got."""
        seconds = self._patience(scope["path"])
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds) as deadline:

                async def listen() -> Message:
                    message = await receive()
                    if not answer.started and not deadline.expired():
                        deadline.reschedule(loop.time() + seconds)
                    return message

                async def reply(message: Message) -> None:
                    if not answer.started:
                        deadline.reschedule(None)
                    await answer(message)

                await self._apps[service](scope, listen, reply)
        except UpstreamUnavailable:
            here().upstream_failures.labels(service).inc()
            raise
        except (Problem, HTTPException):
            raise
        except Exception as error:
            here().upstream_failures.labels(service).inc()
            log.warning("upstream-broke", upstream=service, error=type(error).__name__)
            if not answer.finished:
                raise UpstreamUnavailable(f"{service} does not answer.") from None

    def _patience(self, path: str) -> float:
        if path == "/v1/events":
            return self._timeout + LONGEST_WAIT
        return self._timeout * (_LONG if path.endswith((*routing.LARGE_PATHS, *routing.UPLOADS)) else 1)


class _Answer:
    """What goes back: knows how far it has got, and sees to the headers that no answer goes without."""

    def __init__(self, send: Send, *, private: bool, shared: bool = False) -> None:
        self._send = send
        self._wanted = [_SNIFF, *([_NO_STORE] if private else []), *(public_feed.OPEN_TO_ALL if shared else [])]
        self.before: Callable[[], Awaitable[object]] | None = None
        self.started = False
        self.finished = False
        self.status = 0
        self._refused = False

    def tells(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Add headers to the answer, whatever it will be."""
        self._wanted += headers

    async def __call__(self, message: Message) -> None:
        if self._refused:
            return
        if message["type"] == "http.response.start":
            if self.before is not None and not await self._still_welcome(self.before):
                return
            self.started, self.status = True, message["status"]
            headers = list(message.get("headers", []))
            present = {name.lower() for name, _ in headers}
            headers += [wanted for wanted in self._wanted if wanted[0] not in present]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            self.finished = not message.get("more_body", False)
        await self._send(message)

    async def _still_welcome(self, asked: Callable[[], Awaitable[object]]) -> bool:
        """Ask again whether the caller may have the answer; say no in its place if not."""
        self.before = None
        try:
            await asked()
        except Problem as problem:
            await problem.response()({"type": "http"}, _nothing, self)
            self._refused = self.finished = True
        return not self._refused


async def _nothing() -> Message:
    raise NotImplementedError


def _kept(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers that may pass: none that says who the caller is or was, none that two would read differently.

    Bytes beyond ASCII mean nothing in any header that we read, and mean different things in different encodings.
    """
    return [
        (name, value)
        for name, value in scope["headers"]
        if name not in _STRIPPED and not name.startswith(_STRIPPED_STARTS) and value.isascii()
    ]


def _base(address: str) -> tuple[bytes, bytes]:
    """Return the header that says what absolute addresses start with which this client can reach."""
    return BASE_HEADER.encode(), address.encode()


def _public(scope: Scope, base: str) -> Scope:
    path: str = scope["path"]
    headers = [*_kept(scope), _base(base)]
    if path in routing.WITH_CREDENTIALS or path.startswith(routing.FOR_SERVICES):
        headers += [(name, value) for name, value in scope["headers"] if name == b"authorization"]
    shown = routing.ALIASES.get(path, path)
    return {**scope, "headers": headers, "path": shown, "raw_path": shown.encode()}


def _bearer(scope: Scope) -> str:
    """Return the one bearer token of a request. Raises Unauthenticated."""
    given: list[bytes] = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        raise Unauthenticated
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    return token.strip()


def _problem(error: HTTPException) -> Problem:
    return TooLarge(str(error.detail)) if error.status_code == TooLarge.status else NotFound()
