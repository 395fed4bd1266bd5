"""Keeping the projection of people up to the directory, and asking for somebody it has not told of yet."""

from collections.abc import Collection
from uuid import UUID

from services.kernel.work import Work
from services.matching import clients
from services.matching.people import repository


async def refresh(work: Work, ids: Collection[UUID]) -> set[UUID]:
    """Fetch these people anew; return those whom the directory no longer has."""
    known = {profile.id: profile for profile in await clients.profiles(work, ids)}
    for one in sorted(known):
        await repository.put(work, known[one])
    gone = set(ids) - set(known)
    await repository.forget(work, gone)
    return gone


async def refresh_terms(work: Work) -> None:
    """Fetch the community's own names of concepts anew."""
    await repository.put_terms(work, await clients.terms(work))


async def know(work: Work, person: UUID) -> None:
    """Make sure that the projection has this person: a listing may come before the feed has told of its owner."""
    if await repository.get(work, person) is None:
        await refresh(work, [person])


async def know_all(work: Work, ids: Collection[UUID]) -> None:
    """Make sure that the projection has these people."""
    known = {one.id for one in await repository.by_ids(work, ids) if not one.gone}
    if missing := set(ids) - known:
        await refresh(work, missing)
