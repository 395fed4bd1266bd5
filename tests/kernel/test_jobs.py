"""The queue: a job exists if its transaction commits, is tried again if it fails, restarted if its worker died."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import procrastinate
import psycopg
import pytest
import pytest_asyncio

from deploy.database import runtime_url
from services.kernel.database import Database
from services.kernel.jobs import Jobs
from tests.conftest import SECRET

SCHEMA = "timebank"


async def until(done: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        await done.wait()


@pytest_asyncio.fixture
async def database(apart_url: str) -> AsyncIterator[Database]:
    database = Database(runtime_url(apart_url, SCHEMA, SECRET), schema=SCHEMA)
    yield database
    await database.close()


async def test_a_job_exists_only_if_its_transaction_commits(database: Database) -> None:
    ran: list[str] = []
    done = asyncio.Event()

    async def note(_: object, *, tenant: str, word: str) -> None:
        ran.append(word)
        if word == "committed":
            done.set()

    jobs = Jobs(database.conninfo, SCHEMA, {"note_words": note})
    async with jobs.working(None):  # type: ignore[arg-type]
        with pytest.raises(LookupError):
            async with database.transaction(uuid4()) as session:
                await jobs.defer(session, "note_words", tenant="t", word="rolled back")
                raise LookupError
        async with database.transaction(uuid4()) as session:
            await jobs.defer(session, "note_words", tenant="t", word="committed")
        await until(done)
    assert ran == ["committed"]


async def test_a_job_that_fails_is_tried_again(database: Database) -> None:
    tries: list[int] = []
    done = asyncio.Event()

    async def stumble(_: object, *, tenant: str) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError
        done.set()

    jobs = Jobs(database.conninfo, SCHEMA, {"stumble_once": stumble})
    async with jobs.working(None):  # type: ignore[arg-type]
        async with database.transaction(uuid4()) as session:
            await jobs.defer(session, "stumble_once", tenant="t")
        await until(done)
    assert len(tries) == 2


async def test_a_job_of_a_worker_that_died_is_started_again(database: Database, apart_url: str) -> None:
    done = asyncio.Event()

    async def finish(_: object, *, tenant: str) -> None:
        done.set()

    jobs = Jobs(database.conninfo, SCHEMA, {"finish_it": finish})
    async with jobs.open(), database.transaction(uuid4()) as session:
        await jobs.defer(session, "finish_it", tenant="t")
    with psycopg.connect(apart_url, autocommit=True) as connection:
        connection.execute(f"set search_path to {SCHEMA}_jobs")
        connection.execute(
            "with dead as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id)"
            " update procrastinate_jobs set status = 'doing', worker_id = dead.id from dead where task_name = 'finish_it'"
        )
    async with jobs.working(None):  # type: ignore[arg-type]
        await jobs.restart_stalled()
        await until(done)


async def test_an_hourly_task_waits_in_the_queue_once_however_often_the_clock_strikes(database: Database) -> None:
    ran: list[object] = []
    done = asyncio.Event()

    async def tidy(kernel: object) -> None:
        ran.append(kernel)
        done.set()

    jobs = Jobs(database.conninfo, SCHEMA, {}, {"tidy_up": tidy})
    async with jobs.open():
        for second in (1, 2):
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await jobs.strike("tidy_up", timestamp=second)
        assert len(list(await jobs._app.job_manager.list_jobs_async(task="tidy_up"))) == 1
    async with jobs.working("the kernel"):  # type: ignore[arg-type]
        await until(done)
    assert ran[0] == "the kernel"  # between minutes 17 and 27 the worker makes up for the hour's own strike as well
