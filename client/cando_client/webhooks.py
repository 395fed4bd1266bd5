"""Whether a webhook comes from Cando and is fresh: the Standard Webhooks signature, with nothing but this language.

The signed text is `{webhook-id}.{webhook-timestamp}.{body}`, signed with HMAC-SHA-256; the header `webhook-signature`
holds one or more signatures with blanks between, each as `v1,` and base64. While secrets rotate there are two.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE = 5 * 60
"""Seconds by which the sender's clock may differ from ours: what is older may be somebody's repeat."""


class BadSignature(ValueError):
    """This body did not come from whoever has the secret, or not now. Answer 4xx and do nothing."""


def verify(
    body: bytes, headers: Mapping[str, str], secret: str, *, now: float | None = None, tolerance: float = TOLERANCE
) -> dict[str, Any]:
    """Return the event in a webhook's raw `body`. Raises BadSignature.

    `secret` is as Cando shows it, `whsec_` and base64. Keep the header `webhook-id`: a repeat has the same.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message, sent = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message or not (sent.isascii() and sent.isdigit()):
        raise BadSignature("A header of the signature is missing.")
    if abs((time.time() if now is None else now) - int(sent)) > tolerance:
        raise BadSignature("This was not sent now.")
    expected = hmac.new(_key(secret), f"{message}.{sent}.".encode() + body, hashlib.sha256).digest()
    shown = [part.partition(",") for part in given.get("webhook-signature", "").split(" ")]
    if not any(version == "v1" and _same(text, expected) for version, _, text in shown):
        raise BadSignature("No signature fits.")
    event: dict[str, Any] = json.loads(body)
    return event


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("The secret is not `whsec_` and base64.") from None


def _same(text: str, expected: bytes) -> bool:
    return hmac.compare_digest(text.encode(), base64.b64encode(expected))
