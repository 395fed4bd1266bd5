"""Bodies about the plenary: presentations, groups of like cards, dots and priorities."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.assessments.models import Card, CardGroup, RoundTable, Vote
from services.assessments.one_to_one.schemas import unset
from services.assessments.round_tables import naming
from services.assessments.round_tables.cards.schemas import TranslationPublic
from services.assessments.round_tables.plenary import domain
from services.assessments.round_tables.plenary.operations import Presentation
from services.assessments.round_tables.schemas import ImageKey, QuestionNumber
from services.kernel.fields import Body, Language, Line

Labels = Annotated[dict[Language, Line], Field(max_length=30)]
Dots = Annotated[int, Field(ge=0, le=1000, strict=True)]


class MakeGroup(Body):
    """A group made by hand: named in one or more languages, or after a concept or image, or both."""

    question: QuestionNumber
    labels: Labels = Field(default={}, examples=[{"en": "A room to learn in", "de": "Ein Raum zum Lernen"}])
    image: ImageKey | None = None
    concept: ImageKey | None = None

    @model_validator(mode="after")
    def _called(self) -> "MakeGroup":
        if not self.labels and self.image is None and self.concept is None:
            raise ValueError("needs a label, a concept or an image")
        return self


class ChangeGroup(Body):
    """Labels are replaced as a whole; what was suggested is named after its image where it keeps none."""

    labels: Annotated[dict[Language, Line], Field(min_length=1, max_length=30)] = Field(default_factory=unset)
    concept: ImageKey = Field(default_factory=unset)


class Merge(Body):
    """The group that takes the cards and the dots."""

    into: UUID


class PutGroup(Body):
    """The group that a card belongs to; `null` takes it out of any."""

    group_id: UUID | None


class PutVote(Body):
    """All of a voter's dots: those that were set before are replaced."""

    dots: Annotated[dict[UUID, Dots], Field(max_length=1000)]


class SeenCard(BaseModel):
    """A card as the plenary sees it: it does not say who wrote it."""

    id: UUID
    table_id: UUID
    question: int
    image: str
    text: str
    language: str
    translation: TranslationPublic | None


class PresentationPublic(BaseModel):
    """A table, and in its turn what it showed. Without `presented_at` it has not presented yet."""

    table_id: UUID
    language: str
    presented_at: datetime | None
    presented_as: int | None
    cards: list[SeenCard]


class Presentations(BaseModel):
    tables: list[PresentationPublic]


class GroupPublic(BaseModel):
    """Like cards. `label` is in `label_language`, which is not the one asked for where nobody has named it so."""

    id: UUID
    round_table_id: UUID
    question: int
    label: str
    label_language: str
    labels: dict[str, str]
    image: str | None
    concept: str | None
    origin: Literal["suggestion", "hand"]
    cards: list[SeenCard]
    created_at: datetime
    updated_at: datetime
    version: int


class Suggested(BaseModel):
    """How many cards were grouped just now."""

    grouped: int


class VotePublic(BaseModel):
    """Where a voter's dots are, and how many are left."""

    voter: str
    dots: dict[UUID, int]
    left: int
    created_at: datetime
    updated_at: datetime
    version: int


class PriorityPublic(BaseModel):
    """A group's place by dots among those of its question.

    `tied`: another group has as many, so that the dots alone do not decide.
    """

    group_id: UUID
    label: str
    label_language: str
    question: int
    dots: int
    share: float
    rank: int
    tied: bool


class Priorities(BaseModel):
    """The groups, most dots first; `ties` names the groups that share a rank."""

    voters: int
    dots: int
    groups: list[PriorityPublic]
    ties: list[list[UUID]]


def seen(card: Card) -> SeenCard:
    """Return a card as the plenary sees it."""
    return SeenCard.model_validate({name: getattr(card, name) for name in SeenCard.model_fields})


def presentation_shown(one: Presentation) -> PresentationPublic:
    """Return a table's presentation as it is shown."""
    table = one.table
    cards = [seen(card) for card in one.cards]
    return PresentationPublic(
        table_id=table.id, language=table.language, presented_at=table.presented_at,
        presented_as=table.presented_as, cards=cards,
    )  # fmt: skip


def _label(group: CardGroup, language: str) -> dict[str, str]:
    called = naming.group_named(group.labels, concept=group.concept, image=group.image, language=language)
    return {"label": called.text, "label_language": called.language}


def group_shown(group: CardGroup, cards: Sequence[Card], language: str) -> GroupPublic:
    """Return a group as it is shown, with those of `cards` that are in it."""
    taken = {name: getattr(group, name) for name in GroupPublic.model_fields if hasattr(group, name)}
    mine = [seen(card) for card in cards if card.group_id == group.id]
    return GroupPublic.model_validate({**taken, **_label(group, language), "cards": mine})


def vote_shown(vote: Vote, round_table: RoundTable) -> VotePublic:
    """Return a vote as it is shown."""
    taken = {name: getattr(vote, name) for name in ("voter", "dots", "created_at", "updated_at", "version")}
    left = max(0, round_table.dots_each - sum(vote.dots.values()))
    return VotePublic.model_validate({**taken, "left": left})


def priorities_shown(
    found: Sequence[domain.Priority], groups: Mapping[UUID, CardGroup], *, voters: int, language: str
) -> Priorities:
    """Return the priorities as they are shown."""
    shown = []
    for one in found:
        said = {name: getattr(one, name) for name in ("question", "dots", "share", "rank", "tied")}
        shown.append(PriorityPublic(group_id=one.group, **_label(groups[one.group], language), **said))
    ranks = dict.fromkeys((one.question, one.rank) for one in found if one.tied)
    ties = [[one.group for one in found if (one.question, one.rank) == rank] for rank in ranks]
    return Priorities(voters=voters, dots=sum(one.dots for one in found), groups=shown, ties=ties)
