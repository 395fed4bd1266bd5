"""What everybody may read without an account: few at a time, each in a short transaction, answered for caches.

The gateway passes a guest on with a token of the scope `public-feed` and says in `x-cando-feed` what the absolute
addresses of the feed start with.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from starlette.responses import Response

from services.kernel.caller import Caller, authenticate
from services.kernel.context import Kernel
from services.kernel.problems import Unauthenticated, Unavailable
from services.kernel.work import Work

_AT_ONCE, _LONGEST_WAIT = 3, 5.0
_FRESH_FOR = "public, max-age=60"


class Feed:
    """The feed of one tenant. Everybody may read it, so no more than a few may keep the database busy at once."""

    def __init__(self, kernel: Kernel, caller: Caller, base: str, gate: asyncio.Semaphore) -> None:
        self._kernel = kernel
        self._caller = caller
        self._gate = gate
        self.base = base

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a short transaction. Raises Unavailable when too many others wait."""
        assert self._caller.tenant is not None
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._gate.acquire()
        except TimeoutError:
            raise Unavailable("Too many are reading; try again soon.") from None
        try:
            async with self._kernel.database.transaction(self._caller.tenant) as session:
                yield Work(self._kernel, session, self._caller, self._caller.tenant, self._kernel.clock())
        finally:
            self._gate.release()


async def _open(request: Request, caller: Annotated[Caller, Security(authenticate, scopes=["public-feed"])]) -> Feed:
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    state = request.app.state
    if not hasattr(state, "feed_gate"):
        state.feed_gate = asyncio.Semaphore(_AT_ONCE)
    return Feed(state.kernel, caller, request.headers.get("x-cando-feed", ""), state.feed_gate)


Reader = Annotated[Feed, Depends(_open)]


def line(body: Any) -> bytes:
    """Return a body as one line of JSON."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def answer(request: Request, body: Any, *, modified: datetime | None = None, kept: str = _FRESH_FOR) -> Response:
    """Return an answer with the tag of its content, or 304 to somebody who has it already.

    `kept` says how long caches may show it without asking.
    """
    content = line(body)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"cache-control": kept, "etag": tag}
    if modified is not None:
        headers["last-modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")
