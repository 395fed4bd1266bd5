"""Background work: a queue on PostgreSQL (procrastinate) in the service's own jobs schema.

A job is queued inside the transaction that wants it, so it exists if and only if that commits. Jobs of a worker that
died are found by its missing heartbeat and started again, so a task must bear being run twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import procrastinate
import psycopg
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.kernel import tracing
from services.kernel.audit import chain_all
from services.kernel.database import unanswered
from services.kernel.logs import trail
from services.kernel.metrics import here
from services.kernel.upkeep import forget_what_is_old

if TYPE_CHECKING:
    from services.kernel.context import Kernel

log = structlog.get_logger()
_PATIENCE = 5.0
"""Seconds to go on trying for a connection; then it is begun anew, instead of waiting ever longer for the next try."""
_TRACE = "traceparent"
"""The argument that carries the trace of whoever queued a job, taken off before the task sees the others."""
Task = Callable[..., Awaitable[None]]
"""Called with the service's kernel and, by name, the texts it was queued with (`tenant` always)."""
Hourly = Callable[["Kernel"], Awaitable[None]]
"""Called with the service's kernel once an hour, by one worker per service; it must bear being run twice."""


class Jobs:
    """The queue of one service: `tasks` by name, each called with the arguments it was queued with.

    `hourly`, by name, are queued by the clock, and never while the one before still waits.
    """

    def __init__(
        self, conninfo: str, schema: str, tasks: Mapping[str, Task], hourly: Mapping[str, Hourly] | None = None
    ) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=conninfo, min_size=1, max_size=3, timeout=_PATIENCE, reconnect_timeout=_PATIENCE,
            kwargs={"options": f"-c search_path={schema}_jobs", "connect_timeout": 5},
        )  # fmt: skip
        self._app = procrastinate.App(connector=connector)
        retry = procrastinate.RetryStrategy(max_attempts=8, exponential_wait=2)
        self._kernel: Kernel | None = None
        for name, task in tasks.items():
            self._app.task(name=name, retry=retry)(self._bound(name, task))
        every_minute = self._app.task(name="restart_stalled_jobs", queueing_lock="restart_stalled_jobs")
        self._app.periodic(cron="* * * * *")(every_minute(self._every_minute))
        self._hourly = {"forget_what_is_old": _forget, **(hourly or {})}
        for name, task_of_the_hour in self._hourly.items():
            every_hour = self._app.task(name=name, queueing_lock=name, lock=name)
            self._app.periodic(cron="17 * * * *")(every_hour(self._by_the_clock(name, task_of_the_hour)))

    def _bound(self, name: str, task: Task) -> Callable[..., Awaitable[None]]:
        async def run(**arguments: Any) -> None:
            trace = arguments.pop(_TRACE, None)
            with _counted(name), tracing.span(f"job {name}", kind="consumer", parent=trace):
                try:
                    await task(self._kernel, **arguments)
                except Exception as error:
                    log.warning("job-failed", task=name, **trail(error))
                    raise

        return run

    def _by_the_clock(self, name: str, task: Hourly) -> Callable[[int], Awaitable[None]]:
        async def run(timestamp: int) -> None:  # noqa: ARG001
            if self._kernel is None:
                return
            with _counted(name), tracing.span(f"job {name}", kind="consumer"):
                try:
                    await task(self._kernel)
                except Exception as error:
                    log.warning("job-failed", task=name, **trail(error))
                    raise

        return run

    async def defer(self, session: AsyncSession, task: str, **arguments: str) -> None:
        """Queue `task` in the transaction of `session`."""
        connection = await session.connection()
        raw = (await connection.get_raw_connection()).driver_connection
        if trace := tracing.current():
            arguments[_TRACE] = trace
        try:
            await self._app.configure_task(task, allow_unknown=False, connection=raw).defer_async(**arguments)
        except procrastinate.exceptions.ConnectorException as error:
            if isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError):
                raise unanswered(error.__cause__) from error
            raise

    async def strike(self, name: str, *, timestamp: int) -> None:
        """Queue an hourly task as the clock does. Raises AlreadyEnqueued while the one before still waits."""
        await self._app.configure_task(name, allow_unknown=False).defer_async(timestamp=timestamp)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the queue's own connections while the context is open; nothing is worked on."""
        async with self._app.open_async():
            yield

    @contextlib.asynccontextmanager
    async def working(self, kernel: Kernel) -> AsyncIterator[None]:
        """Work on the queue in the background while the context is open."""
        self._kernel = kernel
        here().expect(("every_minute", *self._hourly))
        async with self.open():
            worker = asyncio.create_task(self._work())
            try:
                yield
            finally:
                worker.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await worker

    async def _work(self) -> None:
        while True:
            try:
                await self._app.run_worker_async(
                    concurrency=2, install_signal_handlers=False, delete_jobs="successful", shutdown_graceful_timeout=2
                )
            except Exception as error:
                log.warning("worker-restarts", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _every_minute(self, timestamp: int) -> None:  # noqa: ARG002
        with _counted("every_minute"):
            await self.restart_stalled()
            if self._kernel is not None:
                await chain_all(self._kernel)

    async def restart_stalled(self) -> None:
        """Queue the jobs again whose worker has sent no heartbeat for a while."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs():
            log.warning("job-restarts", task=job.task_name)
            try:
                await manager.retry_job(job)
            except procrastinate.exceptions.UniqueViolation:  # the clock has struck since; the next one waits already
                await manager.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=True)


@contextlib.contextmanager
def _counted(task: str) -> Iterator[None]:
    """Count how a run of a task ends."""
    try:
        yield
    except Exception:
        here().ran(task, well=False)
        raise
    here().ran(task, well=True)


async def _forget(kernel: Kernel) -> None:
    await forget_what_is_old(kernel)
