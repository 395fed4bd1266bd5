"""What an instrument asks, and whether an answer is of the kind that its question asks for.

    Invalid
    ├── WrongAnswer          the value is not of the question's type; `errors` name the place
    NotFound
    └── UnknownQuestion      the instrument has no such question

An answer to a repeated question is a list of entries. An entry of a question with parts is `{"text": …}` and what
is known of its parts; a plain text is the short form of it. Answers are kept in the long form.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from services.kernel.problems import FieldError, Invalid, NotFound, pointer

Texts = Mapping[str, str]
Lists = Mapping[str, Sequence[str]]
Path = tuple[str | int, ...]

LONGEST_TEXT = 10_000
MOST_ENTRIES = 50
FALLBACK = "en"
_SPACE = UUID("6f0c1c0a-52f5-5d1e-9c39-6d2a4b0c7e11")
_ALLOWED_CONTROLS = "\n\r\t"


class WrongAnswer(Invalid):
    slug = "wrong-answer"
    title = "The answer is not of the kind that the question asks for"


class UnknownQuestion(NotFound):
    slug = "unknown-question"
    title = "The instrument has no such question"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that a question offers."""

    key: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or a part of one. `makes` and `fills` say what its answer becomes when the talk is over."""

    id: str
    section: str
    type: str
    texts: Texts
    prompts: Lists = field(default_factory=dict)
    examples: Lists = field(default_factory=dict)
    required: bool = False
    repeats: bool = False
    options: Sequence[Option] = ()
    parts: Sequence["Question"] = ()
    makes: str | None = None
    fills: str | None = None
    done_already: bool = False

    def choices(self) -> set[str]:
        """Return the keys that an answer may choose from."""
        return {option.key for option in self.options}


@dataclass(frozen=True, slots=True)
class Instrument:
    """A released version of a set of questions. It never changes; a change is a new version with another id."""

    name: str
    version: int
    titles: Texts
    sections: Sequence[tuple[str, Texts]]
    questions: Sequence[Question]
    strength_prompts: Lists

    @property
    def id(self) -> UUID:
        """Return the id that this name and version have everywhere."""
        return uuid5(_SPACE, f"{self.name}/{self.version}")

    @property
    def languages(self) -> list[str]:
        """Return the languages that it can be shown in."""
        return sorted(self.titles)

    def question(self, key: str) -> Question:
        """Return the question `key`. Raises UnknownQuestion."""
        for question in self.questions:
            if question.id == key:
                return question
        raise UnknownQuestion(f"The version {self.version} of this instrument does not ask that.")

    def shown_in(self, language: str) -> str:
        """Return the language that is shown to somebody who asks for `language`."""
        for tag in (language, language.partition("-")[0], FALLBACK):
            if tag in self.titles:
                return tag
        return self.languages[0]


def checked(question: Question, value: Any) -> Any:
    """Return `value` in the form it is kept in. Raises WrongAnswer with every place that is wrong."""
    errors: list[FieldError] = []
    kept = _repeated(question, value, errors) if question.repeats else _one(question, value, ("value",), errors)
    if errors:
        raise WrongAnswer("The value does not fit the question.", errors=errors)
    return kept


def _wrong(errors: list[FieldError], path: Path, message: str) -> None:
    errors.append(FieldError(source="body", path=pointer(path), message=message))


def _repeated(question: Question, value: Any, errors: list[FieldError]) -> Any:
    if not isinstance(value, list):
        return _wrong(errors, ("value",), "must be a list of entries")
    if len(value) > MOST_ENTRIES:
        return _wrong(errors, ("value",), f"must have at most {MOST_ENTRIES} entries")
    read = _entry if question.parts else _one
    return [read(question, entry, ("value", place), errors) for place, entry in enumerate(value)]


def _entry(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict):
        return _wrong(errors, path, "must be a text, or an object with a text")
    parts = {part.id: part for part in question.parts}
    if set(value) - {"text", *parts}:
        return _wrong(errors, path, f"may have only text, {', '.join(parts)}")
    kept = {"text": _one(question, value.get("text"), (*path, "text"), errors)}
    for key, part in parts.items():
        if value.get(key) is not None:
            kept[key] = _one(part, value[key], (*path, key), errors)
    return kept


def _one(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    return _READERS[question.type](question, value, path, errors)


def _text(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, str) or not value.strip():
        return _wrong(errors, path, "must be a text that is not blank")
    if len(value) > LONGEST_TEXT:
        return _wrong(errors, path, f"must be at most {LONGEST_TEXT} characters long")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value if c not in _ALLOWED_CONTROLS):
        return _wrong(errors, path, "must not contain control characters")
    return value.strip()


def _single(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, str) or value not in question.choices():
        return _wrong(errors, path, f"must be one of {', '.join(sorted(question.choices()))}")
    return value


def _several(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, list):
        return _wrong(errors, path, "must be a list of choices")
    kept = [_single(question, one, (*path, place), errors) for place, one in enumerate(value[:MOST_ENTRIES])]
    if len(value) > MOST_ENTRIES or (not errors and len(set(kept)) != len(kept)):
        return _wrong(errors, path, "must name each choice once")
    return kept


_READERS: Mapping[str, Callable[[Question, Any, Path, list[FieldError]], Any]] = {
    "text": _text,
    "single": _single,
    "category": _single,
    "yes_perhaps_not_now": _single,
    "several": _several,
}
TYPES = frozenset(_READERS)
"""The types of question that are understood; an instrument with another one is not shipped."""
