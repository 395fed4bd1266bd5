"""The tables of this room can be made, taken away and made again, and are those of its models."""

from collections.abc import Callable

import psycopg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, make_url, text

from deploy.database import ALEMBIC_INI, prepare
from services.community.models import metadata
from services.kernel.tables import kernel_metadata
from tests.conftest import SECRET


def test_the_tables_go_up_down_and_up_again(new_database: Callable[[], str]) -> None:
    admin = new_database()
    prepare(admin, SECRET, services=["community"])
    config = Config(ALEMBIC_INI, ini_section="community")
    config.attributes["url"] = admin
    command.downgrade(config, "base")
    with psycopg.connect(admin) as connection:
        left = "select tablename from pg_tables where schemaname = 'community'"
        assert connection.execute(left).fetchall() == [("alembic_version",)]
        functions = "select proname from pg_proc where pronamespace = 'community'::regnamespace"
        assert connection.execute(functions).fetchall() == []
    command.upgrade(config, "head")


def test_the_migrations_make_what_the_models_say(prepared: str) -> None:
    said = MetaData()
    for one in (kernel_metadata, metadata):
        for table in one.tables.values():
            table.to_metadata(said)
    engine = create_engine(make_url(prepared).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(text("set search_path to community"))
        options = {"compare_type": True, "include_object": lambda thing, name, *_: name != "alembic_version"}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), said)
    engine.dispose()
    assert found == []
