"""How matches end before they are complete, and how the places they took become free again."""

from collections.abc import Collection
from uuid import UUID

from services.kernel.work import Work
from services.matching import facts
from services.matching.listings import repository as listings
from services.matching.listings.domain import Kind, step
from services.matching.matches import repository
from services.matching.matches.domain import LIVE
from services.matching.models import Match

__all__ = ["LIVE", "end", "expire_overdue", "withdraw_of_listing"]


async def end(work: Work, match: Match, *, state: str, fact: str) -> None:
    """End a locked match in `state`, give its places back and record the fact."""
    match.change(work.now, state=state, suspended_from=None)
    if match.places_taken:
        match.places_taken = False
        await _free(work, "need", match.need_id)
        await _free(work, "offer", match.offer_id)
    await facts.match(work, match, fact)


async def _free(work: Work, kind: Kind, listing_id: UUID) -> None:
    listing = await listings.lock(work, kind, listing_id)
    if listing is None or listing.taken == 0:
        return
    was = listing.state
    listing.change(work.now, taken=listing.taken - 1)
    if listing.state == "used_up":
        listing.state = step("offer", listing.state, "free")
    if listing.state != was:
        await facts.listing(work, kind, listing, "changed")


async def withdraw_of_listing(work: Work, kind: Kind, listing_id: UUID, *, states: Collection[str]) -> None:
    """Withdraw all matches of a listing that are in one of `states`."""
    for match in await repository.live_of(work, kind, listing_id, states):
        await end(work, match, state="withdrawn", fact="withdrawn")


async def expire_overdue(work: Work) -> None:
    """Let proposals whose time is over expire. Whoever looks at matches sees to that first, so no job can be late."""
    for match in await repository.overdue(work):
        await end(work, match, state="expired", fact="expired")
