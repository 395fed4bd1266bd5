"""What this room holds about a person: facades keep nothing, connectors which number she has in another system.

That number stays when she is erased, without the hashes of what was said: it is how the next run knows not to bring her
back, and what it must empty over there.
"""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from services.connect.models import ConnectionLink, ConnectionRunLine
from services.kernel.subjects import Deleted, Emptied, Holding, Holdings


def _line_of(person: UUID) -> ColumnElement[bool]:
    return col(ConnectionRunLine.participant_id) == person


def _link_of(person: UUID) -> ColumnElement[bool]:
    return col(ConnectionLink.participant_id) == person


HOLDINGS = Holdings(
    (
        Holding(ConnectionRunLine, _line_of, Deleted()),
        Holding(
            ConnectionLink, _link_of,
            Emptied("the other system must not bring her back", {"erased": True, "their_hash": None, "our_hash": None}),
        ),
    )
)  # fmt: skip
