"""Upstreams are ASGI apps: a neighbour in this process, or a small proxy that forwards over a socket.

`call` asks either and gives the whole answer; `Proxy` is the app that forwards. Nobody above can tell which.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from yarl import URL

from services.kernel import tracing
from services.kernel.problems import Unavailable

_HOP_BY_HOP = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer",
    b"transfer-encoding", b"upgrade", b"host", b"content-length",
}  # fmt: skip
_KEPT_WHOLE = 1_000_000


class UpstreamUnavailable(Unavailable):
    slug = "upstream-unavailable"
    title = "A part of Cando that this answer needs does not answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an upstream said. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


async def call(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    query: Mapping[str, str | Iterable[str]] | str = "",
    headers: Mapping[str, str] | None = None,
    body: Any = None,
    timeout: float = 10.0,
) -> Answer:
    """Ask `app` and return its whole answer; `body` is sent as JSON, or as it is when it is bytes.

    Raises UpstreamUnavailable when it does not answer within `timeout` seconds or breaks.
    """
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent = {"content-type": "application/json", "content-length": str(len(content))} if content else {}
    scope = _scope(method, path, query, {**sent, **(headers or {})})
    collected = _Collected(content)
    try:
        async with asyncio.timeout(timeout):
            await app(scope, collected.receive, collected.send)
    except UpstreamUnavailable:
        raise
    except Exception as error:
        if collected.status == 0:
            raise UpstreamUnavailable from error
    return collected.answer()


def _scope(method: str, path: str, query: Mapping[str, str | Iterable[str]] | str, headers: Mapping[str, str]) -> Scope:
    asked = query if isinstance(query, str) else urlencode(query, doseq=True)
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": asked.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip


class _Collected:
    def __init__(self, content: bytes) -> None:
        self._content: bytes | None = content
        self.status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []

    async def receive(self) -> Message:
        if self._content is None:
            await asyncio.Event().wait()
        content, self._content = self._content, None
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self._body.append(message.get("body", b""))

    def answer(self) -> Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self._headers}
        return Answer(self.status, headers, b"".join(self._body))


class Proxy:
    """An ASGI app that forwards each request to `base` over kept-alive connections, streaming both ways.

    Whoever is silent for `timeout` seconds after the request was sent, or in the middle of an answer, is given up.
    """

    def __init__(self, base: str, *, connect_timeout: float = 1.0, timeout: float = 60.0) -> None:
        self._base = base.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=None, sock_read=timeout, sock_connect=connect_timeout)
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def forward(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._forward(scope, receive, forward)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if started:
                raise
            raise UpstreamUnavailable from error

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        url = self._base + scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        if scope["query_string"]:
            url += "?" + scope["query_string"].decode("latin-1")
        headers = [(name.decode("latin-1"), value.decode("latin-1"))
                   for name, value in scope["headers"] if name not in _HOP_BY_HOP]  # fmt: skip
        if trace := tracing.current():
            headers.append((tracing.HEADER.decode(), trace))
        body = _Sent(receive)
        begun, whole = await body.beginning()
        request = self._opened().request(
            scope["method"], URL(url, encoded=True), headers=headers, allow_redirects=False,
            data=(begun or None) if whole else body.rest(begun),
        )  # fmt: skip
        try:
            await self._answer(request, send)
        except (aiohttp.ClientError, OSError):
            if body.broken is not None:
                raise body.broken from None
            raise

    async def _answer(self, request: Any, send: Send) -> None:
        async with request as response:
            kept = [
                (n.lower(), v) for n, v in response.raw_headers if n.lower() not in _HOP_BY_HOP - {b"content-length"}
            ]
            await send({"type": "http.response.start", "status": response.status, "headers": kept})
            async for chunk in response.content.iter_chunked(64 * 1024):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                auto_decompress=False,
                connector=aiohttp.TCPConnector(limit=200),
                skip_auto_headers=("User-Agent", "Content-Type", "Accept-Encoding"),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Sent:
    """What somebody sends: kept whole if it is short, so that it may be sent again; else passed on as it comes."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._more = True
        self.broken: BaseException | None = None

    async def _part(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        self._more = message.get("more_body", False)
        part: bytes = message.get("body", b"")
        return part

    async def beginning(self) -> tuple[bytes, bool]:
        """Return the first megabyte, and whether that is all."""
        begun = bytearray()
        while self._more and len(begun) < _KEPT_WHOLE:
            begun += await self._part()
        return bytes(begun), not self._more

    async def rest(self, begun: bytes) -> AsyncIterator[bytes]:
        """Yield everything from the beginning on; `broken` says why it ended before its end."""
        yield begun
        try:
            while self._more:
                yield await self._part()
        except Exception as error:
            self.broken = error
            raise
