"""What every kept resource has: tenant, id, times, version, external ids, and a mark when it was deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.kernel.tables import TENANT


def moment(**options: Any) -> Any:
    """Return a column for a time with its zone."""
    return Field(sa_type=sa.DateTime(timezone=True), **options)


def document(**options: Any) -> Any:
    """Return a JSONB column."""
    return Field(sa_type=JSONB, **options)


class Owned(SQLModel):
    """A row of one tenant with an id of its own. The server fills in the tenant of the transaction."""

    tenant_id: UUID = Field(default=None, primary_key=True, sa_column_kwargs={"server_default": TENANT})
    id: UUID = Field(primary_key=True)


class Versioned(Owned):
    """A row that changes, and says when and how often it has."""

    created_at: datetime = moment()
    updated_at: datetime = moment()
    version: int = 1

    def change(self, now: datetime, **values: Any) -> bool:
        """Set `values`; if any differs, move version and `updated_at` on and return True."""
        different = {name: value for name, value in values.items() if getattr(self, name) != value}
        for name, value in different.items():
            setattr(self, name, value)
        if different:
            self.version += 1
            self.updated_at = now
        return bool(different)


class Resource(Versioned):
    """A row that the API shows under names of other systems too, and that leaves a tombstone."""

    external_ids: list[dict[str, str]] = document(default_factory=list)
    deleted_at: datetime | None = moment(default=None)


def within_tenant(table: str, column: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key to `table` that cannot leave the tenant; `column` is the one that refers."""
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])
