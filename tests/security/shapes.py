"""Every way in which the service's own database role might look, reach or write past its tenant.

`leaks` tries them all on one table, whose columns it reads from the database's own catalogue, and says which ones got through.
Each is tried in a transaction of its own, as the runtime role and with the other tenant set, and rolled back.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

Cursor = psycopg.Cursor[Any]
_COLUMNS = """
select a.attname, a.attgenerated <> '' or a.attidentity = 'a' from pg_attribute a
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
"""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table with `tenant_id`: its schema and name, its columns, and those that the server alone writes."""

    schema: str
    name: str
    columns: tuple[str, ...]
    made: frozenset[str]

    @property
    def sql(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    @property
    def written(self) -> list[str]:
        return [one for one in self.columns if one not in self.made]


def guarded(admin: psycopg.Connection[Any], schema: str) -> list[Guarded]:
    """Return every table of a schema that has rows of tenants."""
    names = (
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
        " where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'p') order by 1"
    )
    found = []
    for (name,) in admin.execute(names, (schema,)).fetchall():
        columns = admin.execute(_COLUMNS, (f'"{schema}"."{name}"',)).fetchall()
        made = frozenset(column for column, by_server in columns if by_server)
        found.append(Guarded(schema, name, tuple(column for column, _ in columns), made))
    return found


def plant(admin: psycopg.Connection[Any], table: Guarded, tenant: UUID) -> None:
    """Put one row of `tenant` into a table as the administrator: no rule but its types is looked at."""
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        types = admin.execute(
            "select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef from pg_attribute a"
            " where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped",
            (f'"{table.schema}"."{table.name}"',),
        ).fetchall()
        needed = {name: kind for name, kind, wanted, given in types
                  if name not in table.made and name != "tenant_id" and (name == "id" or (wanted and not given))}  # fmt: skip
        values = {name: _some(kind) for name, kind in needed.items()}
        values["tenant_id"] = tenant
        checks = admin.execute(
            "select conname from pg_constraint where conrelid = %s::regclass and contype = 'c'",
            (f'"{table.schema}"."{table.name}"',),
        ).fetchall()
        for (check,) in checks:
            admin.execute(sql.SQL("alter table {} drop constraint {}").format(table.sql, sql.Identifier(check)))
        admin.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                table.sql,
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(sql.Placeholder() * len(values)),
            ),
            list(values.values()),
        )


def _some(kind: str) -> Any:
    """Return a value of a type."""
    plain = {
        "uuid": uuid4(), "boolean": True, "jsonb": "[]", "date": "2026-01-05", "double precision": 1.0,
        "integer": 1, "bigint": 1, "smallint": 1, "bytea": b"x", "real": 1.0,
    }  # fmt: skip
    if kind.startswith("timestamp"):
        return "2026-01-05T10:00:00Z"
    if kind.endswith("[]"):
        return "{}"
    if kind.startswith(("numeric", "time")):
        return "1" if kind.startswith("numeric") else "10:00"
    return plain.get(kind, "x")


# --- the shapes ------------------------------------------------------------------------------------------------------

Shape = Callable[[Cursor, Guarded, UUID], int]
SHAPES: dict[str, Shape] = {}


def shape(kind: str) -> Callable[[Shape], Shape]:
    """Register a way to try; it returns how many rows of the other tenant it reached."""

    def keep(one: Shape) -> Shape:
        SHAPES[kind] = one
        return one

    return keep


def _asks(query: str) -> Shape:
    def ask(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
        names = {"t": table.sql, "one": sql.Literal(str(tenant)), "column": sql.Identifier(table.written[-1])}
        cursor.execute(sql.SQL(query).format(**names))
        if cursor.description is None:
            return max(0, cursor.rowcount)
        row = cursor.fetchone()
        return int(row[0]) if row else 0

    return ask


_QUERIES = {
    "count": "select count(*) from {t}",
    "where": "select count(*) from {t} where tenant_id = {one}",
    "not in": "select count(*) from {t} where not (tenant_id <> {one})",
    "aggregate": "select coalesce(sum(length(row_to_json(x)::text)), 0) from {t} x where x.tenant_id = {one}",
    "self join": "select count(*) from {t} a join {t} b on a.tenant_id = b.tenant_id where a.tenant_id = {one}",
    "outer join": "select count(b.tenant_id) from (values (1)) v left join {t} b on b.tenant_id = {one}",
    "lateral": "select count(*) from (values ({one}::uuid)) v(x), lateral (select 1 from {t} where tenant_id = v.x) y",
    "cte": "with x as materialized (select * from {t}) select count(*) from x where tenant_id = {one}",
    "recursive": "with recursive x as (select tenant_id, 1 n from {t} union all select tenant_id, n + 1 from x where n < 2)"
    " select count(*) from x where tenant_id = {one}",
    "union": "select count(*) from (select tenant_id from {t} union all select tenant_id from {t}) u where tenant_id = {one}",
    "exists": "select case when exists (select from {t} where tenant_id = {one}) then 1 else 0 end",
    "scalar": "select coalesce((select 1 from {t} where tenant_id = {one} limit 1), 0)",
    "window": "select coalesce(max(n), 0) from (select count(*) over (partition by tenant_id) n, tenant_id from {t}) w"
    " where tenant_id = {one}",
    "sample": "select count(*) from {t} tablesample system (100) where tenant_id = {one}",
    "system columns": "select count(*) from {t} where ctid is not null and tenant_id = {one}",
    "lock": "select count(*) from (select 1 from {t} where tenant_id = {one} for update) l",
    "leaky function": "select count(*) from {t} where coalesce(1 / nullif(0, length(tenant_id::text)), 0) = 0"
    " and tenant_id = {one}",
    "update": "update {t} set {column} = {column} where tenant_id = {one}",
    "update returning": "with x as (update {t} set {column} = {column} returning tenant_id)"
    " select count(*) from x where tenant_id = {one}",
    "move here": "update {t} set tenant_id = nullif(current_setting('app.tenant'), '')::uuid where tenant_id = {one}",
    "delete": "delete from {t} where tenant_id = {one}",
    "delete using": "delete from {t} a using {t} b where a.tenant_id = b.tenant_id and b.tenant_id = {one}",
    "merge": "merge into {t} a using (select {one}::uuid as id) b on a.tenant_id = b.id when matched then delete",
    "truncate": "truncate {t}",
    "copy query": "copy (select * from {t} where tenant_id = {one}) to stdout",
    "no tenant": "select count(*) from (select set_config('app.tenant', '', true)) s, {t} where tenant_id = {one}",
}
for _name, _query in _QUERIES.items():
    SHAPES[_name] = _asks(_query)


@shape("copy out")
def _copy_out(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
    with cursor.copy(sql.SQL("copy {} to stdout").format(table.sql)) as copied:
        return b"".join(copied).decode().count(str(tenant))


@shape("copy query")
def _copy_query(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
    query = sql.SQL("copy (select * from {} where tenant_id = {}) to stdout")
    with cursor.copy(query.format(table.sql, sql.Literal(str(tenant)))) as copied:
        return sum(1 for _ in copied)


@shape("prepared")
def _prepared(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
    """A statement that was planned while the other tenant was set must not remember it."""
    query = sql.SQL("select count(*) from {} where tenant_id = %s").format(table.sql)
    reached = 0
    for _ in range(7):  # from the sixth on the server may keep one plan for all
        reached = max(reached, cursor.execute(query, (tenant,), prepare=True).fetchone()[0])  # type: ignore[index]
    return reached


@shape("cursor")
def _cursor(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
    cursor.execute(sql.SQL("declare c cursor for select tenant_id from {}").format(table.sql))
    return sum(str(row[0]) == str(tenant) for row in cursor.execute("fetch all from c").fetchall())


@shape("temporary view")
def _view(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
    cursor.execute(sql.SQL("create temporary view peep as select * from {}").format(table.sql))
    return int(cursor.execute("select count(*) from peep where tenant_id = %s", (tenant,)).fetchone()[0])  # type: ignore[index]


@shape("insert for another")
def _insert(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
    """A row of one's own, written for another: refused by the policy's check, before any other rule."""
    return _written(cursor, table, tenant, "")


@shape("upsert")
def _upsert(cursor: Cursor, table: Guarded, tenant: UUID) -> int:
    return _written(cursor, table, tenant, " on conflict do nothing")


def _written(cursor: Cursor, table: Guarded, tenant: UUID, more: str) -> int:
    columns = sql.SQL(", ").join(sql.Identifier(one) for one in table.written)
    null = sql.SQL("null::{}.{}").format(sql.Identifier(table.schema), sql.Identifier(table.name))
    row = sql.SQL("jsonb_populate_record({}, %s::jsonb)").format(null)
    query = sql.SQL("insert into {} ({}) select {} from " + "{} r" + more)
    said = Jsonb({"tenant_id": str(tenant)})
    cursor.execute(query.format(table.sql, columns, columns, row), (said,))
    return max(0, cursor.rowcount)


REFUSED_FOR_OTHERS = ("row-level security", "permission denied")


def leaks(runtime: psycopg.Connection[Any], table: Guarded, *, theirs: UUID, mine: UUID) -> Iterator[str]:
    """Yield the names of the shapes by which `mine` reached a row of `theirs`.

    What the server refuses is no leak, but for an insert: it must be the policy that refuses it, not another rule.
    """
    for name, one in SHAPES.items():
        reached = 0
        with suppress(_Back), runtime.transaction():
            with runtime.cursor() as cursor:
                cursor.execute("select set_config('app.tenant', %s, true)", (str(mine),))
                reached = _tried(name, one, cursor, table, theirs)
            raise _Back
        if reached:
            yield name


class _Back(Exception):
    """Rolls a transaction back."""


def _tried(name: str, one: Shape, cursor: Cursor, table: Guarded, theirs: UUID) -> int:
    try:
        return one(cursor, table, theirs)
    except psycopg.Error as error:
        if name in ("insert for another", "upsert") and not any(word in str(error) for word in REFUSED_FOR_OTHERS):
            return 1
        raise _Back from None
