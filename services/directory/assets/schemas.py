"""Request and answer bodies about each kind of asset: what it has beside what can be said of all of them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.directory.assets.said import ALWAYS, PlaceIds, Said, SaidPatch, SaidPublic
from services.kernel.fields import Body, Latitude, Line, Longitude, Switch, Text, TimeZone, Whole

OrganisationKind = Literal[
    "council",
    "charity",
    "time_bank",
    "community_group",
    "micro_provider",
    "business",
    "school",
    "health",
    "faith",
    "other",
]
MicroProviderKind = Literal[
    "supported-tenancies",
    "wellbeing-and-health",
    "leisure-and-arts",
    "holidays-and-short-breaks",
    "friendship-or-good-neighbour",
    "drop-in-centres-and-lunch-clubs",
    "advice-and-representation",
    "transport",
]
Paid = Literal["unpaid", "paid", "mixed"]
BusinessModel = Literal["voluntary", "expenses-only", "social-enterprise", "commercial"]
TradesAs = Literal["sole-trader", "partnership", "company", "informal"]
Status = Literal["active", "inactive", "temporarily_closed"]
Codes = Annotated[list[Line], Field(max_length=200)]
Age = Annotated[Whole, Field(ge=0, le=150)]
Workers = Annotated[Whole, Field(ge=1, le=5)]


class Identifier(Body):
    """A number in a public register."""

    scheme: Line = Field(examples=["GB-CHC"])
    value: Line = Field(examples=["1234567"])


Identifiers = Annotated[list[Identifier], Field(max_length=20)]


class Address(Body):
    """A postal address of a public place."""

    lines: Line | None = None
    city: Line | None = None
    region: Line | None = None
    postal_code: Line | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["GB"])] | None = None


class OrganisationCreate(Said):
    name: Line = Field(examples=["Good Neighbours Hazelbrook"])
    kind: OrganisationKind = "other"
    parent_id: UUID | None = None
    identifiers: Identifiers = []


class OrganisationPatch(SaidPatch):
    _required = ALWAYS | {"kind", "identifiers"}

    kind: OrganisationKind | None = None
    parent_id: UUID | None = None
    identifiers: Identifiers | None = None


class OrganisationPublic(SaidPublic):
    kind: str
    parent_id: UUID | None
    identifiers: list[Identifier]


class CommunityGroupCreate(Said):
    name: Line = Field(examples=["Thursday Choir"])
    organisation_id: UUID | None = Field(None, description="The organisation behind it, if there is one.")
    place_ids: PlaceIds = []


class CommunityGroupPatch(SaidPatch):
    _required = ALWAYS | {"place_ids"}

    organisation_id: UUID | None = None
    place_ids: PlaceIds | None = None


class CommunityGroupPublic(SaidPublic):
    organisation_id: UUID | None
    place_ids: list[UUID]


class MicroProviderCreate(Said):
    name: Line = Field(examples=["Mill End Errands"])
    kind: MicroProviderKind
    workers: Workers = 1
    paid: Paid
    business_model: BusinessModel
    trades_as: TradesAs | None = None
    organisation_id: UUID | None = None
    place_ids: PlaceIds = []
    public: Switch = Field(False, description="Whether it may stand in the public feed: most are one person.")


class MicroProviderPatch(SaidPatch):
    _required = ALWAYS | {"kind", "workers", "paid", "business_model", "place_ids", "public"}

    kind: MicroProviderKind | None = None
    workers: Workers | None = None
    paid: Paid | None = None
    business_model: BusinessModel | None = None
    trades_as: TradesAs | None = None
    organisation_id: UUID | None = None
    place_ids: PlaceIds | None = None
    public: Switch | None = None


class MicroProviderPublic(SaidPublic):
    kind: str
    workers: int
    paid: str
    business_model: str
    trades_as: str | None
    organisation_id: UUID | None
    place_ids: list[UUID]
    public: bool


class PlaceCreate(Said):
    name: Line = Field(examples=["Hazelbrook Community Hall"])
    organisation_id: UUID | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    address: Address = Address()
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        return self


class PlacePatch(SaidPatch):
    _required = ALWAYS | {"address"}

    organisation_id: UUID | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    address: Address | None = None
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        named = {"latitude", "longitude"} & self.model_fields_set
        if len(named) == 1 or (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        return self


class PlacePublic(SaidPublic):
    organisation_id: UUID | None
    latitude: float | None
    longitude: float | None
    address: Address
    time_zone: str | None


class ServiceCreate(Said):
    name: Line = Field(examples=["Saturday repair table"])
    organisation_id: UUID
    status: Status = "active"
    place_ids: PlaceIds = []
    codes: Codes = Field([], description="Terms of the source's own taxonomy.")
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    alert: Text | None = Field(None, description="What people should know just now, such as that it is closed.")


class ServicePatch(SaidPatch):
    _required = ALWAYS | {"organisation_id", "status", "place_ids", "codes"}

    organisation_id: UUID | None = None
    status: Status | None = None
    place_ids: PlaceIds | None = None
    codes: Codes | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    alert: Text | None = None


class ServicePublic(SaidPublic):
    organisation_id: UUID
    status: str
    place_ids: list[UUID]
    codes: list[str]
    minimum_age: int | None
    maximum_age: int | None
    alert: str | None


class ActivityCreate(Said):
    name: Line = Field(examples=["Lunch club"])
    status: Status = "active"
    organisation_id: UUID | None = None
    group_id: UUID | None = None
    micro_provider_id: UUID | None = None
    place_ids: PlaceIds = []
    minimum_age: Age | None = None
    maximum_age: Age | None = None


class ActivityPatch(SaidPatch):
    _required = ALWAYS | {"status", "place_ids"}

    status: Status | None = None
    organisation_id: UUID | None = None
    group_id: UUID | None = None
    micro_provider_id: UUID | None = None
    place_ids: PlaceIds | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None


class ActivityPublic(SaidPublic):
    status: str
    organisation_id: UUID | None
    group_id: UUID | None
    micro_provider_id: UUID | None
    place_ids: list[UUID]
    minimum_age: int | None
    maximum_age: int | None


class Occurrence(BaseModel):
    """One time that an activity takes place."""

    starts: datetime
    ends: datetime


class Occurrences(BaseModel):
    """When an activity takes place, earliest first; `more` when there are more than are shown."""

    items: list[Occurrence]
    more: bool
