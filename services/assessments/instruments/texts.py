"""Which texts an instrument has, and how complete each of its languages is.

Invalid
└── TextsMissing         the default language lacks a text; `errors` name every one
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.assessments.instruments.questions import AGREEING, Instrument, Question, Review, Wording
from services.kernel.problems import FieldError, Invalid, pointer

_OF_THE_WHOLE = frozenset({"title", "introduction", "description", "rules", "strength_prompts", "closing"})
_OF_A_SECTION = frozenset({"hint", "introduction"})
OF_A_QUESTION = frozenset({"hint", "prompts", "examples", "least", "most"})
"""What a question may have beside its own words; no part may be called so."""


class TextsMissing(Invalid):
    slug = "texts-missing"
    title = "Texts are missing in the instrument's default language"


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of an instrument can be shown in one language, and how much of it was read by a native speaker."""

    language: str
    texts: int
    there: int
    reviewed: int
    missing: Sequence[str]
    state: Review


def needed(instrument: Instrument) -> list[str]:
    """Return the keys of the texts that an instrument cannot be shown without, in their order."""
    keys = ["title", *(f"section.{section.key}" for section in instrument.sections)]
    for question in instrument.questions:
        keys += _words_of(question)
    keys += [key for name, offered in _lists(instrument) for key in (f"choice.{name}.{one}" for one in offered)]
    keys += [f"score.{score.key}" for score in instrument.scores]
    return list(dict.fromkeys(keys))


def allowed(instrument: Instrument) -> set[str]:
    """Return the keys of all texts that an instrument can have."""
    keys = {*needed(instrument), *_OF_THE_WHOLE}
    keys |= {f"section.{section.key}.{more}" for section in instrument.sections for more in _OF_A_SECTION}
    words = [key for question in instrument.questions for key in _words_of(question)]
    keys |= {f"{key}.{more}" for key in words for more in OF_A_QUESTION}
    keys |= {f"choice.{name}.{one}" for name, offered in instrument.choices.items() for one in offered}
    return keys | {f"score.{score.key}.hint" for score in instrument.scores}


def check_complete(instrument: Instrument) -> None:
    """Raise TextsMissing, naming each text that the default language lacks."""
    language = instrument.default_language
    lacking = [key for key in needed(instrument) if key not in _there(instrument, language)]
    if lacking:
        errors = [
            FieldError(
                source="instrument", path=pointer(["translations", language, "texts", key]), message="is missing"
            )
            for key in lacking
        ]
        raise TextsMissing(f"Missing in {language}: {', '.join(lacking[:20])}.", errors=errors)


def completeness(instrument: Instrument, language: str) -> Completeness:
    """Return how complete `language` is, measured by what is needed and what the default language has."""
    wanted = list(dict.fromkeys([*needed(instrument), *_there(instrument, instrument.default_language)]))
    wording = instrument.wordings.get(language, Wording(language, {}))
    there = [key for key in wanted if key in wording.texts]
    read = [key for key in there if wording.review_of(key) != "unreviewed"]
    missing = [key for key in wanted if key not in wording.texts]
    state: Review = wording.state if wording.texts else "unreviewed"
    return Completeness(language, len(wanted), len(there), len(read), missing, state)


def _there(instrument: Instrument, language: str) -> Sequence[str]:
    wording = instrument.wordings.get(language)
    return list(wording.texts) if wording else []


def _words_of(question: Question) -> Iterator[str]:
    yield f"question.{question.id}"
    yield from (f"question.{question.id}.{part.id}" for part in question.parts)


def _lists(instrument: Instrument) -> Iterator[tuple[str, tuple[str, ...]]]:
    for question in instrument.questions:
        for one in (question, *question.parts):
            if one.list_name is not None:
                yield one.list_name, one.offered


def list_of(kind: str, named: str | None) -> str | None:
    """Return the list that the labels of a question's answers stand in."""
    return named or (AGREEING if kind == AGREEING else None)
