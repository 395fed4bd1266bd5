"""The rules about duplicates: what can be chosen when two become one, and what stands in the way of it."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from services.kernel.problems import Conflict, Invalid

KINDS: Final = ("organisations", "groups", "micro-providers", "places", "services", "participants")
PEOPLE: Final = "participants"
_SAID = (
    "name", "description", "website", "category", "concepts", "languages", "access", "accessibility", "cost", "costs",
    "reach_km", "areas", "opening",
)  # fmt: skip
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "organisations": (*_SAID, "kind", "identifiers"),
    "groups": (*_SAID, "organisation_id", "place_ids"),
    "micro-providers": (*_SAID, "kind", "workers", "paid", "business_model", "trades_as", "place_ids"),
    "places": (*_SAID, "latitude", "longitude", "address", "time_zone"),
    "services": (*_SAID, "status", "place_ids", "codes", "minimum_age", "maximum_age", "alert"),
    "participants": ("called", "languages", "place", "travel", "reach_km", "availability", "busy"),
}
_TOGETHER: Mapping[str, tuple[str, ...]] = {"place": ("latitude", "longitude")}
CARRIED: Final = ("website", "description", "accessibility", "reach_km", "latitude", "longitude", "time_zone", "codes",
                  "place_ids", "identifiers", "address", "languages", "category", "cost")  # fmt: skip
"""What a survivor who says nothing about it takes from the absorbed entry without being asked."""


class OrganisationActs(Conflict):
    slug = "organisation-acts"
    title = "People have dealings with this organisation in its own name, so it must be the one that stays"


class MergedFurther(Conflict):
    slug = "merged-further"
    title = "A later merge stands on this one; undo that first"


class RegistrarCannotSee(Conflict):
    slug = "registrar-cannot-see"
    title = "The organisation that registered the other record may not see the one that would stay"


def split(one_id: UUID, other_id: UUID, survivor: UUID) -> UUID:
    """Return which of the pair is absorbed. Raises Invalid when the survivor is none of the two."""
    if survivor not in (one_id, other_id):
        raise Invalid.field("/survivor", "is not one of the two")
    return other_id if survivor == one_id else one_id


def columns_taken(kind: str, take: Mapping[str, str]) -> set[str]:
    """Return the columns whose value comes from the absorbed entry. Raises Invalid for one that cannot be chosen."""
    for name in take:
        if name not in _FIELDS[kind]:
            raise Invalid.field(f"/take/{name}", "cannot be chosen")
    return {column for name, side in take.items() if side == "absorbed" for column in _TOGETHER.get(name, (name,))}
