"""The phantom token: what a caller shows is opaque; what the services get is a short signed token that says who it is.

Who was recognised is remembered for a few seconds, so that a request costs one look into a dictionary. A revocation
in any process rings a bell in all of them, and all forget; while the bell cannot be heard nothing is remembered.
"""

import time
from dataclasses import dataclass, replace
from datetime import datetime

from gateway import repository
from gateway.bootstrap import CALLER as BOOTSTRAP
from gateway.credentials import Mint, Prefix, prefix_of
from gateway.models import AccessToken
from gateway.signing import TOKEN_SECONDS, Signer
from services.kernel.bell import Bell
from services.kernel.caller import Caller, Kind
from services.kernel.clock import Clock
from services.kernel.database import Database
from services.kernel.problems import Unauthenticated

REMEMBERED = 5.0
_REUSED = TOKEN_SECONDS - 30.0
_MOST = 20_000
_KINDS: dict[str, Kind] = {"app": "app", "staff": "staff", "person": "person"}


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a token stands for, as it was last looked up, and the signed token that the services get."""

    caller: Caller
    expires_at: datetime | None
    token: str
    fresh_until: float
    sign_again: float


class Identities:
    """Swaps opaque tokens for signed ones."""

    def __init__(self, database: Database, mint: Mint, signer: Signer, clock: Clock) -> None:
        self._database = database
        self._mint = mint
        self._signer = signer
        self._clock = clock
        self._known: dict[str, Known] = {}
        self._forgotten = 0
        self.bell = Bell(database.conninfo, repository.REVOCATIONS, on_ring=self._forget)

    def remembers(self, presented: str) -> bool:
        """Say whether `presented` was good when it was last looked up, not long ago."""
        return presented in self._known

    async def internal_token(self, presented: str) -> str:
        """Return the signed token of whoever presents `presented`. Raises Unauthenticated."""
        return (await self.recognised(presented)).token

    async def recognised(self, presented: str) -> "Known":
        """Return who presents `presented`, and the signed token. Raises Unauthenticated."""
        known = self._known.get(presented)
        if known is None or time.monotonic() > known.fresh_until:
            known = await self._recognise(presented, known)
        if known.expires_at is not None and known.expires_at <= self._clock():
            self._known.pop(presented, None)
            raise Unauthenticated
        return known

    async def _recognise(self, presented: str, before: Known | None) -> Known:
        generation = self._forgotten
        try:
            caller, expires_at = await self._look_up(presented)
        except Unauthenticated:
            self._known.pop(presented, None)
            raise
        now = time.monotonic()
        if before is not None and before.caller == caller and now < before.sign_again:
            known = replace(before, fresh_until=now + REMEMBERED)
        else:
            token = await self._signer.sign(caller)
            known = Known(caller, expires_at, token, now + REMEMBERED, now + _REUSED)
        self._remember(presented, known, generation)
        return known

    def _remember(self, presented: str, known: Known, generation: int) -> None:
        """Keep it, unless something was revoked since it was read, or could be without our hearing of it."""
        if not self.bell.connected or generation != self._forgotten:
            self._known.pop(presented, None)
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[presented] = known

    def _forget(self, told: str) -> None:
        if told != repository.ACCESS_CHANGED:  # it was the keys, or nobody knows what was missed
            self._signer.look_again()
        self._forgotten += 1
        self._known.clear()

    async def _look_up(self, presented: str) -> tuple[Caller, datetime | None]:
        prefix = prefix_of(presented)
        if prefix not in (Prefix.ACCESS, Prefix.BOOTSTRAP):
            raise Unauthenticated
        hash = self._mint.hash(presented)
        async with self._database.transaction(None) as session:
            if prefix is Prefix.BOOTSTRAP and await repository.is_bootstrap_key(session, hash=hash):
                return BOOTSTRAP, None
            token = await repository.presented_token(session, hash=hash)
        if token is None:
            raise Unauthenticated
        return _caller(token), token.expires_at


def _caller(token: AccessToken) -> Caller:
    return Caller(
        kind=_KINDS[token.kind],
        subject=str(token.subject),
        client=str(token.client_id),
        scopes=frozenset(token.scopes),
        tenant=token.tenant_id,
        organisation=token.organisation_id,
        on_behalf_of=token.on_behalf_of,
    )
