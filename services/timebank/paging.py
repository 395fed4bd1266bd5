"""What the time bank's cursors are made of: ids and moments, read back strictly."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def uuid_kind(part: Any) -> UUID:
    """Return the id in a cursor. Raises ValueError for anything else."""
    return UUID(str(part))


def moment_kind(part: Any) -> datetime:
    """Return the moment in a cursor, with its zone. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(str(part))
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment.astimezone(UTC)
