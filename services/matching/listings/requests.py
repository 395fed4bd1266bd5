"""Between HTTP and the operations on listings: what needs and offers read and show alike."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.work import Work
from services.matching.listings.schemas import Category, ListingCreate, ListingPatch
from services.matching.models import Need, Offer

System = Annotated[Line, Query(description="The other system.", examples=["time-bank"])]
Value = Annotated[Line, Query(description="What it is called there.", examples=["4711"])]
InCategory = Annotated[Category | None, Query()]
OfParticipant = Annotated[UUID | None, Query(description="Whose they are.")]
UpdatedAfter = Annotated[Moment | None, Query(description="Only what changed after this moment.")]
_TIMES = {"availability", "busy"}
_WITHHELD: dict[str, Any] = {
    "title": "", "text": None, "released_text": None, "category": None, "concepts": [], "place": None, "reach_km": None,
    "means": [], "languages": [], "availability": [], "busy": [], "minutes": None, "cost": None, "settings": [],
    "conditions": {},
}  # fmt: skip


def values_of(body: ListingCreate) -> tuple[dict[str, Any], list[ExternalId]]:
    """Return what a new listing says, and its names in other systems."""
    values = body.model_dump(exclude={"external_ids", *_TIMES})
    values |= body.model_dump(mode="json", include=_TIMES)
    return values, body.external_ids


def changes_of(body: ListingPatch) -> dict[str, Any]:
    """Return what a patch names, and nothing else."""
    values = body.model_dump(exclude_unset=True, exclude=_TIMES)
    return values | body.model_dump(mode="json", exclude_unset=True, include=_TIMES)


def shown(work: Work, row: Need | Offer, *, withheld: bool) -> dict[str, Any]:
    """Return a listing as its public shape takes it, its names to the organisation that gave them alone.

    What is `withheld` for want of consent says only that it is there and how it stands: enough to end it.
    """
    place = None if row.latitude is None else {"latitude": row.latitude, "longitude": row.longitude}
    names = row.external_ids if work.caller.organisation == row.held_by else []
    source = {"system": row.source_system, "id": row.source_id}
    whole = {**row.model_dump(), "external_ids": names, "place": place, "source": source, "withheld": withheld}
    return {**whole, **_WITHHELD} if withheld else whole
