"""Bodies about round tables, their tables, invitations and cards, and what is counted from them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from services.assessments.models import Card, RoundTable
from services.assessments.one_to_one.schemas import CategoryKey, unset
from services.assessments.publications.schemas import Exchange, each_once
from services.assessments.round_tables import domain
from services.assessments.round_tables.domain import InvitationState, State, Visibility
from services.kernel.fields import Body, ExternalIds, Language, Line, Moment, Point, Text
from services.vocabulary import CATEGORIES, label


def _whole(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be 1 or 2")
    return value


QuestionNumber = Annotated[Literal[1, 2], BeforeValidator(_whole)]
"""1 asks what somebody needs, 2 what she can do."""
People = Annotated[int, Field(ge=1, le=1000, strict=True)]
Languages = Annotated[list[Language], Field(min_length=1, max_length=30), AfterValidator(each_once)]
Images = Annotated[list[CategoryKey], Field(min_length=1, max_length=50), AfterValidator(each_once)]
QuestionTexts = Annotated[dict[Language, Text], Field(min_length=1, max_length=30)]
Questions = Annotated[list[QuestionTexts], Field(min_length=2, max_length=2)]


class PlanRoundTable(Body):
    """An evening: when, where, in which languages; the questions and images are the usual ones unless you say."""

    title: Line = Field(examples=["Round table at the library"])
    starts_at: Moment
    place: Line | None = None
    coordinates: Point | None = None
    languages: Languages = Field(examples=[["ti", "prs"]])
    questions: Questions = Field(default_factory=lambda: [dict(question) for question in domain.QUESTIONS])
    images: Images = Field(default_factory=lambda: list(CATEGORIES))
    external_ids: ExternalIds = []


class ChangeRoundTable(Body):
    title: Line = Field(default_factory=unset)
    starts_at: Moment = Field(default_factory=unset)
    place: Line | None = None
    coordinates: Point | None = None
    languages: Languages = Field(default_factory=unset)
    questions: Questions = Field(default_factory=unset)
    images: Images = Field(default_factory=unset)
    external_ids: ExternalIds = []


class RoundTablePublic(BaseModel):
    id: UUID
    title: str
    starts_at: datetime
    place: str | None
    coordinates: Point | None
    languages: list[str]
    questions: list[dict[str, str]]
    images: list[str]
    state: State
    external_ids: list[dict[str, str]]
    created_at: datetime
    updated_at: datetime
    version: int


class SetTable(Body):
    """A table of one language community; who facilitates and interprets, by role or pseudonym."""

    language: Language
    facilitator: Line | None = None
    interpreter: Line | None = None


class ChangeTable(Body):
    language: Language = Field(default_factory=unset)
    facilitator: Line | None = None
    interpreter: Line | None = None


class TablePublic(BaseModel):
    id: UUID
    round_table_id: UUID
    language: str
    facilitator: str | None
    interpreter: str | None
    created_at: datetime
    updated_at: datetime
    version: int


class Invite(Body):
    """`inviter` is a pseudonym: somebody who speaks the language and knows the people."""

    inviter: Line
    language: Language
    participant_id: UUID | None = None
    people: People = 1


class ChangeInvitation(Body):
    state: InvitationState = Field(default_factory=unset)
    people: People = Field(default_factory=unset)


class InvitationPublic(BaseModel):
    id: UUID
    round_table_id: UUID
    inviter: str
    language: str
    participant_id: UUID | None
    people: int
    state: InvitationState
    created_at: datetime
    updated_at: datetime
    version: int


class TurnoutPublic(BaseModel):
    """People, not invitations. `invited` is everybody; the others say where they are now."""

    invited: int
    accepted: int
    declined: int
    attended: int


class InviterTurnout(TurnoutPublic):
    inviter: str


class LanguageTurnout(TurnoutPublic):
    language: str


class Turnout(BaseModel):
    total: TurnoutPublic
    inviters: list[InviterTurnout]
    languages: list[LanguageTurnout]


class Translation(Body):
    """What the card says in another language, and who put it so (a role or pseudonym, or the machine's name)."""

    language: Language
    text: Text
    by: Line | None = None


class LayCard(Body):
    """An answer on an image card. Without a participant it is anonymous and stays so."""

    question: QuestionNumber
    category: CategoryKey
    text: Text
    language: Language
    translation: Translation | None = None
    participant_id: UUID | None = None
    visibility: Visibility = "table"
    device_id: Line | None = None
    written_at: Moment | None = None
    external_ids: ExternalIds = Field(default=[], description="The device's own id: delivered twice, it counts once.")


class ChangeCard(Body):
    category: CategoryKey = Field(default_factory=unset)
    translation: Translation | None = None
    visibility: Visibility = Field(default_factory=unset)


class TranslationPublic(BaseModel):
    language: str
    text: str
    by: str | None


class CardPublic(BaseModel):
    id: UUID
    round_table_id: UUID
    table_id: UUID
    question: int
    category: str
    text: str
    language: str
    translation: TranslationPublic | None
    participant_id: UUID | None
    visibility: Visibility
    device_id: str | None
    written_at: datetime
    external_ids: list[dict[str, str]]
    created_at: datetime
    updated_at: datetime
    version: int


class ExamplePublic(BaseModel):
    text: str
    language: str
    category: str | None
    origin: Literal["card", "instrument"]


class PacePublic(BaseModel):
    """`thin`: the table has hardly spoken of what people can do; `prompts` help to come back to it."""

    table_id: UUID
    language: str
    needs: int
    capabilities: int
    thin: bool
    prompts: list[ExamplePublic]


class Paces(BaseModel):
    tables: list[PacePublic]


class ResultCard(BaseModel):
    text: str
    language: str
    translation: TranslationPublic | None


class TableAnswers(BaseModel):
    """How many cards one table laid; those shown to the plenary with their words."""

    table_id: UUID
    count: int
    cards: list[ResultCard]


class ImageAnswers(BaseModel):
    category: str
    label: str
    count: int
    tables: list[TableAnswers]


class QuestionAnswers(BaseModel):
    question: int
    texts: dict[str, str]
    count: int
    images: list[ImageAnswers]


class Results(BaseModel):
    questions: list[QuestionAnswers]


class PublishAll(Body):
    exchange: Exchange = "gift"


class ReportPublic(BaseModel):
    """How the cards stand: `not_published` have consent, but are not published now."""

    published: int
    anonymous: int
    without_consent: int
    not_published: int


def values_of(body: PlanRoundTable | ChangeRoundTable) -> dict[str, Any]:
    """Return what a body says about a round table, as its table keeps it, without the external ids."""
    named = type(body).model_fields if isinstance(body, PlanRoundTable) else body.model_fields_set
    said = {name: getattr(body, name) for name in named if name not in {"coordinates", "external_ids"}}
    if "coordinates" in named:
        point = body.coordinates
        said |= {"latitude": point and point.latitude, "longitude": point and point.longitude}
    return said


def card_values(body: LayCard | ChangeCard) -> dict[str, Any]:
    """Return what a body says about a card, as its table keeps it, without the external ids."""
    said = {name: getattr(body, name) for name in body.model_fields_set if name != "external_ids"}
    if said.get("translation") is not None:
        said["translation"] = said["translation"].model_dump()
    return said


def round_table_shown(row: RoundTable) -> RoundTablePublic:
    """Return a round table as it is shown."""
    taken = {name: getattr(row, name) for name in RoundTablePublic.model_fields if name != "coordinates"}
    known = row.latitude is not None and row.longitude is not None
    point = Point(latitude=row.latitude, longitude=row.longitude) if known else None
    return RoundTablePublic(**taken, coordinates=point)


def turnout_shown(found: domain.Turnouts) -> Turnout:
    """Return turnout as it is shown."""

    def counts(turnout: domain.Turnout) -> dict[str, int]:
        return {name: getattr(turnout, name) for name in TurnoutPublic.model_fields}

    return Turnout(
        total=TurnoutPublic(**counts(found.total)),
        inviters=[InviterTurnout(inviter=who, **counts(one)) for who, one in sorted(found.inviters.items())],
        languages=[LanguageTurnout(language=tag, **counts(one)) for tag, one in sorted(found.languages.items())],
    )


def results_shown(found: list[domain.Answers], *, questions: list[dict[str, str]], language: str) -> Results:
    """Return the results as they are shown: question, then image, then table."""
    shown = []
    for number, texts in enumerate(questions, start=1):
        answers = [one for one in found if one.question == number]
        images = [_image(key, answers, language) for key in dict.fromkeys(one.category for one in answers)]
        count = sum(one.count for one in answers)
        shown.append(QuestionAnswers(question=number, texts=texts, count=count, images=images))
    return Results(questions=shown)


def _image(key: str, answers: list[domain.Answers], language: str) -> ImageAnswers:
    here = [one for one in answers if one.category == key]
    tables = [
        TableAnswers(table_id=one.table_id, count=one.count, cards=[_result_card(card) for card in one.cards])
        for one in here
    ]
    return ImageAnswers(category=key, label=label(key, language), count=sum(one.count for one in here), tables=tables)


def _result_card(card: Card | domain.CardLike) -> ResultCard:
    translation = TranslationPublic.model_validate(card.translation) if card.translation else None
    return ResultCard(text=card.text, language=card.language, translation=translation)
