"""The rules of the plenary: who presents when, how like cards are grouped, and how many dots a voter has.

    Conflict
    ├── NotInPlenary             the plenary has not begun, or is over
    ├── AlreadyPresented         each table presents once
    ├── VotingClosed             dots are set in the plenary only
    ├── VotesExceeded            more dots than a voter has
    └── GroupOfAnotherQuestion   a card answers one question, its group the other

Groups are suggested by what the cards are about, whatever their language, and put right by hand. What was put right
stays: a suggestion touches only cards that are in no group and were not taken out of one by hand.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.kernel.problems import Conflict

BY_HAND, SUGGESTED = "hand", "suggestion"


class NotInPlenary(Conflict):
    slug = "not-in-plenary"
    title = "This belongs to the plenary, which has not begun or is over"


class AlreadyPresented(Conflict):
    slug = "already-presented"
    title = "This table has presented its cards"


class VotingClosed(Conflict):
    slug = "voting-closed"
    title = "Dots are set in the plenary only"


class VotesExceeded(Conflict):
    slug = "votes-exceeded"
    title = "More votes than there may be"


class GroupOfAnotherQuestion(Conflict):
    slug = "group-of-another-question"
    title = "The card and the group belong to different questions"


def check_plenary(state: str) -> None:
    """Raise NotInPlenary before and after the plenary."""
    if state != "plenary":
        raise NotInPlenary(f"The round table is {state}.")


def check_groupable(state: str) -> None:
    """Raise NotInPlenary before the plenary; afterwards groups may still be put right."""
    if state not in ("plenary", "closed"):
        raise NotInPlenary(f"The round table is {state}.")


def check_question(card: int, group: int) -> None:
    """Raise GroupOfAnotherQuestion unless both are of the same question."""
    if card != group:
        raise GroupOfAnotherQuestion(f"The card answers question {card}, the group is of question {group}.")


def check_dots(state: str, *, asked: int, each: int, set_before: int) -> None:
    """Raise VotingClosed outside the plenary, VotesExceeded for more dots than a voter has."""
    if state != "plenary":
        raise VotingClosed(f"The round table is {state}.")
    if asked > each:
        left = max(0, each - set_before)
        raise VotesExceeded(
            f"Each voter has {each} dots; {asked} were set. {left} are left beside those set before.",
            dots_each=each, asked=asked, left=left,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What a card is about: the concept that its text speaks of, within its question and image."""

    question: int
    image: str
    concept: str | None


class GroupLike(Protocol):
    """A group, as far as priorities go."""

    id: UUID
    question: int


class VoteLike(Protocol):
    """Where one voter has put the dots."""

    dots: dict[str, int]


@dataclass(frozen=True, slots=True)
class Priority:
    """A group's place by dots. `share` is its part of all dots; `tied`: another group has as many."""

    group: UUID
    question: int
    dots: int
    share: float
    rank: int
    tied: bool


def dots_by_group(votes: Iterable[VoteLike]) -> Counter[UUID]:
    """Return how many dots each group has."""
    found: Counter[UUID] = Counter()
    for vote in votes:
        for group, dots in vote.dots.items():
            found[UUID(group)] += dots
    return found


def priorities(groups: Sequence[GroupLike], votes: Iterable[VoteLike]) -> list[Priority]:
    """Return the groups by dots, most first; each question has ranks of its own. As many dots are the same rank, tied.

    Groups without a dot come last, in their order, and are not called tied: nobody has weighed them.
    """
    dots = dots_by_group(votes)
    total = sum(dots[group.id] for group in groups)
    alike = Counter((group.question, dots[group.id]) for group in groups)
    ordered = sorted(groups, key=lambda group: -dots[group.id])
    return [
        Priority(
            group=group.id,
            question=group.question,
            dots=dots[group.id],
            share=round(dots[group.id] / total, 4) if total else 0.0,
            rank=1 + sum(n for (asked, more), n in alike.items() if asked == group.question and more > dots[group.id]),
            tied=dots[group.id] > 0 and alike[group.question, dots[group.id]] > 1,
        )
        for group in ordered
    ]


def moved_dots(dots: Mapping[str, int], *, source: UUID, into: UUID) -> dict[str, int]:
    """Return a voter's dots after one group has been merged into another: none is lost."""
    moved = {group: count for group, count in dots.items() if group != str(source)}
    if str(source) in dots:
        moved[str(into)] = moved.get(str(into), 0) + dots[str(source)]
    return moved


def likes(abouts: Mapping[UUID, About]) -> dict[About, list[UUID]]:
    """Return the cards that are about the same, in their order."""
    found: defaultdict[About, list[UUID]] = defaultdict(list)
    for card, about in abouts.items():
        found[about].append(card)
    return dict(found)
