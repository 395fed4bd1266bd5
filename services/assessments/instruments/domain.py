"""The rules of instruments, in one place for those who ask from them.

Invalid
├── WrongAnswer            the value is not of the question's type; `errors` name the place
├── DefinitionWrong        it does not hold together; `errors` name every place
└── TextsMissing           it is not complete in its default language
NotFound
└── UnknownQuestion        the instrument has no such question
Conflict
├── InstrumentPublished    a published version never changes
├── InstrumentWithdrawn    it is no longer asked from
└── InstrumentNotPublished a draft is not asked from yet
"""

from services.assessments.instruments.answering import TYPES, WrongAnswer, checked
from services.assessments.instruments.checking import check_texts, sound
from services.assessments.instruments.conditions import holds, missing, visible
from services.assessments.instruments.definition import Cards, DefinitionWrong
from services.assessments.instruments.questions import (
    FALLBACK,
    Instrument,
    Question,
    Review,
    Score,
    Section,
    Shown,
    State,
    UnknownQuestion,
    Use,
    Wording,
    shipped_id,
)
from services.assessments.instruments.scoring import scores, unscored
from services.assessments.instruments.texts import Completeness, TextsMissing, check_complete, completeness
from services.kernel.problems import Conflict

__all__ = [
    "FALLBACK", "TYPES", "Cards", "Completeness", "DefinitionWrong", "Instrument", "InstrumentNotPublished",
    "InstrumentPublished", "InstrumentWithdrawn", "Question", "Review", "Score", "Section", "Shown", "State",
    "TextsMissing", "UnknownQuestion", "Use", "Wording", "WrongAnswer", "check_changeable", "check_complete",
    "check_texts", "check_usable", "checked", "completeness", "holds", "missing", "scores", "shipped_id", "sound",
    "unscored", "visible",
]  # fmt: skip


class InstrumentPublished(Conflict):
    slug = "instrument-published"
    title = "A published instrument never changes; revise it to make the next version"


class InstrumentWithdrawn(Conflict):
    slug = "instrument-withdrawn"
    title = "This instrument has been withdrawn"


class InstrumentNotPublished(Conflict):
    slug = "instrument-not-published"
    title = "This instrument is a draft still"


def check_changeable(instrument: Instrument) -> None:
    """Raise InstrumentPublished unless it is a draft: what has once been asked from stays as it was."""
    if instrument.shipped or instrument.state != "draft":
        raise InstrumentPublished


def check_usable(instrument: Instrument) -> None:
    """Raise InstrumentNotPublished or InstrumentWithdrawn unless answers may be given to it."""
    if instrument.state == "draft":
        raise InstrumentNotPublished
    if instrument.state == "withdrawn":
        raise InstrumentWithdrawn
