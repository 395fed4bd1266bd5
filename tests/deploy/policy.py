"""What a migration may not do to a database that is in use: watched while it does it, in its own transaction.

It may not look through a table that has rows, or write it anew, while it holds a lock that keeps writers out; nor take
away, or begin to demand, what the version before reads or leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, text

FEW_ROWS = {"signing_keys", "bootstrap_keys", "cursors", "alembic_version"}
"""Tables of the installation, of a handful of rows."""
_KEEPS_WRITERS_OUT = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
_TABLES = text(
    "select c.oid, c.relname, c.relfilenode, coalesce(pg_stat_get_xact_numscans(c.oid), 0) as scans"
    " from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'"
)
_COLUMNS = text(
    "select c.relname, a.attname, a.attnotnull and not a.atthasdef and a.attidentity = '' as demanded"
    " from pg_attribute a join pg_class c on c.oid = a.attrelid"
    " where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"
)
_LOCKED = text(
    "select relation from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and mode = any(:modes)"
)


class Unsafe(AssertionError):
    """A migration would hold up writers, or break the version before; the message says which, and how."""


@dataclass(frozen=True)
class _Seen:
    tables: Mapping[int, Any]
    columns: Mapping[tuple[str, str], bool]


class Watch:
    """Looks at each migration before it is committed. Raises Unsafe."""

    def __init__(self, connection: Connection) -> None:
        self._before = _seen(connection)

    def __call__(self, *, ctx: Any, step: Any, **_: Any) -> None:
        """Compare what there was with what there is; called by alembic."""
        before, after = self._before, _seen(ctx.connection)
        locked = set(ctx.connection.scalars(_LOCKED, {"modes": list(_KEEPS_WRITERS_OUT)}))
        name = f"{step.up_revision_id}"
        for oid, table in after.tables.items():
            was = before.tables.get(oid)
            if was is None or table.relname in FEW_ROWS:
                continue
            if was.relfilenode != table.relfilenode:
                raise Unsafe(f"{name} writes {table.relname} anew while nobody can use it.")
            scans = table.scans - was.scans if table.scans >= was.scans else table.scans
            if oid in locked and scans:
                raise Unsafe(f"{name} looks through {table.relname} while nobody can write to it.")
        _takes_nothing_away(name, before, after)
        self._before = after


def _seen(connection: Connection) -> _Seen:
    tables = {row.oid: row for row in connection.execute(_TABLES)}
    columns = {(row.relname, row.attname): row.demanded for row in connection.execute(_COLUMNS)}
    return _Seen(tables, columns)


def _takes_nothing_away(name: str, before: _Seen, after: _Seen) -> None:
    old_tables = {table for table, _ in before.columns}
    for table, column in before.columns.keys() - after.columns.keys():
        raise Unsafe(f"{name} takes {table}.{column} away, which the version before reads.")
    for (table, column), demanded in after.columns.items():
        if table in old_tables and demanded and not before.columns.get((table, column)):
            raise Unsafe(f"{name} demands {table}.{column}, which the version before leaves out.")


def watched(url: str, service: str) -> tuple[sa.Engine, Watch]:
    """Return a watch on one service's tables, and the engine to close afterwards."""
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'set search_path to "{service}"'))
        return engine, Watch(connection)
