"""Every service's tables: up, down and up again, the same as its models say, and each behind row-level security."""

from collections.abc import Callable
from importlib import import_module

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import make_url
from sqlmodel import AutoString

from deploy.database import ALEMBIC_INI, SERVICES, prepare
from services.kernel.tables import kernel_metadata
from tests.conftest import SECRET

OF_NO_TENANT = ("cursors", "signing_keys", "bootstrap_keys", "rate_buckets")
of_each_service = pytest.mark.parametrize("service", SERVICES)


@of_each_service
def test_the_tables_go_up_down_and_up_again(service: str, new_database: Callable[[], str]) -> None:
    url = new_database()
    prepare(url, SECRET, services=[service])
    config = Config(ALEMBIC_INI, ini_section=service)
    config.attributes["url"] = url
    tables = f"select tablename from pg_tables where schemaname = '{service}' order by tablename"
    functions = f"select proname from pg_proc where pronamespace = '{service}'::regnamespace"
    with psycopg.connect(url, autocommit=True) as connection:
        before = connection.execute(tables).fetchall()
        command.downgrade(config, "base")
        assert connection.execute(tables).fetchall() == [("alembic_version",)]
        assert connection.execute(functions).fetchall() == []
        command.upgrade(config, "head")
        assert connection.execute(tables).fetchall() == before


@of_each_service
def test_the_migrations_make_what_the_models_say(service: str, database_url: str) -> None:
    engine = sa.create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    options = {"compare_type": _differs, "include_object": lambda _, name, *__: name != "alembic_version"}
    with engine.connect() as connection:
        connection.execute(sa.text(f'set search_path to "{service}"'))
        found = compare_metadata(MigrationContext.configure(connection, opts=options), _said_by(service))
    engine.dispose()
    assert found == []


def _said_by(service: str) -> sa.MetaData:
    package = service if service == "gateway" else f"services.{service}"
    both = sa.MetaData()
    for source in (kernel_metadata, import_module(f"{package}.models").metadata):
        for table in source.sorted_tables:
            table.to_metadata(both)
    return both


def _differs(_: object, __: object, said: sa.Column[str], there: object, ___: object) -> bool | None:
    """Say that `text` and `varchar` are one: the first migrations, which never change, say the former."""
    return False if isinstance(there, sa.TEXT) and isinstance(said.type, AutoString) else None


@of_each_service
def test_every_table_is_behind_forced_row_level_security(service: str, database_url: str) -> None:
    query = (
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = %s"
        " and c.relkind = 'r' and not (relrowsecurity and relforcerowsecurity)"
    )
    with psycopg.connect(database_url) as connection:
        open_tables = {row[0] for row in connection.execute(query, [service]).fetchall()}
    assert open_tables <= {"alembic_version", *OF_NO_TENANT}
