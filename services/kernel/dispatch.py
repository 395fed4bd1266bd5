"""Finding a request's route: whole routers are passed over by the beginnings of their addresses.

The framework asks each route of each router by its pattern, twice; a service has some two hundred.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Match
from starlette.types import Scope


def quicken(app: FastAPI) -> None:
    """Let each router of `app` be asked only about addresses that begin as one of its own does."""
    for router in app.router.routes:
        begins = _beginnings(router)
        if begins is not None:
            _guard(router, begins)


def _beginnings(router: Any) -> tuple[str, ...] | None:
    """Return how the addresses of a router begin, up to their first parameter; None where that cannot be said."""
    paths = [getattr(context, "path", None) for context in iter_route_contexts([router])]
    if not paths or not all(isinstance(path, str) and path.startswith("/") for path in paths):
        return None
    return tuple({str(path).partition("{")[0] for path in paths})


def _guard(router: Any, begins: tuple[str, ...]) -> None:
    asked = router.matches

    def matches(scope: Scope) -> tuple[Match, Scope]:
        if scope["path"].startswith(begins):
            found: tuple[Match, Scope] = asked(scope)
            return found
        return Match.NONE, {}

    router.matches = matches
