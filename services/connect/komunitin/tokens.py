"""`POST /komunitin/auth/token`: an access token of Cando's own, for a client that asks with Komunitin's scopes.

The request goes on to `/oauth/token` with our scopes in the place of Komunitin's, the answer comes back with theirs.
Only client credentials are taken: there are no refresh tokens, a client asks again; nobody poses as a user here.

The network's own services can ask for the reads and for posing as users, and for nothing else: it is how they write.
Where a client asks for that, and may move hours of its own, its token moves them in the client's own name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp

from services.connect.komunitin import domain
from services.kernel.upstream import Answer, call

_FORM = "application/x-www-form-urlencoded"
_LONGEST = 20_000


class Refusal(Exception):
    """What is wrong with a request for a token, in OAuth's words (RFC 6749, section 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


LATER = Refusal("temporarily_unavailable", "Something this needs does not answer.", 503)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a token: the form, and the header by which the client may show who it is."""

    form: Mapping[str, str]
    authorization: str | None

    async def of(self, edge: ASGIApp, path: str, **changed: str | None) -> Answer:
        """Pass the form on with `changed` fields; a field that is None is left out."""
        form = {name: value for name, value in {**self.form, **changed}.items() if value is not None}
        headers = {"content-type": _FORM, **({"authorization": self.authorization} if self.authorization else {})}
        return await call(edge, "POST", path, headers=headers, body=urlencode(form).encode())


def read_form(body: bytes, media_type: str, authorization: str | None) -> Asked:
    """Return what a client asks. Raises Refusal."""
    if media_type.partition(";")[0].strip().lower() != _FORM or len(body) > _LONGEST:
        raise Refusal("invalid_request", f"Send {_FORM}.")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=30)
    except ValueError:
        raise Refusal("invalid_request", "The form cannot be read.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Refusal("invalid_request", "A field is there twice.")
    if (kind := form.get("grant_type", "")) != "client_credentials":
        error = "unsupported_grant_type" if kind else "invalid_request"
        raise Refusal(error, "Ask with grant_type client_credentials, again when a token has run out.")
    return Asked(form, authorization)


async def obtain(edge: ASGIApp, asked: Asked) -> dict[str, Any]:
    """Return the answer with the token. Raises Refusal; UpstreamUnavailable when the edge does not answer."""
    scope = asked.form.get("scope", "").strip()
    words = domain.wanted_scopes(scope)
    if scope and not words:
        raise Refusal("invalid_scope", f"Scopes that can be given here: {' '.join(domain.WORDS)}.")
    if not words:
        told = _read(await asked.of(edge, "/oauth/token", scope=None))
        return {**told, "scope": " ".join(_all_for(_scopes(told)))}
    besides = domain.besides(scope)
    wanted = domain.needed(words) | besides
    answer = await asked.of(edge, "/oauth/token", scope=" ".join(sorted(wanted)))
    if answer.status != 400 or _said(answer).get("error") != "invalid_scope":
        return {**_read(answer), "scope": " ".join(words)}
    return await _what_it_may(edge, asked, words, besides)


async def _what_it_may(edge: ASGIApp, asked: Asked, words: tuple[str, ...], besides: frozenset[str]) -> dict[str, Any]:
    """Find out what the client has at all, and give it what it may have of what it asked. Raises Refusal."""
    whole = _read(await asked.of(edge, "/oauth/token", scope=None))
    await asked.of(edge, "/oauth/revoke", scope=None, grant_type=None, token=whole["access_token"])
    words = domain.granted(words, _scopes(whole))
    if not words:
        raise Refusal("invalid_scope", "This client has none of the scopes that this needs.")
    wanted = domain.needed(words) | (besides & _scopes(whole))
    return {**_read(await asked.of(edge, "/oauth/token", scope=" ".join(sorted(wanted)))), "scope": " ".join(words)}


def _all_for(held: frozenset[str]) -> tuple[str, ...]:
    usual = ("komunitin_social_read_all", "komunitin_accounting_read_all", "komunitin_accounting")
    return domain.granted(usual, held)


def _scopes(told: Mapping[str, Any]) -> frozenset[str]:
    """Return what a client has, by its answer: who may write something may ask to read it alone."""
    held = frozenset(str(told.get("scope", "")).split())
    return held | {scope.removesuffix("write") + "read" for scope in held if scope.endswith(":write")}


def _said(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _read(answer: Answer) -> dict[str, Any]:
    said = _said(answer)
    if answer.status == 200 and "access_token" in said:
        return said
    if "error" in said:
        raise Refusal(str(said["error"]), str(said.get("error_description", "")), answer.status)
    raise LATER
