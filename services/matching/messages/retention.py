"""How long messages are kept unless a community says otherwise."""

from sqlmodel import col

from services.kernel.retention import Kind
from services.kernel.subjects import Deleted
from services.matching.models import Message

KINDS = (
    Kind(
        "messages",
        Message,
        older=lambda before: col(Message.created_at) < before,
        ends=Deleted(),
        why="They help the two sides to find each other; a year later nobody needs them.",
        months=12,
    ),
)
