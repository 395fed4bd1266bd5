"""What the edge itself refuses to a facade's client, in that client's own language.

A service that is down, a body that is too large, an address that is not clean: the facade behind never saw the request,
so its words are found here, by the beginning of the address. What the facade has answered itself passes untouched.

| address | language |
|---|---|
| `/komunitin/auth` | OAuth (RFC 6749, section 5.2), open to pages of any origin |
| `/komunitin` | JSON:API `errors`, open to pages of any origin |
| `/fhir` | OperationOutcome |
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kernel.problems import MEDIA_TYPE as PROBLEM

_KEPT = ("www-authenticate", "retry-after", "allow", "cache-control", "x-content-type-options",
         "ratelimit", "ratelimit-policy")  # fmt: skip
_KOMUNITIN: Mapping[int, str] = {
    401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "NotImplemented", 500: "InternalError",
    429: "TooManyRequests", 503: "InternalError",
}  # fmt: skip
_FHIR: Mapping[int, str] = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 413: "too-long",
    429: "throttled", 503: "transient",
}  # fmt: skip
_METHODS = "GET, POST, PATCH, DELETE, OPTIONS"
_USUAL_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key"
Told = Mapping[str, Any]


class Language(NamedTuple):
    """How a facade below `prefix` says that something went wrong; `open` to pages of other origins."""

    prefix: str
    media_type: str
    words: Callable[[int, Told], Told]
    open: bool = False


def _oauth(status: int, problem: Told) -> Told:
    error = (
        "temporarily_unavailable" if status in (429, 503) else "server_error" if status >= 500 else "invalid_request"
    )
    return {"error": error, "error_description": _detail(problem)}


def _json_api(status: int, problem: Told) -> Told:
    code = _KOMUNITIN.get(status, "BadRequest")
    return {"errors": [{"status": str(status), "code": code, "title": _title(problem), "detail": _detail(problem)}]}


def _outcome(status: int, problem: Told) -> Told:
    issue = {"severity": "error", "code": _FHIR.get(status, "exception"), "diagnostics": _detail(problem)}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _title(problem: Told) -> str:
    return str(problem.get("title") or "Something went wrong")


def _detail(problem: Told) -> str:
    return str(problem.get("detail") or _title(problem))


LANGUAGES = (
    Language("/komunitin/auth", "application/json", _oauth, open=True),
    Language("/komunitin", "application/vnd.api+json", _json_api, open=True),
    Language("/fhir", "application/fhir+json", _outcome),
)


def language_of(path: str) -> Language | None:
    """Return the language of the facade that an address belongs to, or None."""
    return next((one for one in LANGUAGES if f"{path}/".startswith(one.prefix + "/")), None)


class Spoken:
    """ASGI middleware: says problems to facades' clients as they understand them. Everything else passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        language = language_of(scope["path"]) if scope["type"] == "http" else None
        if language is None:
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def listen(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_problem(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body", False):
                    await _translated(language, scope, held)(scope, receive, send)

        await self._app(scope, receive, listen)


def _is_problem(start: Message) -> bool:
    return Headers(raw=start.get("headers", [])).get("content-type", "").startswith(PROBLEM)


def _translated(language: Language, scope: Scope, held: list[Message]) -> Response:
    """Return the problem that was held back as `language` has it; a preflight is answered as if all were well."""
    start, asked = held[0], Headers(scope=scope)
    shared = _open_to(asked) if language.open else {}
    if language.open and scope["method"] == "OPTIONS":
        return Response(status_code=204, headers={**shared, **_preflight(asked)})
    told = Headers(raw=start.get("headers", []))
    kept = {name: told[name] for name in _KEPT if name in told}
    problem = _read(b"".join(message.get("body", b"") for message in held[1:]))
    body = language.words(start["status"], problem)
    return JSONResponse(body, start["status"], {**kept, **shared}, language.media_type)


def _open_to(asked: Headers) -> dict[str, str]:
    origin = asked.get("origin", "")
    named = origin.isascii() and origin.isprintable() and 0 < len(origin) <= 300
    shared = {
        "access-control-allow-origin": origin if named else "*", "vary": "Origin",
        "access-control-expose-headers": "Location, Retry-After, WWW-Authenticate, X-Request-Id",
    }  # fmt: skip
    return {**shared, "access-control-allow-credentials": "true"} if named else shared


def _preflight(asked: Headers) -> dict[str, str]:
    wanted = asked.get("access-control-request-headers", "")
    sane = 0 < len(wanted) <= 500 and all(one.isascii() and (one.isalnum() or one in ", _-") for one in wanted)
    return {
        "access-control-allow-methods": _METHODS, "allow": _METHODS,
        "access-control-allow-headers": wanted if sane else _USUAL_HEADERS,
    }  # fmt: skip


def _read(body: bytes) -> Told:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
