"""The queries of signing in."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gateway.models import AccessToken, IdentityProvider


async def provider_of(session: AsyncSession, *, organisation: UUID, issuer: str) -> IdentityProvider | None:
    """Return the provider that an organisation has named with this issuer."""
    query = select(IdentityProvider).where(
        col(IdentityProvider.organisation_id) == organisation,
        col(IdentityProvider.issuer) == issuer,
        col(IdentityProvider.deleted_at).is_(None),
    )
    found: IdentityProvider | None = await session.scalar(query)
    return found


async def is_exclusive(session: AsyncSession, *, organisation: UUID) -> bool:
    """Say whether staff of an organisation are acted for by signing in alone."""
    query = select(col(IdentityProvider.id)).where(
        col(IdentityProvider.organisation_id) == organisation,
        col(IdentityProvider.exclusive),
        col(IdentityProvider.deleted_at).is_(None),
    )
    return await session.scalar(query.limit(1)) is not None


async def drop_tokens(session: AsyncSession, *, provider: UUID) -> None:
    """Delete every token that was obtained by signing in at a provider."""
    await session.execute(delete(AccessToken).where(col(AccessToken.provider_id) == provider))


async def drop_unsigned(session: AsyncSession, *, organisation: UUID) -> None:
    """Delete the tokens of an organisation's staff for which nobody signed in."""
    query = delete(AccessToken).where(
        col(AccessToken.organisation_id) == organisation,
        col(AccessToken.kind) == "staff",
        col(AccessToken.provider_id).is_(None),
    )
    await session.execute(query)


async def drop_beyond(session: AsyncSession, *, staff: UUID, provider: UUID, scopes: Collection[str]) -> bool:
    """Delete those tokens of somebody, obtained at a provider, that hold more than `scopes`; say whether any did."""
    query = delete(AccessToken).where(
        col(AccessToken.staff_id) == staff,
        col(AccessToken.provider_id) == provider,
        ~col(AccessToken.scopes).contained_by(sorted(scopes)),  # type: ignore[attr-defined]
    )
    return (await session.execute(query.returning(col(AccessToken.id)))).first() is not None
