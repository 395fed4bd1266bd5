"""What a backup holds, counted: rows by table and tenant, heads of the audit's chains, sums of the ledger.

Everything is read in one transaction, one service at a time under its owner role, whose policies show all tenants.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from deploy.database import SERVICES, revision
from services.kernel.audit import seed

Counts = dict[str, dict[str, int]]
"""Rows by table and, within, by tenant; what belongs to no tenant is under ''."""
_TABLES = """
select n.nspname, c.relname, c.relrowsecurity and c.relforcerowsecurity,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(%s) and c.relkind = 'r' and c.relpersistence = 'p' order by 1, 2
"""
_FOREIGN = """
select count(*) filter (where convalidated), count(*) from pg_constraint
where contype = 'f' and connamespace = any(select oid from pg_namespace where nspname = any(%s))
"""
_LEDGER = """
select a.tenant_id, count(*), sum(a.balance_seconds), sum(coalesce(j.total, 0)),
    count(*) filter (where a.balance_seconds <> coalesce(j.total, 0))
from accounts a left join (select tenant_id, account_id, sum(seconds) as total from entries group by 1, 2) j
    on j.tenant_id = a.tenant_id and j.account_id = a.id group by 1
"""


@dataclass
class Schema:
    """One service: its tables' revision, rows, chains of the audit, guarded tables and references between rows."""

    revision: str
    rows: Counts
    audit: dict[str, tuple[int, str]]
    guarded: list[str]
    references: int


@dataclass
class Contents:
    """All of an installation as of one moment."""

    services: dict[str, Schema] = field(default_factory=dict)
    ledger: dict[str, dict[str, int]] = field(default_factory=dict)


def schemas_of(service: str) -> list[str]:
    """Return the schemas that one service has."""
    return [service, f"{service}_jobs"]


def present(connection: psycopg.Connection) -> list[str]:
    """Return the services that have tables in this database."""
    return [service for service in SERVICES if revision(connection, service)]


def count(connection: psycopg.Connection, services: Iterable[str]) -> Contents:
    """Return what is in the database, as the transaction of `connection` sees it."""
    found = Contents()
    for service in services:
        as_owner(connection, service)
        found.services[service] = _schema(connection, service)
        if service == "timebank":
            found.ledger = _ledger(connection)
    connection.execute("set local role none")
    return found


def as_owner(connection: psycopg.Connection, service: str) -> None:
    """Take the owner role of a service for the rest of the transaction, in its schema."""
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(f"cando_{service}_owner")))
    connection.execute(sql.SQL("set local search_path to {}").format(sql.Identifier(service)))


def _schema(connection: psycopg.Connection, service: str) -> Schema:
    rows: Counts = {}
    guarded = []
    for schema, table, guard, of_tenants in connection.execute(_TABLES, [schemas_of(service)]).fetchall():
        rows[f"{schema}.{table}"] = _rows(connection, schema, table, of_tenants=of_tenants)
        if guard:
            guarded.append(f"{schema}.{table}")
    valid, every = _one(connection.execute(_FOREIGN, [schemas_of(service)]))
    if valid != every:
        guarded.append(f"{every - valid} references of {service} are not checked")
    return Schema(revision(connection, service) or "", rows, _heads(connection, service), guarded, int(valid))


def _rows(connection: psycopg.Connection, schema: str, table: str, *, of_tenants: bool) -> dict[str, int]:
    who = sql.SQL("tenant_id::text") if of_tenants else sql.SQL("''")
    query = sql.SQL("select {}, count(*) from {} group by 1 order by 1").format(who, sql.Identifier(schema, table))
    return dict(connection.execute(query).fetchall())


def _heads(connection: psycopg.Connection, service: str) -> dict[str, tuple[int, str]]:
    query = (
        "select distinct on (tenant_id) tenant_id, number, chain from audit order by tenant_id, number desc nulls last"
    )
    found = {}
    for tenant, number, chain in connection.execute(query).fetchall():
        found[str(tenant)] = (number, chain) if number else (0, seed(service, tenant).chain)
    return found


def _ledger(connection: psycopg.Connection) -> dict[str, dict[str, int]]:
    names = ("accounts", "balances_seconds", "journal_seconds", "accounts_unlike_their_journal")
    rows = connection.execute(_LEDGER).fetchall()
    return {str(row[0]): dict(zip(names, map(int, row[1:]), strict=True)) for row in rows}


def _one(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row
