"""What becomes of a card that a device delivers: again, late, in another wording, or by a clock that is wrong.

    Conflict
    └── CardDeleted          somebody has taken this card off the table; another wording of it is not taken

A device numbers its cards itself. What it delivers twice is known. Another wording of a known card from the same
device, written later, takes the place of the first, which is kept beside it as `replaced`; but when somebody has
meanwhile translated or moved the card, or another device uses its number, both texts are kept and the card shows a
`conflict` until somebody settles it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from services.kernel.problems import Conflict

Meeting = Literal["known", "newer", "older", "conflict"]
Kept = Literal["replaced", "conflict"]
MOST_WORDINGS = 50
"""What a card keeps beside its own words. They are all of one row: each more makes every later delivery slower."""
_SKEW = timedelta(minutes=5)
_WORDING = ("question", "image", "text", "language")


class CardDeleted(Conflict):
    slug = "card-deleted"
    title = "This card was taken off the table; another wording of it is not taken"


class NothingToSettle(Conflict):
    slug = "nothing-to-settle"
    title = "This card has no conflict to settle"


class Worded(Protocol):
    """A card, as far as its wording goes."""

    question: int
    image: str
    text: str
    language: str
    device_id: str | None
    written_at: datetime
    handled: bool
    wordings: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """When a card was written, and whether the device's clock is in doubt."""

    at: datetime
    doubtful: bool = False


def written(told: datetime | None, *, now: datetime) -> Written:
    """Return when a card was written: as the device says, or now when its clock runs ahead by over five minutes."""
    if told is not None and told > now + _SKEW:
        return Written(now, doubtful=True)
    return Written(told or now)


def same_words(card: Worded, wording: Mapping[str, Any]) -> bool:
    """Say whether a wording is what the card says already."""
    return all(getattr(card, name) == wording[name] for name in _WORDING)


def meet(card: Worded, wording: Mapping[str, Any]) -> Meeting:
    """Return what becomes of a wording that is delivered for a card which is known."""
    if same_words(card, wording):
        return "known"
    for kept in card.wordings:
        if all(kept[name] == wording[name] for name in _WORDING):
            return "conflict" if kept["state"] == "conflict" else "known"
    if card.device_id != wording["device_id"]:
        return "conflict"
    if wording["written_at"] <= card.written_at:
        return "older"
    return "conflict" if card.handled else "newer"


def with_wording(card: Worded, wording: Mapping[str, Any], state: Kept) -> list[dict[str, Any]]:
    """Return the card's other wordings with this one among them; one that is there already is there once."""
    made = {name: wording[name] for name in (*_WORDING, "device_id")}
    made |= {"written_at": wording["written_at"].isoformat(), "state": state}
    others = [kept for kept in card.wordings if any(kept[name] != made[name] for name in _WORDING)]
    return [*others, made]


def check_room(card: Worded, wording: Mapping[str, Any]) -> None:
    """Raise Conflict for one more wording of a card that has so many that no device wrote them by mistake."""
    there = any(all(kept[name] == wording[name] for name in _WORDING) for kept in card.wordings)
    if not there and len(card.wordings) >= MOST_WORDINGS:
        raise Conflict(f"This card has {MOST_WORDINGS} other wordings; write the new one on a card of its own.")


def present_wording(card: Worded) -> dict[str, Any]:
    """Return what the card says now, as a wording."""
    return {name: getattr(card, name) for name in (*_WORDING, "device_id", "written_at")}


def disputed(wordings: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the wording that waits to be settled, the first if there are several."""
    return next((kept for kept in wordings if kept["state"] == "conflict"), None)
