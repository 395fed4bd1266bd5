"""Giving feedback for one side, and weighing risks."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from services.kernel.problems import Forbidden, NotFound
from services.kernel.work import Work
from services.matching import facts
from services.matching.feedback import repository
from services.matching.feedback.domain import AlreadyGiven
from services.matching.listings import repository as listings
from services.matching.matches import operations as matches
from services.matching.matches.domain import Side, check_met
from services.matching.models import Feedback, Match, Need, Offer, Risk


async def give(
    work: Work, match_id: UUID, *, side: Side, rating: int, outcome_text: str | None, would_again: bool
) -> Feedback:
    """Keep what a side says about a match. Only that side, and whoever holds its listing, reads it."""
    match = await matches.locked(work, match_id)
    matches.check_side(work, match, side)
    check_met(match.state)
    if await repository.of_side(work, match.id, side) is not None:
        raise AlreadyGiven
    said = Feedback(
        id=work.new_id(), match_id=match.id, created_at=work.now, updated_at=work.now, side=side, rating=rating,
        outcome_text=outcome_text, would_again=would_again,
    )  # fmt: skip
    work.session.add(said)
    need = cast(Need, (await listings.by_ids(work, "need", [match.need_id]))[0])
    offer = cast(Offer, (await listings.by_ids(work, "offer", [match.offer_id]))[0])
    await facts.feedback(work, match, need, offer, side)
    return said


async def feedback(work: Work, match_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Feedback]:
    """Return the feedback of the sides that the caller may decide for."""
    match = await matches.get(work, match_id)
    return await repository.feedback(work, match.id, sides=matches.sides(work, match), after=after, limit=limit)


async def of_side(work: Work, match_id: UUID, side: Side) -> Feedback:
    """Return what a side has said, to that side. Raises NotFound while it has said nothing."""
    match = await matches.get(work, match_id)
    matches.check_side(work, match, side)
    said = await repository.of_side(work, match.id, side)
    if said is None:
        raise NotFound
    return said


async def weigh(work: Work, match_id: UUID, *, what: str, weighed_by: str, mitigation: str, agreed_by: str) -> Risk:
    """Record a risk, who weighed it, what is done about it and who agreed. It excludes nobody."""
    match = await matches.locked(work, match_id)
    _check_holder(work, match)
    risk = Risk(
        id=work.new_id(), match_id=match.id, created_at=work.now, updated_at=work.now, what=what,
        weighed_by=weighed_by, mitigation=mitigation, agreed_by=agreed_by,
    )  # fmt: skip
    work.session.add(risk)
    await facts.risk(work, risk, match)
    return risk


def _check_holder(work: Work, match: Match) -> None:
    # A risk is about one of the two; neither they nor whoever else may see the match are to read it.
    if work.caller.person is not None or not matches.sides(work, match):
        raise Forbidden("Risks are for the organisations that hold the match.")


async def risk(work: Work, match_id: UUID, risk_id: UUID) -> Risk:
    """Return one risk of a match that the caller's organisation holds. Raises NotFound."""
    match = await matches.get(work, match_id)
    _check_holder(work, match)
    found = await repository.risk(work, match.id, risk_id)
    if found is None:
        raise NotFound
    return found


async def risks(work: Work, match_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Risk]:
    """Return the risks of a match that the caller's organisation holds."""
    match = await matches.get(work, match_id)
    _check_holder(work, match)
    return await repository.risks(work, match.id, after=after, limit=limit)
