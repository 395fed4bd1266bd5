"""Stating hours, and confirming them for each side."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from services.kernel.problems import NotFound
from services.kernel.work import Work
from services.matching import facts
from services.matching.hours import repository
from services.matching.hours.domain import AlreadyConfirmed, check_day, payer_and_payee
from services.matching.matches import operations as matches
from services.matching.matches.domain import NotYourSide, Side, check_met
from services.matching.models import Hours


async def state(work: Work, match_id: UUID, *, seconds: int, day: date, given_by: Literal["need", "offer"]) -> Hours:
    """State hours on a match; they wait for both sides' confirmation."""
    match = await matches.locked(work, match_id)
    if not matches.sides(work, match):
        raise NotYourSide
    check_met(match.state)
    check_day(day, today=work.now.date())
    payer, payee = payer_and_payee(given_by, need_owner=match.need_owner, offer_owner=match.offer_owner)
    hours = Hours(
        id=work.new_id(), match_id=match.id, created_at=work.now, updated_at=work.now, seconds=seconds, day=day,
        payer=payer, payee=payee,
    )  # fmt: skip
    work.session.add(hours)
    await facts.hours(work, hours, match, "stated")
    return hours


async def confirm(work: Work, match_id: UUID, hours_id: UUID, *, side: Side) -> Hours:
    """Confirm hours for one side. With the second side's word they are true, and the time bank learns of them."""
    match = await matches.locked(work, match_id)
    matches.check_side(work, match, side)
    check_met(match.state)
    hours = await repository.lock(work, match.id, hours_id)
    if hours is None:
        raise NotFound
    if getattr(hours, f"{side}_confirmed_at") is not None:
        raise AlreadyConfirmed
    setattr(hours, f"{side}_confirmed_at", work.now)
    hours.version, hours.updated_at = hours.version + 1, work.now
    if hours.need_confirmed_at is not None and hours.offer_confirmed_at is not None:
        hours.state = "confirmed"
        await facts.hours(work, hours, match, "confirmed")
    return hours


async def get(work: Work, match_id: UUID, hours_id: UUID) -> Hours:
    """Return hours of a match that the caller may see. Raises NotFound."""
    match = await matches.get(work, match_id)
    hours = await repository.get(work, hours_id)
    if hours is None or hours.match_id != match.id:
        raise NotFound
    return hours


async def page(work: Work, match_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Hours]:
    """Return the hours of a match that the caller may see."""
    match = await matches.get(work, match_id)
    return await repository.of_match(work, match.id, after=after, limit=limit)
