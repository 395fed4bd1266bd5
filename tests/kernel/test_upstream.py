"""What passes through a proxy passes as it comes, however large or slow; what stands still is given up."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message

from services.kernel.upstream import Proxy, UpstreamUnavailable
from tests.town import served

MEGABYTE = 1_000_000


class There:
    """A service that counts what it is sent, trickles its answers, or says nothing."""

    def __init__(self) -> None:
        self.taken = 0
        self.app = Starlette(
            routes=[
                Route("/take", self.take, methods=["POST"]),
                Route("/trickle", self.trickle),
                Route("/silent", self.silent),
                Route("/refuse", self.refuse, methods=["POST"]),
            ]
        )

    async def take(self, request: Request) -> Response:
        async for part in request.stream():
            self.taken += len(part)
        return JSONResponse({"taken": self.taken})

    async def trickle(self, _: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(5):
                yield b"x"
                await asyncio.sleep(0.2)

        return StreamingResponse(parts())

    async def silent(self, _: Request) -> Response:
        await asyncio.sleep(2)
        return Response()

    async def refuse(self, _: Request) -> Response:
        return Response(status_code=415)


async def ask(proxy: Proxy, method: str, path: str, parts: Any = None) -> tuple[int, bytes]:
    """Ask through the proxy; `parts` yields what is sent."""
    sending, status, body = parts, 0, b""

    async def receive() -> Message:
        part = await anext(sending, None) if sending is not None else None
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    async def send(message: Message) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    await proxy(scope, receive, send)
    return status, body


async def test_what_is_sent_arrives_before_all_of_it_was_sent() -> None:
    there = There()

    async def parts() -> AsyncIterator[bytes]:
        for n in range(20):
            yield b"x" * MEGABYTE
            async with asyncio.timeout(10):
                # some of it may wait in sockets, but never all of it
                while there.taken < (n - 8) * MEGABYTE:  # noqa: ASYNC110  another thread counts
                    await asyncio.sleep(0.01)

    with served(there.app) as url:
        proxy = Proxy(url)
        status, body = await ask(proxy, "POST", "/take", parts())
        assert (status, body) == (200, b'{"taken":20000000}')
        await proxy.close()


async def test_why_sending_broke_off_is_told_and_an_early_refusal_is_passed_on() -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * MEGABYTE
        raise HTTPException(413, "Too much.")

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * MEGABYTE
            await asyncio.sleep(0.01)

    with served(There().app) as url:
        proxy = Proxy(url)
        with pytest.raises(HTTPException):
            await ask(proxy, "POST", "/take", broken())
        async with asyncio.timeout(10):
            assert (await ask(proxy, "POST", "/refuse", endless()))[0] == 415
        await proxy.close()


async def test_an_answer_may_take_long_as_long_as_it_goes_on() -> None:
    with served(There().app) as url:
        proxy = Proxy(url, timeout=0.6)
        assert await ask(proxy, "GET", "/trickle") == (200, b"xxxxx")
        with pytest.raises(UpstreamUnavailable):
            await ask(proxy, "GET", "/silent")
        await proxy.close()
