"""Sending: what is due is taken, signed, sent, and marked with what became of it.

To take a delivery is to hold it for a minute. Whoever is killed between sending and marking holds it no longer than
that; then it is sent again, with the same message id: at least once. Deliveries about one subject go out in the order
of the facts, one after the other; different subjects do not wait for each other. A webhook's address, its secrets and
whether it is enabled are read when a delivery is taken, so a change counts from the next attempt on.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from gateway.models import Delivery, Webhook
from gateway.webhooks import events, repository
from gateway.webhooks.domain import (
    GONE,
    SURELY_FAILING,
    UNREACHED,
    Due,
    Outcome,
    Turn,
    asked_to_wait,
    body_of,
    next_attempt,
    turns,
)
from gateway.webhooks.signing import headers_for
from services.kernel.context import Kernel
from services.kernel.logs import trail
from services.kernel.metrics import here
from services.kernel.outbound import Outbound, OutboundFailed
from services.kernel.secrets import Box
from services.kernel.work import Work, as_service

log = structlog.get_logger()
HELD = timedelta(seconds=60)
TIME_LIMIT = 15.0
_MOST_ATTEMPTS_KEPT = 30
_LONGEST_REST = 5.0
_SHORTEST_REST = 0.05
_GATHERING = 0.01
"""How long to wait for more to be due, or more places to be free, before the next are taken together."""
_LAST_CALL = 2.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """One taken delivery, with all that is needed to send it."""

    tenant: UUID
    webhook: UUID
    id: UUID
    tries: int
    message: UUID
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    body: bytes = field(repr=False)
    failing: bool = False


class Sender:
    """Sends what is due, many at a time, fairly. `chance` returns a number between 0 and 1 and spreads retries."""

    def __init__(
        self,
        kernel: Kernel,
        box: Box,
        places: asyncio.Semaphore,
        *,
        chance: Callable[[], float] = random.random,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self._kernel = kernel
        self._box = box
        self._places = places
        self._chance = chance
        self._time_limit = time_limit
        self._busy: dict[asyncio.Task[None], Due] = {}
        self._freed = asyncio.Event()
        self._stopping = False

    async def send_on(self) -> None:
        """Send until told to stop. Then what is on its way gets a moment to arrive."""
        try:
            while not self._stopping:
                self._freed.clear()
                signs = [
                    asyncio.create_task(one) for one in (self._kernel.bell.wait(_LONGEST_REST), self._freed.wait())
                ]
                try:
                    rest = await self._begin_safely()
                    await asyncio.wait(signs, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
                    await asyncio.sleep(_GATHERING)
                finally:
                    for sign in signs:
                        sign.cancel()
                    await asyncio.gather(*signs, return_exceptions=True)
        finally:
            if self._busy:
                await asyncio.wait(self._busy, timeout=_LAST_CALL)
            for task in list(self._busy):
                task.cancel()

    def stop(self) -> None:
        """Let `send_on` come to its end, without breaking off in the middle of taking something."""
        self._stopping = True
        self._freed.set()

    async def step(self) -> int:
        """Send what is due now, wait until all of it is marked, and return how many that were."""
        count = 0
        while True:
            await self.begin()
            if not self._busy:
                return count
            count += len(await asyncio.gather(*self._busy))

    async def _begin_safely(self) -> float:
        try:
            return await self.begin()
        except Exception as error:
            log.warning("webhooks-wait", **trail(error))
            return 1.0

    async def begin(self) -> float:
        """Take and start to send as much as there are places for; return after how many seconds to look again."""
        async with self._places, self._kernel.database.transaction(None) as session:
            now = self._kernel.clock()
            due = await repository.due(session, failing_since=now - SURELY_FAILING)
        rest = min([(one.at - now).total_seconds() for one in due if one.at > now], default=_LONGEST_REST)
        for turn in turns([one for one in due if one.at <= now], busy=self._busy.values()):
            parcels = await self._take(turn)
            for parcel in parcels:
                task = asyncio.create_task(self._deliver(parcel))
                self._busy[task] = turn.due
                task.add_done_callback(self._ended)
            if not parcels:
                rest = _SHORTEST_REST
        return min(max(rest, _SHORTEST_REST), _LONGEST_REST)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._busy[task]
        self._freed.set()

    async def _take(self, turn: Turn) -> list[Parcel]:
        now = self._kernel.clock()
        async with self._places, self._kernel.database.transaction(turn.due.tenant) as session:
            webhook = await repository.webhook(session, id=turn.due.webhook)
            if webhook is None or webhook.state != "enabled":
                return []
            taken = await repository.take(session, webhook=webhook.id, most=turn.most, now=now, until=now + HELD)
            return [self._parcel(turn.due, webhook, one, now) for one in taken]

    def _parcel(self, due: Due, webhook: Webhook, one: Delivery, now: datetime) -> Parcel:
        sealed = [webhook.secret]
        if webhook.old_secret and webhook.old_secret_ends_at and webhook.old_secret_ends_at > now:
            sealed.append(webhook.old_secret)
        secrets = tuple(self._box.open(text).decode() for text in sealed)
        body = body_of(type=one.type, at=one.at, message=one.event_id, subject=one.subject, ids=one.ids)
        failing = webhook.failing_since is not None
        return Parcel(due.tenant, webhook.id, one.id, one.tries, one.event_id, webhook.url, secrets, body, failing)

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            outcome = await self._attempt(parcel)
            async with self._places, as_service(self._kernel, parcel.tenant) as work:
                await settle(work, parcel, outcome, chance=self._chance())
        except Exception as error:  # it is taken again when it is held no longer
            log.warning("webhook-unmarked", webhook=str(parcel.webhook), delivery=str(parcel.id), **trail(error))

    async def _attempt(self, parcel: Parcel) -> Outcome:
        at, began = self._kernel.clock(), time.monotonic()
        outbound = Outbound(allow=self._kernel.settings.outbound_allow, timeout=self._time_limit, plain=False)
        headers = headers_for(parcel.message, parcel.body, secrets=parcel.secrets, at=at)
        try:
            answer = await outbound.send("POST", parcel.url, headers=headers, body=parcel.body, largest=0)
        except OutboundFailed as error:
            return Outcome(at, _since(began), reason=str(error))
        told = asked_to_wait(answer.status, answer.headers, now=at)
        return Outcome(at, _since(began), status=answer.status, told=told)


async def settle(work: Work, parcel: Parcel, outcome: Outcome, *, chance: float) -> None:
    """Mark what became of an attempt: delivered, to be tried again, or failed for good."""
    here().attempts.labels("arrived" if outcome.arrived else "failed").inc()
    if outcome.arrived:
        subject = await _settle_arrived(work, parcel, outcome)
    else:
        subject = await _settle_failed(work, parcel, outcome, chance=chance)
    if subject is not None:
        await repository.free_next(work.session, webhook=parcel.webhook, subject=subject, now=work.now)


async def _settle_arrived(work: Work, parcel: Parcel, outcome: Outcome) -> UUID | None:
    """Mark it delivered; return its subject."""
    if parcel.failing:
        webhook = await repository.webhook(work.session, id=parcel.webhook, hold=True)
        if webhook is not None:
            webhook.failing_since = None
            await work.session.flush()
    return await repository.mark_delivered(work.session, id=parcel.id, attempt=outcome.shown(), now=work.now)


async def _settle_failed(work: Work, parcel: Parcel, outcome: Outcome, *, chance: float) -> UUID | None:
    """Say when it is tried again; return its subject if it never is.

    The webhook is held first, as by whoever deletes it. Who held the delivery too long, and was overtaken by another
    attempt, changes nothing.
    """
    webhook = await repository.webhook(work.session, id=parcel.webhook, hold=True)
    delivery = await repository.delivery(work.session, webhook=parcel.webhook, id=parcel.id, hold=True)
    if webhook is None or delivery is None or delivery.state != "waiting" or delivery.tries != parcel.tries:
        return None
    delivery.attempts = [*delivery.attempts, outcome.shown()][-_MOST_ATTEMPTS_KEPT:]
    delivery.sending_until, delivery.updated_at = None, work.now
    _try_again(delivery, outcome, now=work.now, chance=chance)
    await _note_failure(work, webhook, outcome, for_good=delivery.state == "failed")
    await work.session.flush()
    return delivery.subject if delivery.state == "failed" else None


def _try_again(delivery: Delivery, outcome: Outcome, *, now: datetime, chance: float) -> None:
    delivery.failures += 1
    again = next_attempt(delivery.failures, now=now, chance=chance, told=outcome.told)
    if again is None or outcome.status == GONE:
        delivery.state = "failed"
    else:
        delivery.next_at = again


async def _note_failure(work: Work, webhook: Webhook, outcome: Outcome, *, for_good: bool) -> None:
    """Remember since when nothing arrives there; disable what is gone, or was out of reach for days."""
    webhook.failing_since = webhook.failing_since or work.now
    unreached = for_good and work.now - webhook.failing_since >= UNREACHED
    because = "gone" if outcome.status == GONE else "unreached" if unreached else ""
    if because and webhook.change(work.now, state="disabled", disabled_because=because):
        await work.record(events.DISABLED, webhook.id, organisation=webhook.organisation_id, because=because)


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
