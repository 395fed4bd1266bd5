"""What the desk keeps for a time."""

from sqlmodel import col

from gateway.models import AccessToken
from services.kernel.retention import Kind
from services.kernel.subjects import Deleted

KINDS = (
    Kind(
        "gateway.access-tokens", AccessToken, lambda before: col(AccessToken.expires_at) < before, Deleted(),
        "access tokens that have expired", 1,
    ),
)  # fmt: skip
