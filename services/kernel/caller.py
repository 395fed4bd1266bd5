"""Who is asking: the verified internal token of a request, and what it allows.

The gateway has swapped the caller's opaque token for a short Ed25519-signed one. Each service verifies it again
here, against the gateway's published keys, and decides again. An app acts for its organisation; a member of staff
or a person acts through an app; a service acts for itself in one tenant, or for the feed of all. Whoever has no token
is the public, and may read the public feed of one tenant.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import jwt
from fastapi import Request
from fastapi.security import OAuth2, SecurityScopes
from starlette.types import ASGIApp

from services.kernel.problems import Forbidden, Unauthenticated, Unavailable
from services.kernel.upstream import call

ISSUER = "cando-gateway"
AUDIENCE = "cando-services"
JWKS_PATH = "/.well-known/jwks.json"
_KEYS_LIVE = 300.0
_KEYS_LOOKED_AT = 5.0
_KEYS_REST = 1.0
_MOST_VERIFIED = 5_000

Kind = Literal["app", "staff", "person", "service", "public"]

SCOPES: dict[str, str] = {
    "tenants:write": "Create tenants (the bootstrap key alone)",
    "clients:write": "Create and revoke API clients and staff",
    "act:staff": "Obtain tokens for members of staff",
    "act:person": "Obtain tokens for persons",
    "events:read": "Follow the feed of events",
    "directory:read": "Read organisations, places, services and imports",
    "directory:write": "Change organisations, places and services; import",
    "directory:manage": "Merge duplicates, load places' names and postcodes, follow other directories' feeds",
    "participants:read": "Read participants and their consents",
    "participants:write": "Register and change participants, consents, contact and blocks",
    "rights:manage": "Carry out people's rights; assign caseworkers; review overrides; retention; see who looked",
    "assessments:read": "Read instruments, assessments and round tables",
    "assessments:write": "Run assessments and round tables",
    "matching:read": "Read needs, offers, candidates and matches",
    "matching:write": "Change needs and offers; propose and decide matches",
    "matching:manage": "Decide for the community how much fairness counts among candidates",
    "assessments:manage": "Vouch for translations of instruments; decide from how many people on reports count",
    "timebank:read": "Read accounts, transfers and statements",
    "timebank:write": "Open accounts of your own and your people; transfer hours",
    "timebank:manage": "Run the time bank: the community pot, others' accounts, opening balances, limits",
    "community:read": "Read councils, projects, action plans, rotas and labs",
    "community:write": "Run councils and elections, projects, action plans, rotas and labs",
    "reports:read": "Read reports",
    "webhooks:manage": "Have your organisation told of events at addresses of its own; see and repeat deliveries",
    "connections:manage": "Connect your organisation's CRM, run the connection and read its reports",
}

external_token = OAuth2(
    scheme_name="oauth",
    flows={"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": SCOPES}},
    auto_error=False,
    description="Opaque bearer token from /oauth/token: client credentials, or token exchange for staff and persons.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified caller of one request.

    `subject` is a client, staff or participant id, or a service's name. `client` is the app that acts.
    """

    kind: Kind
    subject: str
    client: str
    scopes: frozenset[str]
    tenant: UUID | None = None
    organisation: UUID | None = None
    on_behalf_of: UUID | None = None
    purpose: str | None = None

    def may(self, scope: str) -> bool:
        """Say whether the token carries `scope`; to write something implies to read it."""
        return scope in self.scopes or (scope.endswith(":read") and scope.removesuffix("read") + "write" in self.scopes)

    def require(self, scope: str) -> None:
        """Raise Forbidden unless the token carries `scope`."""
        if not self.may(scope):
            raise Forbidden(f"This needs the scope {scope}.")

    @property
    def person(self) -> UUID | None:
        """Return the participant whose own token this is, if it is a person's."""
        return UUID(self.subject) if self.kind == "person" else None

    @property
    def named(self) -> str:
        """Return who it is as kind and id, as rows keep who wrote them: `staff:…`, `app:…`."""
        return f"{self.kind}:{self.subject}"

    @property
    def staff(self) -> UUID | None:
        """Return the member of staff whose own token this is, if it is one's."""
        return UUID(self.subject) if self.kind == "staff" else None


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Build the caller from verified claims."""
    return Caller(
        kind=claims["kind"],
        subject=claims["sub"],
        client=claims["act"]["sub"],
        scopes=frozenset(claims["scope"].split()),
        tenant=_id(claims.get("tenant")),
        organisation=_id(claims.get("org")),
        on_behalf_of=_id(claims.get("obo")),
        purpose=claims.get("purpose"),
    )


def claims_of(caller: Caller) -> dict[str, Any]:
    """Return the claims that `caller_of` reads; the signer adds issuer, audience and times."""
    claims: dict[str, Any] = {
        "kind": caller.kind,
        "sub": caller.subject,
        "act": {"sub": caller.client},
        "scope": " ".join(sorted(caller.scopes)),
    }
    optional = {
        "tenant": caller.tenant,
        "org": caller.organisation,
        "obo": caller.on_behalf_of,
        "purpose": caller.purpose,
    }
    return claims | {name: str(value) for name, value in optional.items() if value is not None}


def _id(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)


class Verifier:
    """Verifies internal tokens against the gateway's keys: looked at every few seconds, and when a key is new.

    So a key that was withdrawn counts no longer a few seconds later. While the gateway does not answer, the keys that
    were read go on counting for five minutes. A token that was verified is known again until it ends, or until the keys
    are others.
    """

    def __init__(self, gateway: ASGIApp, *, patience: float = 1.0) -> None:
        self._gateway = gateway
        self._timeout = 2 * patience
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = self._tried = float("-inf")
        self._lock = asyncio.Lock()
        self._verified: dict[str, tuple[Caller, float]] = {}

    async def verify(self, token: str) -> Caller:
        """Return the caller behind `token`. Raises Unauthenticated; Unavailable when no key can be had."""
        known = self._verified.get(token)
        if known is not None and time.time() < known[1] and time.monotonic() - self._fetched <= _KEYS_LOOKED_AT:
            return known[0]
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid")))
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=5,
                options={"require": ["exp", "iat", "sub"]},
            )
            return self._remembered(token, caller_of(claims), float(claims["exp"]))
        except (jwt.PyJWTError, KeyError, ValueError):
            raise Unauthenticated from None

    def _remembered(self, token: str, caller: Caller, ends: float) -> Caller:
        if len(self._verified) >= _MOST_VERIFIED:
            self._verified.clear()
        self._verified[token] = (caller, ends)
        return caller

    async def _key(self, kid: str) -> jwt.PyJWK:
        due = time.monotonic() - self._tried > _KEYS_LOOKED_AT
        # Whoever has a key that is only due to be looked at does not wait behind somebody who looks.
        if kid not in self._keys or (due and not self._lock.locked()):
            async with self._lock:
                await self._refresh(kid)
        if kid in self._keys and time.monotonic() - self._fetched < _KEYS_LIVE:
            return self._keys[kid]
        if self._fetched < self._tried:
            raise Unavailable("The keys that tokens are checked with cannot be read.")
        raise Unauthenticated

    async def _refresh(self, kid: str) -> None:
        if time.monotonic() - self._tried < (_KEYS_LOOKED_AT if kid in self._keys else _KEYS_REST):
            return
        self._tried = time.monotonic()
        with contextlib.suppress(Unavailable, ValueError, jwt.PyJWTError):
            answer = await call(self._gateway, "GET", JWKS_PATH, timeout=self._timeout)
            found = {key.key_id: key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.key_id}
            if found.keys() != self._keys.keys():
                self._verified.clear()
            self._keys, self._fetched = found, time.monotonic()


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return token.strip()


async def authenticate(request: Request, needed: SecurityScopes) -> Caller:
    """Verify the request's token and the scopes that its route asks for."""
    verifier: Verifier = request.app.state.kernel.verifier
    caller = await verifier.verify(_bearer(request))
    for scope in needed.scopes:
        caller.require(scope)
    return caller
