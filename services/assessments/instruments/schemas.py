"""How instruments are shown: in the language that was asked for, or in the one that is there instead."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessments.instruments.domain import Completeness, Instrument, Question, Review, State, Use
from services.vocabulary import CATEGORIES, REVIEW, label, main_language


class OptionPublic(BaseModel):
    key: str
    label: str


class PictureCard(BaseModel):
    """An image card: a concept of the vocabulary, what it is called, and the emoji that pictures it, if any."""

    key: str
    label: str
    icon: str | None


class QuestionPublic(BaseModel):
    """A question; the answer to one that repeats is a list of entries, each with the `parts` that are known.

    `public` is false for what only the worker fills in. `least_text` and `most_text` stand at the ends of a scale.
    """

    id: str
    section: str
    type: str
    text: str
    hint: str | None
    prompts: list[str]
    examples: list[str]
    required: bool
    repeats: bool
    choices: str | None = Field(description="The name of the list that the options come from.")
    options: list[OptionPublic]
    cards: list[PictureCard]
    least: float | None
    most: float | None
    step: float | None
    whole: bool
    least_text: str | None
    most_text: str | None
    show_if: dict[str, Any] | None
    makes: str | None
    fills: str | None
    done_already: bool
    public: bool
    parts: list["QuestionPublic"]


class SectionPublic(BaseModel):
    key: str
    title: str
    introduction: str | None
    show_if: dict[str, Any] | None


class ScorePublic(BaseModel):
    key: str
    title: str
    method: str
    questions: list[str]
    reversed: list[str]
    values: dict[str, float]


class InstrumentSummary(BaseModel):
    """`language` is what was asked for, `shown` what the texts are in, `review` who has read those."""

    id: UUID
    name: str
    version: int
    use: Use
    state: State
    shipped: bool
    held_by: UUID | None = Field(description="The organisation whose own it is; null for those that are shipped.")
    title: str
    default_language: str
    languages: list[str]
    language: str
    shown: str
    review: Review
    created_at: datetime | None
    updated_at: datetime | None


class InstrumentPublic(InstrumentSummary):
    """`fallbacks` names each text that is not in the asked language, and the one it is in instead."""

    introduction: str | None
    rules: list[str]
    sections: list[SectionPublic]
    questions: list[QuestionPublic]
    scores: list[ScorePublic]
    strength_prompts: list[str]
    fallbacks: dict[str, str]
    unreviewed: list[str] = Field(description="The texts that no native speaker has read yet, as they are shown here.")


class LanguagePublic(BaseModel):
    """How complete one language is: `there` of `texts` texts, `reviewed` of them written or read by natives."""

    language: str
    texts: int
    there: int
    reviewed: int
    missing: list[str]
    review: Review


class LanguagesPublic(BaseModel):
    default_language: str
    items: list[LanguagePublic]


class _Words:
    """An instrument's words in one language; remembers which it had to take from another, and which are unread."""

    def __init__(self, instrument: Instrument, language: str) -> None:
        self._instrument = instrument
        self._language = language
        self.fallbacks: dict[str, str] = {}
        self.unreviewed: list[str] = []

    def lines(self, key: str) -> list[str]:
        shown = self._instrument.text(key, self._language)
        if shown.lines:
            self._note(key, shown.language, shown.review)
        return list(shown.lines)

    def maybe(self, key: str) -> str | None:
        return next(iter(self.lines(key)), None)

    def text(self, key: str) -> str:
        return self.maybe(key) or ""

    def card(self, key: str) -> str:
        """Return what the vocabulary calls one of its keys."""
        tongue = next((one for one in (self._language, main_language(self._language)) if one in REVIEW), "en")
        self._note(f"vocabulary.{key}", tongue, "unreviewed" if REVIEW[tongue] == "unreviewed" else "reviewed")
        return label(key, tongue)

    def _note(self, key: str, language: str, review: Review) -> None:
        if main_language(language) != main_language(self._language):
            self.fallbacks[key] = language
        if review == "unreviewed" and key not in self.unreviewed:
            self.unreviewed.append(key)


def summary(instrument: Instrument, *, language: str) -> InstrumentSummary:
    """Return the head of an instrument."""
    return InstrumentSummary(**_head(instrument, language))


def _head(instrument: Instrument, language: str) -> dict[str, Any]:
    shown = instrument.shown_in(language)
    named = ("id", "name", "version", "use", "state", "shipped", "held_by", "default_language", "languages",
             "created_at", "updated_at")  # fmt: skip
    wording = instrument.wordings.get(shown)
    return {name: getattr(instrument, name) for name in named} | {
        "title": instrument.text("title", language).text or instrument.name,
        "language": language,
        "shown": shown,
        "review": wording.state if wording and wording.texts else "unreviewed",
    }


def whole(instrument: Instrument, *, language: str) -> InstrumentPublic:
    """Return the whole instrument."""
    words = _Words(instrument, language)
    words.text("title")
    shaped: dict[str, Any] = {
        "introduction": words.maybe("introduction"),
        "rules": words.lines("rules"),
        "sections": [_section(one.key, one.show_if, words) for one in instrument.sections],
        "questions": [_question(one, f"question.{one.id}", words) for one in instrument.questions],
        "scores": [
            ScorePublic(key=one.key, title=words.text(f"score.{one.key}"), method=one.method,
                        questions=list(one.questions), reversed=sorted(one.reversed), values=dict(one.values))
            for one in instrument.scores
        ],
        "strength_prompts": words.lines("strength_prompts"),
    }  # fmt: skip
    return InstrumentPublic(
        **_head(instrument, language), **shaped, fallbacks=words.fallbacks, unreviewed=words.unreviewed
    )


def _section(key: str, show_if: Any, words: _Words) -> SectionPublic:
    introduction = words.maybe(f"section.{key}.introduction") or words.maybe(f"section.{key}.hint")
    return SectionPublic(key=key, title=words.text(f"section.{key}"), introduction=introduction, show_if=show_if)


def _question(question: Question, key: str, words: _Words) -> QuestionPublic:
    plain = ("id", "section", "type", "required", "repeats", "least", "most", "step", "whole", "makes", "fills",
             "done_already", "public")  # fmt: skip
    return QuestionPublic(
        **{name: getattr(question, name) for name in plain},
        text=words.text(key),
        hint=words.maybe(f"{key}.hint"),
        prompts=words.lines(f"{key}.prompts"),
        examples=words.lines(f"{key}.examples"),
        choices=question.list_name,
        options=_options(question, words),
        cards=_cards(question, words),
        least_text=words.maybe(f"{key}.least"),
        most_text=words.maybe(f"{key}.most"),
        show_if=None if question.show_if is None else dict(question.show_if),
        parts=[_question(part, f"{key}.{part.id}", words) for part in question.parts],
    )


def _options(question: Question, words: _Words) -> list[OptionPublic]:
    if question.type == "category":
        return [OptionPublic(key=key, label=words.card(key)) for key in question.offered]
    name = question.list_name
    return [OptionPublic(key=key, label=words.text(f"choice.{name}.{key}") or key) for key in question.offered]


def _cards(question: Question, words: _Words) -> list[PictureCard]:
    if question.type != "concepts":
        return []
    laid = question.concepts or tuple(CATEGORIES)
    icons = {key: category.icon for key, category in CATEGORIES.items()}
    return [PictureCard(key=key, label=words.card(key), icon=icons.get(key)) for key in laid]


def language_public(found: Completeness) -> LanguagePublic:
    """Return how complete a language is."""
    return LanguagePublic(
        language=found.language, texts=found.texts, there=found.there, reviewed=found.reviewed,
        missing=list(found.missing), review=found.state,
    )  # fmt: skip
