"""Where people whom other systems push came from, and the newest word about each."""

import sqlalchemy as sa

from services.directory.models.kept import Kept
from services.kernel import origins


class Origins(origins.Origins, Kept, table=True):
    """Where the participant who carries the same id came from, and what is kept of her."""

    __tablename__ = "origins"


class Heard(origins.Heard, Kept, table=True):
    """The newest word of another system about one of its people."""

    __tablename__ = "heard"
    __table_args__ = (
        sa.Index("heard_of_resource", "tenant_id", "resource_id"),
        sa.Index("heard_by_end", "tenant_id", "said_at", postgresql_where=sa.text("gone")),
    )


COPIES = origins.Copies(Origins, Heard)
