"""The rules of hours: who gave them, when, and when they are true."""

from datetime import date, timedelta
from uuid import UUID

from services.kernel.problems import Conflict, Invalid


class AlreadyConfirmed(Conflict):
    slug = "already-confirmed"
    title = "This side has confirmed these hours already"


def payer_and_payee(given_by: str, *, need_owner: UUID, offer_owner: UUID) -> tuple[UUID, UUID]:
    """Return who received and who gave; `given_by` is the side that gave: need or offer."""
    return (need_owner, offer_owner) if given_by == "offer" else (offer_owner, need_owner)


def check_day(day: date, *, today: date) -> None:
    """Raise Invalid for hours that lie in the future; a day's difference of zones is allowed."""
    if day > today + timedelta(days=1):
        raise Invalid.field("/day", "must not lie in the future")
