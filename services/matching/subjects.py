"""What matching holds about a person, and what remains once she is erased: that somebody needed, offered and gave.

Her listings are withdrawn first, with the matches they are in, so that every copy and index lets go of them.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from services.kernel.subjects import Deleted, Emptied, Holding, Holdings, Whose
from services.kernel.work import Work
from services.matching.listings import operations as listings
from services.matching.listings.repository import of_participant as listings_of
from services.matching.models import (
    COPIES,
    Feedback,
    Heard,
    Hours,
    Match,
    Message,
    Need,
    Offer,
    Origins,
    Person,
    Risk,
)
from services.matching.people import repository as people

_COUNTED = "Reports count it: category, concepts and state stay."
_LISTING: dict[str, Any] = {
    "title": "", "text": None, "released_text": None, "latitude": None, "longitude": None, "availability": [],
    "busy": [], "conditions": {}, "external_ids": [], "source_id": None,
}  # fmt: skip


def _hers(table: Any) -> Whose:
    return lambda person: col(table.participant_id) == person


def _match(person: UUID) -> ColumnElement[bool]:
    return or_(col(Match.need_participant) == person, col(Match.offer_participant) == person)


def _of_her_matches(table: Any) -> Whose:
    return lambda person: col(table.match_id).in_(select(col(Match.id)).where(_match(person)))


def _she_said(person: UUID) -> ColumnElement[bool]:
    asked = select(col(Match.id)).where(col(Match.need_participant) == person)
    gave = select(col(Match.id)).where(col(Match.offer_participant) == person)
    of = col(Feedback.match_id)
    return or_(and_(of.in_(asked), col(Feedback.side) == "need"), and_(of.in_(gave), col(Feedback.side) == "offer"))


def _given(person: UUID) -> ColumnElement[bool]:
    return or_(col(Hours.payer) == person, col(Hours.payee) == person)


def _listing(table: Any, collection: str) -> Holding:
    return Holding(
        table,
        _hers(table),
        Emptied(_COUNTED, _LISTING),
        named=lambda kept: kept.startswith(collection, autoescape=True),
    )


def _about_hers(column: Any) -> Whose:
    """Return what finds the rows that are kept about where her listings came from."""
    return lambda person: or_(
        *(col(column).in_(select(col(one.id)).where(_hers(one)(person))) for one in (Need, Offer))
    )


async def _before(work: Work, person: UUID) -> None:
    await listings.withdraw_people(work, [person])
    await COPIES.bury(work, [one.id for one in await listings_of(work, person)])
    await people.forget(work, [person])


HOLDINGS = Holdings(
    (
        Holding(Message, _of_her_matches(Message), Deleted()),
        Holding(Feedback, _she_said, Emptied("How it went counts.", {"outcome_text": None})),
        Holding(
            Risk,
            _of_her_matches(Risk),
            Emptied("That risks were weighed.", {"what": "", "weighed_by": "", "mitigation": "", "agreed_by": ""}),
        ),
        Holding(Hours, _given, Emptied("Hours stand in the ledger.")),
        Holding(
            Match,
            _match,
            Emptied(_COUNTED, {"note": None, "external_ids": []}),
            named=lambda kept: kept.startswith("matches", autoescape=True),
        ),
        Holding(Origins, _about_hers(Origins.id), Deleted()),
        Holding(
            Heard,
            _about_hers(Heard.resource_id),
            Emptied("no older word of another system brings back what is gone", {"resource_id": None, "gone": True}),
        ),
        _listing(Need, "needs"),
        _listing(Offer, "offers"),
        Holding(
            Person, lambda person: col(Person.id) == person, Emptied("The mark that she is gone: indexes read it.")
        ),
    ),
    before=_before,
)
