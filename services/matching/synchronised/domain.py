"""The rules of needs and offers that another system pushes: whose word counts for which field, and who is refused.

What somebody reads or is matched by belongs to the system that the listing came from. What protects her was decided
with her: once somebody here has decided, the push leaves it, and whom a listing is shown to it may only narrow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kernel.fields import ExternalId
from services.kernel.origins import Rule
from services.kernel.problems import Conflict
from services.matching.listings.domain import Kind

_OWNERS = (
    "title", "text", "language", "category", "concepts", "place", "reach_km", "means", "languages", "interpreter",
    "availability", "minutes", "cost", "settings", "exchange", "source",
)  # fmt: skip
RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_OWNERS, "owner"),
    "state": "newest", "capacity": "newest", "busy": "newest", "expires_at": "newest",
    "released_text": "here", "conditions": "here",
    "visibility": "narrower",
}  # fmt: skip
_WIDTH = {"private": 0, "matching": 1, "public": 2}
_STEPS: Mapping[Kind, Mapping[str, str]] = {
    "need": {"recognised": "recognise", "open": "open", "withdrawn": "withdraw"},
    "offer": {"paused": "pause", "open": "resume", "withdrawn": "withdraw"},
}


class ConsentMissing(Conflict):
    slug = "consent-missing"
    title = "The person has not consented to this"


class UnknownOwner(Conflict):
    status = 422
    slug = "unknown-owner"
    title = "Nobody is known here by the id that this is said to belong to"


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says of a listing: all values as they are kept, which of them it named, and whose it is."""

    values: Mapping[str, Any]
    named: frozenset[str]
    names: Sequence[ExternalId]
    participant: ExternalId | UUID | None
    organisation: UUID | None
    state: str | None

    @property
    def withdraws(self) -> bool:
        return self.state == "withdrawn"


def narrows(name: str, before: Any, after: Any) -> bool:
    """Say whether a value shows a listing to fewer than before."""
    return name == "visibility" and _WIDTH[after] < _WIDTH[before]


def step_to(kind: Kind, state: str) -> str:
    """Return the step that leads to a state."""
    return _STEPS[kind][state]


def columns(name: str) -> tuple[str, ...]:
    """Return the columns in which a field is kept."""
    if name == "place":
        return ("latitude", "longitude")
    return ("source_system", "source_id") if name == "source" else (name,)
