"""Secrets for one purpose each, derived from the installation's one secret, so that only one must be kept."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class WrongSecret(RuntimeError):
    """What is sealed was sealed with another secret; the message says so to whoever starts the service."""


def derived(secret: str, purpose: str) -> str:
    """Return the secret for `purpose` (HMAC-SHA256): who knows it knows neither `secret` nor any other purpose's."""
    mac = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


class Box:
    """Keeps texts that must be readable again (a signing secret, a password for another system) sealed at rest."""

    def __init__(self, secret: str, purpose: str) -> None:
        key = derived(secret, purpose)
        self._fernet = Fernet(key + "=" * (-len(key) % 4))

    def seal(self, text: bytes) -> str:
        """Return `text` as it may be kept in a database."""
        return self._fernet.encrypt(text).decode()

    def open(self, sealed: str) -> bytes:
        """Return what was sealed. Raises WrongSecret."""
        try:
            return self._fernet.decrypt(sealed.encode())
        except InvalidToken:
            raise WrongSecret("CANDO_SECRET is not the one that this installation was made with.") from None
