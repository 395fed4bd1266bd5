"""Identity providers for tests: they publish keys on loopback, and make tokens of the shapes of Keycloak and Entra ID.

Right ones by `keycloak` and `entra`; what a forger would make by `forged`. A provider can be down, can hang, can turn
its keys over, and counts how often it was asked.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from services.kernel.clock import system_clock
from tests.town import served

REALM = "/realms/hazelbrook"
TENANT = "6f1c0f5e-0d0b-4f4b-9a5e-3f1f7a0f6d11"
_RSA = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
"""Two for all tests: each takes a while to make."""


@dataclass
class Held:
    """A key of a provider: what it is called, the private part, and how it signs."""

    kid: str
    private: Any
    algorithm: str

    @property
    def published(self) -> dict[str, Any]:
        """Return the public part as Entra publishes it: without `alg`."""
        kind = jwt.get_algorithm_by_name(self.algorithm)
        shown: dict[str, Any] = kind.to_jwk(self.private.public_key(), as_dict=True)
        return {name: value for name, value in shown.items() if name != "key_ops"} | {"kid": self.kid, "use": "sig"}

    @property
    def pem(self) -> bytes:
        """Return the public part as PEM, which a forger takes for a shared secret."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        shown: bytes = self.private.public_key().public_bytes(serialization.Encoding.PEM, form)
        return shown


def held(algorithm: str = "RS256", *, which: int = 0) -> Held:
    """Return a key under a name of its own."""
    private: Any = _RSA[which]
    if algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    elif algorithm == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
    return Held(uuid4().hex, private, algorithm)


@dataclass
class Issuer:
    """One provider. `fault`: down, hangs, huge, text, other, redirects."""

    url: str = ""
    now: Callable[[], datetime] = system_clock
    keys: list[Held] = field(default_factory=lambda: [held()])
    fault: str = ""
    asked: list[str] = field(default_factory=list)
    elsewhere: str = ""

    @property
    def issuer(self) -> str:
        return self.url + REALM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked.append(scope["path"])
            await (await self._answer(scope["path"]))(scope, receive, send)

    async def _answer(self, path: str) -> Response:
        match self.fault:
            case "down":
                return Response(status_code=503)
            case "hangs":
                while self.fault:  # noqa: ASYNC110 - the test, in another thread, tells nobody
                    await asyncio.sleep(0.05)
                return Response(status_code=503)
            case "huge":
                return Response(b'{"keys": "' + b"x" * 300_000 + b'"}')
            case "text":
                return Response("<html>")
            case "redirects":
                return Response(status_code=302, headers={"location": self.elsewhere})
        if path == REALM + "/.well-known/openid-configuration":
            told = self.issuer + "x" if self.fault == "other" else self.issuer
            return JSONResponse({"issuer": told, "jwks_uri": self.elsewhere or self.issuer + "/certs"})
        if path == REALM + "/certs":
            return JSONResponse({"keys": [key.published for key in self.keys]})
        return Response(status_code=404)

    def turn_over(self, key: Held | None = None) -> Held:
        """Sign with a new key from now on; publish it alone."""
        self.keys = [key or held(which=1)]
        return self.keys[-1]

    def signed(
        self, claims: Mapping[str, Any], *, key: Held | None = None, head: Mapping[str, Any] | None = None
    ) -> str:
        """Return these claims, signed."""
        key = key or self.keys[-1]
        return jwt.encode(dict(claims), key.private, algorithm=key.algorithm, headers={"kid": key.kid, **(head or {})})

    def _usual(self, subject: str) -> dict[str, Any]:
        made = int(self.now().timestamp())
        return {"iss": self.issuer, "sub": subject, "iat": made, "exp": made + 300, "jti": uuid4().hex}

    def keycloak(self, subject: str, *roles: str, **changed: Any) -> str:
        """Return an ID token as Keycloak makes it; a claim that is changed to None is left out."""
        usual = {
            "auth_time": int(self.now().timestamp()), "aud": "casework", "azp": "casework", "typ": "ID", "acr": "1",
            "sid": str(uuid4()), "realm_access": {"roles": ["offline_access", *roles]}, "preferred_username": "ruth",
            "email": "ruth@hazelbrook.example", "email_verified": True,
        }  # fmt: skip
        return self._made(self._usual(subject) | usual, changed)

    def entra(self, subject: str, *roles: str, **changed: Any) -> str:
        """Return an ID token as Entra ID (v2.0) makes it: `oid` is the person, `sub` differs by app, `tid` the tenant."""
        made = int(self.now().timestamp())
        usual = {
            "aud": "0b6fdd83-1a5e-4f0b-8f0f-0c6f8f4f3f10", "nbf": made, "oid": subject, "sub": "AAAAAAAAAAAA" + subject,
            "tid": TENANT, "ver": "2.0", "roles": list(roles), "uti": "x1", "rh": "0.AAA", "name": "Ruth",
        }  # fmt: skip
        return self._made(self._usual(subject) | usual, changed)

    def _made(self, claims: dict[str, Any], changed: Mapping[str, Any]) -> str:
        key, head = changed.get("_key"), changed.get("_head")
        said = claims | {name: value for name, value in changed.items() if not name.startswith("_")}
        return self.signed({name: value for name, value in said.items() if value is not None}, key=key, head=head)


def part(value: Any) -> str:
    """Return one part of a token as it is written."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def forged(token: str, *, head: Mapping[str, Any], secret: bytes | None = None) -> str:
    """Return the claims of `token` under another head; with `secret`, signed with it as if it were shared."""
    claims = token.split(".")[1]
    said = f"{part(dict(head))}.{claims}"
    mac = b"" if secret is None else hmac.new(secret, said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@contextlib.contextmanager
def issuing(now: Callable[[], datetime] = system_clock) -> Iterator[Issuer]:
    """Serve a provider while the context is open."""
    issuer = Issuer(now=now)
    with served(issuer) as url:
        issuer.url = url
        yield issuer
        issuer.fault = ""
