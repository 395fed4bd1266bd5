"""Request and answer bodies about duplicates and merges."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Line

DuplicateKind = Literal["organisations", "groups", "micro-providers", "places", "services", "participants"]
DuplicateState = Literal["open", "refused", "merged"]
Likelihood = Literal["likely", "possible"]
Side = Literal["survivor", "absorbed"]


class DuplicateReason(BaseModel):
    """One thing that speaks for (a weight above nought) or against it. It quotes nothing of what was compared."""

    factor: str = Field(examples=["name"])
    says: str = Field(examples=["The names differ only in spelling, script or order."])
    weight: float = Field(description="Logarithm of the odds.", examples=[3.5])


class DuplicatePublic(BaseModel):
    """Two entries of one kind that may be the same, how likely that is (0 to 1), and why."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    kind: DuplicateKind
    entry_ids: list[UUID]
    score: float
    likelihood: Likelihood
    reasons: list[DuplicateReason]
    state: DuplicateState
    refused_because: str | None
    refused_at: datetime | None
    merge_id: UUID | None


class DuplicatesLook(Body):
    """Look at one entry now, or at everything of a kind in the background."""

    kind: DuplicateKind
    entry_id: UUID | None = Field(
        None, description="Only this one; pairs that were refused are asked about anew if a name has changed since."
    )


class DuplicatesLooked(BaseModel):
    """What is suspected of the entry; of everything nothing yet, the look being `queued`."""

    queued: bool
    items: list[DuplicatePublic]


class DuplicateRefusal(Body):
    """Why the two are not the same. Name nobody here."""

    reason: Line = Field(examples=["Two branches"])


class DuplicateMerge(Body):
    """Which of the two stays, and which fields it takes from the other."""

    survivor: UUID
    take: Annotated[dict[Line, Side], Field(max_length=30)] = Field(
        {}, description="Fields not named here stay the survivor's; what it does not know it takes from the other."
    )


class MergePublic(BaseModel):
    """One entry that absorbed another. `stayed` says what an undoing left as it had become meanwhile."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    kind: DuplicateKind
    survivor_id: UUID
    absorbed_id: UUID
    state: Literal["done", "undone"]
    duplicate_id: UUID | None
    moved: int = Field(description="How many references were turned to the survivor.")
    undone_at: datetime | None
    stayed: list[str]
