"""Secrets of webhooks and signatures made with them, by the Standard Webhooks specification, around its library.

The library takes a time in another zone for one in UTC, and breaks with errors of its own on signatures that are none;
here times are put into UTC first, and whatever does not verify is Unverified.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook as _Standard
from standardwebhooks import WebhookVerificationError

PREFIX = "whsec_"
_BYTES = 32


class Unverified(Exception):
    """The message was not signed with this secret, or not lately, or not at all."""


def new_secret() -> str:
    """Return a fresh secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers_for(message: UUID, body: bytes, *, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """Return the headers of one attempt: the message's stable id, the attempt's time, a signature by each secret."""
    moment = at.astimezone(UTC)
    signatures = (_Standard(one).sign(msg_id=str(message), timestamp=moment, data=body.decode()) for one in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": str(message),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> Any:
    """Return what a message says that was signed with `secret` within five minutes of now. Raises Unverified."""
    try:
        return _Standard(secret).verify(body, dict(headers))
    except (WebhookVerificationError, ValueError, IndexError):
        raise Unverified from None
