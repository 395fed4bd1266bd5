"""A workbook as far as it has been read: the parts of a definition, and what of the workbook was lost on the way."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.assessments.instruments.answering import LONGEST_TEXT
from services.assessments.instruments.questions import Question
from services.assessments.instruments.xlsform.languages import language_of
from services.assessments.instruments.xlsform.report import Report
from services.assessments.instruments.xlsform.sheets import Row

Raw = dict[str, Any]
_MOST_LINES = 100
OUR_LISTS = "cando_"
UNFIT = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(slots=True)
class Repeat:
    question: Raw
    row: Row
    full: bool = False
    depth: int = 0


@dataclass(slots=True)
class Group:
    key: str | None
    condition: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Form:
    """The definition as far as it has been read."""

    default: str
    name: str
    title: str
    use: str
    report: Report = field(default_factory=Report)
    sections: list[Raw] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    own_lists: set[str] = field(default_factory=set)
    questions: list[Raw] = field(default_factory=list)
    scores: list[Raw] = field(default_factory=list)
    texts: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    reviews: dict[str, dict[str, str]] = field(default_factory=dict)
    named: dict[str, Question] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    repeat: Repeat | None = None
    skipping: int = 0

    def lose(self, row: Row, column: str, what: str, why: str, *, sheet: str = "survey") -> None:
        self.report.lose(sheet, row.number, column, what, why)

    def say(self, language: str, key: str, text: str) -> None:
        self.say_lines(language, key, [text])

    def say_lines(self, language: str, key: str, lines: Sequence[str]) -> None:
        """Keep one text; what is longer than any text of ours is cut, and said to be."""
        if len(lines) > _MOST_LINES or any(len(line) > LONGEST_TEXT for line in lines):
            self.report.lose("survey", None, f"{language} {key}", "", f"is cut to {LONGEST_TEXT} characters a line")
        self.texts.setdefault(language, {})[key] = [line[:LONGEST_TEXT] for line in lines[:_MOST_LINES]]
        self.report.carried["texts"] += 1


def fit(text: str) -> str:
    made = UNFIT.sub("_", text.strip())[:60]
    return made if made[:1].isalpha() else f"q_{made}"


def free(wanted: str, taken: set[str]) -> str:
    number, name = 2, wanted
    while name in taken:
        name, number = f"{wanted[:55]}_{number}", number + 1
    return name


def labels(form: Form, row: Row, column: str, key: str, *, sheet: str = "survey") -> None:
    """Keep what a row says in `column`, in each of its languages."""
    for heading, text in row.cells.items():
        base, _, named = heading.partition("::")
        if base.strip().lower() != column:
            continue
        language = language_of(named) if named else form.default
        if language is None:
            form.lose(row, heading, row.cells.get("name", ""), "names no language that is known", sheet=sheet)
        else:
            form.say(language, key, text)
