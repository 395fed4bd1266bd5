"""The OpenAPI document of a service: what FastAPI generates, with every problem that can come back."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from services.kernel.problems import MEDIA_TYPE, FieldError, ProblemBody
from services.kernel.work import LONGEST_KEY, opens_work

_ALWAYS = {
    "400": "Malformed", "401": "Unauthenticated", "403": "Forbidden", "404": "Not found", "422": "Invalid",
    "429": "Too many requests", "431": "Address or headers too large", "503": "Unavailable",
}  # fmt: skip
_WITH_BODY = {"413": "Too large", "415": "Unsupported media type"}
_WRITES = {"409": "Conflict", "412": "Stale"}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes the request safe to repeat: the first one's effect stands, later ones are shown its result.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    "example": "2f1c7e0a-6f0e-4d52-9a59-8b8f8a2f7c11",
}
_LIMITS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the app's OpenAPI 3.1 document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        repeatable = _repeatable(app)
        for path, operations in made.get("paths", {}).items():
            for method, operation in operations.items():
                operation["responses"] = _responses(method, operation)
                if method == "post" and path in repeatable:
                    _add_key(operation)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        problem.pop("$defs")
        schemas["Problem"] = problem
        schemas["FieldError"] = FieldError.model_json_schema()
        app.openapi_schema = _limited(made)
    return app.openapi_schema


def _responses(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    wanted = dict(_ALWAYS)
    if "requestBody" in operation:
        wanted |= _WITH_BODY
    if method != "get":
        wanted |= _WRITES
    kept = {status: answer for status, answer in operation["responses"].items() if status != "422"}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {status: {"description": text, "content": content} for status, text in wanted.items()}
    return dict(sorted({**problems, **kept}.items()))


def _repeatable(app: FastAPI) -> set[str]:
    """Return the paths whose POST may carry an `Idempotency-Key`."""
    routes = (context.original_route for context in iter_route_contexts(app.routes))
    posts = [route for route in routes if isinstance(route, APIRoute) and "POST" in (route.methods or ())]
    return {route.path_format for route in posts if any(map(opens_work, _called(route.dependant)))}


def _add_key(operation: dict[str, Any]) -> None:
    """Say that the operation may carry a key, unless its route says already that it must."""
    parameters = operation.setdefault("parameters", [])
    if not any(one["name"].lower() == _KEY["name"].lower() for one in parameters):
        parameters.append(dict(_KEY))


def _called(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _called(one)


def _limited(node: Any) -> Any:
    """Return the document with the limits that pydantic leaves under its own names under those of JSON Schema."""
    if isinstance(node, list):
        return [_limited(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        _LIMITS.get(name, name) if isinstance(value, int | float) else name: _limited(value)
        for name, value in node.items()
    }
