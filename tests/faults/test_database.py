"""The database is stopped, killed and brought back under load, and runs out of connections: what a service does."""

import asyncio
import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import insert, text

from deploy.database import prepare, runtime_url
from services.kernel import tables
from services.kernel.bell import Bell
from services.kernel.database import Database, DatabaseUnavailable
from services.kernel.jobs import Jobs
from tests.conftest import SECRET
from tests.faults.machines import Cluster, own_cluster

SCHEMA = "timebank"
PATIENCE = float(os.environ.get("CANDO_PATIENCE", "4"))
BACK = 5 * PATIENCE
"""Five seconds, on a machine that does nothing else."""
_STOPS = {"in order": signal.SIGINT, "at once": signal.SIGQUIT, "killed": signal.SIGKILL}


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A PostgreSQL that allows few connections."""
    with own_cluster({"max_connections": "24", "reserved_connections": "0"}, prepared=False) as cluster:
        prepare(cluster.url, SECRET, services=[SCHEMA])
        yield cluster


@pytest_asyncio.fixture
async def database(own: Cluster) -> AsyncIterator[Database]:
    database = Database(runtime_url(own.url, SCHEMA, SECRET), schema=SCHEMA, pool=4)
    yield database
    await database.close()


@dataclass
class Notes:
    """Writes one small row after the other in transactions of its own, and remembers those that were committed."""

    database: Database
    tenant: UUID = field(default_factory=uuid4)
    kept: list[UUID] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    last: float = 0.0

    async def write(self) -> None:
        one, began = uuid4(), time.monotonic()
        try:
            async with self.database.transaction(self.tenant) as session:
                row = {"id": one, "type": "note.made", "subject": one, "ids": {}, "at": text("now()")}
                await session.execute(insert(tables.events).values(row))
        except Exception as error:
            self.said[type(error).__name__] += 1
            await asyncio.sleep(0.05)
        else:
            self.last = time.monotonic()
            self.kept.append(one)
        finally:
            self.slowest = max(self.slowest, time.monotonic() - began)

    async def go_on(self) -> None:
        while True:
            await self.write()

    @contextlib.asynccontextmanager
    async def writing(self, writers: int = 4) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self.go_on()) for _ in range(writers)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def lost(self, url: str) -> set[UUID]:
        with psycopg.connect(url) as connection:
            found = connection.execute(f"select id from {SCHEMA}.events where tenant_id = %s", (self.tenant,))
            return set(self.kept) - {row[0] for row in found}


@pytest.mark.parametrize("how", list(_STOPS))
async def test_restarted_under_load_nothing_is_lost_and_everything_comes_back_by_itself(
    own: Cluster, database: Database, how: str
) -> None:
    notes, done, rung = Notes(database), asyncio.Event(), asyncio.Event()

    async def note(_: object, *, tenant: str) -> None:
        done.set()

    jobs = Jobs(database.conninfo, SCHEMA, {"note_it": note})
    bell = Bell(database.conninfo, f"{SCHEMA}_events", on_ring=lambda _: rung.set())
    async with bell.listening(), jobs.working(None), notes.writing():  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
        await asyncio.to_thread(own.end, _STOPS[how])
        await asyncio.sleep(1)
        await asyncio.to_thread(own.begin)
        back = time.monotonic()
        async with asyncio.timeout(BACK):
            while notes.last < back:  # noqa: ASYNC110 - what is waited for is a clock's reading
                await asyncio.sleep(0.02)
            rung.clear()
            await rung.wait()
            async with database.transaction(notes.tenant) as session:
                await jobs.defer(session, "note_it", tenant="t")
            await done.wait()
    assert set(notes.said) <= {"DatabaseUnavailable"}, notes.said
    assert notes.said
    assert notes.slowest < 8
    assert notes.kept
    assert not notes.lost(own.url)


async def test_a_job_that_cannot_be_queued_is_the_databases_fault_and_not_ours(
    own: Cluster, database: Database
) -> None:
    async def note(_: object, *, tenant: str) -> None: ...

    jobs = Jobs(database.conninfo, SCHEMA, {"note_it": note})
    async with jobs.open():
        with psycopg.connect(own.url) as other, pytest.raises(DatabaseUnavailable):
            other.execute(f"lock table {SCHEMA}_jobs.procrastinate_jobs")
            async with database.transaction(uuid4()) as session:
                await session.execute(text("set local lock_timeout = '100ms'"))
                await jobs.defer(session, "note_it", tenant="t")


async def test_when_the_server_takes_no_more_connections_it_is_said_and_passes(
    own: Cluster, database: Database
) -> None:
    notes = Notes(database)
    with contextlib.ExitStack() as others:
        with contextlib.suppress(psycopg.OperationalError):
            for _ in range(30):
                others.enter_context(psycopg.connect(runtime_url(own.url, SCHEMA, SECRET)))
        began = time.monotonic()
        await notes.write()
        assert (notes.said, time.monotonic() - began < 2 * PATIENCE) == ({"DatabaseUnavailable": 1}, True)
    async with asyncio.timeout(BACK):
        while not notes.kept:
            await notes.write()


async def test_when_all_connections_are_busy_who_waits_is_told_in_good_time(
    own: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow queries hold the whole pool of one service; another goes on, and afterwards all is as before."""
    monkeypatch.setattr("services.kernel.database.WAIT_FOR_ONE", 1.0)
    url = runtime_url(own.url, SCHEMA, SECRET)
    busy, other = Database(url, schema=SCHEMA, pool=2), Database(url, schema=SCHEMA, pool=2)

    async def slowly() -> None:
        async with busy.transaction(None) as session:
            await session.execute(text("select pg_sleep(3)"))

    slow = [asyncio.create_task(slowly()) for _ in range(4)]
    await asyncio.sleep(0.5)
    refused, waiting, elsewhere = Notes(busy), Notes(busy), Notes(other)
    await asyncio.gather(refused.write(), elsewhere.write())
    assert (refused.said, bool(elsewhere.kept)) == ({"DatabaseUnavailable": 1}, True)
    assert refused.slowest < 1 + PATIENCE / 4
    await asyncio.gather(*slow)
    await waiting.write()
    assert waiting.kept
    await busy.close()
    await other.close()


async def test_an_outage_in_the_middle_of_a_job_leaves_it_to_be_done_again(own: Cluster, database: Database) -> None:
    tries: list[float] = []
    begun, done = asyncio.Event(), asyncio.Event()

    async def slow(_: object, *, tenant: str) -> None:
        tries.append(time.monotonic())
        begun.set()
        async with database.transaction(None) as session:
            await session.execute(text("select pg_sleep(0.5)"))
        done.set()

    jobs = Jobs(database.conninfo, SCHEMA, {"take_its_time": slow})
    async with jobs.working(None):  # type: ignore[arg-type]
        async with database.transaction(uuid4()) as session:
            await jobs.defer(session, "take_its_time", tenant="t")
        async with asyncio.timeout(10 * PATIENCE):
            await begun.wait()
            await asyncio.to_thread(own.end, signal.SIGQUIT)
            await asyncio.to_thread(own.begin)
            while not done.is_set():
                with contextlib.suppress(Exception):
                    await jobs.restart_stalled()  # once a minute by the clock
                await asyncio.sleep(0.2)
    assert len(tries) == 2


async def test_an_hourly_task_that_died_does_not_stand_in_the_way_of_the_next(own: Cluster, database: Database) -> None:
    """The dead one holds the lock that the waiting one needs, and cannot be queued again beside it."""
    ran = asyncio.Event()

    async def tidy(_: object) -> None:
        ran.set()

    jobs = Jobs(database.conninfo, SCHEMA, {}, {"tidy_up": tidy})
    async with jobs.open():
        await jobs.strike("tidy_up", timestamp=1)
        own.sql(
            f"set search_path to {SCHEMA}_jobs; with dead as (insert into procrastinate_workers (last_heartbeat)"
            " values (now() - interval '1 hour') returning id)"
            " update procrastinate_jobs set status = 'doing', worker_id = dead.id from dead where task_name = 'tidy_up'"
        )
        await jobs.strike("tidy_up", timestamp=2)
        await jobs.restart_stalled()
    async with jobs.working("kernel"), asyncio.timeout(10 * PATIENCE):  # type: ignore[arg-type]
        await ran.wait()
