"""Tables with people in them go up and down: what is new says nothing of those who were there before."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import psycopg
from alembic import command
from alembic.config import Config

from deploy.database import ALEMBIC_INI, prepare, runtime_url
from services.directory.app import create_app
from services.directory.search import index
from services.directory.settings import Settings
from tests.conftest import SECRET

TENANT = "11111111-1111-4111-8111-111111111111"
SOMEBODY = (
    f"insert into directory.organisations (tenant_id, id, created_at, updated_at, version, external_ids, name, kind,"
    f" languages) values ('{TENANT}', '{TENANT}', now(), now(), 1, '[]', 'Hazelbrook Council', 'council', '[]');"
    f" insert into directory.participants (tenant_id, id, created_at, updated_at, version, external_ids, called,"
    f" languages, travel, availability, do_not_ask, registered_by) values ('{TENANT}', '{TENANT}', now(), now(), 1,"
    f" '[]', 'Amina', '[]', '[]', '[]', false, '{TENANT}')"
)


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


def test_what_was_there_before_the_search_is_entered_bare_and_then_read_whole(new_database: Callable[[], str]) -> None:
    url = new_database()
    prepare(url, SECRET, services=["directory"])
    entered = "select state, (select count(*) from directory.asset_postings) from directory.asset_index"
    with psycopg.connect(url, autocommit=True) as connection:
        command.downgrade(_config(url), "0003")
        connection.execute(SOMEBODY.partition(";")[0].encode())
        for _ in range(2):
            command.upgrade(_config(url), "head")
            assert connection.execute(entered).fetchall() == [("bare", 0)]
            _renew(url)
            assert connection.execute(entered).fetchall() == [("unlinked", 2)]  # hazelbrook, council
            command.downgrade(_config(url), "0003")
        assert connection.execute("select name from directory.organisations").fetchall() == [("Hazelbrook Council",)]


def _renew(url: str) -> None:
    kernel = create_app(Settings(database_url=runtime_url(url, "directory", SECRET), pool=1)).state.kernel

    async def renew() -> None:
        async with kernel.jobs.open():
            await index.renew(kernel, tenant=str(UUID(TENANT)))
        await kernel.database.close()

    asyncio.run(renew())
