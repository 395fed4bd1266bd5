"""Working through a run, in the background: claimed by one worker, gone on with by the next if that one dies.

finished      both sides were looked at to the end
interrupted   one side gave out for now: what was done is kept, and the next run goes on from there
failed        somebody must put something right first; the connection says what, and rests until then
cancelled     the connection was deleted or paused meanwhile
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import structlog

from services.connect import events
from services.connect.civicrm import activities, contacts, following
from services.connect.civicrm.api import CiviBusy, CiviClosed, CiviRefused
from services.connect.civicrm.cando import CandoBusy, CandoClosed
from services.connect.civicrm.mapping import CiviMapping
from services.connect.civicrm.run import Run, Superseded, system_of
from services.connect.civicrm.signing_in import hash_key, open_sides
from services.connect.connections import repository
from services.connect.connections.domain import CLAIM_LIVES, RunState
from services.connect.models import Connection
from services.connect.public import Refused
from services.kernel.context import Kernel
from services.kernel.ids import new_id
from services.kernel.logs import trail
from services.kernel.problems import Unavailable
from services.kernel.secrets import WrongSecret
from services.kernel.work import as_service

log = structlog.get_logger()
Stage = Callable[[Run], Awaitable[None]]
LONGEST = timedelta(minutes=30)
"""How long a run may take. What it did is kept, and the next one goes on from there."""
_BEAT = 60.0
_SWEPT = "swept_on"
_STAGES: tuple[Stage, ...] = (
    following.tell_of_erased, contacts.read_in, contacts.look_for_missing, activities.read_in, following.tell,
)  # fmt: skip
_EACH_DAY: tuple[Stage, ...] = (activities.look_for_missing,)


class StillClaimed(Unavailable):
    """Another worker was at this run a moment ago: look again later, in case it died."""


async def run(kernel: Kernel, *, tenant: str, run_id: str) -> None:
    """Work through a run. Called again for one that has ended it does nothing. Raises StillClaimed."""
    claim = new_id(kernel.clock())
    made = await _claim(kernel, UUID(tenant), UUID(run_id), claim)
    if made is None:
        return
    state: RunState = "interrupted"
    reason: str | None = "stopped"
    attention: str | None = None
    try:
        async with _held(made):
            state, reason, attention = await _worked(made)
    except Superseded:
        return
    finally:
        await _end(made, state, reason, attention)


@asynccontextmanager
async def _held(made: Run) -> AsyncIterator[None]:
    """Tell every minute that somebody is at it, however long the other side lets itself be waited for."""
    beating = asyncio.create_task(_beat(made))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _beat(made: Run) -> None:
    while True:
        await asyncio.sleep(_BEAT)
        async with as_service(made.kernel, made.tenant) as work:
            await repository.claimed(work, made.id, claim=made.claim, until=work.now + CLAIM_LIVES)


async def _claim(kernel: Kernel, tenant: UUID, run_id: UUID, claim: UUID) -> Run | None:
    async with as_service(kernel, tenant) as work:
        row = await repository.run(work, run_id, lock=True)
        if row is None or row.finished_at is not None:
            return None
        connection = await repository.by_id(work, row.connection_id)
        if connection is None or connection.paused:
            row.change(work.now, state="cancelled", finished_at=work.now, claim=None, claimed_until=None)
            return None
        if row.claimed_until is not None and row.claimed_until > work.now:
            raise StillClaimed
        row.change(
            work.now, state="running", claim=claim, claimed_until=work.now + CLAIM_LIVES,
            started_at=row.started_at or work.now,
        )  # fmt: skip
        return _opened(kernel, tenant, connection, row.id, claim, dry=row.dry_run, thorough=row.thorough)


def _opened(
    kernel: Kernel, tenant: UUID, connection: Connection, run_id: UUID, claim: UUID, *, dry: bool, thorough: bool
) -> Run:
    mapping = CiviMapping.model_validate(connection.mapping)
    civi, cando = open_sides(kernel, connection, mapping)
    today = kernel.clock().date().isoformat()
    return Run(
        kernel=kernel, tenant=tenant, id=run_id, claim=claim, connection_id=connection.id,
        organisation=connection.held_by, system=system_of(connection), mapping=mapping, civi=civi, cando=cando,
        hash_key=hash_key(kernel), dry=dry, thorough=thorough, progress=dict(connection.progress),
        sweeps=thorough or connection.progress.get(_SWEPT) != today,
    )  # fmt: skip


async def _worked(made: Run) -> tuple[RunState, str | None, str | None]:
    """Do everything; return the state it ends in, why, and what somebody must put right."""
    try:
        async with asyncio.timeout(LONGEST.total_seconds()):
            await _work_through(made)
    except (CiviClosed, CandoClosed) as closed:
        return "failed", str(closed), str(closed)
    except (CiviBusy, CandoBusy) as busy:
        return "interrupted", str(busy), None
    except CiviRefused as refused:  # of a reading: what the mapping names is not there
        return "failed", f"mapping {refused.code}", "mapping"
    except Refused as refused:
        return "interrupted", f"cando {refused.slug or refused.status}"[:100], None
    except WrongSecret:
        return "failed", "sealed-with-another-secret", "sealed-with-another-secret"
    except Unavailable:
        return "interrupted", "cando-busy", None
    except TimeoutError:
        return "interrupted", "took-too-long", None
    except Superseded:
        raise
    except Exception as error:  # a fault of ours: said to the organisation as well, and tried again by the next run
        log.error("connection-run-fault", **trail(error))
        return "interrupted", "fault", None
    return "finished", None, None


async def _work_through(made: Run) -> None:
    if made.dry:
        made.progress = {"events": made.progress.get("events", "")}
    for stage in (*_STAGES, *(_EACH_DAY if made.sweeps else ())):
        await stage(made)
    if made.sweeps:
        await made.move(**{_SWEPT: made.kernel.clock().date().isoformat()})


async def _end(made: Run, state: RunState, reason: str | None, attention: str | None) -> None:
    """Write the end of a run, unless it is another worker's by now."""
    async with as_service(made.kernel, made.tenant, organisation=made.organisation) as work:
        row = await repository.run(work, made.id, lock=True)
        if row is None or row.claim != made.claim or row.finished_at is not None:
            return
        for line in made.take_lines():
            work.session.add(line)
        if state == "interrupted" and reason == "stopped":  # killed in the middle: whoever takes it up goes on
            row.change(work.now, claim=None, claimed_until=None)
            return
        counts = {name: dict(counter) for name, counter in made.counts.items()}
        row.change(
            work.now, state=state, reason=reason, finished_at=work.now, counts=counts, claim=None, claimed_until=None
        )
        connection = await repository.by_id(work, made.connection_id, lock=True)
        if connection is not None and not made.dry:
            standing = "needs-attention" if attention else "ready"
            connection.change(work.now, state=standing, attention=attention)
        await work.record(
            events.RUN_ENDED, made.id, connection=made.connection_id, state=state, held_by=made.organisation
        )
    log.info("connection-run", state=state, reason=reason)
