"""The OpenAPI document of a service: what FastAPI generates, with every problem that can come back."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.kernel.problems import MEDIA_TYPE, FieldError, ProblemBody

_ALWAYS = {
    "400": "Malformed", "401": "Unauthenticated", "403": "Forbidden", "404": "Not found", "422": "Invalid",
    "503": "Unavailable",
}  # fmt: skip
_WITH_BODY = {"413": "Too large", "415": "Unsupported media type"}
_WRITES = {"409": "Conflict", "412": "Stale"}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the app's OpenAPI 3.1 document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for operations in made.get("paths", {}).values():
            for method, operation in operations.items():
                operation["responses"] = _responses(method, operation)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        problem.pop("$defs")
        schemas["Problem"] = problem
        schemas["FieldError"] = FieldError.model_json_schema()
        app.openapi_schema = made
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
