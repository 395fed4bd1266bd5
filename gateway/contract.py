"""One OpenAPI document for everything: the documents of all services, merged into what a caller of the edge sees.

Internal addresses are left out. Two services may call different shapes by one name: then each keeps its own, under
the service's name and that one. `make contracts` writes the result to `gateway/openapi.json`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway import examples, facts

Document = dict[str, Any]
BUILT = Path(__file__).parent / "openapi.json"
_SCHEMAS = "#/components/schemas/"
_FEED = "/v1/events"
_DESK = "gateway"
_ABOUT = (
    "Cando helps councils, charities and time banks to see what people can do, not only what they need, and to bring "
    "them together. Obtain a token at `/oauth/token`, send it as `Authorization: Bearer …`. Errors are problem "
    "details (RFC 9457). POSTs may carry an `Idempotency-Key`; changes may carry `If-Match`."
)
_FEED_ABOUT = {
    "summary": "Follow what happened, in all services",
    "description": "The facts of one service come in its order; between services the earlier goes first. Go on from "
    "`next`; with `wait`, the answer is held until there is something. `x-cando-facts` says for the first word of a "
    "type in which collection its subject is fetched, and whether that may be asked for certain `ids`.",
    "security": [{"oauth": ["events:read"]}],
}


def merge(documents: list[Document]) -> Document:
    """Return one OpenAPI 3.1 document of all public operations; each title ends with the service's name.

    Raises ValueError when two services answer one address or give two operations one id.
    """
    services = {str(document["info"]["title"]).split()[-1]: document for document in documents}
    renamed = {name: _renames(name, services) for name in services}
    paths: Document = {}
    schemas: Document = {}
    security: Document = {}
    for name, document in services.items():
        for path, operations in _public_paths(name, document):
            if path in paths:
                raise ValueError(f"{path} is answered by two services.")
            paths[path] = _rewritten(operations, renamed[name])
        components = document.get("components", {})
        for schema, content in components.get("schemas", {}).items():
            schemas[renamed[name].get(schema, schema)] = _rewritten(content, renamed[name])
        security |= components.get("securitySchemes", {})
    _check_operation_ids(paths)
    if _FEED in paths:
        paths[_FEED]["get"] |= _FEED_ABOUT | {"x-cando-facts": facts.document(_by_ids(paths))}
        responses = paths[_FEED]["get"]["responses"]
        responses["410"] = {**responses.get("422", {}), "description": "The cursor is of services that are gone"}
    used = _reachable(paths, schemas)
    merged: Document = {
        "openapi": "3.1.0",
        "info": {"title": "Cando", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {name: schemas[name] for name in sorted(used)}, "securitySchemes": security},
    }
    examples.add(merged)
    return merged


def _by_ids(paths: Mapping[str, Document]) -> set[str]:
    """Return the collections of which one may ask for certain ids."""
    listings = {path: operations["get"] for path, operations in paths.items() if "get" in operations}
    return {
        path for path, listing in listings.items() if any(one["name"] == "ids" for one in listing.get("parameters", ()))
    }


def built(dialect: str = "") -> Document | None:
    """Return the merged document as it was built, in an older `dialect` such as `3.0`; None before the first time."""
    file = BUILT.with_stem(f"{BUILT.stem}-{dialect}") if dialect else BUILT
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _public_paths(name: str, document: Document) -> Iterator[tuple[str, Document]]:
    for path, operations in document.get("paths", {}).items():
        if not path.startswith("/internal") and (path != _FEED or name == _DESK):
            yield path, operations


def _renames(service: str, services: Mapping[str, Document]) -> dict[str, str]:
    """Return the new names of this service's schemas: of those that mean something else elsewhere."""
    clashing = _clashes([document.get("components", {}).get("schemas", {}) for document in services.values()])
    mine = services[service].get("components", {}).get("schemas", {})
    return {name: service.capitalize() + name for name in mine if name in clashing}


def _clashes(all_schemas: list[Document]) -> set[str]:
    """Return the names with more than one content; a shape that refers to a clashing one has more than one too."""
    versions: dict[str, list[Any]] = defaultdict(list)
    for schemas in all_schemas:
        for name, content in schemas.items():
            versions[name].append(content)
    shared = {name: contents for name, contents in versions.items() if len(contents) > 1}
    clashing = {name for name, contents in shared.items() if any(content != contents[0] for content in contents)}
    while more := {name for name in shared.keys() - clashing if clashing & set(_references(shared[name]))}:
        clashing |= more
    return clashing


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, str) and node.startswith(_SCHEMAS):
        yield node.removeprefix(_SCHEMAS)
    children: Iterable[Any] = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _references(child)


def _rewritten(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _rewritten(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_rewritten(value, names) for value in node]
    if isinstance(node, str) and node.startswith(_SCHEMAS):
        name = node.removeprefix(_SCHEMAS)
        return _SCHEMAS + names.get(name, name)
    return node


def _reachable(paths: Document, schemas: Document) -> set[str]:
    """Return the schemas that some public operation needs."""
    found: set[str] = set()
    new = set(_references(paths))
    while new:
        found |= new
        new = {name for one in new for name in _references(schemas[one])} - found
    return found


def _check_operation_ids(paths: Document) -> None:
    seen: set[str] = set()
    for path, operations in paths.items():
        for operation in operations.values():
            if not isinstance(operation, dict) or "operationId" not in operation:
                continue
            if operation["operationId"] in seen:
                raise ValueError(f"{path}: the operationId {operation['operationId']} is there twice.")
            seen.add(operation["operationId"])
