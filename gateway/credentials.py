"""What the gateway hands out and recognises again: access tokens, client secrets, the bootstrap key.

Each is a prefix, an id and 256 random bits. Only a keyed hash is stored, under a pepper derived from the
installation's secret: who reads the database cannot use what is in it, nor test guesses against it.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.kernel.secrets import derived

_SHAPE = re.compile(r"(cando_(?:at|cs|bk))_[0-9a-f]{32}_[A-Za-z0-9_-]{43}")


class Prefix(StrEnum):
    """What a key is for, as its holder can see."""

    ACCESS = "cando_at"
    CLIENT = "cando_cs"
    BOOTSTRAP = "cando_bk"


@dataclass(frozen=True, slots=True)
class Minted:
    """A new key: `text` goes to its holder once, `hash` into the database."""

    id: UUID
    text: str
    hash: str


class Mint:
    """Makes keys and recognises them, under one installation's pepper."""

    def __init__(self, secret: str) -> None:
        self._pepper = derived(secret, "pepper").encode()

    def mint(self, prefix: Prefix, *, id: UUID) -> Minted:
        """Return a new key."""
        text = f"{prefix}_{id.hex}_{secrets.token_urlsafe(32)}"
        return Minted(id, text, self.hash(text))

    def hash(self, text: str) -> str:
        """Return the keyed hash (HMAC-SHA256) under which a key is stored."""
        return hmac.new(self._pepper, text.encode(), hashlib.sha256).hexdigest()


def prefix_of(text: str) -> Prefix | None:
    """Return what kind of key `text` has the shape of, or None; what has no shape needs no look-up."""
    found = _SHAPE.fullmatch(text)
    return Prefix(found[1]) if found else None
