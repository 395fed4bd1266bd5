"""The rules of an evening: its steps, what may be laid on a table when, and how the tables are kept in step.

    IllegalState
    Conflict
    └── TableClosed          the evening is over; no card is taken any more

Two questions are asked of each table: what do you need, and what can you do. The second is the harder one, so the
pace says where it falls behind and gives examples that help to come back to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

from services.kernel.problems import Conflict, IllegalState

State = Literal["planned", "inviting", "open", "plenary", "closed"]
InvitationState = Literal["invited", "accepted", "declined", "attended"]
Visibility = Literal["table", "plenary"]

ORDER: Sequence[State] = ("planned", "inviting", "open", "plenary", "closed")
NEED_QUESTION, CAPABILITY_QUESTION = 1, 2
QUESTIONS: Sequence[Mapping[str, str]] = (
    {
        "en": "What do you currently need here, in relation to the issues shown?",
        "de": "Was brauchen Sie zurzeit hier, wenn Sie an die gezeigten Themen denken?",
    },
    {
        "en": "What can I do, what can I contribute, in relation to the issues shown?",
        "de": "Was kann ich tun, was kann ich beitragen, wenn ich an die gezeigten Themen denke?",
    },
)
_PREPARING = frozenset({"planned", "inviting", "open"})
_TAKES_CARDS = frozenset({"open", "plenary"})
_MOST_EXAMPLES = 3


class TableClosed(Conflict):
    slug = "table-closed"
    title = "The round table is closed; it takes no more cards"


def check_step(state: str, to: State) -> None:
    """Raise IllegalState unless `to` is the step that follows `state`."""
    if ORDER.index(to) == 0 or ORDER[ORDER.index(to) - 1] != state:
        raise IllegalState(f"A round table that is {state} cannot become {to}.")


def check_preparing(state: str) -> None:
    """Raise IllegalState when it is too late to set up tables or to invite."""
    if state not in _PREPARING:
        raise IllegalState(f"A round table that is {state} takes neither tables nor invitations.")


def check_takes_cards(state: str) -> None:
    """Raise TableClosed after the evening, IllegalState before it."""
    if state == "closed":
        raise TableClosed
    if state not in _TAKES_CARDS:
        raise IllegalState(f"A round table that is {state} takes no cards yet.")


def check_invitation(state: InvitationState, *, evening: str) -> None:
    """Raise IllegalState when somebody is said to have come to an evening that has not begun."""
    if state == "attended" and evening in ("planned", "inviting"):
        raise IllegalState("Nobody has attended before the round table is open.")


class InvitationLike(Protocol):
    """What turnout is counted from."""

    inviter: str
    language: str
    people: int
    state: str


@dataclass(slots=True)
class Turnout:
    """How many people were invited, and how many of them are at which point now."""

    invited: int = 0
    accepted: int = 0
    declined: int = 0
    attended: int = 0

    def count(self, invitation: InvitationLike) -> None:
        """Count one invitation: everybody was invited; some have gone on from there."""
        self.invited += invitation.people
        if invitation.state != "invited":
            setattr(self, invitation.state, getattr(self, invitation.state) + invitation.people)


@dataclass(slots=True)
class Turnouts:
    """Turnout in all, per inviter and per language."""

    total: Turnout = field(default_factory=Turnout)
    inviters: defaultdict[str, Turnout] = field(default_factory=lambda: defaultdict(Turnout))
    languages: defaultdict[str, Turnout] = field(default_factory=lambda: defaultdict(Turnout))


def turnout(invitations: Iterable[InvitationLike]) -> Turnouts:
    """Return who brought how many people, and of which language."""
    found = Turnouts()
    for invitation in invitations:
        for counted in (found.total, found.inviters[invitation.inviter], found.languages[invitation.language]):
            counted.count(invitation)
    return found


class CardLike(Protocol):
    """What pace and results are counted from."""

    id: UUID
    table_id: UUID
    question: int
    category: str
    text: str
    language: str
    translation: dict[str, str | None] | None
    visibility: str


class TableLike(Protocol):
    """A table, as far as its pace goes."""

    id: UUID
    language: str


@dataclass(frozen=True, slots=True)
class Example:
    """A capability that may remind somebody of her own. `origin` is another table's card or the instrument."""

    text: str
    language: str
    category: str | None
    origin: Literal["card", "instrument"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How far one table has come."""

    table_id: UUID
    language: str
    needs: int
    capabilities: int
    thin: bool
    prompts: Sequence[Example]


def is_thin(*, needs: int, capabilities: int) -> bool:
    """Say whether a table has hardly spoken of what people can do: not at all, or less than half as often."""
    return capabilities == 0 or capabilities < needs / 2


def pace(
    tables: Iterable[TableLike], cards: Sequence[CardLike], *, examples: Mapping[str, Sequence[str]]
) -> Sequence[Pace]:
    """Return each table's pace; `examples` are the instrument's, by the language of a table."""
    return [_pace(table, cards, examples.get(table.language, [])) for table in tables]


def _pace(table: TableLike, cards: Sequence[CardLike], examples: Sequence[str]) -> Pace:
    own = [card for card in cards if card.table_id == table.id]
    needs = sum(card.question == NEED_QUESTION for card in own)
    capabilities = len(own) - needs
    thin = is_thin(needs=needs, capabilities=capabilities)
    prompts = [*_from_others(table, own, cards), *_from_instrument(table, examples)] if thin else []
    return Pace(table.id, table.language, needs, capabilities, thin, prompts)


def _from_others(table: TableLike, own: Sequence[CardLike], cards: Sequence[CardLike]) -> list[Example]:
    """Return what other tables let everybody see, for the images that this table lacks a capability on."""
    spoken = {card.category for card in own if card.question == CAPABILITY_QUESTION}
    lying = {card.category for card in own} - spoken
    found = []
    for card in cards:
        if card.table_id == table.id or card.question != CAPABILITY_QUESTION or card.visibility != "plenary":
            continue
        if card.category in lying or not own:
            found.append(Example(*_readable(card, table.language), card.category, "card"))
    found.sort(key=lambda example: example.language != table.language)
    return found[:_MOST_EXAMPLES]


def _readable(card: CardLike, language: str) -> tuple[str, str]:
    translation = card.translation or {}
    if translation.get("language") == language and translation.get("text"):
        return str(translation["text"]), language
    return card.text, card.language


def _from_instrument(table: TableLike, examples: Sequence[str]) -> list[Example]:
    return [Example(text, table.language, None, "instrument") for text in examples[:_MOST_EXAMPLES]]


@dataclass(slots=True)
class Answers:
    """What one table laid on one image for one question: how many cards, and those that everybody may read."""

    question: int
    category: str
    table_id: UUID
    count: int = 0
    cards: list[CardLike] = field(default_factory=list)


def results(cards: Iterable[CardLike]) -> Sequence[Answers]:
    """Return the cards grouped by question, image and table; a card that stays at its table is only counted."""
    found: dict[tuple[int, str, UUID], Answers] = {}
    for card in cards:
        key = (card.question, card.category, card.table_id)
        answers = found.setdefault(key, Answers(*key))
        answers.count += 1
        if card.visibility == "plenary":
            answers.cards.append(card)
    return [found[key] for key in sorted(found)]
