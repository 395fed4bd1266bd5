"""The rules of an evening: its steps, what may be laid on a table when, and how the tables are kept in step.

    IllegalState
    Conflict
    └── TableClosed          the evening is over; it takes only cards that were written before it closed
    Invalid
    └── UnknownImage         the card's image does not lie on the tables of this evening

Two questions are asked of each table: what do you need, and what can you do. The second is the harder one;
`pacing` says where it falls behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from services.kernel.problems import Conflict, FieldError, IllegalState, Invalid

State = Literal["planned", "inviting", "open", "plenary", "closed"]
InvitationState = Literal["invited", "accepted", "declined", "attended"]
Visibility = Literal["table", "plenary"]

ORDER: Sequence[State] = ("planned", "inviting", "open", "plenary", "closed")
NEED_QUESTION, CAPABILITY_QUESTION = 1, 2
_PREPARING = frozenset({"planned", "inviting", "open"})
_TAKES_CARDS = frozenset({"open", "plenary"})


class TableClosed(Conflict):
    slug = "table-closed"
    title = "The round table is closed; it takes no more cards"


class UnknownImage(Invalid):
    slug = "unknown-image"
    title = "This image does not lie on the tables of this evening"


def check_step(state: str, to: State) -> None:
    """Raise IllegalState unless `to` is the step that follows `state`."""
    if ORDER.index(to) == 0 or ORDER[ORDER.index(to) - 1] != state:
        raise IllegalState(f"A round table that is {state} cannot become {to}.")


def check_preparing(state: str) -> None:
    """Raise IllegalState when it is too late to set up tables or to invite."""
    if state not in _PREPARING:
        raise IllegalState(f"A round table that is {state} takes neither tables nor invitations.")


def check_takes_cards(state: str, *, closed_at: datetime | None = None, written_at: datetime | None = None) -> None:
    """Raise TableClosed for what was written after the evening, IllegalState before it has begun.

    A device that had no connection delivers late what was written in time: that is still taken.
    """
    in_time = written_at is not None and closed_at is not None and written_at < closed_at
    if state == "closed" and not in_time:
        raise TableClosed
    if state not in _TAKES_CARDS and state != "closed":
        raise IllegalState(f"A round table that is {state} takes no cards yet.")


def check_image(lying: Sequence[str], *, field: str, image: str) -> None:
    """Raise UnknownImage unless `image` is among those that lie on the tables; `field` named it."""
    if image not in lying:
        message = "is not among the images of this round table"
        raise UnknownImage(message, errors=[FieldError(source="body", path=f"/{field}", message=message)])


def check_invitation(state: InvitationState, *, evening: str) -> None:
    """Raise IllegalState when somebody is said to have come to an evening that has not begun."""
    if state == "attended" and evening in ("planned", "inviting"):
        raise IllegalState("Nobody has attended before the round table is open.")


class InvitationLike(Protocol):
    """What turnout is counted from."""

    inviter: str
    language: str
    people: int
    came: int | None
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
        if invitation.state == "attended" and invitation.came is not None:
            self.attended += invitation.came
        elif invitation.state != "invited":
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
