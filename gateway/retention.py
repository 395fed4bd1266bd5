"""What the desk keeps for a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from gateway import operations, repository
from gateway.models import AccessToken, Delivery, Staff
from services.kernel.retention import Kind, Led
from services.kernel.subjects import Deleted
from services.kernel.work import Work


async def _let_go(work: Work, ids: Sequence[UUID], before: datetime) -> int:
    """Take away staff whom no sign-in has brought since."""
    gone = 0
    for id in ids:
        staff = await repository.actor(work.session, Staff, id=id, lock="update")
        if staff is not None and staff.signed_in_at is not None and staff.signed_in_at < before:
            await operations.end_staff(work, staff)
            gone += 1
    return gone


KINDS = (
    Kind(
        "gateway.access-tokens", AccessToken, lambda before: col(AccessToken.expires_at) < before, Deleted(),
        "access tokens that have expired", 1,
    ),
    Kind(
        "gateway.webhook-deliveries", Delivery, lambda before: col(Delivery.created_at) < before, Deleted(),
        "what organisations were told by webhooks: ids and states; gone after 30 days in any case", 1,
    ),
    Kind(
        "gateway.signed-in-staff", Staff,
        lambda before: col(Staff.provider_id).is_not(None) & col(Staff.deleted_at).is_(None)
        & (col(Staff.signed_in_at) < before),
        Led("let go, with the provider's name for her", _let_go),
        "staff whom a sign-in has made, since their last sign-in; of them the provider's name is kept alone", 24,
    ),
)  # fmt: skip
