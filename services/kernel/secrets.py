"""Secrets for one purpose each, derived from the installation's one secret, so that only one must be kept."""

import base64
import hashlib
import hmac


def derived(secret: str, purpose: str) -> str:
    """Return the secret for `purpose` (HMAC-SHA256): who knows it knows neither `secret` nor any other purpose's."""
    mac = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
