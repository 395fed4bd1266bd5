"""Reads that are asked all the time: a select compiled once, whose rows come as the driver gives them.

The same transaction, the same tenant, the same row-level security; only what an ORM does for each row is left out.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import ColumnElement, Select, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PGUUID
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from services.kernel.database import unanswered

Rows = Sequence[Mapping[str, Any]]


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """Return `column in ids` as one array: whatever their number, the statement is the same, and prepared once."""
    found: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(PGUUID(as_uuid=True))))
    return found


class HotRead:
    """A select with named parameters (`bindparam`), each given anew at every reading."""

    def __init__(self, wanted: Select[Any]) -> None:
        compiled = wanted.compile(dialect=PGDialect_psycopg())  # type: ignore[no-untyped-call]
        self._text: Any = str(compiled)
        self._always = {name: value for name, value in compiled.params.items() if value is not None}

    async def rows(self, session: AsyncSession, **given: Any) -> Rows:
        """Return the rows as mappings, within the transaction of `session`."""
        connection = session.sync_session.connection()
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.AsyncConnection)
        try:
            cursor = driver.cursor(row_factory=dict_row)
            await cursor.execute(self._text, {**self._always, **given})
            found: Rows = await cursor.fetchall()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if driver.closed:
                connection.invalidate(error)
            raise unanswered(error) from error
        return found

    async def row(self, session: AsyncSession, **given: Any) -> Mapping[str, Any] | None:
        """Return the one row there is, or None."""
        found = await self.rows(session, **given)
        return found[0] if found else None
