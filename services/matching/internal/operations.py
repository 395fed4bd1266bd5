"""What other services may learn: states by id, and hours by id. No text leaves here."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.kernel.problems import NotFound
from services.kernel.work import Work
from services.matching.hours import repository as hours_rows
from services.matching.listings import repository as listings
from services.matching.matches import repository as matches
from services.matching.models import Hours, Match, Need, Offer


async def facts(work: Work, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Return the states of these needs, offers and matches; what is unknown is left out."""
    needs = await listings.by_ids(work, "need", ids)
    offers = await listings.by_ids(work, "offer", ids)
    found = [_listing("need", row) for row in needs] + [_listing("offer", row) for row in offers]
    return found + [_match(row) for row in await matches.by_ids(work, ids)]


def _listing(kind: str, row: Need | Offer) -> dict[str, Any]:
    source = {"system": row.source_system, "id": row.source_id, "publication": row.publication_id}
    state = "deleted" if row.deleted_at is not None else row.state
    return {"id": row.id, "kind": kind, "state": state, "category": row.category, "source": source}


def _match(row: Match) -> dict[str, Any]:
    pair = {"need_id": row.need_id, "offer_id": row.offer_id}
    return {"id": row.id, "kind": "match", "state": row.state, "category": row.category, **pair}


async def hours(work: Work, hours_id: UUID) -> tuple[Hours, Match]:
    """Return hours and their match. Raises NotFound."""
    row = await hours_rows.get(work, hours_id)
    if row is None:
        raise NotFound
    return row, (await matches.by_ids(work, [row.match_id]))[0]
