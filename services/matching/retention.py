"""How long matching keeps what, unless a community says otherwise; what reports count stays, as it does at erasure."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlmodel import col

from services.kernel.retention import Kind, Stays, as_at_erasure
from services.kernel.subjects import Deleted, Emptied
from services.matching.messages.retention import KINDS as MESSAGES
from services.matching.models import COPIES, Feedback, Heard, Hours, Match, Need, Offer, Plan, Risk, Shown
from services.matching.subjects import HOLDINGS

_ENDED = ("completed", "declined", "withdrawn", "expired")


def _ended(before: datetime) -> ColumnElement[bool]:
    return and_(col(Match.state).in_(_ENDED), col(Match.updated_at) < before)


def _of_ended_matches(table: Any) -> Any:
    return lambda before: col(table.match_id).in_(select(col(Match.id)).where(_ended(before)))


def _past(table: Any, side: Any, *states: str) -> Any:
    """Return what finds listings that are over, and in no match that is not."""
    going_on = exists().where(side == col(table.id), col(Match.state).not_in(_ENDED))
    over = or_(col(table.state).in_(states), col(table.deleted_at).is_not(None))
    return lambda before: and_(over, col(table.updated_at) < before, ~going_on)


KINDS = (
    *MESSAGES,
    Kind(
        "matching.past-needs", Need, _past(Need, col(Match.need_id), "met", "withdrawn"),
        as_at_erasure(HOLDINGS, Need), "needs that were met or withdrawn", 24,
    ),
    Kind(
        "matching.past-offers", Offer, _past(Offer, col(Match.offer_id), "withdrawn"),
        as_at_erasure(HOLDINGS, Offer), "offers that were withdrawn", 24,
    ),
    Kind("matching.ended-matches", Match, _ended, as_at_erasure(HOLDINGS, Match), "notes on matches that ended", 24),
    Kind(
        "matching.feedback", Feedback, _of_ended_matches(Feedback), as_at_erasure(HOLDINGS, Feedback),
        "what came of a match, in words", 36,
    ),
    Kind(
        "matching.risks", Risk, _of_ended_matches(Risk), as_at_erasure(HOLDINGS, Risk),
        "how a risk was weighed; for as long as somebody may have to answer for it", 72,
    ),
    Kind(
        "matching.hours", Hours, lambda before: col(Hours.created_at) < before,
        Stays("hours stand in the ledger, and fair shares are counted from them"), "hours that were given",
    ),
    Kind(
        "matching.shown", Shown, lambda before: col(Shown.at) < before, Deleted(),
        "who was shown to whom, from which fairness is measured", 24,
    ),
    Kind(
        "matching.names-gone", Heard, COPIES.over, Deleted(),
        "that what another system had here is gone, so that an older word of it does not bring it back", 24,
    ),
    Kind(
        "matching.plans", Plan, lambda before: col(Plan.finished_at) < before,
        Emptied("that a plan was made", {"result": None}), "what was worked out for the whole community", 12,
    ),
)  # fmt: skip
