"""The keys that identity providers sign with, as they publish them: fetched, kept for a while, fetched again.

A provider is asked through `kernel/outbound.py` alone, by one request at a time and never more often than every few
seconds, whoever names however many unknown keys. While it is down, keys that were read go on counting for an hour.
Nothing here holds a connection to the database, and each provider waits for itself alone.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import structlog

from gateway.sign_in.domain import NotAccepted, Presented, Terms, fits
from services.kernel.outbound import Outbound, OutboundFailed
from services.kernel.problems import Unavailable

FRESH = 300.0
"""Seconds after which keys are read again before they are used: a key that was withdrawn counts no longer."""
REST = 5.0
"""Seconds between two readings, whatever is asked meanwhile."""
KEPT = 3600.0
"""Seconds that keys which were read go on counting while the provider cannot be read."""
TIMEOUT = 3.0
_LARGEST = 256_000
_MOST_KEYS = 50
_MOST_SOURCES = 1000
_SHORTEST_RSA = 2048
_DISCOVERY = "/.well-known/openid-configuration"
Key = Any
"""A public key of the `cryptography` library."""
log = structlog.get_logger()


@dataclass(slots=True)
class _Source:
    """What is known of one provider's keys. Times are the machine's own, in seconds."""

    keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    read: float = float("-inf")
    tried: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Keyring:
    """Gives out the public keys of identity providers. `outbound` makes what asks, as the settings say by then."""

    def __init__(self, outbound: Callable[[], Outbound]) -> None:
        self._outbound = outbound
        self._sources: dict[tuple[str, str | None], _Source] = {}

    async def key(self, terms: Terms, shown: Presented) -> Key:
        """Return the key that a token names. Raises NotAccepted; Unavailable while the provider cannot be asked."""
        source = self._source(terms)
        if self._wanting(source, shown.kid):
            await self._refresh(source, terms, shown.kid)
        age = time.monotonic() - source.read
        if shown.kid in source.keys and age < KEPT:
            return _public(source.keys[shown.kid], shown.algorithm)
        if age >= KEPT or source.tried > source.read:
            raise Unavailable("The identity provider cannot be asked for its keys.")
        raise NotAccepted("unknown-key")

    def _source(self, terms: Terms) -> _Source:
        name = (terms.issuer, terms.jwks_uri)
        if name not in self._sources and len(self._sources) >= _MOST_SOURCES:
            del self._sources[next(iter(self._sources))]
        return self._sources.setdefault(name, _Source())

    def _wanting(self, source: _Source, kid: str) -> bool:
        now = time.monotonic()
        if now - source.tried < REST and not source.lock.locked():
            return False
        if kid not in source.keys or now - source.read >= KEPT:
            return True
        # Whoever has a key that is only due to be read again does not wait behind somebody who reads.
        return now - source.read >= FRESH and not source.lock.locked()

    async def _refresh(self, source: _Source, terms: Terms, kid: str) -> None:
        async with source.lock:
            now = time.monotonic()
            if now - source.tried < REST or (kid in source.keys and now - source.read < FRESH):
                return
            source.tried = now
            try:
                async with asyncio.timeout(2 * TIMEOUT):
                    source.keys = await self._fetch(terms)
                source.read = now
            except (OutboundFailed, TimeoutError) as error:
                log.warning("identity-provider-unreachable", provider=str(terms.id), error=type(error).__name__)

    async def _fetch(self, terms: Terms) -> Mapping[str, Mapping[str, Any]]:
        outbound = self._outbound()
        return _keys_in(await _read(outbound, terms.jwks_uri or await _discovered(outbound, terms.issuer)))


async def _discovered(outbound: Outbound, issuer: str) -> str:
    """Return where an issuer publishes its keys, by its own word (OpenID Connect Discovery, section 4)."""
    described = await _read(outbound, issuer.rstrip("/") + _DISCOVERY)
    where = described.get("jwks_uri")
    if described.get("issuer") != issuer or not isinstance(where, str):
        raise OutboundFailed("describes another issuer")
    return where


async def _read(outbound: Outbound, url: str) -> Mapping[str, Any]:
    answer = await outbound.send("GET", url, headers={"accept": "application/json"}, largest=_LARGEST)
    if answer.status != 200 or not answer.whole:
        raise OutboundFailed("does not answer with a document")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise OutboundFailed("answers with what is no JSON") from None
    if not isinstance(document, dict):
        raise OutboundFailed("answers with what is no object")
    return document


def _keys_in(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    told = document.get("keys")
    if not isinstance(told, list) or len(told) > _MOST_KEYS:
        raise OutboundFailed("publishes no keys")
    found: dict[str, Mapping[str, Any]] = {
        one["kid"]: one for one in told if isinstance(one, dict) and isinstance(one.get("kid"), str)
    }
    if not found:
        raise OutboundFailed("publishes no keys")
    return found


def _public(published: Mapping[str, Any], algorithm: str) -> Key:
    """Return the key, if it is one that may check signatures by this algorithm."""
    if not fits(published, algorithm):
        raise NotAccepted("key-kind")
    try:
        shown = {name: value for name, value in published.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
        key = jwt.PyJWK(shown, algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        raise NotAccepted("key-unreadable") from None
    if getattr(key, "key_size", _SHORTEST_RSA) < _SHORTEST_RSA and published["kty"] == "RSA":
        raise NotAccepted("key-short")
    return key
