"""The feed shows no fact before an older transaction that could still add one has ended."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import insert

from deploy.database import runtime_url
from services.kernel import events, tables
from services.kernel.database import Database
from tests.conftest import SECRET


def fact(name: str) -> dict[str, object]:
    return {"id": uuid4(), "type": name, "subject": uuid4(), "ids": {}, "at": datetime.now(UTC)}


async def read_all(database: Database, tenant: object, after: str) -> events.Feed:
    async with database.transaction(tenant) as session:  # type: ignore[arg-type]
        return await events.read(session, after=after, limit=100)


async def test_a_slow_writer_is_not_skipped(apart_url: str) -> None:
    database = Database(runtime_url(apart_url, "directory", SECRET), schema="directory")
    tenant = uuid4()
    async with database.transaction(tenant) as slow:
        await slow.execute(insert(tables.events).values(fact("slow.first")))
        async with database.transaction(tenant) as quick:
            await quick.execute(insert(tables.events).values(fact("quick.second")))
        held = await read_all(database, tenant, "")
        assert held.items == []
    both = await read_all(database, tenant, held.next)
    assert [item.type for item in both.items] == ["slow.first", "quick.second"]
    assert (await read_all(database, tenant, both.next)).items == []
    await database.close()


async def test_a_rolled_back_fact_was_never_there(apart_url: str) -> None:
    database = Database(runtime_url(apart_url, "directory", SECRET), schema="directory")
    tenant = uuid4()
    try:
        async with database.transaction(tenant) as session:
            await session.execute(insert(tables.events).values(fact("never.was")))
            raise LookupError
    except LookupError:
        pass
    assert (await read_all(database, tenant, "")).items == []
    await database.close()
