"""Access tokens: obtained when first needed, renewed before they end, and once more when one is refused."""

import time
from collections.abc import Generator, Mapping

import httpx

from cando_client.problems import Problem

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
STAFF = "urn:cando:token-type:staff"
PERSON = "urn:cando:token-type:participant"
_EARLY = 30.0
"""Seconds before its end in which a token is not begun with any more."""

Flow = Generator[httpx.Request, httpx.Response, None]


class Tokens(httpx.Auth):
    """Puts a bearer token on each request. `form` says which kind of token the client asks for."""

    requires_response_body = True

    def __init__(self, url: str, client_id: str, client_secret: str, form: Mapping[str, str] | None = None) -> None:
        self._url = f"{url}/oauth/token"
        self._basic = httpx.BasicAuth(client_id, client_secret)
        self._form = {"grant_type": "client_credentials", **(form or {})}
        self._credentials = (url, client_id, client_secret)
        self._token = ""
        self._ends = 0.0

    def exchanged(self, **form: str) -> "Tokens":
        """Return tokens of the same app for somebody else (RFC 8693)."""
        return Tokens(*self._credentials, form={"grant_type": EXCHANGE, **form})

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Send `request` with a token; if that is refused, once more with a fresh one."""
        if time.monotonic() > self._ends - _EARLY:
            yield from self._obtain(request)
        used = self._token
        request.headers["authorization"] = f"Bearer {used}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            if used == self._token:  # another thread may have renewed it already
                yield from self._obtain(request)
            request.headers["authorization"] = f"Bearer {self._token}"
            yield request

    def _obtain(self, request: httpx.Request) -> Flow:
        # A request of one's own has no time limit of itself: it takes that of the request it is for.
        asked = httpx.Request("POST", self._url, data=self._form, extensions=request.extensions)
        answer = yield next(self._basic.auth_flow(asked))
        if not answer.is_success:
            raise Problem.of(answer)
        body = answer.json()
        self._token = str(body["access_token"])
        self._ends = time.monotonic() + float(body["expires_in"])


class Bearer(httpx.Auth):
    """A token that somebody else looks after, or the bootstrap key."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Send `request` with the token."""
        request.headers["authorization"] = f"Bearer {self._token}"
        yield request
