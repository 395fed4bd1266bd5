"""Every query of the public feed. A page is counted and cut by the database; what stands on it is fetched after."""

from services.directory.open_referral.repository.around import places_of, rows
from services.directory.open_referral.repository.changes import changed
from services.directory.open_referral.repository.pages import (
    KINDS,
    PROVIDERS,
    Found,
    FoundAt,
    Offered,
    Provider,
    count,
    count_at_places,
    count_providers,
    find,
    find_at_place,
    find_provider,
    offered_by,
    page,
    page_at_places,
    page_of_providers,
)
from services.directory.open_referral.repository.wanted import Near, Wanted

__all__ = [
    "KINDS", "PROVIDERS", "Found", "FoundAt", "Near", "Offered", "Provider", "Wanted", "changed", "count",
    "count_at_places", "count_providers", "find", "find_at_place", "find_provider", "offered_by", "page",
    "page_at_places", "page_of_providers", "places_of", "rows",
]  # fmt: skip
