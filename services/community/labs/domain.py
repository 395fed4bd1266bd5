"""The rules of co-production labs: who must be there, and which step follows which."""

from collections.abc import Collection
from datetime import date
from typing import Literal

from services.kernel.problems import Conflict, IllegalState, Invalid

State = Literal["gathering", "meeting", "concluded", "dissolved"]
Role = Literal["citizen", "staff", "facilitator"]
LedToKind = Literal["project", "action_plan", "offer", "need", "rota"]
OPEN: tuple[State, ...] = ("gathering", "meeting")


class LabOneSided(Conflict):
    slug = "lab-one-sided"
    title = "A lab needs a citizen and a member of staff"


class LabNotSuggested(Conflict):
    slug = "lab-not-suggested"
    title = "Matching suggests no such lab now"


class LabNeverMet(Conflict):
    slug = "lab-never-met"
    title = "A lab that has never met cannot be concluded"


class MeetingToCome(Conflict):
    slug = "meeting-to-come"
    title = "A meeting cannot have been held in the future"


def both_sides(roles: Collection[str]) -> bool:
    """Say whether citizens and staff are both there; whoever facilitates is neither."""
    return {"citizen", "staff"} <= set(roles)


def check_both_sides(roles: Collection[str]) -> None:
    """Raise Invalid unless citizens and staff are both there."""
    if not both_sides(roles):
        raise Invalid.field("/members", "needs at least one citizen and one member of staff")


def check_open(state: str) -> None:
    """Raise IllegalState for a lab that is over."""
    if state not in OPEN:
        raise IllegalState(f"It is {state}.")


def check_concluding(*, meetings_held: int) -> None:
    """Raise LabNeverMet for a lab that has not met."""
    if not meetings_held:
        raise LabNeverMet("Note a meeting that was held, or dissolve it.")


def check_held(held_on: date | None, *, today: date) -> None:
    """Raise MeetingToCome for a day that has not come yet."""
    if held_on is not None and held_on > today:
        raise MeetingToCome
