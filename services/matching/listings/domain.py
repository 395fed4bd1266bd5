"""The rules of needs and offers: their states, and the steps between them.

a need      stated → recognised → open → met, or withdrawn
an offer    open ⇄ paused, open ⇄ used up, or withdrawn
"""

from typing import Literal

from services.kernel.problems import IllegalState

Kind = Literal["need", "offer"]
NeedState = Literal["stated", "recognised", "open", "met", "withdrawn"]
OfferState = Literal["open", "paused", "used_up", "withdrawn"]
COLLECTIONS: dict[Kind, str] = {"need": "needs", "offer": "offers"}

_STEPS: dict[Kind, dict[str, tuple[set[str], str]]] = {
    "need": {
        "recognise": ({"stated"}, "recognised"),
        "open": ({"recognised"}, "open"),
        "withdraw": ({"stated", "recognised", "open"}, "withdrawn"),
        "meet": ({"open"}, "met"),
    },
    "offer": {
        "pause": ({"open"}, "paused"),
        "resume": ({"paused"}, "open"),
        "withdraw": ({"open", "paused", "used_up"}, "withdrawn"),
        "use-up": ({"open"}, "used_up"),
        "free": ({"used_up"}, "open"),
    },
}


def step(kind: Kind, state: str, action: str) -> str:
    """Return the state that `action` leads to. Raises IllegalState where it does not follow."""
    allowed, following = _STEPS[kind][action]
    if state not in allowed:
        raise IllegalState(f"A {kind} that is {state} cannot do the step {action}.", state=state)
    return following
