"""Request and answer bodies about organisations, places and services."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.kernel.fields import (
    Body,
    ExternalId,
    ExternalIds,
    Language,
    Line,
    Number,
    Text,
    TimeZone,
    Window,
    Windows,
)
from services.vocabulary import CATEGORIES

_ADDRESS = r"^https?://[^\s\x00-\x20]+$"


def _web_address(text: str) -> str:
    if not re.search(_ADDRESS, text) or not text.isprintable():
        raise ValueError("must be an http or https address")
    return text


def _known_category(key: str) -> str:
    if key not in CATEGORIES:
        raise ValueError("is not a category")
    return key


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
Category = Annotated[str, Field(json_schema_extra={"enum": list(CATEGORIES)}), AfterValidator(_known_category)]
Website = Annotated[
    str,
    Field(max_length=500, examples=["https://hazelbrook.example/"], json_schema_extra={"pattern": _ADDRESS}),
    AfterValidator(_web_address),
]
Languages = Annotated[list[Language], Field(max_length=30)]
Codes = Annotated[list[Line], Field(max_length=200)]
PlaceIds = Annotated[list[UUID], Field(max_length=100)]


class _Patch(Body):
    """A change: what is left out stays; what must be there may not be set to null."""

    @model_validator(mode="after")
    def _nothing_required_is_null(self) -> Self:
        for name in self._required & self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} may be left out, but not be null")
        return self

    _required: frozenset[str] = frozenset()


class Address(Body):
    """A postal address of a public place."""

    lines: Line | None = None
    city: Line | None = None
    region: Line | None = None
    postal_code: Line | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["GB"])] | None = None


class OrganisationCreate(Body):
    name: Line = Field(examples=["Good Neighbours Hazelbrook"])
    kind: OrganisationKind = "other"
    description: Text | None = None
    parent_id: UUID | None = None
    website: Website | None = None
    languages: Languages = []
    external_ids: ExternalIds = []


class OrganisationPatch(_Patch):
    _required = frozenset({"name", "kind", "languages", "external_ids"})

    name: Line | None = None
    kind: OrganisationKind | None = None
    description: Text | None = None
    parent_id: UUID | None = None
    website: Website | None = None
    languages: Languages | None = None
    external_ids: ExternalIds | None = None


class PlaceCreate(Body):
    name: Line = Field(examples=["Hazelbrook Community Hall"])
    organisation_id: UUID | None = None
    description: Text | None = None
    latitude: Annotated[Number, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[Number, Field(ge=-180, le=180)] | None = None
    address: Address = Address()
    time_zone: TimeZone | None = None
    accessibility: Text | None = None
    external_ids: ExternalIds = []

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        return self


class PlacePatch(_Patch):
    _required = frozenset({"name", "address", "external_ids"})

    name: Line | None = None
    organisation_id: UUID | None = None
    description: Text | None = None
    latitude: Annotated[Number, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[Number, Field(ge=-180, le=180)] | None = None
    address: Address | None = None
    time_zone: TimeZone | None = None
    accessibility: Text | None = None
    external_ids: ExternalIds | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        named = {"latitude", "longitude"} & self.model_fields_set
        if len(named) == 1 or (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        return self


class ServiceCreate(Body):
    name: Line = Field(examples=["Saturday repair table"])
    organisation_id: UUID
    description: Text | None = None
    status: Literal["active", "inactive", "temporarily_closed"] = "active"
    category: Category | None = None
    website: Website | None = None
    cost: Text | None = Field(None, description="What it costs the person, in words.")
    languages: Languages = []
    opening: Windows = []
    place_ids: PlaceIds = []
    codes: Codes = Field([], description="Terms of the source's own taxonomy.")
    external_ids: ExternalIds = []


class ServicePatch(_Patch):
    _required = frozenset(
        {"name", "organisation_id", "status", "languages", "opening", "place_ids", "codes", "external_ids"}
    )

    name: Line | None = None
    organisation_id: UUID | None = None
    description: Text | None = None
    status: Literal["active", "inactive", "temporarily_closed"] | None = None
    category: Category | None = None
    website: Website | None = None
    cost: Text | None = None
    languages: Languages | None = None
    opening: Windows | None = None
    place_ids: PlaceIds | None = None
    codes: Codes | None = None
    external_ids: ExternalIds | None = None


class _Public(BaseModel):
    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    external_ids: list[ExternalId]
    held_by: UUID | None
    source: str | None
    name: str
    description: str | None


class OrganisationPublic(_Public):
    kind: str
    parent_id: UUID | None
    website: str | None
    languages: list[str]


class PlacePublic(_Public):
    organisation_id: UUID | None
    latitude: float | None
    longitude: float | None
    address: Address
    time_zone: str | None
    accessibility: str | None


class ServicePublic(_Public):
    organisation_id: UUID
    status: str
    category: str | None
    website: str | None
    cost: str | None
    languages: list[str]
    opening: list[Window]
    place_ids: list[UUID]
    codes: list[str]
