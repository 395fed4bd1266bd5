"""The rules of relations: how each looks from the other end, and when somebody may act for another."""

from datetime import date, datetime
from typing import Literal, Protocol

from services.kernel.problems import Conflict, IllegalState

Kind = Literal["carer_of", "acts_for", "family_of"]
Seen = Literal["carer_of", "cared_for_by", "acts_for", "represented_by", "family_of"]
Basis = Literal["power_of_attorney", "parental", "informal"]
_INVERSE: dict[str, Seen] = {"carer_of": "cared_for_by", "acts_for": "represented_by", "family_of": "family_of"}
_ITSELF: dict[str, Seen] = {"carer_of": "carer_of", "acts_for": "acts_for", "family_of": "family_of"}


class RelatesToItself(Conflict):
    status = 422
    slug = "relates-to-itself"
    title = "A participant has no relation to herself"


class AlreadyRelated(Conflict):
    slug = "already-related"
    title = "This relation is there already"


class RelationEnded(IllegalState):
    slug = "relation-ended"
    title = "This relation has ended"


class Between(Protocol):
    """What the rules below read of a relation."""

    kind: str
    valid_from: date | None
    valid_until: date | None
    confirmed_at: datetime | None
    ended_at: datetime | None


def seen(kind: str, *, inverse: bool) -> Seen:
    """Return what a relation is called from the end it is looked at."""
    return (_INVERSE if inverse else _ITSELF)[kind]


def holds(relation: Between, *, on: date) -> bool:
    """Say whether a relation holds on a day: within its dates, not ended, and acting for somebody confirmed."""
    begun = relation.valid_from is None or relation.valid_from <= on
    over = relation.valid_until is not None and relation.valid_until < on
    confirmed = relation.kind != "acts_for" or relation.confirmed_at is not None
    return begun and not over and confirmed and relation.ended_at is None
