"""Bodies about proposals: what a survey proposes to list, and what is decided about it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.directory.assets.said import (
    Access,
    Areas,
    AssetKind,
    Category,
    ConceptKeys,
    Costs,
    Languages,
    PlaceIds,
    Reach,
    Website,
)
from services.directory.assets.schemas import Address, BusinessModel, Paid, TradesAs, Workers
from services.kernel.fields import Body, Latitude, Line, Longitude, Switch, Text, TimeZone, Window, Windows

ProposalState = Literal["open", "confirmed", "refused"]
_OwnKind = Annotated[str, Field(pattern=r"^[a-z_-]{1,60}$", examples=["charity"])]


class ProposalChanges(Body):
    """What to say otherwise than proposed, or besides: fields of the entry that is made."""

    name: Line | None = None
    kind: _OwnKind | None = Field(None, description="The kind of organisation or micro-provider.")
    description: Text | None = None
    organisation_id: UUID | None = None
    website: Website | None = None
    category: Category | None = None
    concepts: ConceptKeys | None = None
    languages: Languages | None = None
    access: Access | None = None
    accessibility: Text | None = None
    cost: Text | None = None
    costs: Costs | None = None
    reach_km: Reach | None = None
    areas: Areas | None = None
    opening: Windows | None = None
    place_ids: PlaceIds | None = None
    address: Address | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    time_zone: TimeZone | None = None
    workers: Workers | None = None
    paid: Paid | None = None
    business_model: BusinessModel | None = None
    trades_as: TradesAs | None = None
    public: Switch | None = None


class ProposedActivity(Body):
    """What those who are proposed do, as an activity of theirs."""

    name: Line
    description: Text | None = None
    category: Category | None = None
    concepts: ConceptKeys = []
    opening: Windows = []
    cost: Text | None = None


class ProposalConfirm(Body):
    """Make the entry; `activities` replaces those proposed, and an empty list makes none."""

    as_kind: AssetKind | None = Field(None, description="Another kind of entry than proposed.")
    changes: ProposalChanges = ProposalChanges()
    activities: Annotated[list[ProposedActivity], Field(max_length=50)] | None = None


class ProposalRefuse(Body):
    reason: Line = Field(examples=["It is listed already."])


class ProposedFacts(BaseModel):
    """What was said for publication, as far as it fits."""

    name: str | None = None
    kind: str | None = None
    description: str | None = None
    languages: list[str] = []
    access: list[str] = []
    accessibility: str | None = None
    areas: list[str] = []
    address: Address | None = None
    workers: int | None = None
    paid: str | None = None
    business_model: str | None = None
    trades_as: str | None = None


class ActivityFacts(BaseModel):
    name: str | None = None
    description: str | None = None
    category: str | None = None
    concepts: list[str] = []
    opening: list[Window] = []
    cost: str | None = None


class ProposalPublic(BaseModel):
    """A proposal; once confirmed it names the entry that was made."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    survey_id: UUID
    response_id: UUID
    held_by: UUID
    kind: AssetKind
    facts: ProposedFacts
    activities: list[ActivityFacts]
    ask_again_on: date | None
    state: ProposalState
    reason: str | None
    asset_kind: str | None
    asset_id: UUID | None
    decided_at: datetime | None
    decided_by: UUID | None


def changed(changes: ProposalChanges) -> dict[str, Any]:
    """Return the changes as JSON, and only those that were said."""
    return changes.model_dump(mode="json", exclude_unset=True)


def wanted(activities: list[ProposedActivity] | None) -> list[dict[str, Any]] | None:
    """Return the activities that were asked for instead, as JSON; None when none were named."""
    return None if activities is None else [one.model_dump(mode="json", exclude_unset=True) for one in activities]
