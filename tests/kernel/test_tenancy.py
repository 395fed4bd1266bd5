"""Row-level security holds for the role that the service really uses; every other test would be worth nothing."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import insert, text
from sqlalchemy.exc import ProgrammingError

from deploy.database import SERVICES, runtime_url
from services.kernel import tables
from services.kernel.database import Database, UnsafeDatabase
from services.kernel.problems import Conflict
from tests.conftest import SECRET

ONE, OTHER = uuid4(), uuid4()


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def connected(apart_url: str, service: str) -> Database:
    return Database(runtime_url(apart_url, service, SECRET), schema=service)


async def tables_of(database: Database) -> list[str]:
    query = text("select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
                 " where c.relnamespace = to_regnamespace(:s) and c.relkind = 'r'")  # fmt: skip
    async with database.transaction(None) as session:
        return list(await session.scalars(query, {"s": database.schema}))


async def an_event(database: Database, tenant: UUID) -> None:
    row = {"id": uuid4(), "type": "test.seen", "subject": uuid4(), "ids": {}, "at": datetime.now(UTC)}
    async with database.transaction(tenant) as session:
        await session.execute(insert(tables.events).values(row))


async def test_the_runtime_role_may_start_and_a_superuser_may_not(apart_url: str, service: str) -> None:
    database = await connected(apart_url, service)
    await database.check()
    await database.close()
    superuser = Database(apart_url, schema=service)
    with pytest.raises(UnsafeDatabase):
        await superuser.check()
    await superuser.close()


async def test_without_a_tenant_no_table_shows_a_row(apart_url: str, service: str) -> None:
    database = await connected(apart_url, service)
    await an_event(database, ONE)
    async with database.transaction(None) as session:
        for table in await tables_of(database):
            assert await session.scalar(text(f'select count(*) from "{table}"')) == 0, table
    await database.close()


async def test_one_tenant_never_sees_anothers_rows_nor_writes_them(apart_url: str, service: str) -> None:
    database = await connected(apart_url, service)
    await an_event(database, ONE)
    async with database.transaction(OTHER) as session:
        for query in ("select count(*) from events", "select count(*) from events where tenant_id = :one",
                      "select count(*) from events a join events b using (id) where a.tenant_id = :one"):  # fmt: skip
            asked = {"one": ONE} if ":one" in query else {}
            rows = await session.scalar(text(query), asked)
            own = await session.scalar(text("select count(*) from events where tenant_id = :o"), {"o": OTHER})
            assert rows == (own if "where" not in query and "join" not in query else 0)
    row = {"tenant_id": ONE, "id": uuid4(), "type": "x", "subject": uuid4(), "ids": {}, "at": datetime.now(UTC)}
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.transaction(OTHER) as session:
            await session.execute(insert(tables.events).values(row))
    await database.close()


async def test_the_tenant_ends_with_its_transaction(apart_url: str) -> None:
    database = Database(runtime_url(apart_url, "directory", SECRET), schema="directory", pool=1)
    await an_event(database, ONE)
    async with database.transaction(None) as session:
        assert await session.scalar(text("select count(*) from events")) == 0
    await database.close()


async def test_facts_and_audit_rows_cannot_be_changed_by_the_service(apart_url: str, service: str) -> None:
    database = await connected(apart_url, service)
    await an_event(database, ONE)
    for statement in (
        "update events set type = 'y'",
        "delete from events",
        "delete from audit",
        "update audit set action = ''",
    ):
        with pytest.raises(ProgrammingError) as caught:
            async with database.transaction(ONE) as session:
                await session.execute(text(statement))
        assert isinstance(caught.value.orig, InsufficientPrivilege)
    await database.close()


async def test_the_feed_role_reads_events_of_all_tenants_and_nothing_else(apart_url: str, service: str) -> None:
    database = await connected(apart_url, service)
    await asyncio.gather(an_event(database, ONE), an_event(database, OTHER))
    async with database.all_tenants_feed() as feed:
        seen = set(await feed.scalars(text("select distinct tenant_id from events")))
    assert {ONE, OTHER} <= seen
    for table in await tables_of(database):
        if table == "events":
            continue
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.all_tenants_feed() as feed:
                await feed.execute(text(f'select 1 from "{table}"'))
    await database.close()


async def test_a_foreign_key_cannot_leave_the_tenant(apart_url: str) -> None:
    """Foreign keys look past row-level security, so the tenant is part of every one of them."""
    database = await connected(apart_url, "directory")
    organisation = uuid4()
    columns = "id, created_at, updated_at, version, external_ids, name, kind, languages"
    values = ":id, now(), now(), 1, '[]', 'n', 'other', '[]'"
    async with database.transaction(ONE) as session:
        await session.execute(text(f"insert into organisations ({columns}) values ({values})"), {"id": organisation})
    with pytest.raises(Conflict):
        async with database.transaction(OTHER) as session:
            await session.execute(
                text(f"insert into organisations ({columns}, parent_id) values ({values}, :parent)"),
                {"id": uuid4(), "parent": organisation},
            )
    await database.close()
