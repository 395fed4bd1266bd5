"""Problem details (RFC 9457): what went wrong, in a form that programs can tell apart.

    Problem
    ├── Invalid            422  a well-formed request that breaks a rule; `errors` name the fields
    ├── Malformed          400  not readable at all: broken JSON or UTF-8
    ├── Unauthenticated    401  no token, or one that is expired, revoked or forged
    ├── Forbidden          403  the token does not carry the scope
    ├── NotFound           404  unknown, or of somebody else: the answer is the same
    ├── Conflict           409  the state of things does not allow it
    │   └── …                   services add their own beside the rule that raises them
    ├── Stale              412  If-Match named an older version
    ├── TooLarge           413
    └── Unavailable        503  something this answer depends on does not answer

Every class carries a stable `type`. `docs/problems.md` lists them all; a test fails when one is missing there.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from services.kernel.metrics import here

MEDIA_TYPE = "application/problem+json"
BASE = "/problems/"


class FieldError(BaseModel):
    """One thing wrong with one field: where (`source`: body, query, path, header; JSON pointer `path`) and what."""

    source: str
    path: str
    message: str


class ProblemBody(BaseModel):
    """The shape of every error answer, as it stands in the OpenAPI document."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldError] = []


class Problem(Exception):
    """An answer that says what went wrong. Raise it anywhere below a route; the transaction is rolled back."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, detail: str = "", *, errors: Iterable[FieldError] = (), **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = list(errors)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return the problem as a JSON object; extra members stand beside the standard ones."""
        body: dict[str, Any] = {"type": BASE + self.slug, "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [error.model_dump() for error in self.errors]
        return {**body, **self.extra}

    def response(self) -> Response:
        """Return the HTTP answer; it is counted by its slug."""
        here().problems.labels(self.slug).inc()
        return JSONResponse(self.body(), self.status, dict(self.headers), MEDIA_TYPE)


class Invalid(Problem):
    status = 422
    slug = "invalid-request"
    title = "The request breaks a rule"

    @classmethod
    def field(cls, path: str, message: str, *, source: str = "body") -> "Invalid":
        """Return the problem of one field; `path` is a JSON pointer such as `/languages/0`."""
        return cls(message, errors=[FieldError(source=source, path=path, message=message)])


class Malformed(Problem):
    status = 400
    slug = "malformed-request"
    title = "The request cannot be read"


class Unauthenticated(Problem):
    status = 401
    slug = "unauthenticated"
    title = "A valid access token is needed"
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    status = 403
    slug = "forbidden"
    title = "This token may not do that"


class NotFound(Problem):
    status = 404
    slug = "not-found"
    title = "There is no such thing here"


class MethodNotAllowed(Problem):
    status = 405
    slug = "method-not-allowed"
    title = "This address does not know that method"


class Conflict(Problem):
    status = 409
    slug = "conflict"
    title = "The present state does not allow this"


class IllegalState(Conflict):
    slug = "illegal-state"
    title = "That step does not follow from the present state"


class Gone(Problem):
    status = 410
    slug = "cursor-expired"
    title = "This cursor is too old; start again from a full read"


class Stale(Problem):
    status = 412
    slug = "stale-version"
    title = "It has changed since you read it"


class TooLarge(Problem):
    status = 413
    slug = "too-large"
    title = "The request is larger than allowed"


class UnsupportedMedia(Problem):
    status = 415
    slug = "unsupported-media-type"
    title = "The body is of another media type than is read here"


class Unavailable(Problem):
    status = 503
    slug = "unavailable"
    title = "Something this answer depends on does not answer"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


_BY_STATUS: dict[int, type[Problem]] = {
    400: Malformed, 401: Unauthenticated, 403: Forbidden, 404: NotFound, 405: MethodNotAllowed,
    409: Conflict, 413: TooLarge, 415: UnsupportedMedia, 422: Invalid, 503: Unavailable,
}  # fmt: skip


def every_problem(root: type[Problem] = Problem) -> list[type[Problem]]:
    """Return all problem classes that are loaded, each once, the root first."""
    return [root, *(found for child in root.__subclasses__() for found in every_problem(child))]


def pointer(parts: Iterable[Any]) -> str:
    """Return a JSON pointer (RFC 6901) for the parts of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


_PLAINLY = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "is shorter than {min_length} characters",
    "less_than_equal": "is more than {le}",
    "greater_than_equal": "is less than {ge}",
    "literal_error": "is none of {expected}",
}


def field_errors(errors: Iterable[Mapping[str, Any]], *, source: str = "") -> list[FieldError]:
    """Turn pydantic's errors into ours. The offending input is left out: it may be somebody's data."""
    found = []
    for error in errors:
        location = list(error["loc"])
        where = source or str(location.pop(0))
        plainly = _PLAINLY.get(error["type"])
        message = plainly.format(**error.get("ctx", {})) if plainly else str(error["msg"])
        message = message.removeprefix("Value error, ")
        found.append(FieldError(source=where, path=pointer(location), message=message))
    return found


async def _on_problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    if any(found["type"] == "json_invalid" for found in problems):
        return Malformed("The body is not valid JSON.").response()
    if problems and problems[0]["loc"] == ("body",) and request.headers.get("content-length", "0") != "0":
        media = request.headers.get("content-type", "").partition(";")[0].strip()
        if media != "application/json" and not media.endswith("+json"):
            return UnsupportedMedia("Send application/json.").response()
    return Invalid("Some fields are not as they should be.", errors=field_errors(problems)).response()


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = _BY_STATUS.get(error.status_code, Problem)
    answer = problem(str(error.detail) if error.status_code < 500 else "").response()
    answer.headers.update(error.headers or {})
    return answer


async def _on_anything(_: Request, __: Exception) -> Response:
    return Problem().response()


def install(app: FastAPI) -> None:
    """Make `app` answer every error, of ours or of the framework, as a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_anything)
