"""The rules of participants whom another system pushes: whose word counts for which field, what brings no grant back.

Her system knows what she is called and what she speaks. When she can is told to whoever hears of it first. Her right
not to be asked may be noted by both, and is lifted only where it was noted. A grant that was ended here is ended: a
push that goes on saying it does not bring it back, unless it says that she gave it anew, and when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.kernel.origins import Rule

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("called", "languages", "place", "travel", "reach_km"), "owner"),
    "availability": "newest", "busy": "newest",
    "do_not_ask": "narrower", "do_not_ask_until": "here",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says of a participant: all facts, which of them it named, her grants, and which of them she ended.

    A grant and an end name `purpose` and `recipient_id`.
    """

    facts: Mapping[str, Any]
    named: frozenset[str]
    consents: Sequence[Mapping[str, Any]]
    ended: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one purpose of one recipient: whether a grant holds, and when the last one ended."""

    live: bool = False
    ended_at: datetime | None = None


def is_new_grant(standing: Standing, given_at: datetime | None) -> bool:
    """Say whether a grant in a line is to be recorded: none holds, and it was given after the last one ended."""
    if standing.live:
        return False
    return standing.ended_at is None or (given_at is not None and given_at > standing.ended_at)


def narrows(name: str, after: Any) -> bool:
    """Say whether a value asks less of her than before."""
    return name == "do_not_ask" and after is True
