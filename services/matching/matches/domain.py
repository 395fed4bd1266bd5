"""The rules of matches: which step follows from which state, and who may take it.

proposed → accepted by each side → introduced → active → completed
proposed → declined, expired;  until completed → withdrawn;  any live state ⇄ suspended

Whoever ends a suspended match leaves its two kept apart, until the organisation that suspended it lifts that too.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.kernel.problems import Conflict, Forbidden, IllegalState

Side = Literal["need", "offer"]
SIDES: tuple[Side, Side] = ("need", "offer")
State = Literal[
    "proposed", "accepted", "introduced", "active", "completed", "declined", "withdrawn", "suspended", "expired"
]
Reason = Literal["safeguarding", "complaint", "illness", "absence", "other"]
LIVE = ("proposed", "accepted", "introduced", "active", "suspended")
_RUNNING = {"proposed", "accepted", "introduced", "active"}
_STEPS: dict[str, tuple[set[str], str]] = {
    "accept": ({"proposed"}, "accepted"),
    "decline": ({"proposed"}, "declined"),
    "withdraw": (_RUNNING | {"suspended"}, "withdrawn"),
    "expire": ({"proposed"}, "expired"),
    "introduce": ({"accepted"}, "introduced"),
    "activate": ({"introduced"}, "active"),
    "complete": ({"active"}, "completed"),
    "suspend": (_RUNNING, "suspended"),
}
_MET = {"introduced", "active", "completed"}


class AlreadyMatched(Conflict):
    slug = "already-matched"
    title = "These two are matched already"


class AlreadyAccepted(Conflict):
    slug = "already-accepted"
    title = "This side has accepted already"


class NotYetAccepted(Conflict):
    slug = "not-yet-accepted"
    title = "Not both sides have accepted yet"


class HeldBack(Conflict):
    slug = "held-back"
    title = "A rule that is never traded for score keeps these two apart"


class NoPlaceLeft(Conflict):
    slug = "no-place-left"
    title = "There is no place left on one side"


class NotPossibleNow(Conflict):
    slug = "not-possible-now"
    title = "One side cannot be matched at the moment"


class SuspendedPair(Conflict):
    slug = "suspended-pair"
    title = "A match of these two was suspended for a concern that has not been lifted"


class SuspendedByAnother(Forbidden):
    slug = "suspended-by-another"
    title = "Only the organisation that suspended this match may lift it"


class NotYourSide(Forbidden):
    slug = "not-your-side"
    title = "Only the side itself, or the organisation that holds its listing, decides for it"


class StaffOnly(Forbidden):
    slug = "staff-only"
    title = "This needs the token of a member of staff"


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a match: the person, if it is one, and the organisation that holds the listing."""

    participant: UUID | None
    held_by: UUID


def step(state: str, action: str, *, suspended_from: str | None = None) -> str:
    """Return the state that `action` leads to. Raises IllegalState, or NotYetAccepted for an introduction too early."""
    if action == "lift" and state == "suspended" and suspended_from is not None:
        return suspended_from
    allowed, following = _STEPS.get(action, (set(), ""))
    if state in allowed:
        return following
    if action == "introduce" and state == "proposed":
        raise NotYetAccepted
    raise IllegalState(f"A match that is {state} cannot do the step {action}.", state=state)


def lifted(state: str, *, suspended_from: str | None, barred: bool) -> str:
    """Return the state after a suspension is lifted: one that ended meanwhile stays so, and bars the two no longer."""
    return state if barred and state not in LIVE else step(state, "lift", suspended_from=suspended_from)


def check_met(state: str) -> None:
    """Raise IllegalState unless the two have been introduced: before that there is nothing to tell of them."""
    if state not in _MET:
        raise IllegalState("The two have not been introduced.", state=state)


def sides_of(need: Party, offer: Party, *, person: UUID | None, organisation: UUID | None) -> tuple[Side, ...]:
    """Return the sides for which a caller may decide: a person for herself, an organisation for what it holds."""
    if person is not None:
        mine = [side for side, party in zip(SIDES, (need, offer), strict=True) if party.participant == person]
    else:
        mine = [side for side, party in zip(SIDES, (need, offer), strict=True) if party.held_by == organisation]
    return tuple(mine)
