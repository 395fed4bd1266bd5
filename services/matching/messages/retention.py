"""How long messages are kept unless a community says otherwise."""

from sqlmodel import col

from services.kernel.retention import Kind
from services.kernel.subjects import Deleted
from services.matching.models import Message

KINDS = (
    Kind(
        "matching.messages",
        Message,
        older=lambda before: col(Message.created_at) < before,
        ends=Deleted(),
        why="what the two sides of a match wrote to each other",
        months=12,
    ),
)
