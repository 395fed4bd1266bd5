"""Request and answer bodies about areas and postcodes."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.directory.gazetteer.domain import checked_shape
from services.kernel.fields import Body, Language, Latitude, Line, Longitude, Number, Patch

Shape = Annotated[
    dict[str, Any],
    AfterValidator(checked_shape),
    Field(
        description="GeoJSON Polygon or MultiPolygon; positions are [longitude, latitude].",
        examples=[{"type": "Polygon", "coordinates": [[[-2.0, 52.5], [-1.9, 52.5], [-1.9, 52.6], [-2.0, 52.5]]]}],
    ),
]
Names = Annotated[dict[Language, Line], Field(max_length=50, description="What it is called, by language.")]


class _Circle(Body):
    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = {getattr(self, name, None) is None for name in ("latitude", "longitude", "radius_km")}
        if len(given) > 1:
            raise ValueError("latitude, longitude and radius_km go together")
        return self


class AreaCreate(_Circle):
    """A named part of the neighbourhood: a shape, or a middle and how far it reaches from there."""

    name: Line = Field(examples=["Mill Lane"])
    names: Names = {}
    shape: Shape | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    radius_km: Annotated[Number, Field(gt=0, le=200)] | None = None
    part_of: UUID | None = None


class AreaPatch(_Circle, Patch):
    """A change: what is left out stays. A shape takes the place of a middle, and the other way round."""

    _required = frozenset({"name", "names"})

    name: Line | None = None
    names: Names | None = None
    shape: Shape | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    radius_km: Annotated[Number, Field(gt=0, le=200)] | None = None
    part_of: UUID | None = None


class AreaPublic(BaseModel):
    """A named part of the neighbourhood."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    name: str
    names: dict[str, str]
    shape: dict[str, Any] | None
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    part_of: UUID | None


class PostcodePublic(BaseModel):
    """Where a postcode is. `outward` is its first half, in the form of the United Kingdom."""

    code: str
    outward: str | None
    latitude: float
    longitude: float
    area: str | None


class PostcodePlace(BaseModel):
    """Where a postcode is, and how well that is known: by itself, or by the middle of those that begin alike."""

    latitude: float
    longitude: float
    known_by: str = Field(examples=["postcode", "outward"])


class LineRefused(BaseModel):
    """A line that cannot be used."""

    line: int
    reason: str


class PostcodesLoaded(BaseModel):
    """What became of a list: how many lines were kept and refused, how many older postcodes went; the first flaws."""

    kept: int
    removed: int
    refused: int
    lines: list[LineRefused]
