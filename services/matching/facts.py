"""The facts that matching publishes: of needs, offers, matches, messages, hours and feedback; ids and states only.

Clients see the ids in a fact only where their organisation is among them: what concerns both sides names both holders.
"""

from uuid import UUID

from services.kernel.work import Fact, Related, Work
from services.matching.listings.domain import Kind
from services.matching.models import Hours, Match, Message, Need, Offer, Risk

_OUR_ROOMS = {"assessment", "round_table"}


async def listing(work: Work, kind: Kind, row: Need | Offer, happened: str) -> None:
    """Record what happened to a need or an offer: created, changed, withdrawn, met, deleted."""
    await work.record_all([of_listing(kind, row, happened)])


def of_listing(kind: Kind, row: Need | Offer, happened: str) -> Fact:
    """Return the fact of what happened to a need or an offer."""
    related: dict[str, Related] = {
        "state": row.state, "category": row.category, "participant": row.participant_id,
        "organisation": row.organisation_id, "held_by": row.held_by, "source": row.source_system,
        "source_id": _own_source(row), "publication": row.publication_id,
    }  # fmt: skip
    return f"{kind}.{happened}", row.id, related


def _own_source(row: Need | Offer) -> str | None:
    # What other systems call their things may tell who somebody is; only our own rooms are known to give plain ids.
    if row.source_system not in _OUR_ROOMS or row.source_id is None:
        return None
    try:
        return str(UUID(row.source_id))
    except ValueError:
        return None


async def match(work: Work, row: Match, happened: str) -> None:
    """Record what happened to a match: proposed, accepted, declined, and so on."""
    await work.record(
        f"match.{happened}",
        row.id,
        state=row.state,
        need=row.need_id,
        offer=row.offer_id,
        category=row.category,
        exchange=row.exchange,
        need_held_by=row.need_held_by,
        offer_held_by=row.offer_held_by,
    )


async def risk(work: Work, row: Risk, of: Match) -> None:
    """Record that a risk was weighed; what it is stays in the room."""
    await work.record(
        "match.risk_weighed", of.id, risk=row.id, need_held_by=of.need_held_by, offer_held_by=of.offer_held_by
    )


async def message(work: Work, row: Message, of: Match) -> None:
    """Record that a side has written to the other; what it wrote stays in the room."""
    await work.record(
        "message.sent",
        row.id,
        match=of.id,
        side=row.side,
        need_held_by=of.need_held_by,
        offer_held_by=of.offer_held_by,
    )


async def hours(work: Work, row: Hours, of: Match, happened: str) -> None:
    """Record that hours were stated or confirmed. From `hours.confirmed` the time bank posts."""
    people = {of.need_participant, of.offer_participant}
    await work.record(
        f"hours.{happened}",
        row.id,
        match=of.id,
        payer=row.payer,
        payer_kind="participant" if row.payer in people else "organisation",
        payee=row.payee,
        payee_kind="participant" if row.payee in people else "organisation",
        seconds=row.seconds,
        exchange=of.exchange,
        organisation=of.offer_held_by,
        need_held_by=of.need_held_by,
        offer_held_by=of.offer_held_by,
    )


async def feedback(work: Work, of: Match, need: Need, offer: Offer, side: str) -> None:
    """Record that a side gave feedback; what it said stays in the room."""
    await work.record(
        "feedback.given",
        of.id,
        side=side,
        need=need.id,
        offer=offer.id,
        category=of.category,
        need_source=need.source_system,
        need_source_id=_own_source(need),
        need_publication=need.publication_id,
        offer_source=offer.source_system,
        offer_source_id=_own_source(offer),
        offer_publication=offer.publication_id,
        need_held_by=of.need_held_by,
        offer_held_by=of.offer_held_by,
    )
