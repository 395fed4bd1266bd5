"""The room's tables: up, down and up again with people in them, as the models say, each behind row-level security."""

from collections.abc import Callable

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import make_url
from sqlmodel import AutoString

from deploy.database import ALEMBIC_INI, prepare
from services.directory.models import metadata
from services.kernel.tables import kernel_metadata
from tests.conftest import SECRET

TENANT = "11111111-1111-4111-8111-111111111111"
SOMEBODY = (
    f"insert into directory.organisations (tenant_id, id, created_at, updated_at, version, external_ids, name, kind,"
    f" languages) values ('{TENANT}', '{TENANT}', now(), now(), 1, '[]', 'Hazelbrook Council', 'council', '[]');"
    f" insert into directory.participants (tenant_id, id, created_at, updated_at, version, external_ids, called,"
    f" languages, travel, availability, do_not_ask, registered_by) values ('{TENANT}', '{TENANT}', now(), now(), 1,"
    f" '[]', 'Amina', '[]', '[]', '[]', false, '{TENANT}')"
)


def _differs(_: object, __: object, said: sa.Column[str], there: object, ___: object) -> bool | None:
    """Say that `text` and `varchar` are one: the first migration, which never changes, says the former."""
    return False if isinstance(there, sa.TEXT) and isinstance(said.type, AutoString) else None


def _config(url: str) -> Config:
    config = Config(ALEMBIC_INI, ini_section="directory")
    config.attributes["url"] = url
    return config


def test_people_who_were_there_before_are_never_busy_and_go_down_and_up_again(new_database: Callable[[], str]) -> None:
    url = new_database()
    prepare(url, SECRET, services=["directory"])
    with psycopg.connect(url, autocommit=True) as connection:
        tables = "select count(*) from pg_tables where schemaname = 'directory' and tablename <> 'alembic_version'"
        before = connection.execute(tables).fetchone()
        command.downgrade(_config(url), "0001")
        for statement in SOMEBODY.split(";"):
            connection.execute(statement.encode())
        command.upgrade(_config(url), "head")
        assert connection.execute("select busy from directory.participants").fetchall() == [([],)]
        assert connection.execute(tables).fetchone() == before
        command.downgrade(_config(url), "base")
        assert connection.execute(tables).fetchone() == (0,)


def test_the_migrations_make_what_the_models_say(database_url: str) -> None:
    engine = sa.create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    both = sa.MetaData()
    for source in (kernel_metadata, metadata):
        for table in source.sorted_tables:
            table.to_metadata(both)
    with engine.connect() as connection:
        connection.execute(sa.text('set search_path to "directory"'))
        context = MigrationContext.configure(connection, opts={"compare_type": _differs})
        found = compare_metadata(context, both)
    engine.dispose()
    assert [one for one in found if "alembic_version" not in str(one)] == []


def test_every_table_is_behind_forced_row_level_security(database_url: str) -> None:
    query = (
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'directory'"
        " and c.relkind = 'r' and not (relrowsecurity and relforcerowsecurity)"
    )
    with psycopg.connect(database_url) as connection:
        open_tables = {row[0] for row in connection.execute(query).fetchall()}
    assert open_tables <= {"alembic_version", "cursors"}
