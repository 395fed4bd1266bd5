"""The rules of messages: while which states of a match they are open, how many, and what they may not tell."""

from datetime import timedelta
from typing import Literal

from services.kernel.problems import Conflict
from services.vocabulary.contact import reveals_contact

Voice = Literal["person", "organisation"]
WRITABLE = ("proposed", "accepted", "introduced", "active")
READABLE = (*WRITABLE, "completed")
MOST_PER_HOUR = 30
"""From one side of one match."""
HOUR = timedelta(hours=1)


class MessagesClosed(Conflict):
    slug = "messages-closed"
    title = "The two sides of this match cannot write to each other now"


class TooManyMessages(Conflict):
    slug = "too-many-messages"
    title = "This side has written very often within the hour; wait a while"


class ContactInMessage(Conflict):
    status = 422
    slug = "contact-in-message"
    title = "Until both have accepted, a message carries no phone number, e-mail address or URL"


def check_open(state: str, *, writing: bool) -> None:
    """Raise MessagesClosed unless messages of a match in `state` may be written, or read."""
    if state not in (WRITABLE if writing else READABLE):
        raise MessagesClosed(state=state)


def check_text(text: str, *, state: str) -> None:
    """Raise ContactInMessage for a text that tells how to reach somebody before both sides have accepted."""
    if state == "proposed" and reveals_contact(text):
        raise ContactInMessage
