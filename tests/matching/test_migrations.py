"""The room's tables: up, down and up again, the same as the models say, and each behind row-level security."""

from collections.abc import Callable

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import make_url

from deploy.database import ALEMBIC_INI, prepare
from services.kernel.tables import kernel_metadata
from services.matching.models import metadata
from tests.conftest import SECRET


def _config(url: str) -> Config:
    config = Config(ALEMBIC_INI, ini_section="matching")
    config.attributes["url"] = url
    return config


def test_the_tables_go_up_down_and_up_again(new_database: Callable[[], str]) -> None:
    url = new_database()
    prepare(url, SECRET, services=["matching"])
    with psycopg.connect(url, autocommit=True) as connection:
        left = "select count(*) from pg_tables where schemaname = 'matching' and tablename <> 'alembic_version'"
        before = connection.execute(left).fetchone()
        command.downgrade(_config(url), "base")
        assert connection.execute(left).fetchone() == (0,)
        command.upgrade(_config(url), "head")
        assert connection.execute(left).fetchone() == before


def test_the_migration_makes_what_the_models_say(database_url: str) -> None:
    engine = sa.create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(sa.text('set search_path to "matching"'))
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, _joined())
    engine.dispose()
    kept = [one for one in found if "alembic_version" not in str(one)]
    assert kept == []


def _joined() -> sa.MetaData:
    both = sa.MetaData()
    for source in (kernel_metadata, metadata):
        for table in source.sorted_tables:
            table.to_metadata(both)
    return both


def test_every_table_is_behind_forced_row_level_security(database_url: str) -> None:
    query = (
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'matching'"
        " and c.relkind = 'r' and not (relrowsecurity and relforcerowsecurity)"
    )
    with psycopg.connect(database_url) as connection:
        open_tables = {row[0] for row in connection.execute(query).fetchall()}
    assert open_tables <= {"alembic_version", "cursors"}
