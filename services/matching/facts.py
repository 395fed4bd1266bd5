"""The facts that matching publishes: `need.…`, `offer.…`, `match.…`, `hours.…`, `feedback.…`; ids and states only."""

from services.kernel.work import Work
from services.matching.listings.domain import Kind
from services.matching.models import Hours, Match, Need, Offer


async def listing(work: Work, kind: Kind, row: Need | Offer, happened: str) -> None:
    """Record what happened to a need or an offer: created, changed, withdrawn, met, deleted."""
    await work.record(
        f"{kind}.{happened}",
        row.id,
        state=row.state,
        category=row.category,
        participant=row.participant_id,
        organisation=row.organisation_id,
        held_by=row.held_by,
        source=row.source_system,
        source_id=row.source_id,
        publication=row.publication_id,
    )


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
        reason=row.reason,
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
        need_source_id=need.source_id,
        need_publication=need.publication_id,
        offer_source=offer.source_system,
        offer_source_id=offer.source_id,
        offer_publication=offer.publication_id,
    )
