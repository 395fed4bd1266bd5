"""How long this room keeps what, beside the audit that every service has."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlmodel import col

from services.connect.models import ConnectionRun, ConnectionRunLine
from services.kernel.retention import Kind
from services.kernel.subjects import Deleted


def _ended(before: datetime) -> ColumnElement[bool]:
    """Return the condition that a run ended before a moment, and none of its lines is left."""
    lines = exists().where(
        col(ConnectionRunLine.tenant_id) == col(ConnectionRun.tenant_id),
        col(ConnectionRunLine.run_id) == col(ConnectionRun.id),
    )
    return (col(ConnectionRun.finished_at) < before) & ~lines


KINDS: tuple[Kind, ...] = (
    Kind(
        "connect.run-lines", ConnectionRunLine, lambda before: col(ConnectionRunLine.at) < before, Deleted(),
        "what a run of a connection did with one thing: ids and codes", 3,
    ),
    Kind("connect.runs", ConnectionRun, _ended, Deleted(), "that a connection was run, and how it ended", 12),
)  # fmt: skip
