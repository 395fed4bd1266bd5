"""The feed of facts: what happened, about what, when; ids and states, never a name or a text.

A client sees that something happened, and the related ids only where its organisation is named among them: whose
need it is, and to whom somebody gave consent, is nobody else's business.

Facts are recorded in the transaction that makes them true (`Work.record`). They are read in the order of the
transaction horizon, not of a sequence: a row is shown only when no older transaction can still add one before it.
A position is `xid.seq`; `now` asks for the one after the last fact that there is. `/v1/events` shows a tenant its own;
`/internal/events` shows all tenants' to our services.

In an installation that was restored from a backup, positions carry the mark of that restoration as a third part
(`deploy.backup` leaves it as the comment on the table). One without it, or with another, may have seen facts that are
not there any more: it is answered 410.
"""

import asyncio
import re
import time
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Security
from pydantic import BaseModel
from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.kernel import tables
from services.kernel.caller import Caller, authenticate, external_token
from services.kernel.problems import Forbidden, Gone, Invalid, Unauthenticated

t = tables.events
START = "0.0"
NOW = "now"
LONGEST_WAIT = 30.0
_MOMENT = 0.03
_HORIZON = text(
    "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon,"
    " obj_description('events'::regclass, 'pg_class') as mark"
)
_POSITION = re.compile(r"([0-9]{1,19})\.([0-9]{1,19})(?:\.([0-9a-z]{1,10}))?")

After = Annotated[
    str, Query(max_length=1000, description="`next` of the answer before; empty: the beginning; `now`: the end.")
]
Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT, allow_inf_nan=False, description="Seconds to wait for news.")]
Most = Annotated[int, Query(ge=1, le=1000)]


class Event(BaseModel):
    """One fact: `type` such as `offer.created`, the id of what it is about, and related ids or states."""

    id: UUID
    type: str
    subject: UUID
    tenant: UUID
    at: datetime
    ids: dict[str, Any]


class Feed(BaseModel):
    """Some facts in order, and the position to go on from."""

    items: list[Event]
    next: str


async def read(source: AsyncSession | AsyncConnection, *, after: str, limit: int) -> Feed:
    """Return up to `limit` facts after the position `after` that no earlier one can still precede.

    Raises Gone for a position from before the installation was restored.
    """
    horizon, mark = (await source.execute(_HORIZON)).one()
    ending = f".{mark}" if mark else ""
    if after == NOW:
        return Feed(items=[], next=f"{horizon}.0{ending}")
    xid, seq = parse(after)
    if (xid or seq) and mark_of(after) != (mark or ""):
        raise Gone
    rows = await source.execute(
        select(t)
        .where(tuple_(t.c.xid, t.c.seq) > tuple_(xid, seq), t.c.xid < horizon)
        .order_by(t.c.xid, t.c.seq)
        .limit(limit)
    )
    found = rows.all()
    items = [Event(id=r.id, type=r.type, subject=r.subject, tenant=r.tenant_id, at=r.at, ids=r.ids) for r in found]
    return Feed(items=items, next=f"{found[-1].xid}.{found[-1].seq}{ending}" if found else after or START)


def parse(position: str) -> tuple[int, int]:
    """Return transaction and sequence of a position. Raises Invalid for any other text."""
    found = _POSITION.fullmatch(position or START)
    if found is None or int(found[1]) >= 2**63 or int(found[2]) >= 2**63:
        raise Invalid.field("/after", "is not a position of this feed", source="query")
    return int(found[1]), int(found[2])


def mark_of(position: str) -> str:
    """Return the mark of the restoration that a position carries; empty: none."""
    found = _POSITION.fullmatch(position)
    return "" if found is None else found[3] or ""


router = APIRouter(tags=["events"])


@router.get("/v1/events", operation_id="follow_events", summary="Follow what happened in this service")
async def follow(
    request: Request,
    caller: Annotated[Caller, Security(authenticate, scopes=["events:read"])],
    _: Annotated[str | None, Depends(external_token)],
    after: After = "",
    wait: Wait = 0,
    limit: Most = 100,
) -> Feed:
    """Return the tenant's facts after a position; with `wait`, hold the answer until there are some."""
    kernel = request.app.state.kernel
    tenant = caller.tenant
    if tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")

    async def look() -> Feed:
        async with kernel.database.transaction(tenant) as session:
            return as_seen(await read(session, after=after, limit=limit), caller.organisation)

    return await _until_news(look, kernel.bell.wait, 0 if after == NOW else wait)


def as_seen(feed: Feed, organisation: UUID | None) -> Feed:
    """Return the feed as `organisation` may see it: related ids only where it is named among them."""
    mine = str(organisation)
    items = [one if mine in one.ids.values() else one.model_copy(update={"ids": {}}) for one in feed.items]
    return Feed(items=items, next=feed.next)


@router.get("/internal/events", include_in_schema=False)
async def follow_all(
    request: Request,
    caller: Annotated[Caller, Security(authenticate)],
    after: After = "",
    wait: Wait = 0,
    limit: Most = 500,
) -> Feed:
    """Return the facts of all tenants, to a service."""
    if caller.kind != "service":
        raise Forbidden
    kernel = request.app.state.kernel

    async def look() -> Feed:
        async with kernel.database.all_tenants_feed() as connection:
            return await read(connection, after=after, limit=limit)

    return await _until_news(look, kernel.bell.wait, wait)


async def _until_news(look: Any, rest: Any, wait: float) -> Feed:
    """Look again each time the bell rings until there is something or the time is up.

    What rang may still lie behind the horizon for a moment, so no rest is longer than half a second; and where much
    happens, one look is for all that rings in a moment.
    """
    ends = time.monotonic() + wait
    feed: Feed = await look()
    while not feed.items and (left := ends - time.monotonic()) > 0:
        await rest(min(0.5, left))
        await asyncio.sleep(_MOMENT)
        feed = await look()
    return feed
