"""Asking very often: plain keep-alive connections, one per thread, and answers that can be compared byte for byte."""

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_UNIQUE = {"x-request-id", "date", "server", "ratelimit", "ratelimit-policy", "retry-after"}


class Said(NamedTuple):
    """An answer: its status, its headers without what is never alike, and its body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def slug(self) -> str:
        """Return the last part of a problem's type, or nothing."""
        if not dict(self.headers).get("content-type", "").startswith("application/problem+json"):
            return ""
        return str(json.loads(self.body).get("type", "")).rpartition("/")[2]


class Asker:
    """Asks one address with any token. Every thread keeps a connection of its own; `close` ends them all."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._address = (where.hostname or "", where.port or 80)
        self._local = threading.local()
        self._opened: list[http.client.HTTPConnection] = []

    def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        body: Any = None,
        media: str = "application/json",
        **more: str,
    ) -> Said:
        """Send one request and return what was said; `more` are headers, with underscores for dashes."""
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        headers |= {} if token is None else {"authorization": f"Bearer {token}"}
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["content-type"] = media
        return self._sent(method, path, content, headers)

    def _sent(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Said:
        for again in (True, False):
            connection = self._connection()
            try:
                connection.request(method, path, content, dict(headers))
                answer = connection.getresponse()
                body = answer.read()
                break
            except (ConnectionError, http.client.HTTPException):
                connection.close()
                if not again:
                    raise
        kept = sorted((name.lower(), value) for name, value in answer.getheaders() if name.lower() not in _UNIQUE)
        return Said(answer.status, tuple(kept), body)

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(*self._address, timeout=60)
            self._opened.append(self._local.connection)
        made: http.client.HTTPConnection = self._local.connection
        return made

    def close(self) -> None:
        """End every thread's connection."""
        for connection in self._opened:
            connection.close()
