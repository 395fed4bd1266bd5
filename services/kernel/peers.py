"""Calling a neighbour: which app it is, and the short token that says who calls, for which tenant and for what."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.types import ASGIApp

from services.kernel.metrics import here
from services.kernel.upstream import Answer, UpstreamUnavailable, call

TOKEN_PATH = "/internal/service-tokens"  # noqa: S105
_SPARE = 30.0


@dataclass(slots=True)
class Tokens:
    """Fetches this service's own tokens from the gateway and keeps each until it nears its end."""

    gateway: ASGIApp
    service: str
    secret: str
    patience: float = 1.0
    _kept: dict[tuple[tuple[str, str], ...], tuple[str, float]] = field(default_factory=dict)

    async def feed(self) -> str:
        """Return the token that reads the feed of all tenants."""
        return await self._get({})

    async def within(self, tenant: UUID, *, purpose: str | None = None, on_behalf_of: UUID | None = None) -> str:
        """Return a token for one tenant, bound to `purpose` where one is named."""
        wanted = {"tenant": tenant, "purpose": purpose, "on_behalf_of": on_behalf_of}
        return await self._get({name: str(value) for name, value in wanted.items() if value is not None})

    async def _get(self, wanted: dict[str, str]) -> str:
        kept = self._kept.get(tuple(sorted(wanted.items())), ("", 0.0))
        if kept[1] > time.monotonic() + _SPARE:
            return kept[0]
        body = {"service": self.service, **wanted}
        headers = {"authorization": f"Bearer {self.secret}"}
        answer = await call(self.gateway, "POST", TOKEN_PATH, headers=headers, body=body, timeout=3 * self.patience)
        if answer.status != 200:
            raise UpstreamUnavailable("The gateway refused a token to a service.")
        token: dict[str, Any] = answer.json()
        if len(self._kept) > 1000:
            self._kept.clear()
        self._kept[tuple(sorted(wanted.items()))] = (token["token"], time.monotonic() + token["expires_in"])
        return str(token["token"])

    def forget(self) -> None:
        """Fetch new ones: somebody has refused one, as after the key that signed it was withdrawn."""
        self._kept.clear()


@dataclass(frozen=True, slots=True)
class Peers:
    """The neighbours of one service by name, and its tokens for them."""

    apps: Mapping[str, ASGIApp]
    tokens: Tokens
    patience: float = 1.0

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        tenant: UUID,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        purpose: str | None = None,
        on_behalf_of: UUID | None = None,
        timeout: float = 5.0,
    ) -> Answer:
        """Ask `service` in the name of this one. Raises UpstreamUnavailable when it does not answer or breaks."""

        async def once() -> Answer:
            token = await self.tokens.within(tenant, purpose=purpose, on_behalf_of=on_behalf_of)
            return await call(
                self.apps[service],
                method,
                path,
                query=query or "",
                headers={"authorization": f"Bearer {token}"},
                body=body,
                timeout=timeout * self.patience,
            )

        try:
            answer = await once()
            if answer.status == 401:  # the key that signed it was withdrawn; nothing has been done yet
                self.tokens.forget()
                answer = await once()
        except UpstreamUnavailable:
            here().upstream_failures.labels(service).inc()
            raise
        if answer.status >= 500 or answer.status in (401, 403):
            here().upstream_failures.labels(service).inc()
            raise UpstreamUnavailable(f"{service} answered {answer.status}.")
        return answer
