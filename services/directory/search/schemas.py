"""What a search may ask for, and its answer."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.directory.assets.money import is_free
from services.directory.assets.said import AccessKind, AssetKind, Category
from services.directory.search.domain import Sort, Wanted
from services.directory.search.operations import Request, Shown
from services.kernel.fields import Language, Line, Moment

Kind = Literal[AssetKind, "person"]


def _position(text: str) -> str:
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        raise ValueError("must be a latitude and a longitude, such as 52.585,-1.982") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("must be a latitude and a longitude in degrees, in this order")
    return text


Near = Annotated[str, Field(max_length=60, examples=["52.585,-1.982"]), AfterValidator(_position)]
_LONGEST = timedelta(days=31)
Whole = Annotated[int, Field(ge=0, le=100_000_000)]


class AssetFilters(BaseModel):
    """Filters: all must hold. What an entry does not say, a filter cannot find; `hidden` tells how many that hides."""

    model_config = ConfigDict(extra="forbid")

    q: Line | None = Field(None, description="Words, in any language; mistyped ones are understood.")
    language: Language | None = Field(None, description="Of q, and of the labels in the answer.")
    kind: list[Kind] = Field([], max_length=7, description="One of these kinds; repeat it for several.")
    category: Category | None = None
    concept: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")] | None = Field(
        None, description="A concept or a category of the vocabulary; what is narrower is found too."
    )
    near: Near | None = Field(None, description="Latitude and longitude.")
    postcode: Annotated[str, Field(max_length=20)] | None = Field(
        None, description="Instead of near: one that was loaded, or the first half of some."
    )
    radius_km: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] | None = Field(
        None, description="5 unless you say so."
    )
    area: Line | None = Field(None, description="A named part of the neighbourhood, with all parts of it.")
    open_at: Moment | None = Field(None, description="Open at this moment.")
    open_from: Moment | None = Field(None, description="Open at some time between this and open_until.")
    open_until: Moment | None = None
    cost: Literal["free", "any"] = "any"
    max_cost: Whole | None = Field(None, description="In the currency's smallest unit: something costs no more.")
    access: list[AccessKind] = Field([], max_length=11, description="All of these; repeat it for several.")
    spoken: Language | None = Field(None, description="A language that is spoken there.")
    age: Annotated[int, Field(ge=0, le=150)] | None = None
    updated_after: Moment | None = None
    sort: Sort | None = Field(None, description="By relevance where there are words, else by name.")

    @model_validator(mode="after")
    def _sound(self) -> "AssetFilters":
        if self.open_at is not None and (self.open_from is not None or self.open_until is not None):
            raise ValueError("open_at does not go with open_from and open_until")
        if (self.open_from is None) != (self.open_until is None):
            raise ValueError("open_from and open_until go together")
        if self.open_from is not None and self.open_until is not None and self.open_until <= self.open_from:
            raise ValueError("open_until must come after open_from")
        if self.open_from is not None and self.open_until is not None and self.open_until - self.open_from > _LONGEST:
            raise ValueError("open_until must come within 31 days of open_from")
        return self

    def asked(self) -> Request:
        """Return what is asked for, as the domain puts it."""
        latitude, longitude = map(float, self.near.split(",")) if self.near else (None, None)
        return Request(
            words=self.q, language=self.language, postcode=self.postcode, radius_km=self.radius_km, area=self.area,
            near=None if latitude is None or longitude is None else (latitude, longitude), concept=self.concept,
            wanted=Wanted(
                kinds=self.kind, category=self.category, open_from=self.open_at or self.open_from,
                open_until=self.open_until, free=self.cost == "free", max_cost=self.max_cost, access=self.access,
                spoken=self.spoken, age=self.age, updated_after=self.updated_after,
                sort=self.sort or ("relevance" if self.q else "name"),
            ),
        )  # fmt: skip


class AssetSearch(AssetFilters):
    """A search, and which page of it."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many at the most.")] = 50
    cursor: Annotated[str, Field(max_length=1000, description="`next` of the page before.")] | None = None
    facets: bool = Field(True, description="Count what was found, on the first page.")


class AssetReason(BaseModel):
    """Why something was found."""

    factor: str = Field(examples=["name_words"])
    says: str = Field(examples=["Its name has: repair"])


class AssetPlace(BaseModel):
    """Where it is, WGS 84."""

    latitude: float
    longitude: float


class AssetFound(BaseModel):
    """Something the community has. `concepts` are what it states and what its text is about; `free` may be unknown."""

    kind: Kind
    id: UUID
    name: str
    description: str | None
    category: str | None
    concepts: list[str]
    place: AssetPlace | None
    distance_km: float | None
    free: bool | None
    languages: list[str]
    access: list[str]
    why: list[AssetReason]


class FacetCount(BaseModel):
    """How many of what was found are so."""

    value: str
    label: str
    count: int


class PlaceAsked(BaseModel):
    """Around which point was searched, and how that point is known: by itself, by its postcode, by half of one."""

    latitude: float
    longitude: float
    radius_km: float
    known_by: str


class AssetsFound(BaseModel):
    """A page of what was found. The first page also counts: `hidden` is how many more each filter alone keeps away.

    No count in `hidden` is above 10,000: that many or more.
    """

    items: list[AssetFound]
    next: str | None = None
    total: int | None = None
    at_least: bool = Field(
        False, description="There are more than total says: counting stopped, and facets are of those counted."
    )
    facets: dict[str, list[FacetCount]] | None = None
    hidden: dict[str, int] | None = None
    around: PlaceAsked | None = None
    some_words: bool = Field(False, description="Nothing has all the words; these have some of them.")


def found(one: Shown) -> AssetFound:
    """Return a hit as it is shown."""
    asset, metres = one.asset, one.hit.metres
    return AssetFound.model_validate(
        {
            **asset.model_dump(include={"id", "name", "description", "category", "languages", "access"}),
            "kind": one.hit.kind,
            "concepts": one.concepts,
            "place": one.place and {"latitude": one.place[0], "longitude": one.place[1]},
            "distance_km": None if metres is None else metres / 1000,
            "free": is_free(asset.costs),
            "why": [reason._asdict() for reason in one.reasons],
        }
    )
