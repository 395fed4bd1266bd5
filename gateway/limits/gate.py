"""What the edge asks of the limits: may this client, this tenant, this stranger ask one thing more, now?

Strangers are counted by their address: whoever needs no token, shows none, or shows one that is not good. Known
clients are not. An address is kept as a keyed hash, for minutes.
"""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Scope

from gateway.limits.addresses import Addresses
from gateway.limits.domain import Policy, Share, TooManyRequests
from gateway.limits.store import Store
from gateway.settings import Settings
from services.kernel.caller import Caller
from services.kernel.secrets import derived

Headers = tuple[tuple[bytes, bytes], ...]
WAITING_IN_ALL = 500
"""Long polls of all clients together that one process holds open."""
_MOST = 20_000


class Limits:
    """The limits of one gateway process, counted together with all others."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.store = store
        self._client = Policy("client", settings.rate_client, "A client, with all its tokens together,")
        self._tenant = Policy("tenant", settings.rate_tenant, "All clients of a neighbourhood together")
        self._address = Policy("address", settings.rate_address, "An address without an account")
        self._at_once = settings.client_at_once
        self._waits = settings.client_waits
        self._addresses = Addresses(settings.trusted_proxies)
        self._secret = derived(settings.secret, "addresses").encode()[:64]
        self._shares: dict[str, Share] = {}
        self._refills: dict[str, asyncio.Task[None]] = {}
        self._asking: dict[str, int] = Counter()
        self._waiting: dict[str, int] = Counter()
        self._all_waiting = 0

    async def known(self, caller: Caller) -> Headers:
        """Count a request of a known client; return the headers that tell it. Raises TooManyRequests."""
        told: Headers = ()
        if self._client.per_minute:
            told = (await self._spend("c" + _name(caller), self._client)).headers(time.monotonic())
        if self._tenant.per_minute and caller.tenant is not None:
            await self._spend(f"t{caller.tenant}", self._tenant)
        return told

    async def stranger(self, scope: Scope) -> Share | None:
        """Count a request under its address; return what `give_back` undoes it with. Raises TooManyRequests."""
        if not self._address.per_minute:
            return None
        address = self._addresses.of(scope)
        if address is None:
            return None
        hashed = hashlib.blake2b(address.encode(), key=self._secret, digest_size=16).hexdigest()
        return await self._spend("a" + hashed, self._address)

    @staticmethod
    def give_back(share: Share | None) -> None:
        """Undo `stranger`: it was a known client, or asked for what does not count."""
        if share is not None:
            share.give_back()

    @contextmanager
    def under_way(self, caller: Caller, *, waits: bool) -> Iterator[None]:
        """Hold one of the places that a client has for requests at one time. Raises TooManyRequests."""
        places, most = (self._waiting, self._waits) if waits else (self._asking, self._at_once)
        name = _name(caller)
        if (most and places[name] >= most) or (waits and self._all_waiting >= WAITING_IN_ALL):
            what = "long polls" if waits else "requests"
            raise TooManyRequests(f"A client may have {most} {what} under way at one time.")
        places[name] += 1
        self._all_waiting += waits
        try:
            yield
        finally:
            self._all_waiting -= waits
            places[name] -= 1
            if not places[name]:
                del places[name]

    async def _spend(self, key: str, policy: Policy) -> Share:
        """Take one from this process's share; ask the common store for another share if it is used up."""
        share = self._shares.get(key)
        if share is None:
            share = self._remember(Share(key, policy))
        now = time.monotonic()
        while not share.take(now):
            if now < share.shut_until:
                raise share.refusal(now)
            refill = self._refills.get(key) or self._refill(share)
            await asyncio.shield(refill)
            now = time.monotonic()
        return share

    def _refill(self, share: Share) -> "asyncio.Task[None]":
        """Begin to ask for another share; whoever else needs it meanwhile waits for the same."""
        task = self._refills[share.key] = asyncio.create_task(self._ask(share))
        task.add_done_callback(lambda _: self._refills.pop(share.key, None))
        return task

    async def _ask(self, share: Share) -> None:
        wanted = share.wanted(time.monotonic())
        lease = await self.store.take(share.key, per_minute=share.policy.per_minute, wanted=wanted)
        if lease is None:
            share.go_on_alone(time.monotonic())
        else:
            share.receive(lease, time.monotonic())

    def _remember(self, share: Share) -> Share:
        if len(self._shares) >= _MOST:
            now = time.monotonic()
            self._shares = {key: one for key, one in self._shares.items() if not one.is_idle(now)}
            if len(self._shares) >= _MOST:
                self._shares.clear()
        self._shares[share.key] = share
        return share


def _name(caller: Caller) -> str:
    return caller.client or caller.subject
