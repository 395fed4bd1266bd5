"""Bodies about publications: how to make something known, and how a publication is shown to whom."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessments.models import Publication
from services.assessments.publications.domain import Terms
from services.kernel.fields import Body, Line, Means, Text, Window, Windows

Exchange = Literal["gift", "credit"]
PublicationState = Literal["published", "withdrawn"]
ListingKind = Literal["offer", "need"]


def each_once(values: list[Any]) -> list[Any]:
    """Return `values` without repetitions, in their order."""
    return list(dict.fromkeys(values))


MeansList = Annotated[list[Means], Field(max_length=10)]


class Publish(Body):
    """How to make it known. `released_text` is all that others read before both sides accept."""

    title: Line = Field(examples=["Bread baking together"])
    released_text: Annotated[Text, Field(max_length=1000)] | None = None
    exchange: Exchange = "gift"
    means: MeansList = Field(default=[], description="For needs and cards; a capability states its own.")
    minutes: Annotated[int, Field(ge=5, le=10_080, strict=True)] | None = None
    availability: Windows = []

    def terms(self) -> Terms:
        """Return them as the operation takes them."""
        return Terms(
            title=self.title,
            released_text=self.released_text,
            exchange=self.exchange,
            means=each_once(list(self.means)),
            minutes=self.minutes,
            availability=[window.model_dump(mode="json") for window in self.availability],
        )


class PublicationSource(BaseModel):
    system: str
    id: UUID


class MatchingState(BaseModel):
    """What matching has told: the listing it made, that listing's state, its matches and the state of the latest."""

    listing_id: UUID | None
    state: str | None
    match: str | None
    matches: list[UUID] = []
    met_at: datetime | None


class PublicationPublic(BaseModel):
    id: UUID
    kind: ListingKind
    state: PublicationState
    participant_id: UUID
    title: str
    released_text: str | None
    language: str
    category: str
    means: list[str]
    minutes: int | None
    availability: list[Window]
    exchange: Exchange
    concepts: list[str]
    conditions: dict[str, Any]
    source: PublicationSource
    matching: MatchingState
    created_at: datetime
    updated_at: datetime
    version: int


def shown(publication: Publication) -> PublicationPublic:
    """Return a publication as its organisation or its person sees it."""
    taken = {name: getattr(publication, name) for name in PublicationPublic.model_fields if name in _SAME}
    return PublicationPublic(
        **taken,
        source=PublicationSource(system=publication.source_system, id=publication.source_id),
        matching=MatchingState(
            listing_id=publication.listing_id,
            state=publication.listing_state,
            match=publication.match_state,
            matches=[UUID(match) for match in publication.match_ids],
            met_at=publication.met_at,
        ),
    )


_SAME = set(PublicationPublic.model_fields) - {"source", "matching"}


class ForMatching(BaseModel):
    """What matching reads. Of a withdrawn publication no word is passed on."""

    id: UUID
    kind: str
    participant_id: UUID
    held_by: UUID
    title: str
    text: str
    released_text: str | None
    language: str
    category: str
    place: None = None
    means: list[str]
    minutes: int | None
    availability: list[dict[str, Any]]
    exchange: str
    concepts: list[str]
    conditions: dict[str, Any]
    source: PublicationSource
    version: int
    withdrawn: bool


def for_matching(publication: Publication) -> ForMatching:
    """Return a publication as matching takes it."""
    withdrawn = publication.state != "published"
    return ForMatching(
        id=publication.id,
        kind=publication.kind,
        participant_id=publication.participant_id,
        held_by=publication.held_by,
        title="" if withdrawn else publication.title,
        text="" if withdrawn else publication.text,
        released_text=None if withdrawn else publication.released_text,
        language=publication.language,
        category=publication.category,
        means=publication.means,
        minutes=publication.minutes,
        availability=publication.availability,
        exchange=publication.exchange,
        concepts=publication.concepts,
        conditions=publication.conditions,
        source=PublicationSource(system=publication.source_system, id=publication.source_id),
        version=publication.version,
        withdrawn=withdrawn,
    )
