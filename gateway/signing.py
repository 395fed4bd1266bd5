"""The keys that internal tokens are signed with, and how they take turns.

The private part lies in the database encrypted with a key derived from the installation's secret; the public part is
what services verify against. The first key is made under a lock, so that gateways that start together agree. A new one
is published for a while before it signs, for whoever still goes by an older list; the one before stays published until
its last token is over. Which one signs is told by the rows and the clock, so all gateways agree. They look when the
bell says that something has changed, and every few seconds in any case.

A token's times are the machine's, because that is the clock it is verified by.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import jwt
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncSession

from gateway import repository
from gateway.settings import Settings
from services.kernel.caller import AUDIENCE, ISSUER, Caller, claims_of
from services.kernel.clock import Clock, system_clock
from services.kernel.context import Kernel
from services.kernel.database import Database
from services.kernel.ids import new_id
from services.kernel.problems import Unavailable
from services.kernel.secrets import Box

TOKEN_SECONDS = 60
SERVICE_TOKEN_SECONDS = 300
PUBLISHED_BEFORE = timedelta(minutes=6)
"""How long a key is shown before it signs: longer than anybody goes by an older list (`kernel/caller.py`)."""
KEPT_AFTER = timedelta(seconds=2 * SERVICE_TOKEN_SECONDS)
"""How long a key stays after the next one signs: its last token and any difference of clocks are over by then."""
LOOKED_AT = 5.0
"""Seconds after which a gateway looks at the keys again, should the bell not have been heard."""
_PATIENCE = 2.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str
    private: Ed25519PrivateKey
    public: dict[str, Any]
    signs_from: datetime


class Signer:
    """Signs internal tokens with the key whose turn it is, and shows the public part of each."""

    def __init__(self, database: Database, secret: str, clock: Clock = system_clock) -> None:
        self._database = database
        self._box = Box(secret, "signing-keys")
        self._clock = clock
        self._keys: list[_Key] = []
        self._looked = float("-inf")
        self._told = 0
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Read the keys; make the first if there is none. Raises WrongSecret."""
        async with self._lock:
            if not self._keys:
                await self._look()

    def look_again(self) -> None:
        """Read the keys again before the next signature: somebody has said that they have changed."""
        self._told += 1
        self._looked = float("-inf")

    async def keys(self) -> list[_Key]:
        """Return the keys as they are now, or were a moment ago while the database does not answer."""
        if time.monotonic() - self._looked <= LOOKED_AT or (self._keys and self._lock.locked()):
            return self._keys
        async with self._lock:
            if time.monotonic() - self._looked > LOOKED_AT:
                await self._look_if_possible()
        return self._keys

    async def _look_if_possible(self) -> None:
        if not self._keys:
            await self._look()
            return
        with contextlib.suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._look()
                return
        self._looked = time.monotonic()

    async def _look(self) -> None:
        looked, told = time.monotonic(), self._told
        async with self._database.transaction(None) as session:
            rows = await repository.signing_keys(session)
            if not rows:
                await repository.lock_signing_keys(session)
                now = self._clock()
                rows = await repository.signing_keys(session) or [
                    await make_key(session, self._box, now=now, signs=now)
                ]
        self._keys = [self._open(row) for row in rows]
        if told == self._told:  # else they have changed while they were being read
            self._looked = looked

    async def jwks(self) -> dict[str, Any]:
        """Return the public keys as a JSON Web Key Set (RFC 7517)."""
        return {"keys": [key.public for key in await self.keys()]}

    async def signing(self) -> str:
        """Return the name of the key that signs now: what was signed with another may be withdrawn."""
        return self._turn(await self.keys()).kid

    def _turn(self, keys: list[_Key]) -> _Key:
        """Return whose turn it is: the newest that signs already; where the clock was set back, the eldest."""
        now = self._clock()
        return next((key for key in reversed(keys) if key.signs_from <= now), keys[0])

    async def sign(self, caller: Caller, *, seconds: int = TOKEN_SECONDS) -> str:
        """Return an internal token that says who calls, for `seconds`."""
        key = self._turn(await self.keys())
        now = int(system_clock().timestamp())
        claims = {**claims_of(caller), "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + seconds}
        return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid})

    def _open(self, row: dict[str, Any]) -> _Key:
        private = serialization.load_pem_private_key(self._box.open(row["private"]), password=None)
        assert isinstance(private, Ed25519PrivateKey)
        return _Key(row["kid"], private, row["public"], row["signs_from"])


async def make_key(session: AsyncSession, box: Box, *, now: datetime, signs: datetime) -> dict[str, Any]:
    """Store a new key, shown from `now` on and used from `signs` on."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    kid = new_id(now).hex
    shown = jwt.algorithms.OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
    public = {**shown, "kid": kid, "use": "sig", "alg": "EdDSA"}
    row = {"kid": kid, "private": box.seal(pem), "public": public, "created_at": now, "signs_from": signs}
    await repository.add_signing_key(session, row=row)
    return row


async def rotate(database: Database, secret: str, *, now: datetime, older_than: timedelta = timedelta()) -> bool:
    """Publish a key that signs in some minutes, if the newest is older than that; let go of those that are over.

    While a new one waits for its turn there is nothing to do. Returns whether one was made.
    """
    async with database.transaction(None) as session:
        await repository.lock_signing_keys(session)
        rows = await repository.signing_keys(session)
        over = [one["kid"] for one, following in pairwise(rows) if following["signs_from"] + KEPT_AFTER < now]
        due = not rows or (rows[-1]["signs_from"] <= now and now - rows[-1]["created_at"] >= older_than)
        if due:
            signs = now + PUBLISHED_BEFORE if rows else now
            await make_key(session, Box(secret, "signing-keys"), now=now, signs=signs)
        if over:
            await repository.drop_signing_keys(session, kids=over)
        if over or due:
            await repository.announce_keys(session)
    if due:
        log.info("signing-key-rotated", state="next")
    return due


async def withdraw(database: Database, secret: str, *, now: datetime) -> int:
    """Sign with a new key at once and let every other go, after one became known; return how many went.

    Whatever they have signed ends within seconds: requests that are under way at this moment may be refused.
    """
    async with database.transaction(None) as session:
        await repository.lock_signing_keys(session)
        kids = [row["kid"] for row in await repository.signing_keys(session)]
        await repository.drop_signing_keys(session, kids=kids)
        await make_key(session, Box(secret, "signing-keys"), now=now, signs=now)
        await repository.announce_keys(session)
    log.warning("signing-key-rotated", state="withdrawn")
    return len(kids)


async def rotate_signing_keys(kernel: Kernel) -> None:
    """Let a new key follow one that has signed for as long as the settings say."""
    settings = cast(Settings, kernel.settings)
    age = timedelta(days=settings.signing_key_days)
    await rotate(kernel.database, settings.secret, now=kernel.clock(), older_than=age)
