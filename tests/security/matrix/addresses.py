"""Every address that there is, read from the contract and from the routers, and how to ask it with real ids.

An operation is known by its `operation_id` where the contract has it, else by its service, method and path.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.house import House
from gateway.examples import example

ROOT = Path(__file__).parents[3]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "gateway" / "openapi.json").read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
METHODS = ("get", "put", "post", "patch", "delete")
PARAMETER = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address. `scopes` are those that the contract says, `sends` what is read of its body."""

    name: str
    method: str
    path: str
    scopes: tuple[str, ...] = ()
    media: str = ""
    body: Any = None
    service: str = ""

    @property
    def parameters(self) -> list[str]:
        """Return the names of the path's parameters, in their order."""
        return [one[1:-1] for one in PARAMETER.findall(self.path)]


def documented() -> list[Operation]:
    """Return every operation of the contract."""
    return [
        _operation(path, method, one)
        for path, methods in DOCUMENT["paths"].items()
        for method, one in methods.items()
        if method in METHODS
    ]


def _operation(path: str, method: str, one: Mapping[str, Any]) -> Operation:
    content = one.get("requestBody", {}).get("content", {})
    media = "application/json" if "application/json" in content else next(iter(content), "")
    schema = content.get(media, {}).get("schema", {})
    body = example(schema, SCHEMAS) if media.endswith("json") else None
    return Operation(one["operationId"], method.upper(), path, scopes_of(one), media, body)


def scopes_of(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the scopes that an operation of the contract asks for."""
    return tuple(sorted({scope for way in one.get("security", ()) for scopes in way.values() for scope in scopes}))


def undocumented(house: House) -> Iterator[Operation]:
    """Yield every route that is in no contract: for services alone, facades, feeds, and what everybody may read."""
    known = {(one.method, one.path) for one in documented()}
    for service, app in {"gateway": house.gateway.desk, **house.apps}.items():
        for method, path, scopes in _routes(app.routes):
            if (method, path) not in known and method != "HEAD":
                yield Operation(f"{service} {method} {path}", method, path, scopes, service=service)


def _each(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        if getattr(route, "methods", None):
            yield route
        else:
            yield from _each(getattr(getattr(route, "original_router", route), "routes", ()))


def _routes(routes: Iterable[Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for route in _each(routes):
        scopes = tuple(sorted(set(_scopes(getattr(route, "dependant", None)))))
        for method in sorted(route.methods):
            yield method, route.path, scopes


def _scopes(dependant: Any) -> Iterator[str]:
    if dependant is not None:
        yield from getattr(dependant, "own_oauth_scopes", None) or ()
        for inner in dependant.dependencies:
            yield from _scopes(inner)


def filled(path: str, ids: Mapping[str, str]) -> str:
    """Return `path` with each parameter filled in by the longest beginning of the path that `ids` knows."""
    while found := PARAMETER.search(path):
        known = path[: found.end()]
        path = path[: found.start()] + ids[known] + path[found.end() :]
        ids = {_same(one, known, path[: found.start()] + ids[known]): value for one, value in ids.items()}
    return path


def _same(address: str, template: str, real: str) -> str:
    return real + address[len(template) :] if address.startswith(template) else address


def with_ids(body: Any, real: Mapping[str, Any]) -> Any:
    """Return an example's body in which every property that names something names something real."""
    if isinstance(body, dict):
        return {name: real[name] if name in real else with_ids(value, real) for name, value in body.items()}
    return [with_ids(one, real) for one in body] if isinstance(body, list) else body
