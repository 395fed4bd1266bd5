"""What the desk keeps for a time."""

from sqlmodel import col

from gateway.models import AccessToken, Delivery
from services.kernel.retention import Kind
from services.kernel.subjects import Deleted

KINDS = (
    Kind(
        "gateway.access-tokens", AccessToken, lambda before: col(AccessToken.expires_at) < before, Deleted(),
        "access tokens that have expired", 1,
    ),
    Kind(
        "gateway.webhook-deliveries", Delivery, lambda before: col(Delivery.created_at) < before, Deleted(),
        "what organisations were told by webhooks: ids and states; gone after 30 days in any case", 1,
    ),
)  # fmt: skip
