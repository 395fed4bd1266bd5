"""Bodies about results."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.assessments.models import Card
from services.assessments.round_tables import domain
from services.assessments.round_tables.cards.schemas import TranslationPublic
from services.assessments.round_tables.plenary.schemas import PriorityPublic, priorities_shown
from services.assessments.round_tables.results.domain import Shown
from services.assessments.round_tables.results.operations import Standing
from services.vocabulary import label


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
    """What the tables said, and the groups of like cards by the dots that they were given."""

    questions: list[QuestionAnswers]
    groups: list[PriorityPublic]
    dots: int
    voters: int


class WordsPublic(BaseModel):
    """A text and its language; `translated` is false where it is not there in the language asked for."""

    text: str
    language: str
    translated: bool


class PublishedCardPublic(BaseModel):
    """`shown`: its own words are in the language asked for, its translation is, or neither."""

    text: str
    language: str
    translation: TranslationPublic | None
    shown: Shown
    image: str


class PublishedGroupPublic(BaseModel):
    """Like cards. `count` is all of them, also those whose words are not shown."""

    id: UUID
    label: WordsPublic
    dots: int
    share: float
    rank: int
    tied: bool
    count: int
    cards: list[PublishedCardPublic]


class PublishedImagePublic(BaseModel):
    image: str
    label: WordsPublic
    count: int


class PublishedQuestionPublic(BaseModel):
    """`others` are the cards that stand alone."""

    question: Literal[1, 2]
    text: WordsPublic
    count: int
    images: list[PublishedImagePublic]
    groups: list[PublishedGroupPublic]
    others: list[PublishedCardPublic]


class PublishedPublic(BaseModel):
    """The published results in `language`; `languages` are those that they can be read in."""

    title: str
    starts_at: datetime
    published_at: datetime
    language: str
    languages: list[str]
    people: int
    voters: int
    dots: int
    questions: list[PublishedQuestionPublic]


def results_shown(found: Standing, *, language: str) -> Results:
    """Return the results as they are shown: question, then image, then table; and the groups by dots."""
    voters = sum(bool(vote.dots) for vote in found.votes)
    weighed = priorities_shown(found.priorities, found.groups, voters=voters, language=language)
    questions = _questions(found.answers, found.round_table.questions, language)
    return Results(questions=questions, groups=weighed.groups, dots=weighed.dots, voters=voters)


def _questions(
    found: Sequence[domain.Answers], questions: list[dict[str, str]], language: str
) -> list[QuestionAnswers]:
    shown = []
    for number, texts in enumerate(questions, start=1):
        answers = [one for one in found if one.question == number]
        images = [_image(key, answers, language) for key in dict.fromkeys(one.category for one in answers)]
        count = sum(one.count for one in answers)
        shown.append(QuestionAnswers(question=number, texts=texts, count=count, images=images))
    return shown


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
