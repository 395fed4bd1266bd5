"""Every column that tells something about a person is exported and erased; every other text has been looked at.

One person is put into every table that any service holds about her, with a word of her own in every personal column.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import AutoString

from deploy.house import House
from services.directory.rights.domain import SERVICES
from services.kernel import subjects
from services.kernel.subjects import Deleted, Holdings
from services.kernel.work import as_service
from tests.conftest import SECRET
from tests.directory.columns_about_nobody import ABOUT_NOBODY, NOT_HELD

of_each_service = pytest.mark.parametrize("service", SERVICES)
PERSON, TENANT = uuid4(), uuid4()
WORD = "quince"
_FIT = {("accounts", "owner_kind"): "participant", ("feedback", "side"): "need"}
"""Where the condition that a row is hers asks for more than her id."""


def _of(service: str, module: str) -> Any:
    return import_module(f"gateway.{module}" if service == "gateway" else f"services.{service}.{module}")


def _tables(service: str) -> list[sa.Table]:
    found: list[sa.Table] = _of(service, "models").metadata.sorted_tables
    return found


def _holdings(service: str) -> Holdings:
    found: Holdings = _of(service, "subjects").HOLDINGS
    return found


def _personal(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if column.info.get("personal")]


def _says_something(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.String | AutoString | JSONB | ARRAY)


@of_each_service
def test_every_text_is_personal_or_has_been_looked_at(service: str) -> None:
    """A new column of a table makes somebody decide: tag it personal, or name it among those about nobody."""
    gone = {str(one.table.__tablename__) for one in _holdings(service).of if isinstance(one.erased, Deleted)}
    undecided = {
        table.name: " ".join(sorted(open_))
        for table in _tables(service)
        if table.name not in gone
        and (
            open_ := {one.name for one in table.columns if _says_something(one) and not one.info.get("personal")}
            - set(ABOUT_NOBODY[service].get(table.name, "").split())
        )
    }
    assert undecided == {}


@of_each_service
def test_every_table_with_personal_columns_is_held(service: str) -> None:
    held = {str(one.table.__tablename__) for one in _holdings(service).of}
    assert {table.name for table in _tables(service) if _personal(table)} - held == set()


@of_each_service
def test_every_table_is_held_or_there_is_a_reason_why_not(service: str) -> None:
    held = {str(one.table.__tablename__) for one in _holdings(service).of}
    reasons = NOT_HELD[service]
    assert {table.name for table in _tables(service)} - held == set(reasons)
    assert all(reasons.values())


@pytest.fixture(scope="module")
def filled(new_database: Callable[[], str]) -> str:
    """A database in which one person stands in every table that is held, with her word in every personal column."""
    from deploy.database import prepare

    url = new_database()
    prepare(url, SECRET)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # no foreign keys, no triggers: every id is hers
        _drop_checks(connection)
        for service in SERVICES:
            for name in dict.fromkeys(str(one.table.__tablename__) for one in _holdings(service).of):
                _fill(connection, service, _of(service, "models").metadata.tables[name])
    return url


def _drop_checks(connection: psycopg.Connection) -> None:
    """Let a word stand where a rule of the table asks for one of its own."""
    query = "select conrelid::regclass::text, conname from pg_constraint where contype = 'c' and conrelid <> 0"
    for table, name in connection.execute(query).fetchall():
        if table.partition(".")[0] in SERVICES:
            connection.execute(f'alter table {table} drop constraint "{name}"')


def _fill(connection: psycopg.Connection, service: str, table: sa.Table) -> None:
    values = {one.name: _value(one) for one in table.columns if one.computed is None and one.identity is None}
    marks = ", ".join(f"%s::{_type(table.c[name])}" for name in values)
    names = ", ".join(f'"{name}"' for name in values)
    connection.execute(f"insert into {service}.{table.name} ({names}) values ({marks})".encode(), list(values.values()))


def _type(column: sa.Column[Any]) -> str:
    written = str(column.type.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    return written.partition(" COLLATE")[0]


def _value(column: sa.Column[Any]) -> Any:
    kind = column.type
    if column.name == "tenant_id":
        return TENANT
    if (column.table.name, column.name) in _FIT:
        return _FIT[column.table.name, column.name]
    if isinstance(kind, sa.Uuid) or kind.python_type is UUID:
        return PERSON
    if isinstance(kind, JSONB):
        word = _word(column)
        return json.dumps({word: word} if "dict" in str(column.default) or column.name in _DICTS else [word])
    if isinstance(kind, sa.String | AutoString):
        return _word(column)
    return _OTHERWISE.get(kind.python_type.__name__)


_DICTS = {"representative", "sharing", "translation", "published_results", "before"}
_OTHERWISE = {"datetime": "2026-01-01T00:00:00Z", "date": "2026-01-01", "int": 1, "float": 1.5, "bool": True}


def _word(column: sa.Column[Any]) -> str:
    return f"{WORD}-{column.table.name}-{column.name}"


@pytest_asyncio.fixture
async def house(filled: str) -> AsyncIterator[House]:
    house = House(filled, secret=SECRET)
    yield house
    for app in (house.gateway.desk, *house.apps.values()):
        await app.state.kernel.database.close()


@of_each_service
async def test_every_personal_column_is_in_the_export(service: str, house: House) -> None:
    kernel = _kernel(house, service)
    async with as_service(kernel, TENANT) as work:
        shown = await subjects.shown(work, _holdings(service), PERSON)
    missing = [
        f"{table.name}.{column.name}"
        for table in _tables(service)
        for column in _personal(table)
        if not _is_shown(column, shown.get(table.name, []))
    ]
    assert missing == []


def _is_shown(column: sa.Column[Any], rows: Sequence[Mapping[str, Any]]) -> bool:
    values = [row[column.name] for row in rows if row.get(column.name) is not None]
    return _word(column) in json.dumps(values) if _says_something(column) else bool(values)


def _kernel(house: House, service: str) -> Any:
    return (house.gateway.desk if service == "gateway" else house.apps[service]).state.kernel


@of_each_service
async def test_every_word_of_hers_is_gone_from_what_is_held(service: str, house: House, filled: str) -> None:
    async with as_service(_kernel(house, service), TENANT) as work:
        await subjects.erase(work, _holdings(service), PERSON)
    left = []
    with psycopg.connect(filled) as connection:
        for table in _tables(service):
            for column in _personal(table):
                rows = connection.execute(f'select "{column.name}"::text from {service}.{table.name}').fetchall()
                if any(row[0] is not None and _word(column) in row[0] for row in rows):
                    left.append(f"{table.name}.{column.name}")
    assert left == []
