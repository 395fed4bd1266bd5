"""The rules of an action plan: what waits for what, which reasons are owed, and what is overdue.

Invalid
└── DependsOnItself        422  an action that, in the end, waits for itself
Conflict
├── ActionWaits            409  done before something it depends on
├── ActionNeeded           409  others depend on the action that is to be deleted
└── ReasonMissing          409  dropped or taken up again without a word why
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, Protocol

from services.kernel.problems import Conflict, Invalid

State = Literal["open", "doing", "done", "dropped"]
Source = Literal["workshop", "round_table", "council", "project", "lab", "rota"]

_OVER = frozenset({"done", "dropped"})
_REMEMBERED = ("state", "due_on", "who", "what")


class DependsOnItself(Invalid):
    slug = "depends-on-itself"
    title = "An action cannot wait for itself"


class ActionWaits(Conflict):
    slug = "action-waits"
    title = "It depends on something that is not done yet"


class ActionNeeded(Conflict):
    slug = "action-needed"
    title = "Other actions depend on this one"


class ReasonMissing(Conflict):
    slug = "reason-missing"
    title = "Say why"


class ActionLike(Protocol):
    """What overdue and history are read from."""

    state: str
    due_on: date | None
    who: str | None
    what: str


def check_depends(key: str, depends_on: Collection[str], *, others: Mapping[str, Sequence[str]]) -> None:
    """Raise Invalid for an unknown action, DependsOnItself for a circle.

    `others` are the plan's actions, with what each depends on.
    """
    if any(one != key and one not in others for one in depends_on):
        raise Invalid.field("/depends_on", "names an action that this plan does not have")
    seen: set[str] = set()
    ahead = list(depends_on)
    while ahead:
        one = ahead.pop()
        if one == key:
            raise DependsOnItself
        if one not in seen:
            seen.add(one)
            ahead += others.get(one, ())


def check_state(before: str, to: str, *, why: str | None, waits_for: Iterable[str]) -> None:
    """Raise ReasonMissing when something is dropped or taken up again in silence; ActionWaits when it is too early.

    `waits_for` are the states of what the action depends on; something dropped is waited for no longer.
    """
    if to == before:
        return
    if (to == "dropped" or before in _OVER) and why is None:
        raise ReasonMissing("What is dropped, or taken up again, needs `why`.")
    if to == "done" and any(state not in _OVER for state in waits_for):
        raise ActionWaits


def is_overdue(action: ActionLike, today: date) -> bool:
    """Say whether it should have been done by now."""
    return action.state not in _OVER and action.due_on is not None and action.due_on < today


def entry(action: ActionLike, changes: Mapping[str, Any], *, at: datetime, by: str) -> dict[str, Any] | None:
    """Return what history keeps of a change: when, by whom, what it was before and why; None if nothing changes."""
    changed = sorted(name for name, value in changes.items() if getattr(action, name) != value)
    if not changed:
        return None
    before = {name: _plain(getattr(action, name)) for name in changed if name in _REMEMBERED}
    return {"at": at.isoformat(), "by": by, "changed": changed, "before": before, "why": changes.get("why")}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
