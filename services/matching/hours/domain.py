"""The rules of hours: who gave them, when, and when they are true."""

from datetime import date, timedelta
from uuid import UUID

from services.kernel.problems import Conflict, Invalid


class AlreadyConfirmed(Conflict):
    slug = "already-confirmed"
    title = "This side has confirmed these hours already"


def payer_and_payee(given_by: UUID | None, *, need_owner: UUID, offer_owner: UUID) -> tuple[UUID, UUID]:
    """Return who received and who gave; without a name the offer's owner gave. Raises Invalid for somebody else."""
    payee = given_by or offer_owner
    if payee not in (need_owner, offer_owner):
        raise Invalid.field("/given_by", "must be one of the two who were matched")
    return (need_owner, payee) if payee == offer_owner else (offer_owner, payee)


def check_day(day: date, *, today: date) -> None:
    """Raise Invalid for hours that lie in the future; a day's difference of zones is allowed."""
    if day > today + timedelta(days=1):
        raise Invalid.field("/day", "must not lie in the future")
