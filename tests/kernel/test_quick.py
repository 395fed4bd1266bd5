"""What makes a request quick must not make it wrong: begun in one go, dead connections, tokens known again, routes."""

import contextlib
import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import bindparam, column, func, select, table, text

from deploy.database import runtime_url
from services.kernel.caller import Caller, Verifier
from services.kernel.database import Database, DatabaseUnavailable
from services.kernel.dispatch import quicken
from services.kernel.hot import HotRead, among
from services.kernel.problems import Unauthenticated
from services.kernel.upstream import call
from tests.conftest import SECRET
from tests.neighbours import Signing

TENANT = uuid4()
_TENANT_NOW = text("select current_setting('app.tenant', true)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(runtime_url(database_url, "directory", SECRET), schema="directory", pool=1)
    yield made
    await made.close()


async def test_a_transaction_has_its_tenant_and_the_next_one_has_nothing_of_it(database: Database) -> None:
    async with database.transaction(TENANT) as session:
        assert await session.scalar(_TENANT_NOW) == str(TENANT)
    async with database.transaction(None) as session:
        assert not await session.scalar(_TENANT_NOW)


async def test_what_fails_is_rolled_back_although_the_driver_would_commit_by_itself(database: Database) -> None:
    made = text("insert into cursors (source, position, at) values ('quick', '1.1', now())")
    with pytest.raises(LookupError):
        async with database.transaction(TENANT) as session:
            await session.execute(made)
            raise LookupError
    async with database.transaction(TENANT) as session:
        assert await session.scalar(text("select count(*) from cursors where source = 'quick'")) == 0
        assert not await session.scalar(text("select txid_current_if_assigned()"))


async def test_connections_that_the_server_has_ended_are_not_handed_out(database: Database, database_url: str) -> None:
    async with database.transaction(TENANT) as one, database.transaction(TENANT) as other:
        ended = [await session.scalar(text("select pg_backend_pid()")) for session in (one, other)]
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute("select pg_terminate_backend(pid, 5000) from unnest(%s::int[]) as pid", (ended,))
    for _ in range(3):
        async with database.transaction(TENANT) as session:
            assert await session.scalar(text("select pg_backend_pid()")) not in ended


async def test_a_hot_read_sees_what_its_transaction_sees(database: Database) -> None:
    numbers = table("cursors", column("source"), column("position"))
    read = HotRead(select(numbers).where(numbers.c.source == bindparam("source")))
    with pytest.raises(LookupError):
        async with database.transaction(TENANT) as session:
            await session.execute(text("insert into cursors (source, position, at) values ('hot', '1.2', now())"))
            assert await read.row(session, source="hot") == {"source": "hot", "position": "1.2"}
            raise LookupError
    async with database.transaction(TENANT) as session:
        assert await read.row(session, source="hot") is None


async def test_any_number_of_ids_is_one_statement(database: Database) -> None:
    ids = [uuid4() for _ in range(5)]
    statements = {str(select(func.count()).where(among(column("id"), ids[:many]))) for many in (0, 1, 5)}
    assert len(statements) == 1
    async with database.transaction(TENANT) as session:
        people = table("participants", column("id"))
        assert (await session.scalars(select(people.c.id).where(among(people.c.id, ids)))).all() == []


async def test_a_token_is_known_again_only_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    signing, later, real = Signing(), [0.0], time.time
    verifier = Verifier(signing.gateway)
    token = signing.token(Caller("app", "a", "a", frozenset({"directory:read"}), UUID(int=1)))
    known = await verifier.verify(token)
    assert await verifier.verify(token) is known
    monkeypatch.setattr(time, "time", lambda: real() + later[0])
    later[0] = 400
    with contextlib.suppress(Unauthenticated):  # the library that reads it anew may have another clock
        assert await verifier.verify(token) is not known


async def test_a_hot_read_that_loses_the_database_says_so_and_the_next_one_has_another_connection(
    database: Database, database_url: str
) -> None:
    read = HotRead(select(table("cursors", column("source")).c.source))
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction(TENANT) as session:
            mine = await session.scalar(text("select pg_backend_pid()"))
            with psycopg.connect(database_url, autocommit=True) as admin:
                admin.execute("select pg_terminate_backend(%s, 5000)", (mine,))
            await read.rows(session)
    async with database.transaction(TENANT) as session:
        assert await session.scalar(text("select pg_backend_pid()")) != mine


async def test_a_router_is_passed_over_by_its_beginnings_and_never_wrongly() -> None:
    app, plain = FastAPI(), FastAPI()
    for made in (app, plain):
        for name in ("things", "things-of-others"):
            router = APIRouter(prefix=f"/v1/{name}")

            @router.get("/{thing}")
            @router.post("/{thing}:do")
            async def answer(thing: str, name: str = name) -> str:
                return f"{name} {thing}"

            made.include_router(router)
    quicken(app)
    for method, path in (
        ("GET", "/v1/things/1"), ("GET", "/v1/things-of-others/1"), ("POST", "/v1/things/1:do"), ("PUT", "/v1/things/1"),
        ("GET", "/v1/thing"), ("GET", "/v1/things"), ("GET", "/"),
    ):  # fmt: skip
        ours, theirs = await call(app, method, path), await call(plain, method, path)
        assert (ours.status, ours.body) == (theirs.status, theirs.body), path
