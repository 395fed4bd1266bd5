"""What surrounds every request, as pure ASGI: its id, a line in the log, and a limit to its size."""

import re
import time
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kernel import tracing
from services.kernel.clock import Clock
from services.kernel.ids import new_id
from services.kernel.logs import trail
from services.kernel.metrics import Metrics, method_of, working_for
from services.kernel.problems import Problem, TooLarge

BASE_HEADER = "x-cando-base"
"""Set by the edge, and by nobody outside: what the absolute addresses that this client can reach start with."""
_READ_HERE = tracing.FOREIGN | {b"x-request-id"}
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
log = structlog.get_logger()


class HeadersTooLarge(Problem):
    status = 431
    slug = "headers-too-large"
    title = "The address or the headers are larger than allowed"


class TooSlow(Problem):
    status = 408
    slug = "too-slow"
    title = "The request did not arrive in its time"


class Traced:
    """Gives each request an id (its own if sane), shows it in the answer and in every log line, and logs the end.

    Its figures go to `metrics`. From `outside`, nobody is believed what trace a request belongs to further than its id.
    """

    def __init__(
        self, app: ASGIApp, *, service: str, clock: Clock, metrics: Metrics | None = None, outside: bool = False
    ) -> None:
        self._app = app
        self._service = service
        self._clock = clock
        self._metrics = metrics or Metrics(service)
        self._under_way = self._metrics.under_way
        self._outside = outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        request_id = given if _SANE_ID.fullmatch(given) else str(new_id(self._clock())).encode()
        scope["headers"] = [(n, v) for n, v in scope["headers"] if n not in _READ_HERE]
        scope["headers"].append((b"x-request-id", request_id))
        known = {"request_id": request_id.decode(), "service": self._service}
        with working_for(self._metrics), tracing.request(self._metrics, headers, outside=self._outside) as span:
            if span is not None:
                known["trace_id"] = f"{span.get_span_context().trace_id:032x}"
            with structlog.contextvars.bound_contextvars(**known):
                await self._timed(scope, receive, send, request_id, span)

    async def _timed(self, scope: Scope, receive: Receive, send: Send, request_id: bytes, span: Any) -> None:
        status, answered = 500, False

        async def mark(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                kept = [(n, v) for n, v in message.get("headers", []) if n.lower() != b"x-request-id"]
                message = {**message, "headers": [*kept, (b"x-request-id", request_id)]}
            await send(message)

        started = time.perf_counter()
        self._under_way.inc()
        try:
            await self._app(scope, receive, mark)
        except Exception as error:
            # The answer (500) has been sent already; whoever catches this next would log the message as well.
            log.error("unhandled", **trail(error))
            if not answered:
                raise
        finally:
            self._under_way.dec()
            took = time.perf_counter() - started
            method, route = method_of(scope["method"]), getattr(scope.get("route"), "path", "")
            self._metrics.answered(route, method, status, took)
            tracing.ended(span, method=method, route=route, status=status)
            log.info("request", method=method, route=route, status=status, ms=round(took * 1000, 1))


class Limited:
    """Refuses a body larger than `largest` bytes, announced or not.

    `larger` and `uploads` name the ends of paths with limits of their own.
    """

    def __init__(
        self, app: ASGIApp, *, largest: int, larger: tuple[str, ...] = (), factor: int = 16,
        uploads: tuple[str, ...] = (), largest_upload: int = 0,
    ) -> None:  # fmt: skip
        self._app = app
        self._uploads = uploads
        self._largest_upload = largest_upload
        self._largest = largest
        self._larger = larger
        self._factor = factor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            await TooLarge(f"At most {limit} bytes.").response()(scope, receive, send)
            return
        taken = 0

        async def count() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, f"At most {limit} bytes.")
            return message

        await self._app(scope, count, send)

    def _limit(self, path: str) -> int:
        if self._uploads and path.endswith(self._uploads):
            return self._largest_upload
        return self._largest * (self._factor if self._larger and path.endswith(self._larger) else 1)
