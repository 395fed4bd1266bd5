"""What an instrument is made of: its questions, its choices, and its words in several languages.

A language that lacks a text shows it in its primary language, else in the instrument's default language; what is
shown says so. A text that somebody has not yet read as a native speaker is `unreviewed`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from services.kernel.problems import NotFound

Use = Literal["assessment", "survey", "round_table"]
State = Literal["draft", "published", "withdrawn"]
Review = Literal["original", "reviewed", "unreviewed"]
Method = Literal["sum", "mean", "share"]

FALLBACK = "en"
AGREEING = "yes_perhaps_not_now"
_SPACE = UUID("6f0c1c0a-52f5-5d1e-9c39-6d2a4b0c7e11")
_BEST_FIRST: Sequence[Review] = ("original", "reviewed", "unreviewed")


class UnknownQuestion(NotFound):
    slug = "unknown-question"
    title = "The instrument has no such question"


def shipped_id(name: str, version: int) -> UUID:
    """Return the id that a shipped instrument has everywhere."""
    return uuid5(_SPACE, f"{name}/{version}")


def least_reviewed(reviews: Iterable[Review]) -> Review:
    """Return the state of a whole whose parts are in the states `reviews`."""
    return max(reviews, key=_BEST_FIRST.index, default="original")


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines of one text as they are shown: in which language, and whether a native speaker has read them."""

    lines: tuple[str, ...]
    language: str
    review: Review

    @property
    def text(self) -> str:
        """Return the first line: most texts have one only."""
        return self.lines[0] if self.lines else ""


@dataclass(frozen=True, slots=True)
class Wording:
    """An instrument's texts in one language. A list, such as prompts, is one text of several lines."""

    language: str
    texts: Mapping[str, tuple[str, ...]]
    review: Mapping[str, Review] = field(default_factory=dict)

    def review_of(self, key: str) -> Review:
        """Return whether the text `key` has been read; one that nobody vouches for is unreviewed."""
        return self.review.get(key, "unreviewed")

    @property
    def state(self) -> Review:
        """Return the review state of the whole language."""
        return least_reviewed(self.review_of(key) for key in self.texts)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or a part of one. `makes` and `fills` say what its answer becomes when the talk is over.

    `offered` are the keys that an answer may choose from, in their order; `list_name` is where their labels stand.
    `concepts` are the image cards that are laid out; empty means one for each category.
    """

    id: str
    section: str
    type: str
    required: bool = False
    repeats: bool = False
    list_name: str | None = None
    offered: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    concepts: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    step: float | None = None
    whole: bool = False
    show_if: Mapping[str, Any] | None = None
    parts: tuple["Question", ...] = ()
    makes: str | None = None
    fills: str | None = None
    done_already: bool = False
    public: bool = True

    def choices(self) -> set[str]:
        """Return the keys that an answer may choose from."""
        return set(self.offered)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand together."""

    key: str
    show_if: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How the answers to some questions are counted together."""

    key: str
    method: Method
    questions: tuple[str, ...]
    reversed: frozenset[str] = frozenset()
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A version of a set of questions. Once published it never changes; a change is a new version with another id."""

    id: UUID
    name: str
    version: int
    use: Use = "assessment"
    default_language: str = FALLBACK
    sections: Sequence[Section] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    questions: Sequence[Question] = ()
    scores: Sequence[Score] = ()
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    state: State = "published"
    shipped: bool = False
    held_by: UUID | None = None
    tag: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def languages(self) -> list[str]:
        """Return the languages that it can be shown in."""
        return sorted(self.wordings)

    def question(self, key: str) -> Question:
        """Return the question `key`. Raises UnknownQuestion."""
        for question in self.questions:
            if question.id == key:
                return question
        raise UnknownQuestion(f"The version {self.version} of this instrument does not ask that.")

    def shown_in(self, language: str) -> str:
        """Return the language that is shown to somebody who asks for `language`."""
        return next(iter(self._tongues(language)), self.default_language)

    def text(self, key: str, language: str) -> Shown:
        """Return the text `key` in `language` or the nearest there is; without lines when there is none at all."""
        for tongue in self._tongues(language):
            wording = self.wordings[tongue]
            if key in wording.texts:
                return Shown(wording.texts[key], tongue, wording.review_of(key))
        return Shown((), self.default_language, "unreviewed")

    def review_of(self, language: str, key: str) -> Review:
        """Return whether the text `key` was read in `language`; what is not there in it is unreviewed."""
        shown = self.text(key, language)
        same = shown.language.partition("-")[0] == language.partition("-")[0]
        return shown.review if shown.lines and same else "unreviewed"

    def reviewed(self, keys: Iterable[tuple[str, str]]) -> "Instrument":
        """Return it with the texts of `keys` (language and key) read by a native speaker."""
        read: dict[str, set[str]] = {}
        for language, key in keys:
            read.setdefault(language, set()).add(key)
        wordings = {tongue: _read(wording, read.get(tongue, set())) for tongue, wording in self.wordings.items()}
        return replace(self, wordings=wordings)

    def _tongues(self, language: str) -> Iterator[str]:
        wanted = (language, language.partition("-")[0], self.default_language)
        return (tongue for tongue in dict.fromkeys(wanted) if tongue in self.wordings)


def _read(wording: Wording, keys: set[str]) -> Wording:
    now: dict[str, Review] = {key: "reviewed" for key in keys & set(wording.texts) if not _vouched(wording, key)}
    return replace(wording, review={**wording.review, **now}) if now else wording


def _vouched(wording: Wording, key: str) -> bool:
    return wording.review_of(key) != "unreviewed"
