"""When results are published, and which words of them may still be read.

    NotFound
    └── ResultsNotPublished   nobody has published them yet
    Conflict
    └── ResultsPublished      they were published before and do not change any more

What is published is frozen: groups, names, dots and words as they were. One thing is not: a card that is taken off the
table later, or no longer shown to the plenary, disappears from what was published too, and only its count remains.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.kernel.problems import Conflict, NotFound

Shown = Literal["original", "translation", "untranslated"]


class ResultsNotPublished(NotFound):
    slug = "results-not-published"
    title = "The results have not been published yet"


class ResultsPublished(Conflict):
    slug = "results-published"
    title = "The results were published before and do not change any more"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the language it is in; `translated` says whether that is the language asked for."""

    text: str
    language: str
    translated: bool


@dataclass(frozen=True, slots=True)
class PublishedCard:
    """A card's words: its own, and a translation where there is one. `shown`: what somebody of this language reads."""

    text: str
    language: str
    translation: Mapping[str, str | None] | None
    shown: Shown
    image: str


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """Like cards with the dots they were given."""

    id: str
    label: Words
    dots: int
    share: float
    rank: int
    tied: bool
    count: int
    cards: Sequence[PublishedCard]


@dataclass(frozen=True, slots=True)
class PublishedImage:
    """How many cards lie on one image."""

    image: str
    label: Words
    count: int


@dataclass(frozen=True, slots=True)
class PublishedQuestion:
    """What was answered to one question: groups by dots, and the cards that stand alone."""

    question: int
    text: Words
    count: int
    images: Sequence[PublishedImage]
    groups: Sequence[PublishedGroup]
    others: Sequence[PublishedCard]


@dataclass(frozen=True, slots=True)
class Published:
    """The results of an evening in one language."""

    title: str
    starts_at: datetime
    published_at: datetime
    language: str
    languages: Sequence[str]
    people: int
    voters: int
    dots: int
    questions: Sequence[PublishedQuestion]


def chosen(languages: Sequence[str], asked: str, *, host: str) -> str:
    """Return the language of `languages` that is shown to somebody who asks for `asked`, else the evening's own."""
    primary = asked.partition("-")[0]
    alike = [one for one in languages if one == asked] or [one for one in languages if one.partition("-")[0] == primary]
    return alike[0] if alike else host


def words(texts: Mapping[str, str], language: str) -> Words:
    """Return the text in `language`, or its primary one, else in English or the first there is, and say so."""
    primary = language.partition("-")[0]
    for tongue in (language, primary):
        if tongue in texts:
            return Words(texts[tongue], tongue, translated=True)
    tongue = "en" if "en" in texts else next(iter(texts))
    return Words(texts[tongue], tongue, translated=False)


def read_card(frozen: Mapping[str, Any], language: str) -> PublishedCard:
    """Return a frozen card as somebody of `language` reads it."""
    translation = frozen["translation"] or None
    shown: Shown = "untranslated"
    if frozen["language"] == language:
        shown = "original"
    elif translation and translation["language"] == language:
        shown = "translation"
    return PublishedCard(frozen["text"], frozen["language"], translation, shown, frozen["image"])


def read_frozen(
    frozen: Mapping[str, Any], *, language: str, readable: Iterable[str], title: str, starts_at: datetime,
    published_at: datetime,
) -> Published:  # fmt: skip
    """Return frozen results in one language, with the words of those cards that are `readable` still."""
    may = set(readable)
    cards = {key: read_card(card, language) for key, card in frozen["cards"].items() if key in may}
    questions = [_question(one, cards, language) for one in frozen["questions"]]
    return Published(
        title, starts_at, published_at, language, frozen["languages"],
        frozen["people"], frozen["voters"], frozen["dots"], questions,
    )  # fmt: skip


def _question(frozen: Mapping[str, Any], cards: Mapping[str, PublishedCard], language: str) -> PublishedQuestion:
    return PublishedQuestion(
        question=frozen["question"],
        text=words(frozen["texts"], language),
        count=frozen["count"],
        images=[PublishedImage(one["image"], words(one["labels"], language), one["count"]) for one in frozen["images"]],
        groups=[_group(one, cards, language) for one in frozen["groups"]],
        others=[cards[key] for key in frozen["others"] if key in cards],
    )


def _group(frozen: Mapping[str, Any], cards: Mapping[str, PublishedCard], language: str) -> PublishedGroup:
    said = {name: frozen[name] for name in ("id", "dots", "share", "rank", "tied", "count")}
    mine = [cards[key] for key in frozen["cards"] if key in cards]
    return PublishedGroup(label=words(frozen["labels"], language), cards=mine, **said)
