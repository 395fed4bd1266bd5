"""What can be said of every asset of a community, as requests say it and answers show it."""

import re
from collections.abc import Hashable
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.directory.assets.money import CURRENCIES
from services.kernel.fields import (
    Body,
    Day,
    ExternalId,
    ExternalIds,
    Language,
    Line,
    Number,
    Patch,
    Text,
    Whole,
    Window,
    Windows,
)
from services.vocabulary import CATEGORIES

_ADDRESS = r"^https?://[^\s\x00-\x20]+$"
_HOST = r"[\w.\-:]*\w\.?|[0-9a-f:.]+"
Each = TypeVar("Each", bound=Hashable)


def _web_address(text: str) -> str:
    if not re.search(_ADDRESS, text) or not text.isprintable() or not _names_a_host(text):
        raise ValueError("must be an http or https address")
    return text


def _names_a_host(address: str) -> bool:
    """Say whether an address can be read, names a host, and carries no user name or password to the public."""
    try:
        parts = urlsplit(address)
        return bool(re.fullmatch(_HOST, parts.hostname or "")) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def _known_category(key: str) -> str:
    if key not in CATEGORIES:
        raise ValueError("is not a category")
    return key


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("is not a currency of ISO 4217")
    return code


def _each_once(some: list[Each]) -> list[Each]:
    if len(set(some)) != len(some):
        raise ValueError("names something twice")
    return some


AccessKind = Literal[
    "step-free",
    "accessible-toilet",
    "hearing-loop",
    "sign-language",
    "large-print",
    "easy-read",
    "quiet-space",
    "accessible-parking",
    "assistance-dogs",
    "home-visits",
    "online",
]
AssetKind = Literal["organisation", "group", "micro_provider", "place", "service", "activity"]
"""The kinds that everybody here may see."""
Category = Annotated[str, Field(json_schema_extra={"enum": list(CATEGORIES)}), AfterValidator(_known_category)]
Website = Annotated[
    str,
    Field(max_length=500, examples=["https://hazelbrook.example/"], json_schema_extra={"pattern": _ADDRESS}),
    AfterValidator(_web_address),
]
Languages = Annotated[list[Language], Field(max_length=30)]
PlaceIds = Annotated[list[UUID], Field(max_length=100)]
ConceptKey = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$", examples=["sewing"])]
ConceptKeys = Annotated[list[ConceptKey], Field(max_length=20), AfterValidator(_each_once)]
Access = Annotated[list[AccessKind], Field(max_length=11), AfterValidator(_each_once)]
Areas = Annotated[list[Line], Field(max_length=50, examples=[["Mill End"]]), AfterValidator(_each_once)]
Reach = Annotated[Number, Field(gt=0, le=500)]
Currency = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", examples=["GBP"], json_schema_extra={"enum": sorted(CURRENCIES)}),
    AfterValidator(_known_currency),
]


class Cost(Body):
    """One of the prices: for whom or what, how much in the currency's smallest unit, and from when until when."""

    option: Line | None = Field(None, examples=["concession"])
    amount: Annotated[Whole, Field(ge=0, le=100_000_000, examples=[350])] | None = None
    currency: Currency | None = None
    description: Line | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise ValueError("amount and currency go together")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("ends before it begins")
        return self


Costs = Annotated[list[Cost], Field(max_length=30)]


class Said(Body):
    """What can be said of every asset."""

    description: Text | None = None
    website: Website | None = None
    category: Category | None = None
    concepts: ConceptKeys = Field([], description="Of the vocabulary, or of your community's own.")
    languages: Languages = []
    access: Access = []
    accessibility: Text | None = Field(None, description="What else makes it easy or hard to come, in words.")
    cost: Text | None = Field(None, description="What it costs the person, in words.")
    costs: Costs = []
    reach_km: Reach | None = None
    areas: Areas = Field([], description="Parts of the neighbourhood that it is there for, by name.")
    opening: Windows = []
    assured_on: Day | None = Field(None, description="When somebody last made sure of its quality.")
    assured_by: Line | None = Field(None, description="The role or organisation that did; never a person's name.")
    external_ids: ExternalIds = []


ALWAYS = frozenset({"name", "concepts", "languages", "access", "costs", "areas", "opening", "external_ids"})


class SaidPatch(Patch):
    """A change of what can be said of every asset."""

    _required = ALWAYS

    name: Line | None = None
    description: Text | None = None
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
    assured_on: Day | None = None
    assured_by: Line | None = None
    external_ids: ExternalIds | None = None


class SaidPublic(BaseModel):
    """What is shown of every asset. `confirmed_at` is when its holder last said, or showed, that it is so."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    external_ids: list[ExternalId]
    held_by: UUID | None
    source: str | None
    name: str
    description: str | None
    website: str | None
    category: str | None
    concepts: list[str]
    languages: list[str]
    access: list[str]
    accessibility: str | None
    cost: str | None
    costs: list[Cost]
    reach_km: float | None
    areas: list[str]
    opening: list[Window]
    assured_on: date | None
    assured_by: str | None
    confirmed_at: datetime | None
    confirmed_by: UUID | None


_DOCUMENTS = {"opening", "address", "place_ids", "costs", "identifiers"}


def facts_of(body: BaseModel, *, said: bool) -> dict[str, Any]:
    """Return what a body says as the tables keep it, JSON inside documents; with `said` only what it was given."""
    plain = body.model_dump(exclude_unset=said)
    kept = body.model_dump(mode="json", exclude_unset=said, exclude_none=True)
    return plain | {name: kept[name] for name in _DOCUMENTS & plain.keys() if name in kept}
