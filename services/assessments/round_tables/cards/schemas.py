"""Bodies about the cards of a round table."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.assessments.models import Card
from services.assessments.one_to_one.schemas import CategoryKey, unset
from services.assessments.publications.schemas import Exchange
from services.assessments.round_tables.domain import Visibility
from services.assessments.round_tables.schemas import ImageKey, QuestionNumber
from services.kernel.fields import Body, ExternalIds, Language, Line, Moment, Text

By = Literal["person", "table"]


class Translation(Body):
    """What the card says in another language, and who put it so (a role or pseudonym, or the machine's name)."""

    language: Language
    text: Text
    by: Line | None = None


class CardBody(Body):
    """An answer on an image card. Without a participant it is anonymous and stays so."""

    question: QuestionNumber
    category: CategoryKey | None = Field(default=None, description="The image's category, unless you name the image.")
    image: ImageKey | None = Field(default=None, description="The image card; the category, unless you say.")
    text: Text
    language: Language
    translation: Translation | None = None
    by: By = Field(default="person", description="A card by the table as a whole names no participant.")
    participant_id: UUID | None = None
    visibility: Visibility = "table"
    device_id: Line | None = None
    written_at: Moment | None = None

    @model_validator(mode="after")
    def _sound(self) -> "CardBody":
        if self.category is None and self.image is None:
            raise ValueError("names neither an image nor a category")
        if self.by == "table" and self.participant_id is not None:
            raise ValueError("a card by the table names no participant")
        return self


class LayCard(CardBody):
    """One card. By `card_id`, the device's own id of it, it counts once however often it is delivered."""

    card_id: UUID | None = None
    external_ids: ExternalIds = Field(default=[], description="The device's own id: delivered twice, it counts once.")


class ChangeCard(Body):
    category: CategoryKey = Field(default_factory=unset)
    image: ImageKey = Field(default_factory=unset)
    translation: Translation | None = None
    visibility: Visibility = Field(default_factory=unset)


class Settle(Body):
    """`present` keeps what the card says; `delivered` takes the other wording. The one not taken stays beside it."""

    wording: Literal["present", "delivered"]


class TranslationPublic(BaseModel):
    language: str
    text: str
    by: str | None


class WordingPublic(BaseModel):
    """Another wording of a card: an earlier one (`replaced`), or one that waits to be settled (`conflict`)."""

    text: str
    language: str
    question: int
    image: str
    device_id: str | None
    written_at: datetime
    state: Literal["replaced", "conflict"]


class CardPublic(BaseModel):
    """`late`: delivered after the evening had closed. `clock_doubtful`: its device's clock ran ahead."""

    id: UUID
    round_table_id: UUID
    table_id: UUID
    question: int
    category: str
    image: str
    text: str
    language: str
    translation: TranslationPublic | None
    by: By
    participant_id: UUID | None
    visibility: Visibility
    device_id: str | None
    card_id: UUID | None
    written_at: datetime
    late: bool
    clock_doubtful: bool
    wordings: list[WordingPublic]
    group_id: UUID | None
    external_ids: list[dict[str, str]]
    created_at: datetime
    updated_at: datetime
    version: int


class PublishAll(Body):
    exchange: Exchange = "gift"


class ReportPublic(BaseModel):
    """How the cards stand: `not_published` have consent, but are not published now."""

    published: int
    anonymous: int
    without_consent: int
    not_published: int


_ELSEWHERE = {"external_ids", "table_id", "card_id", "by", "written_at", "category", "image"}


def laid(body: CardBody) -> dict[str, Any]:
    """Return what a new card says, as its table keeps it, but for its image, ids and time."""
    said = body.model_dump(exclude=_ELSEWHERE)
    return {**said, "written_by": body.by}


def changed(body: ChangeCard) -> dict[str, Any]:
    """Return what is to be changed of a card."""
    said = body.model_dump(exclude_unset=True)
    return {**said, "translation": body.translation.model_dump()} if body.translation else said


def card_shown(card: Card) -> CardPublic:
    """Return a card as it is shown."""
    taken = {name: getattr(card, name) for name in CardPublic.model_fields.keys() - {"by", "card_id"}}
    return CardPublic.model_validate({**taken, "by": card.written_by, "card_id": card.device_card_id})
