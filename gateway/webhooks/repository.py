"""Every query about webhooks and their deliveries.

What is due over all tenants is asked of two functions that a migration made, which tell ids and times alone.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gateway.models import Delivery, Webhook
from gateway.webhooks.domain import Due
from services.kernel import tables
from services.kernel.pages import After, after_cursor

State = Literal["waiting", "delivered", "failed"]
_DUE = text("select tenant_id, webhook_id, due, failing from due_webhooks(:most, :failing_since)")
_CANDIDATES = 4
"""For each delivery that may be taken, so many are looked at."""
_ANY = text("select webhooks_exist()")
_RING = text("select pg_notify('gateway_events', '')")


# --- webhooks ------------------------------------------------------------------------------------------------------


async def webhook(
    session: AsyncSession, *, id: UUID, organisation: UUID | None = None, hold: bool = False
) -> Webhook | None:
    """Return a webhook that is not deleted, of one organisation if that is named; with `hold`, until the end."""
    query = select(Webhook).where(col(Webhook.id) == id, col(Webhook.deleted_at).is_(None))
    if organisation is not None:
        query = query.where(col(Webhook.organisation_id) == organisation)
    if hold:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found: Webhook | None = await session.scalar(query)
    return found


async def webhooks(
    session: AsyncSession,
    *,
    organisation: UUID,
    updated_after: datetime | None = None,
    after: After = None,
    limit: int = 200,
) -> Sequence[Webhook]:
    """Return the webhooks of an organisation in the order in which they were made, one more than `limit`."""
    query = select(Webhook).where(col(Webhook.organisation_id) == organisation, col(Webhook.deleted_at).is_(None))
    if updated_after is not None:
        query = query.where(col(Webhook.updated_at) > updated_after)
    return (await session.scalars(after_cursor(query, Webhook, after, limit))).all()


async def webhooks_of_tenant(session: AsyncSession) -> Sequence[Webhook]:
    """Return every webhook of the tenant."""
    return (await session.scalars(select(Webhook).where(col(Webhook.deleted_at).is_(None)))).all()


async def ring(session: AsyncSession) -> None:
    """Wake every gateway process, once this transaction commits, to look what is due."""
    await session.execute(_RING)


# --- spreading facts -----------------------------------------------------------------------------------------------


async def any_webhooks(session: AsyncSession) -> bool:
    """Say whether any tenant has a webhook."""
    return bool(await session.scalar(_ANY))


async def hold_source(session: AsyncSession, *, source: str) -> None:
    """Let one process at a time spread the facts of a source, until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(source, 0))))


async def position(session: AsyncSession, *, source: str) -> str | None:
    """Return how far a source has been read."""
    t = tables.cursors
    found: str | None = await session.scalar(select(t.c.position).where(t.c.source == source))
    return found


async def move(session: AsyncSession, *, source: str, to: str, now: datetime) -> None:
    """Remember how far a source has been read."""
    values = {"position": to, "at": now}
    row = upsert(tables.cursors).values(source=source, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["source"], set_=values))


async def add_deliveries(session: AsyncSession, *, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put facts on for webhooks, in order; one that a webhook has already been given is passed over."""
    await session.execute(upsert(Delivery).values(rows).on_conflict_do_nothing(constraint="webhook_deliveries_once"))


# --- sending -------------------------------------------------------------------------------------------------------


async def due(session: AsyncSession, *, failing_since: datetime, most: int = 500) -> list[Due]:
    """Return the webhooks of all tenants that something waits for, the earliest first; of some it is not yet due.

    Those are called failing that nothing has arrived at since `failing_since` or before.
    """
    rows = await session.execute(_DUE, {"most": most, "failing_since": failing_since})
    return [Due(row.tenant_id, row.webhook_id, row.due, row.failing) for row in rows]


async def take(
    session: AsyncSession, *, webhook: UUID, most: int, now: datetime, until: datetime
) -> Sequence[Delivery]:
    """Take up to `most` deliveries that are due, until `until`. One that waits for an earlier one is put off.

    The earlier one is looked up for some candidates at a time, never for all: a plan that is badly chosen, because
    much has just been added, then costs a moment and not minutes.
    """
    due = (
        select(Delivery)
        .where(col(Delivery.webhook_id) == webhook, col(Delivery.state) == "waiting", col(Delivery.next_at) <= now)
        .order_by(col(Delivery.next_at), col(Delivery.number))
        .limit(_CANDIDATES * most)
        .with_for_update(skip_locked=True)
    )
    taken: list[Delivery] = []
    candidates = (await session.scalars(due)).all()
    heads = await _heads(session, webhook, {one.subject for one in candidates})
    for one in candidates:
        number, again = heads[one.subject]
        if one.number > number:
            one.next_at = until if again <= now else again
        elif len(taken) < most:
            one.tries, one.sending_until, one.next_at, one.updated_at = one.tries + 1, until, until, now
            taken.append(one)
    await session.flush()
    return taken


async def _heads(session: AsyncSession, webhook: UUID, subjects: Collection[UUID]) -> dict[UUID, tuple[int, datetime]]:
    """Return for each subject the first delivery that waits: its number and when it is tried again."""
    query = (
        select(col(Delivery.subject), col(Delivery.number), col(Delivery.next_at))
        .ext(distinct_on(col(Delivery.subject)))
        .where(
            col(Delivery.webhook_id) == webhook, col(Delivery.state) == "waiting", col(Delivery.subject).in_(subjects)
        )
        .order_by(col(Delivery.subject), col(Delivery.number))
    )  # fmt: skip
    return {row.subject: (row.number, row.next_at) for row in await session.execute(query)}


async def delivery(session: AsyncSession, *, webhook: UUID, id: UUID, hold: bool = False) -> Delivery | None:
    """Return one delivery of a webhook; with `hold`, until the transaction ends."""
    query = select(Delivery).where(col(Delivery.webhook_id) == webhook, col(Delivery.id) == id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: Delivery | None = await session.scalar(query)
    return found


async def mark_delivered(
    session: AsyncSession, *, id: UUID, attempt: Mapping[str, object], now: datetime
) -> UUID | None:
    """Mark what has arrived and still waits, whoever sent it; return its subject."""
    still = col(Delivery.state).not_in(
        ("delivered", "failed")
    )  # said so, it is found by its id alone, not by what waits
    statement = (
        update(Delivery)
        .where(col(Delivery.id) == id, still)
        .values(
            state="delivered", sending_until=None, updated_at=now,
            attempts=col(Delivery.attempts).op("||")(cast([attempt], JSONB)),
        )
        .returning(col(Delivery.subject))
    )  # fmt: skip
    found: UUID | None = await session.scalar(statement, execution_options={"synchronize_session": False})
    return found


async def free_next(session: AsyncSession, *, webhook: UUID, subject: UUID, now: datetime) -> None:
    """Let the next delivery about a subject, if it has not been tried yet, be sent now."""
    same = (
        col(Delivery.webhook_id) == webhook,
        col(Delivery.subject) == subject,
        col(Delivery.state) == "waiting",
    )
    first = select(col(Delivery.id)).where(*same).order_by(col(Delivery.number)).limit(1).scalar_subquery()
    await session.execute(
        update(Delivery)
        .where(col(Delivery.id) == first, col(Delivery.failures) == 0, col(Delivery.sending_until).is_(None))
        .values(next_at=now),
        execution_options={"synchronize_session": False},
    )


# --- looking, replaying, forgetting --------------------------------------------------------------------------------


async def deliveries(
    session: AsyncSession,
    *,
    webhook: UUID,
    state: State | None,
    type: str | None,
    updated_after: datetime | None,
    after: After,
    limit: int,
) -> Sequence[Delivery]:
    """Return the deliveries of a webhook in order, one more than `limit`."""
    query = select(Delivery).where(col(Delivery.webhook_id) == webhook)
    if state is not None:
        query = query.where(col(Delivery.state) == state)
    if type is not None:
        query = query.where(col(Delivery.type) == type)
    if updated_after is not None:
        query = query.where(col(Delivery.updated_at) > updated_after)
    return (await session.scalars(after_cursor(query, Delivery, after, limit))).all()


async def waits(session: AsyncSession, *, webhook: UUID, type: str) -> bool:
    """Say whether a delivery of a type waits."""
    query = select(col(Delivery.id)).where(
        col(Delivery.webhook_id) == webhook, col(Delivery.state) == "waiting", col(Delivery.type) == type
    )
    return await session.scalar(query.limit(1)) is not None


async def put_on_again(
    session: AsyncSession, *, webhook: UUID, since: datetime, until: datetime, now: datetime, most: int
) -> int:
    """Let the first `most` facts of a period that have failed be sent again from now on; return how many."""
    failed = (
        select(col(Delivery.id))
        .where(
            col(Delivery.webhook_id) == webhook, col(Delivery.state) == "failed",
            col(Delivery.at) >= since, col(Delivery.at) < until,
        )
        .order_by(col(Delivery.number))
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("failed")
    )  # fmt: skip
    rows = await session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(select(failed.c.id)))
        .values(state="waiting", failures=0, next_at=now, updated_at=now)
        .returning(col(Delivery.id)),
        execution_options={"synchronize_session": False},
    )
    return len(rows.all())


async def drop_deliveries(session: AsyncSession, *, webhook: UUID) -> None:
    """Delete everything that was or waits to be sent to a webhook."""
    await session.execute(delete(Delivery).where(col(Delivery.webhook_id) == webhook))


async def drop_old(session: AsyncSession, *, before: datetime, now: datetime, most: int) -> int:
    """Delete some deliveries made before a moment, and old secrets that have ended; return how many deliveries went."""
    old = select(col(Delivery.id)).where(col(Delivery.created_at) < before).limit(most)
    gone = await session.execute(
        delete(Delivery).where(col(Delivery.id).in_(old.scalar_subquery())).returning(col(Delivery.id)),
        execution_options={"synchronize_session": False},
    )
    ended = col(Webhook.old_secret_ends_at) <= now
    await session.execute(update(Webhook).where(ended).values(old_secret=None, old_secret_ends_at=None))
    return len(gone.all())
