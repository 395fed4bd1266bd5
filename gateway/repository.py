"""Every query of the gateway.

Three settings open a little more than the tenant's own rows, each for one transaction and for reading alone:
`app.credential` shows the one row whose hash it is, `app.register` shows all tenants to the bootstrap key.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gateway import models
from gateway.models import AccessToken, Client, IdentityProvider, Secret, Staff, Tenant
from services.kernel import tables

REVOCATIONS = "gateway_revocations"
ACCESS_CHANGED, KEYS_CHANGED = "access", "keys"
"""What the bell of revocations says: that somebody's access has changed, or the signing keys have."""
Lock = Literal["update", "share"]
Actor = TypeVar("Actor", Client, Staff, IdentityProvider)
_KEYS_LOCK = 0x43414E444F_01
_PRESENT = text("select set_config('app.credential', :hash, true)")
_OPEN_REGISTER = text("select set_config('app.register', 'on', true)")


# --- what is presented ---------------------------------------------------------------------------------------------


async def presented_token(session: AsyncSession, *, hash: str) -> AccessToken | None:
    """Return the access token with this hash, of whichever tenant."""
    await session.execute(_PRESENT, {"hash": hash})
    found: AccessToken | None = await session.scalar(select(AccessToken).where(col(AccessToken.hash) == hash))
    return found


async def presented_secret(session: AsyncSession, *, hash: str) -> Secret | None:
    """Return the client secret with this hash, of whichever tenant."""
    await session.execute(_PRESENT, {"hash": hash})
    found: Secret | None = await session.scalar(select(Secret).where(col(Secret.hash) == hash))
    return found


async def is_bootstrap_key(session: AsyncSession, *, hash: str) -> bool:
    """Say whether this is the hash of the bootstrap key."""
    t = models.bootstrap_keys
    return await session.scalar(select(t.c.single).where(t.c.hash == hash)) is not None


async def add_bootstrap_key(session: AsyncSession, *, hash: str, now: datetime) -> bool:
    """Store the only bootstrap key; return False when there is one."""
    t = models.bootstrap_keys
    row = {"single": True, "hash": hash, "created_at": now}
    done = await session.execute(upsert(t).values(row).on_conflict_do_nothing().returning(t.c.single))
    return done.first() is not None


async def drop_bootstrap_key(session: AsyncSession) -> None:
    """Delete the bootstrap key."""
    await session.execute(delete(models.bootstrap_keys))


async def announce_revocation(session: AsyncSession) -> None:
    """Tell every gateway process, once this transaction commits, to forget whom it has recognised."""
    await session.execute(select(func.pg_notify(REVOCATIONS, ACCESS_CHANGED)))


# --- signing keys --------------------------------------------------------------------------------------------------


async def lock_signing_keys(session: AsyncSession) -> None:
    """Let one process at a time make the first key."""
    await session.execute(select(func.pg_advisory_xact_lock(_KEYS_LOCK)))


async def signing_keys(session: AsyncSession) -> list[dict[str, Any]]:
    """Return the signing keys, the newest last."""
    t = models.signing_keys
    rows: Sequence[RowMapping] = (await session.execute(select(t).order_by(t.c.signs_from, t.c.kid))).mappings().all()
    return [dict(row) for row in rows]


async def drop_signing_keys(session: AsyncSession, *, kids: Sequence[str]) -> None:
    """Delete signing keys."""
    await session.execute(delete(models.signing_keys).where(models.signing_keys.c.kid.in_(kids)))


async def announce_keys(session: AsyncSession) -> None:
    """Tell every gateway process, once this transaction commits, to look at the signing keys again."""
    await session.execute(select(func.pg_notify(REVOCATIONS, KEYS_CHANGED)))


async def add_signing_key(session: AsyncSession, *, row: Mapping[str, Any]) -> None:
    """Store a signing key."""
    await session.execute(insert(models.signing_keys).values(row))


# --- tenants -------------------------------------------------------------------------------------------------------


async def open_register(session: AsyncSession) -> None:
    """Let the rest of this transaction read the tenants of the whole installation."""
    await session.execute(_OPEN_REGISTER)


async def hold_slug(session: AsyncSession, *, slug: str) -> None:
    """Let one request at a time decide about a slug."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"tenant/{slug}", 0))))


async def slug_is_taken(session: AsyncSession, *, slug: str) -> bool:
    """Say whether a tenant with this slug can be seen."""
    return await session.scalar(select(col(Tenant.id)).where(col(Tenant.slug) == slug)) is not None


async def tenant(session: AsyncSession, *, id: UUID) -> Tenant | None:
    """Return a tenant that can be seen."""
    found: Tenant | None = await session.scalar(select(Tenant).where(col(Tenant.id) == id))
    return found


async def tenant_called(session: AsyncSession, *, slug: str) -> Tenant | None:
    """Return the tenant with a slug that can be seen."""
    found: Tenant | None = await session.scalar(select(Tenant).where(col(Tenant.slug) == slug))
    return found


async def tenants(session: AsyncSession, *, after: UUID | None, limit: int) -> Sequence[Tenant]:
    """Return the tenants that can be seen, by id, one more than `limit`."""
    query = select(Tenant).order_by(col(Tenant.id)).limit(limit + 1)
    if after is not None:
        query = query.where(col(Tenant.id) > after)
    return (await session.scalars(query)).all()


# --- clients and staff ---------------------------------------------------------------------------------------------


async def actor(session: AsyncSession, model: type[Actor], *, id: UUID, lock: Lock | None = None) -> Actor | None:
    """Return a client or a member of staff that is not deleted; with `lock`, hold the row."""
    query = select(model).where(col(model.id) == id, col(model.deleted_at).is_(None))
    if lock is not None:
        query = query.with_for_update(read=lock == "share").execution_options(populate_existing=True)
    found: Actor | None = await session.scalar(query)
    return found


async def actors(
    session: AsyncSession,
    model: type[Actor],
    *,
    organisation: UUID | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Actor]:
    """Return clients or staff by id, one more than `limit`."""
    query = select(model).where(col(model.deleted_at).is_(None)).order_by(col(model.id)).limit(limit + 1)
    if organisation is not None:
        query = query.where(col(model.organisation_id) == organisation)
    if ids is not None:
        query = query.where(col(model.id).in_(ids))
    if updated_after is not None:
        query = query.where(col(model.updated_at) > updated_after)
    if after is not None:
        query = query.where(col(model.id) > after)
    return (await session.scalars(query)).all()


async def secrets(session: AsyncSession, *, clients: Sequence[UUID]) -> Sequence[Secret]:
    """Return the live secrets of some clients, the oldest first."""
    query = select(Secret).where(col(Secret.client_id).in_(clients)).order_by(col(Secret.created_at), col(Secret.id))
    return (await session.scalars(query)).all()


async def secret(session: AsyncSession, *, client: UUID, id: UUID) -> Secret | None:
    """Return one secret of a client and hold it: it cannot go while somebody obtains a token with it."""
    query = select(Secret).where(col(Secret.client_id) == client, col(Secret.id) == id).with_for_update(read=True)
    found: Secret | None = await session.scalar(query)
    return found


async def drop_secret(session: AsyncSession, *, id: UUID) -> bool:
    """Delete a secret and the tokens obtained with it; say whether it was there."""
    held = await session.scalar(select(col(Secret.id)).where(col(Secret.id) == id).with_for_update())
    await session.execute(delete(AccessToken).where(col(AccessToken.secret_id) == id))
    await session.execute(delete(Secret).where(col(Secret.id) == id))
    return held is not None


async def drop_access(session: AsyncSession, *, client: UUID | None = None, staff: UUID | None = None) -> None:
    """Delete every token of a client or a member of staff, and a client's secrets."""
    tokens = delete(AccessToken)
    if client is not None:
        await session.execute(tokens.where(col(AccessToken.client_id) == client))
        await session.execute(delete(Secret).where(col(Secret.client_id) == client))
    if staff is not None:
        await session.execute(tokens.where(col(AccessToken.staff_id) == staff))


async def drop_person_tokens(session: AsyncSession, *, person: UUID, organisation: UUID | None) -> None:
    """Delete the tokens in a person's own name: all, or those that an organisation's apps hold."""
    query = delete(AccessToken).where(col(AccessToken.kind) == "person", col(AccessToken.subject) == person)
    if organisation is not None:
        query = query.where(col(AccessToken.organisation_id) == organisation)
    await session.execute(query)


async def close_organisation(session: AsyncSession, *, organisation: UUID, now: datetime) -> list[UUID]:
    """Delete the clients, the staff and the providers of an organisation with all access; return the clients."""
    await session.execute(delete(AccessToken).where(col(AccessToken.organisation_id) == organisation))
    closed: list[UUID] = []
    for model in (Client, Staff, IdentityProvider):
        live = (col(model.organisation_id) == organisation, col(model.deleted_at).is_(None))
        gone: dict[str, Any] = {"deleted_at": now} | ({"external_ids": []} if model is Staff else {})
        rows = (await session.scalars(update(model).where(*live).values(gone).returning(col(model.id)))).all()
        closed += rows if model is Client else []
        if model is Staff:
            named = (tables.external_ids.c.collection == "staff", tables.external_ids.c.resource_id.in_(rows))
            await session.execute(delete(tables.external_ids).where(*named))
    await session.execute(delete(Secret).where(col(Secret.client_id).in_(closed)))
    return closed


async def drop_token(session: AsyncSession, *, hash: str, client: UUID) -> bool:
    """Delete a token of this client; say whether it was there."""
    query = delete(AccessToken).where(col(AccessToken.hash) == hash, col(AccessToken.client_id) == client)
    return (await session.execute(query.returning(col(AccessToken.id)))).first() is not None


async def drop_expired_tokens(session: AsyncSession, *, client: UUID, now: datetime) -> None:
    """Delete what a client has let run out."""
    query = delete(AccessToken).where(col(AccessToken.client_id) == client, col(AccessToken.expires_at) <= now)
    await session.execute(query)
