"""What surrounds the facade: pages of any origin may ask, media types are JSON:API's, and so is every error.

Whatever comes out of this room as a problem (RFC 9457), from a route, the framework or a limit, goes out as JSON:API
`errors` with Komunitin's words. The token endpoint speaks OAuth's own language, which is let through.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.connect.komunitin.domain import BY_SLUG, CODES
from services.connect.komunitin.jsonapi import MEDIA_TYPE
from services.kernel.problems import MEDIA_TYPE as PROBLEM
from services.kernel.problems import Problem, UnsupportedMedia

PREFIX = "/komunitin"
_TOKENS = PREFIX + "/auth/"
_METHODS = "GET, POST, PATCH, DELETE, OPTIONS"
_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key"
_EXPOSED = "Location, Retry-After, WWW-Authenticate, X-Request-Id"
_NAMES = re.compile(r"[A-Za-z0-9, _-]{1,500}")
_ORIGIN = re.compile(r"[\x21-\x7e]{1,300}")
_KEPT = ("www-authenticate", "retry-after", "allow", "x-request-id")
_STATUS = {422: 400}
"""Komunitin knows no 422: what cannot be accepted as it stands is a bad request."""
_RIGHT = (MEDIA_TYPE, "application/json")


class NotAcceptable(Problem):
    status = 406
    slug = "not-acceptable"
    title = "The answer is to be had in another media type"


class Door:
    """ASGI middleware: looks after requests below `/komunitin`, and at no others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(PREFIX + "/"):
            await self._app(scope, receive, send)
            return
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = _Answer(send, origin=said.get("origin", ""))
        if scope["method"] == "OPTIONS":
            await _preflight(said)(scope, receive, answer)
            return
        try:
            if not scope["path"].startswith(_TOKENS):
                check_media(said)
            await self._app(scope, receive, answer)
        except Problem as problem:
            await problem.response()(scope, receive, answer)
        except Exception:  # it has been logged where it happened
            if answer.started:
                raise
            await Problem().response()(scope, receive, answer)


def check_media(said: Mapping[str, str]) -> None:
    """Raise UnsupportedMedia or NotAcceptable where JSON:API says so; plain JSON is let through."""
    sent, _, parameters = said.get("content-type", "").partition(";")
    body = said.get("content-length", "0") != "0" or "transfer-encoding" in said
    if body and sent.strip().lower() not in _RIGHT:
        raise UnsupportedMedia(f"Send {MEDIA_TYPE}.")
    if sent.strip().lower() == MEDIA_TYPE and not _bearable(parameters):
        raise UnsupportedMedia(f"{MEDIA_TYPE} takes no parameters but profile here.")
    ranges = [one.strip().partition(";") for one in said.get("accept", "*/*").lower().split(",") if one.strip()]
    known = [(range, rest) for range, _, rest in ranges if range.strip() in (*_RIGHT, "application/*", "*/*")]
    if ranges and not any(range.strip() != MEDIA_TYPE or _bearable(rest) for range, rest in known):
        raise NotAcceptable(f"Answers are {MEDIA_TYPE}.")


def _bearable(parameters: str) -> bool:
    names = {part.partition("=")[0].strip() for part in parameters.split(";") if part.strip()}
    return names <= {"profile", "q"}


def _preflight(said: Mapping[str, str]) -> Response:
    wanted = said.get("access-control-request-headers", "")
    headers = {
        "access-control-allow-methods": _METHODS, "access-control-max-age": "86400",
        "access-control-allow-headers": wanted if _NAMES.fullmatch(wanted) else _HEADERS, "allow": _METHODS,
    }  # fmt: skip
    return Response(status_code=204, headers=headers)


class _Answer:
    """Sends what comes, with what a browser needs; a problem is held back until it is whole, and sent as errors."""

    def __init__(self, send: Send, *, origin: str) -> None:
        self._send = send
        # A client that says `credentials: include` reads no answer for "*"; there are no cookies here to misuse.
        named = _ORIGIN.fullmatch(origin) is not None
        self._open = [
            (b"access-control-allow-origin", origin.encode() if named else b"*"),
            (b"access-control-expose-headers", _EXPOSED.encode()),
            (b"vary", b"Origin"),
        ] + ([(b"access-control-allow-credentials", b"true")] if named else [])
        self.started = False
        self._problem: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            if _header(message, b"content-type").startswith(PROBLEM.encode()):
                self._problem = message
                return
            message = {**message, "headers": [*message.get("headers", []), *self._open]}
        elif self._problem is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._translated(self._problem)
            return
        await self._send(message)

    async def _translated(self, start: Message) -> None:
        kept = [(name, value) for name, value in start["headers"] if name.lower().decode() in _KEPT]
        errors = errors_of(self._body, start["status"])
        status = int(errors[0]["status"])
        answer = JSONResponse({"errors": errors}, status, media_type=MEDIA_TYPE)
        headers = [*answer.raw_headers, *kept, *self._open]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": answer.body})


def _header(message: Message, name: bytes) -> bytes:
    return next((bytes(value) for known, value in message.get("headers", []) if known.lower() == name), b"")


def errors_of(body: bytes, status: int) -> list[dict[str, Any]]:
    """Return the error objects for a problem: one for each field that is wrong, or one in all."""
    problem = _read(body)
    slug = str(problem.get("type", "")).rpartition("/")[2]
    shown = _STATUS.get(status, status) if slug != "idempotency-key-reused" else 409
    title = str(problem.get("title") or CODES.get(status, "Error"))
    whole = {
        "status": str(shown), "code": BY_SLUG.get(slug) or CODES.get(shown, "BadRequest"), "title": title,
        "detail": str(problem.get("detail") or title),
    }  # fmt: skip
    found = [one for one in problem.get("errors", []) if isinstance(one, dict)]
    return [{**whole, "detail": str(one.get("message", "")), **_source(one)} for one in found] or [whole]


def _source(error: Mapping[str, Any]) -> dict[str, Any]:
    path = str(error.get("path", ""))
    match error.get("source"):
        case "query":
            return {"source": {"parameter": path.lstrip("/")}}
        case "header":
            return {"source": {"header": path.lstrip("/")}}
        case _:
            return {"source": {"pointer": path}}


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
