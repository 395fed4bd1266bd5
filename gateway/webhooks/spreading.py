"""Turning facts into deliveries: each webhook gets a row for each fact that it wants, from its creation on.

Every service's feed is read from a stored position, and the desk's own likewise. A page's facts of one tenant become
rows in one transaction of that tenant, the last of them together with the position. A fact is one row for a webhook
however often it is read, so nothing is lost and nothing doubled by whoever stops in between. Gateways that run side by
side take turns, source by source; who comes second finds the position moved and starts again from there.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.models import Webhook
from gateway.webhooks import repository
from gateway.webhooks.domain import wants
from services.kernel.context import Kernel
from services.kernel.events import START, Event, Feed, as_seen
from services.kernel.ids import new_id
from services.kernel.logs import trail
from services.kernel.problems import Unavailable
from services.kernel.upstream import call

log = structlog.get_logger()
_LONGEST_REST = 5.0
_WAIT = 20.0
_ROWS = 1000


class _Overtaken(Exception):
    """Another gateway has spread this page."""


class Spreader:
    """Reads the feed of `source` and puts on what webhooks want of it."""

    def __init__(self, source: str, kernel: Kernel, places: asyncio.Semaphore) -> None:
        self.source = source
        self._kernel = kernel
        self._places = places
        self._cursor = f"webhooks/{source}"
        self.healthy = True

    async def spread_on(self) -> None:
        """Follow the feed for ever. While nobody has a webhook, only the position is kept up."""
        rest = 0.1
        while True:
            rung = asyncio.create_task(self._kernel.bell.wait(_WAIT))
            try:
                wanted = await self._is_wanted()
                count = await self.step(wait=_WAIT if wanted else 0)
                self.healthy, rest = True, 0.1
                if not (wanted or count):
                    await rung
            except Exception as error:
                if self.healthy or not isinstance(error, Unavailable):
                    log.warning("webhooks-behind", source=self.source, **trail(error))
                self.healthy = False
                await asyncio.sleep(rest)
                rest = min(rest * 2, _LONGEST_REST)
            finally:
                rung.cancel()
                with suppress(asyncio.CancelledError):
                    await rung

    async def step(self, *, wait: float = 0) -> int:
        """Read and spread one page of facts; return how many there were."""
        position = await self._position()
        feed = await self._read(position, wait)
        by_tenant: dict[UUID, list[Event]] = {}
        for event in feed.items:
            by_tenant.setdefault(event.tenant, []).append(event)
        with suppress(_Overtaken):
            for left, (tenant, facts) in zip(range(len(by_tenant) - 1, -1, -1), by_tenant.items(), strict=True):
                await self._spread(tenant, facts, position, feed.next if left == 0 else None)
        return len(feed.items)

    async def _read(self, position: str, wait: float) -> Feed:
        peers = self._kernel.peers
        headers = {"authorization": f"Bearer {await peers.tokens.feed()}"}
        query = {"after": position, "wait": str(wait), "limit": "500"}
        answer = await call(
            peers.apps[self.source], "GET", "/internal/events", query=query, headers=headers, timeout=wait + 10
        )
        if answer.status == 401:
            peers.tokens.forget()
        if answer.status != 200:
            raise Unavailable(f"The feed of {self.source} answered {answer.status}.")
        return Feed.model_validate_json(answer.body)

    async def _spread(self, tenant: UUID, facts: Sequence[Event], position: str, onwards: str | None) -> None:
        async with self._places, self._kernel.database.transaction(tenant) as session:
            await repository.hold_source(session, source=self._cursor)
            if await self._where(session) != position:
                raise _Overtaken
            now = self._kernel.clock()
            rows = list(_rows(await repository.webhooks_of_tenant(session), facts, now=now))
            for start in range(0, len(rows), _ROWS):
                await repository.add_deliveries(session, rows=rows[start : start + _ROWS])
            if rows:
                await repository.ring(session)
            if onwards is not None:
                await repository.move(session, source=self._cursor, to=onwards, now=now)

    async def _is_wanted(self) -> bool:
        async with self._places, self._kernel.database.transaction(None) as session:
            return await repository.any_webhooks(session)

    async def _position(self) -> str:
        async with self._places, self._kernel.database.transaction(None) as session:
            return await self._where(session)

    async def _where(self, session: AsyncSession) -> str:
        return await repository.position(session, source=self._cursor) or START


def _rows(webhooks: Iterable[Webhook], facts: Sequence[Event], *, now: datetime) -> Iterator[dict[str, Any]]:
    """Return the rows that facts become, in the facts' order: each as the webhook's organisation may see it."""
    found = list(webhooks)
    for fact in facts:
        for webhook in found:
            if wants(webhook.event_types, fact.type) and fact.at >= webhook.created_at and fact.subject != webhook.id:
                seen = as_seen(Feed(items=[fact], next=""), webhook.organisation_id).items[0]
                yield {
                    "id": new_id(now), "webhook_id": webhook.id, "event_id": fact.id, "type": fact.type,
                    "subject": fact.subject, "ids": seen.ids, "at": fact.at, "state": "waiting", "tries": 0,
                    "failures": 0, "attempts": [], "next_at": now, "created_at": now, "updated_at": now,
                }  # fmt: skip
