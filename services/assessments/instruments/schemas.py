"""How instruments are shown: in the language that was asked for, or in the one that is there instead."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from services.assessments.instruments.domain import FALLBACK, Instrument, Option, Question

T = TypeVar("T")


class OptionPublic(BaseModel):
    key: str
    label: str


class QuestionPublic(BaseModel):
    """A question; the answer to one that repeats is a list of entries, each with the `parts` that are known."""

    id: str
    section: str
    type: str
    text: str
    prompts: list[str]
    examples: list[str]
    required: bool
    repeats: bool
    options: list[OptionPublic]
    parts: list["QuestionPublic"]


class SectionPublic(BaseModel):
    key: str
    title: str


class InstrumentSummary(BaseModel):
    """`language` is what was asked for, `shown` what the texts are in."""

    id: UUID
    name: str
    version: int
    title: str
    languages: list[str]
    language: str
    shown: str


class InstrumentPublic(InstrumentSummary):
    sections: list[SectionPublic]
    questions: list[QuestionPublic]
    strength_prompts: list[str]


def summary(instrument: Instrument, *, language: str) -> InstrumentSummary:
    """Return the head of an instrument."""
    shown = instrument.shown_in(language)
    return InstrumentSummary(
        id=instrument.id,
        name=instrument.name,
        version=instrument.version,
        title=instrument.titles[shown],
        languages=instrument.languages,
        language=language,
        shown=shown,
    )


def whole(instrument: Instrument, *, language: str) -> InstrumentPublic:
    """Return the whole instrument."""
    head = summary(instrument, language=language)
    return InstrumentPublic(
        **head.model_dump(),
        sections=[SectionPublic(key=key, title=titles[head.shown]) for key, titles in instrument.sections],
        questions=[_question(question, head.shown) for question in instrument.questions],
        strength_prompts=list(instrument.strength_prompts.get(head.shown, [])),
    )


def _question(question: Question, language: str) -> QuestionPublic:
    return QuestionPublic(
        id=question.id,
        section=question.section,
        type=question.type,
        text=_in(question.texts, language),
        prompts=list(question.prompts.get(language, [])),
        examples=list(question.examples.get(language, [])),
        required=question.required,
        repeats=question.repeats,
        options=[_option(option, language) for option in question.options],
        parts=[_question(part, language) for part in question.parts],
    )


def _option(option: Option, language: str) -> OptionPublic:
    return OptionPublic(key=option.key, label=_in(option.texts, language))


def _in(texts: Mapping[str, T], language: str) -> T:
    return texts.get(language) or texts[FALLBACK]
