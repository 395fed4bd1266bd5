"""The keys that internal tokens are signed with, and the signing.

Made once at the first start, under a lock, so that gateways that start together agree. The private part lies in
the database encrypted with a key derived from the installation's secret; the public part is what services verify
against. A token's times are the machine's, because that is the clock it is verified by.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncSession

from gateway import repository
from services.kernel.caller import AUDIENCE, ISSUER, Caller, claims_of
from services.kernel.clock import system_clock
from services.kernel.database import Database
from services.kernel.ids import new_id
from services.kernel.secrets import Box

TOKEN_SECONDS = 60
SERVICE_TOKEN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str
    private: Ed25519PrivateKey
    public: dict[str, Any]


class Signer:
    """Signs internal tokens with the newest key, and shows the public part of each."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._box = Box(secret, "signing-keys")
        self._keys: list[_Key] = []
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Read the keys; make the first if there is none. Raises WrongSecret."""
        async with self._lock:
            if self._keys:
                return
            async with self._database.transaction(None) as session:
                rows = await repository.signing_keys(session)
                if not rows:
                    await repository.lock_signing_keys(session)
                    rows = await repository.signing_keys(session) or [await self._make(session)]
            self._keys = [self._open(row) for row in rows]

    async def jwks(self) -> dict[str, Any]:
        """Return the public keys as a JSON Web Key Set (RFC 7517)."""
        await self.load()
        return {"keys": [key.public for key in self._keys]}

    async def sign(self, caller: Caller, *, seconds: int = TOKEN_SECONDS) -> str:
        """Return an internal token that says who calls, for `seconds`."""
        if not self._keys:
            await self.load()
        key = self._keys[-1]
        now = int(system_clock().timestamp())
        claims = {**claims_of(caller), "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + seconds}
        return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid})

    async def _make(self, session: AsyncSession) -> dict[str, Any]:
        private = Ed25519PrivateKey.generate()
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        kid = new_id(system_clock()).hex
        shown = jwt.algorithms.OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
        public = {**shown, "kid": kid, "use": "sig", "alg": "EdDSA"}
        row = {"kid": kid, "private": self._box.seal(pem), "public": public, "created_at": system_clock()}
        await repository.add_signing_key(session, row=row)
        return row

    def _open(self, row: dict[str, Any]) -> _Key:
        private = serialization.load_pem_private_key(self._box.open(row["private"]), password=None)
        assert isinstance(private, Ed25519PrivateKey)
        return _Key(row["kid"], private, row["public"])
