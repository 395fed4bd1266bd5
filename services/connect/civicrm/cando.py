"""Cando as the connector asks it: signed in with the credentials of an ordinary client of the organisation.

    CandoClosed    the credentials or their scopes are not enough: somebody must put it right
    CandoBusy      no answer, or one that says: later

Everything else that `/v1` refuses stays `Refused`, and concerns one thing alone.
"""

import base64
import json
from collections.abc import AsyncIterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

from starlette.types import ASGIApp, Message

from services.connect.public import Public, Refused
from services.kernel.upstream import UpstreamUnavailable

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class CandoClosed(Exception):
    """Somebody must put the credentials right. The message is a code."""


class CandoBusy(Exception):
    """It may do later."""


@dataclass(slots=True)
class Cando:
    """The public `/v1` with one client's credentials; signs in when it must, and once again when a token ended."""

    edge: ASGIApp
    client_id: str
    client_secret: str = field(repr=False)
    scopes: frozenset[str] = frozenset()
    _token: str = field(default="", repr=False)

    async def read(self, path: str, **query: Any) -> Any:
        """Return what stands at `path`. Raises Refused, CandoClosed, CandoBusy."""
        return await self._ask("GET", path, None, {}, query)

    async def find(self, path: str) -> dict[str, Any] | None:
        """Return what stands at `path`, or None where there is nothing (any more) to be seen."""
        try:
            found: dict[str, Any] = await self.read(path)
        except Refused as refused:
            if refused.status in (404, 410):
                return None
            raise
        return found

    async def change(
        self, method: str, path: str, body: Any = None, *, version: int | None = None, key: str = "", **query: Any
    ) -> Any:
        """Change something; `version` is the one that was read, `key` makes a POST safe to repeat."""
        headers = {} if version is None else {"if-match": f'"{version}"'}
        if key:
            headers["idempotency-key"] = key
        return await self._ask(method, path, body, headers, query)

    async def everything(self, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """Yield every item of a collection."""
        cursor = None
        while True:
            page = await self.read(path, limit=200, cursor=cursor, **query)
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return

    async def sign_in(self) -> None:
        """Obtain a token. Raises CandoClosed, CandoBusy."""
        status, body = await _post_form(
            self.edge, "/oauth/token", {"grant_type": "client_credentials"}, self.client_id, self.client_secret
        )
        if status != 200:
            raise CandoBusy("cando-busy") if status in _BUSY else CandoClosed("cando-credentials-refused")
        told = json.loads(body)
        self._token, self.scopes = str(told["access_token"]), frozenset(str(told.get("scope", "")).split())

    async def _ask(
        self, method: str, path: str, body: Any, headers: Mapping[str, str], query: Mapping[str, Any]
    ) -> Any:
        if not self._token:
            await self.sign_in()
        try:
            return await self._once(method, path, body, headers, query)
        except Refused as refused:
            if refused.status != 401:
                raise
        await self.sign_in()
        return await self._once(method, path, body, headers, query)

    async def _once(
        self, method: str, path: str, body: Any, headers: Mapping[str, str], query: Mapping[str, Any]
    ) -> Any:
        public = Public(self.edge, self._token)
        try:
            return await public.change(method, path, body, headers=headers, **query)
        except UpstreamUnavailable:
            raise CandoBusy("cando-busy") from None
        except Refused as refused:
            if refused.status in _BUSY:
                raise CandoBusy("cando-busy") from None
            if refused.slug == "forbidden":
                raise CandoClosed("cando-scope-missing") from None
            raise


async def _post_form(app: ASGIApp, path: str, form: Mapping[str, str], name: str, secret: str) -> tuple[int, bytes]:
    """Send a form with credentials of a client; return status and body. Raises CandoBusy."""
    content = urlencode(form).encode()
    basic = base64.b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode())
    answered: MutableMapping[str, Any] = {"status": 0, "body": b""}

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        answered["status"] = message.get("status", answered["status"])
        answered["body"] += message.get("body", b"")

    headers = [
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", str(len(content)).encode()),
        (b"authorization", b"Basic " + basic),
    ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    try:
        await app(scope, receive, send)
    except Exception:
        raise CandoBusy("cando-busy") from None
    return int(answered["status"]), bytes(answered["body"])
