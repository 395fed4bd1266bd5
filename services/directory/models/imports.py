"""Imports, and what was wrong with their lines."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from services.directory.models.kept import Kept
from services.kernel.records import Owned, Versioned, document, moment, within_tenant


class Import(Versioned, Kept, table=True):
    __tablename__ = "imports"

    format: str
    source: str
    state: str = "queued"
    files: list[dict[str, str]] | None = document(default=None, nullable=True)
    counts: dict[str, int] = document(default_factory=dict)
    held_by: UUID
    finished_at: datetime | None = moment(default=None)


class ImportLine(Owned, Kept, table=True):
    """What was wrong with one line of one file of an import."""

    __tablename__ = "import_lines"
    __table_args__ = (
        within_tenant("imports", "import_id"),
        sa.UniqueConstraint("tenant_id", "import_id", "number"),
    )

    import_id: UUID
    number: int
    file: str
    line: int
    outcome: str
    field: str | None = None
    reason: str
