"""The bodies of needs and offers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from services.kernel.fields import (
    Body,
    ExternalId,
    ExternalIds,
    Language,
    Line,
    Means,
    Moment,
    Number,
    Point,
    Switch,
    Text,
    Window,
    Windows,
)
from services.matching.engine import Window as Opening
from services.matching.engine import check_window
from services.matching.listings.domain import NeedState, OfferState
from services.vocabulary import CATEGORIES
from services.vocabulary.concepts import concepts
from services.vocabulary.contact import reveals_contact

Exchange = Literal["gift", "credit"]
Visibility = Literal["private", "matching", "public"]


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("must be a number")
    return value


def _known_category(key: str) -> str:
    if key not in CATEGORIES:
        raise ValueError("is no category of the vocabulary")
    return key


def _known_concept(key: str) -> str:
    if key not in concepts():
        raise ValueError("is no concept of the vocabulary")
    return key


def nothing_to_reach_by(text: str) -> str:
    """Return `text`. Raises ValueError where it says how to reach somebody."""
    if reveals_contact(text):
        raise ValueError("must not contain a phone number, an e-mail address or a URL")
    return text


def _readable(windows: list[Window]) -> list[Window]:
    for number, one in enumerate(windows):
        try:
            check_window(Opening(one.starts, one.minutes, one.time_zone, one.rule))
        except ValueError as error:
            raise ValueError(f"window {number}: {error}") from None
    return windows


def _each_once(values: list[str]) -> list[str]:
    return sorted(set(values))


Category = Annotated[
    str, Field(max_length=40, json_schema_extra={"enum": sorted(CATEGORIES)}), AfterValidator(_known_category)
]
Concepts = Annotated[
    list[Annotated[str, Field(max_length=40), AfterValidator(_known_concept)]],
    Field(max_length=20, examples=[["bike_repair"]]),
    AfterValidator(_each_once),
]
"""What it is about, as somebody has confirmed; beside them its words say what else."""
Anonymous = Annotated[Text, Field(max_length=1000), AfterValidator(nothing_to_reach_by)]
"""A text that people see who do not know each other yet."""
Kilometres = Annotated[Number, Field(ge=0, le=500)]
Minutes = Annotated[int, BeforeValidator(_whole), Field(ge=5, le=7 * 24 * 60)]
Places = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=1000)]
ManyMeans = Annotated[list[Means], Field(max_length=3), AfterValidator(_each_once)]
Languages = Annotated[list[Language], Field(max_length=20), AfterValidator(_each_once)]
Cost = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1_000_000)]
Setting = Literal["alone", "group"]
Gender = Literal["female", "male", "diverse"]
CheckKind = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Availability = Annotated[Windows, AfterValidator(_readable)]


class Source(Body):
    """Where it comes from, and what it is called there."""

    system: Literal["direct", "assessment", "round_table", "directory", "time_bank"] = "direct"
    id: Line | None = None


class Conditions(Body):
    """What one side asks of the other before they meet; the other must have declared that it is so."""

    gender: Gender | None = Field(default=None, description="Only people who have declared this of themselves.")
    grown_up: Switch = Field(default=False, description="Only people known to be 18 or older.")
    checks: Annotated[list[CheckKind], Field(max_length=10), AfterValidator(_each_once)] = Field(
        default=[], description="Checks that must be held and not have run out.", examples=[["dbs-enhanced"]]
    )


class Terms(Body):
    """What is wanted or offered, and under which conditions. What is left out is the participant's, or not stated."""

    text: Text | None = None
    released_text: Anonymous | None = Field(default=None, description="What others may read before both accept.")
    category: Category | None = None
    concepts: Concepts = []
    place: Point | None = Field(default=None, description="Kept as the middle of its 1 km cell.")
    reach_km: Kilometres | None = None
    means: ManyMeans = []
    languages: Languages = Field(default=[], description="Languages spoken, not the language of the text.")
    interpreter: Switch = Field(default=True, description="Whether somebody else may interpret.")
    availability: Availability = []
    busy: Availability = Field(default=[], description="When it cannot be after all: holidays, what is booked already.")
    minutes: Minutes | None = Field(default=None, description="How long one meeting takes.")
    capacity: Places = 1
    cost: Cost | None = Field(
        default=None,
        description="What an offer costs the person; the most that a need can pay. In pence, cents.",
    )
    settings: Annotated[list[Setting], Field(max_length=2), AfterValidator(_each_once)] = []
    conditions: Conditions = Conditions()
    exchange: Exchange = "gift"
    visibility: Visibility = "matching"
    expires_at: Moment | None = None


class ListingCreate(Terms):
    """A new need or offer of a participant, or of the caller's own organisation: exactly one of the two."""

    participant_id: UUID | None = None
    organisation_id: UUID | None = None
    title: Line
    language: Language = "en"
    external_ids: ExternalIds = []
    source: Source = Source()

    @model_validator(mode="after")
    def _one_owner(self) -> "ListingCreate":
        if (self.participant_id is None) == (self.organisation_id is None):
            raise ValueError("needs participant_id or organisation_id, and not both")
        return self


class NeedCreate(ListingCreate):
    """A new need. A demand that has still to be talked over is `stated`."""

    state: Literal["stated", "recognised", "open"] = "open"


class OfferCreate(ListingCreate):
    """A new offer; it is open at once."""


def _stays(value: Any) -> Any:
    if value is None:
        raise ValueError("cannot be empty")
    return value


class ListingPatch(Body):
    """What is to change; what is left out stays, and `null` empties what may be empty."""

    title: Annotated[Line | None, BeforeValidator(_stays)] = None
    text: Text | None = None
    released_text: Anonymous | None = None
    language: Annotated[Language | None, BeforeValidator(_stays)] = None
    category: Category | None = None
    concepts: Annotated[Concepts | None, BeforeValidator(_stays)] = None
    place: Point | None = None
    reach_km: Kilometres | None = None
    means: Annotated[ManyMeans | None, BeforeValidator(_stays)] = None
    languages: Annotated[Languages | None, BeforeValidator(_stays)] = None
    interpreter: Annotated[Switch | None, BeforeValidator(_stays)] = None
    availability: Annotated[Availability | None, BeforeValidator(_stays)] = None
    busy: Annotated[Availability | None, BeforeValidator(_stays)] = None
    minutes: Minutes | None = None
    capacity: Annotated[Places | None, BeforeValidator(_stays)] = None
    cost: Cost | None = None
    settings: Annotated[list[Setting] | None, BeforeValidator(_stays)] = None
    conditions: Annotated[Conditions | None, BeforeValidator(_stays)] = None
    exchange: Annotated[Exchange | None, BeforeValidator(_stays)] = None
    visibility: Annotated[Visibility | None, BeforeValidator(_stays)] = None
    expires_at: Moment | None = None
    external_ids: Annotated[ExternalIds | None, BeforeValidator(_stays)] = None


class SourcePublic(BaseModel):
    system: str
    id: str | None


class ListingPublic(BaseModel):
    """A need or an offer as its owner and the organisation that holds it see it."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    external_ids: list[ExternalId]
    participant_id: UUID | None
    organisation_id: UUID | None
    held_by: UUID
    title: str
    text: str | None
    released_text: str | None
    language: str
    category: str | None
    concepts: list[str]
    place: Point | None
    reach_km: float | None
    means: list[str]
    languages: list[str]
    interpreter: bool
    availability: list[Window]
    busy: list[Window]
    minutes: int | None
    cost: int | None
    settings: list[str]
    conditions: Conditions
    capacity: int
    taken: int = Field(description="Places that accepted matches have taken.")
    exchange: str
    visibility: str
    expires_at: datetime | None
    source: SourcePublic
    withheld: bool = Field(
        description="Its words are withheld: its person lets the organisation that holds it match her no longer."
    )


class NeedPublic(ListingPublic):
    state: NeedState


class OfferPublic(ListingPublic):
    state: OfferState
