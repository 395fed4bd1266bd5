"""How far each table has come, whether it went on too fast, and what helps it to come back to its strengths.

To name one's needs is easy; to see one's own strengths is a change of perspective that takes time. A table is *thin*
when it has hardly spoken of what people can do. It went on *too fast* when it opened the second question and left it
again with fewer than three cards on it: the first two come from those who speak first anywhere, and the others had no
time to turn around. The examples that bring a table back are, in this order, what its own people already named, what
others let everybody see on the same images, the instrument's examples, and questions that prompt for strengths.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

from services.assessments.round_tables.domain import CAPABILITY_QUESTION, NEED_QUESTION, CardLike

Origin = Literal["own", "card", "instrument", "strength"]
Reason = Literal["hear_needs", "go_on", "stay", "come_back", "enough"]
FEWEST = 3
"""With fewer cards on a question a table has hardly begun with it."""
_MOST_EXAMPLES = 3


class TableLike(Protocol):
    """A table, as far as its pace goes. `question_opened` says when which question was opened there last."""

    id: UUID
    language: str
    question: int | None
    question_opened: dict[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """Something that may remind somebody of what she can do.

    `origin`: `own` is a need of this very table, `card` another table's card, `instrument` an example that comes with
    the questions, `strength` a question that prompts.
    """

    text: str
    language: str
    category: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Told:
    """What the instrument has to say in one language: examples, and questions that prompt for strengths."""

    examples: Sequence[str] = ()
    strengths: Sequence[str] = ()
    language: str = "en"
    strengths_language: str = "en"


@dataclass(frozen=True, slots=True)
class Step:
    """Which question a table should be at now, and why; none when it has done enough of both."""

    question: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Pace:
    """How far one table has come."""

    table_id: UUID
    language: str
    needs: int
    capabilities: int
    thin: bool
    prompts: Sequence[Example]
    question: int | None = None
    too_fast: bool = False
    step: Step = field(default_factory=lambda: Step(NEED_QUESTION, "hear_needs"))
    come_back: Sequence[Example] = ()


def is_thin(*, needs: int, capabilities: int) -> bool:
    """Say whether a table has hardly spoken of what people can do: not at all, or less than half as often."""
    return capabilities == 0 or capabilities < needs / 2


def left_too_fast(table: TableLike, *, capabilities: int, over: bool) -> bool:
    """Say whether the second question was opened and left with hardly a card. `over`: the tables' time has ended."""
    opened = str(CAPABILITY_QUESTION) in table.question_opened
    left = over or table.question != CAPABILITY_QUESTION
    return opened and left and capabilities < FEWEST


def step(table: TableLike, *, needs: int, capabilities: int, too_fast: bool) -> Step:
    """Return which question the table should be at, and why."""
    thin = is_thin(needs=needs, capabilities=capabilities)
    if table.question == CAPABILITY_QUESTION and not too_fast:
        return Step(CAPABILITY_QUESTION, "stay") if thin or capabilities < FEWEST else Step(None, "enough")
    if too_fast or (thin and str(CAPABILITY_QUESTION) in table.question_opened):
        return Step(CAPABILITY_QUESTION, "come_back")
    if needs < FEWEST:
        return Step(NEED_QUESTION, "hear_needs")
    return Step(CAPABILITY_QUESTION, "go_on") if thin or capabilities < FEWEST else Step(None, "enough")


def pace(
    tables: Iterable[TableLike], cards: Sequence[CardLike], *, told: Mapping[str, Told], over: bool = False
) -> Sequence[Pace]:
    """Return each table's pace; `told` is what the instrument says, by the language of a table."""
    return [_pace(table, cards, told.get(table.language, Told()), over) for table in tables]


def _pace(table: TableLike, cards: Sequence[CardLike], told: Told, over: bool) -> Pace:
    own = [card for card in cards if card.table_id == table.id]
    needs = sum(card.question == NEED_QUESTION for card in own)
    capabilities = len(own) - needs
    thin = is_thin(needs=needs, capabilities=capabilities)
    too_fast = left_too_fast(table, capabilities=capabilities, over=over)
    helps = thin or too_fast
    prompts = [*_from_others(table, own, cards), *_told(told.examples, told.language, "instrument")] if helps else []
    come_back = (
        [*_from_own(own), *prompts, *_told(told.strengths, told.strengths_language, "strength")] if helps else []
    )
    following = step(table, needs=needs, capabilities=capabilities, too_fast=too_fast)
    return Pace(
        table.id, table.language, needs, capabilities, thin, prompts, table.question, too_fast, following, come_back
    )


def _lacking(own: Sequence[CardLike]) -> set[str]:
    """Return the issues that a table has cards on, but none of what somebody can do."""
    return {card.category for card in own} - {card.category for card in own if card.question == CAPABILITY_QUESTION}


def _from_own(own: Sequence[CardLike]) -> list[Example]:
    """Return what the table's own people named as needs, where nobody has said yet what she can do about it."""
    lacking = _lacking(own)
    named = [card for card in own if card.question == NEED_QUESTION and card.category in lacking]
    return [Example(card.text, card.language, card.category, "own") for card in named[:_MOST_EXAMPLES]]


def _from_others(table: TableLike, own: Sequence[CardLike], cards: Sequence[CardLike]) -> list[Example]:
    """Return what other tables let everybody see, for the images that this table lacks a capability on."""
    lacking = _lacking(own)
    found = []
    for card in cards:
        if card.table_id == table.id or card.question != CAPABILITY_QUESTION or card.visibility != "plenary":
            continue
        if card.category in lacking or not own:
            found.append(Example(*readable(card, table.language), card.category, "card"))
    found.sort(key=lambda example: example.language != table.language)
    return found[:_MOST_EXAMPLES]


def readable(card: CardLike, language: str) -> tuple[str, str]:
    """Return a card's words and their language: the translation when it is into `language`."""
    translation = card.translation or {}
    if translation.get("language") == language and translation.get("text"):
        return str(translation["text"]), language
    return card.text, card.language


def _told(texts: Sequence[str], language: str, origin: Origin) -> list[Example]:
    return [Example(text, language, None, origin) for text in texts[:_MOST_EXAMPLES]]
