"""The rules of needs and offers: their states, and what a text that others see must not contain.

a need      stated → recognised → open → met, or withdrawn
an offer    open ⇄ paused, open ⇄ used up, or withdrawn
"""

import re
import unicodedata
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
_UNSEEN = {"Cf", "Me", "Mn"}
_CONTACT = re.compile(
    r"""
    [^\s@]+@[^\s@]+\.\w                             # an e-mail address
    | \b(?:https?|ftp)://                           # a URL
    | \bwww\.\w
    | \b[\w-]+\.(?:com|org|net|info|eu|uk|de|fr|io|me|app)\b(?!\.\w)
    | \+?\d(?:[\s()./\-‐–—−·•]{0,3}\d){6,}          # a phone number: seven digits or more, however spaced
    # Ten or more with other signs or one letter between; lists, times (10:30) and hours (10h30) are no number.
    | \d(?:[^\w,;:]{0,4}(?:[^\W\dHh][^\w,;:]{0,4})?\d){9,}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def step(kind: Kind, state: str, action: str) -> str:
    """Return the state that `action` leads to. Raises IllegalState where it does not follow."""
    allowed, following = _STEPS[kind][action]
    if state not in allowed:
        raise IllegalState(f"A {kind} that is {state} cannot do the step {action}.", state=state)
    return following


def reveals_contact(text: str) -> bool:
    """Say whether `text` contains a phone number, an e-mail address or a URL.

    Other scripts' digits, full-width signs and what cannot be seen between two signs make no difference.
    """
    return _CONTACT.search(_plain(text)) is not None


def _plain(text: str) -> str:
    signs = unicodedata.normalize("NFKC", text).replace("。", ".")
    return "".join(sign for sign in signs if unicodedata.category(sign) not in _UNSEEN)
