"""What Komunitin calls things, and how its numbers, codes and times come from ours. Nothing here asks anybody.

Amounts. The unit of the currency is the second: `scale` 0, `decimals` 0. An hour is 3,600 of them, which `rate` says to
other currencies. So what the ledger holds goes over as it is, in whole numbers; a fraction of a second is refused.

Codes. A group's code is its neighbourhood's slug in capitals, letters and digits alone: `hazelbrook` is `HAZELBROOK`.
A member's is that and eight letters or digits made from the account's id; an offer's or a need's is made from its own.
Ids never change; a code could if the rule did.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt
from uuid import UUID, uuid5

LONGEST_CODE = 31
HOUR = 3600
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nobody misreads them
_LETTERS = 8
_CATEGORIES = UUID("6f0c0f3e-6b0e-5d0a-9c1c-0c8a3b1f9d55")
SYSTEM = "komunitin"
"""Under this name a transfer keeps the id that its client gave it."""

UNIT: Mapping[str, tuple[str, str]] = {
    "en": ("second", "seconds"), "de": ("Sekunde", "Sekunden"), "fr": ("seconde", "secondes"),
    "es": ("segundo", "segundos"), "ca": ("segon", "segons"), "it": ("secondo", "secondi"),
}  # fmt: skip

CODES: Mapping[int, str] = {
    400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "NotImplemented",
    406: "BadRequest", 409: "TransactionError", 410: "BadRequest", 413: "BadRequest", 415: "BadRequest",
    422: "BadRequest", 429: "BadRequest", 500: "InternalError", 503: "InternalError",
}  # fmt: skip
"""The words by which Komunitin's clients tell errors apart, by status."""
BY_SLUG: Mapping[str, str] = {
    "insufficient-credit": "InsufficientBalance",
    "account-full": "InsufficientMaximumBalance",
    "idempotency-key-reused": "TransactionError",
    "not-your-account": "Forbidden",
}
"""… and where the status alone would say too little."""

_READ = ("participants:read", "matching:read", "timebank:read")
WORDS: Mapping[str, tuple[str, ...]] = {
    "komunitin_social_read_all": _READ,
    "komunitin_social_read": _READ,
    "komunitin_social": _READ,
    "social:read": _READ,
    "komunitin_accounting_read_all": _READ,
    "komunitin_accounting_read": _READ,
    "accounting:read": _READ,
    "komunitin_accounting": (*_READ, "timebank:write"),
    "accounting:write": (*_READ, "timebank:write"),
}
"""What each of Komunitin's scopes needs of ours. What else a client asks for, such as to pose as users, is left out.

To read accounts is to read whose they are: only members who let themselves be seen have one here.
"""
_HELPFUL = "directory:read"
"""Lets organisations that have accounts be shown as members too; done without where a client does not have it."""
_POSING = "komunitin_auth_impersonate_all"
_MOVING = "timebank:write"


def group_code(slug: str) -> str:
    """Return the code of a neighbourhood's group."""
    return re.sub(r"[^A-Z0-9]", "", slug.upper())[:LONGEST_CODE]


def short(id: UUID) -> str:
    """Return eight letters and digits for an id, from its random end."""
    rest, letters = id.int, ""
    for _ in range(_LETTERS):
        rest, digit = divmod(rest, 32)
        letters = _ALPHABET[digit] + letters
    return letters


def member_code(group: str, account: UUID) -> str:
    """Return the code of a member and of her account."""
    return f"{group}-{short(account)}"


def category_id(key: str) -> UUID:
    """Return the id of one of the vocabulary's categories, the same in every group."""
    return uuid5(_CATEGORIES, key)


def settings_id(of: UUID) -> UUID:
    """Return the id of somebody's or something's settings."""
    return uuid5(of, "settings")


def client_id(tenant: UUID) -> UUID:
    """Return the id of the user that a client is by itself."""
    return uuid5(tenant, "users/me")


def statistics_id(tenant: UUID, of: str) -> UUID:
    """Return the id of a group's numbers about transfers or accounts."""
    return uuid5(tenant, f"stats/{of}")


def currency_id(tenant: UUID) -> UUID:
    """Return the id of a group's currency."""
    return uuid5(tenant, "currency")


def access(public: bool) -> str:
    """Return who may see something, in Komunitin's words."""
    return "public" if public else "group"


def stamp(moment: datetime) -> str:
    """Return a moment as Komunitin writes it: UTC, milliseconds, `Z`. In text order they are in order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def metres(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Return how far two places are from each other; each is longitude and latitude in degrees."""
    (east, north), (other_east, other_north) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((north - other_north) / 2) ** 2 + cos(north) * cos(other_north) * sin((east - other_east) / 2) ** 2
    return round(2 * 6_371_000 * asin(min(1.0, sqrt(half))))


def moment_of(text: str) -> datetime:
    """Return the moment that a client wrote; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def wanted_scopes(asked: str) -> tuple[str, ...]:
    """Return the words among `asked` that mean something here: Komunitin's, or ours; each once, in their order."""
    ours = {scope for needed in WORDS.values() for scope in needed} | {_HELPFUL}
    return tuple(dict.fromkeys(word for word in asked.split() if word in WORDS or word in ours))


def needed(words: tuple[str, ...]) -> frozenset[str]:
    """Return our scopes that `words` need."""
    return frozenset(scope for word in words for scope in WORDS.get(word, (word,)))


def besides(asked: str) -> frozenset[str]:
    """Return our scopes that a token gets as well where the client has them, whatever it is told.

    Who asks to pose as users means to write for them. Nobody poses here; the client moves hours in its own name.
    """
    return frozenset({_HELPFUL, _MOVING} if _POSING in asked.split() else {_HELPFUL})


def granted(words: tuple[str, ...], held: frozenset[str]) -> tuple[str, ...]:
    """Return those of `words` for which `held` is enough."""
    return tuple(word for word in words if needed((word,)) <= held)
