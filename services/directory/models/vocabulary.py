"""A community's own names for concepts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from services.directory.models.kept import Kept
from services.kernel.records import Versioned, moment, within_tenant


class OwnTerm(Versioned, Kept, table=True):
    """A name that a community has given to a concept; `plain` is the form in which spellings are compared."""

    __tablename__ = "terms"
    __table_args__ = (
        within_tenant("organisations", "created_by"),
        sa.Index(
            "terms_say_it_once",
            *("tenant_id", "concept", "language", "plain"),
            unique=True,
            postgresql_where=sa.text("deleted_at is null"),
        ),
    )

    concept: str
    category: str
    text: str
    plain: str
    language: str
    created_by: UUID
    deleted_at: datetime | None = moment(default=None)
