"""When something may be made known, and what of it.

Conflict
├── NotWilling           the person shares this capability not now
├── CategoryMissing      without a category nobody could be told what it is about
├── AlreadyPublished
└── NotPublished
Invalid
└── (released_text)      it would give away how to reach somebody
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from services.kernel.problems import Conflict, Invalid

Kind = Literal["offer", "need"]
System = Literal["assessment", "round_table"]

_REACHES_SOMEBODY = re.compile(
    r"[^\s@]+@[^\s@]+\.\w"  # an e-mail address
    r"|https?://|www\.|\b[\w-]+\.(?:com|org|net|de|uk|eu|info|io)\b"  # an address on the web
    r"|(?:\+|\b0)[\d\s()/.\-]{6,}\d"  # a telephone number
    r"|\b\d{7,}\b",
    re.IGNORECASE,
)


class NotWilling(Conflict):
    slug = "not-willing"
    title = "The person does not share this capability now"


class CategoryMissing(Conflict):
    slug = "category-missing"
    title = "Give it a category first"


class AlreadyPublished(Conflict):
    slug = "already-published"
    title = "It is published already"


class NotPublished(Conflict):
    slug = "not-published"
    title = "It is not published"


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be made known: one capability, need or card. `None` leaves a thing to the terms of publishing."""

    kind: Kind
    system: System
    id: UUID
    parent: UUID
    participant_id: UUID
    held_by: UUID
    text: str
    language: str
    category: str | None
    willing: str | None = None
    means: Sequence[str] | None = None
    minutes: int | None = None
    availability: Sequence[dict[str, Any]] | None = None
    concepts: Sequence[str] = ()
    conditions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shared(self) -> bool:
        """Say whether the person is prepared to share it; a need always is for whoever publishes it."""
        return self.willing != "not_now"

    def values(self) -> dict[str, Any]:
        """Return what a publication takes over from it, whenever it changes."""
        taken: dict[str, Any] = {"text": self.text, "language": self.language, "category": self.category}
        taken |= {"concepts": list(self.concepts), "conditions": dict(self.conditions)}
        if self.means is not None:
            taken |= {"means": list(self.means), "minutes": self.minutes, "availability": list(self.availability or [])}
        return taken


@dataclass(frozen=True, slots=True)
class Terms:
    """How it is to be made known."""

    title: str
    released_text: str | None = None
    exchange: str = "gift"
    means: Sequence[str] = ()
    minutes: int | None = None
    availability: Sequence[dict[str, Any]] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """Return what a publication takes over from them."""
        return {
            "title": self.title,
            "released_text": self.released_text,
            "exchange": self.exchange,
            "means": list(self.means),
            "minutes": self.minutes,
            "availability": list(self.availability),
        }


def check_publishable(source: Source, terms: Terms) -> None:
    """Raise the problem that keeps `source` from being made known, if there is one."""
    if not source.shared:
        raise NotWilling
    if source.category is None:
        raise CategoryMissing
    if terms.released_text is not None and _REACHES_SOMEBODY.search(terms.released_text):
        raise Invalid.field("/released_text", "must not contain a telephone number, an e-mail or a web address")


def learnt_state(fact: str, stated: str | None) -> str | None:
    """Return the state that one of matching's facts tells of, or None when it tells of none."""
    return stated or {"created": "open", "changed": None}.get(fact.partition(".")[2], fact.partition(".")[2])
