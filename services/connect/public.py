"""The public `/v1`, as this room asks it: over the edge, with the token of whoever is served, like anybody else.

`Public` gives answers as they are; `read`, `change` and `everything` raise `Refused` with the problem when the answer
is one, so that each facade can say it in its own language. Nothing is tried twice here.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from services.kernel.upstream import Answer, call

EDGE = "edge"
_PAGE = 200


class Refused(Exception):
    """`/v1` answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {problem.get('type', '')}")
        self.status = status
        self.problem = problem
        self.headers = headers or {}

    @property
    def slug(self) -> str:
        """Return the last part of the problem's type: `not-found`, `insufficient-credit`."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Public:
    """`/v1` for one client: `token` is the opaque access token that it was given at `/oauth/token`."""

    edge: ASGIApp
    token: str
    timeout: float = 30.0

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer as it is. Raises UpstreamUnavailable when there is none."""
        sent = {"authorization": f"Bearer {self.token}", **(headers or {})}
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        return await call(self.edge, method, path, query=asked, headers=sent, body=body, timeout=self.timeout)

    async def read(self, path: str, **query: Any) -> Any:
        """Return what stands at `path`. Raises Refused."""
        return _content(await self.ask("GET", path, query=query))

    async def change(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, **query: Any
    ) -> Any:
        """Send a request that changes something; return the body of its answer. Raises Refused."""
        return _content(await self.ask(method, path, query=query, body=body, headers=headers))

    async def everything(self, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """Yield every item of a collection, page after page. Raises Refused."""
        cursor = None
        while True:
            page = await self.read(path, **{"limit": _PAGE, **query, "cursor": cursor})
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return


def _content(answer: Answer) -> Any:
    if answer.status >= 400:
        raise Refused(answer.status, _problem(answer), answer.headers)
    return answer.json() if answer.body else None


def _problem(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
